"""The classes of several children on one page. They stand in its address, and this browser remembers them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for

from portal import clock, cookies
from portal.access import public
from portal.board import link_queries, queries
from portal.board.answer import answer, html_of
from portal.board.children_queries import notices_of
from portal.board.queries import Face
from portal.board.views import REMEMBERED, bp, shown
from portal.policy.links import BoardAccess, code_in

CHILDREN = "board_children"
MOST = 5  # classes on one page


class Lost(NamedTuple):
    """A code that names no class now; `replaced`: it once did, and the present one is not for everybody."""

    code: str
    replaced: bool


@bp.get("/children")
@public
def children():
    """Today of the classes in the address (`?class=…&class=…`), else of those remembered. `?choose=`: choose them."""
    return _children(None)


@bp.get("/children/<day:day>")
@public
def children_of_day(day: date):
    """The same for a day."""
    return _children(day)


def _children(day: date | None):
    typed = request.args.getlist("class")
    codes = list(dict.fromkeys(filter(None, map(code_in, typed))))
    if "choose" in request.args:
        return _choose(codes + _remembered())
    if typed and not codes:
        return _forgetting()
    if not typed:
        return _to(_remembered(), day) if _remembered() else _choose([request.cookies.get(REMEMBERED, "")])
    if len(codes) > MOST:
        return _choose(codes, too_many=len(codes)), 422
    faces = queries.faces_of(codes)
    present, lost = _found_again([each for each in codes if each not in {face.code for face in faces}])
    if present or codes != typed:
        return _to([present.get(each, each) for each in codes], day)
    if not faces:
        return _choose([], lost=lost), 404
    page = answer([*faces, *lost], lambda: _words(faces, lost, day or clock.today()))
    return _remembering(make_response(page), faces)


def _to(codes: Sequence[str], day: date | None) -> Response:
    """The address that names these classes."""
    if day:
        return redirect(url_for("board.children_of_day", day=day, **{"class": list(codes)}))
    return redirect(url_for("board.children", **{"class": list(codes)}))


def _found_again(unknown: Sequence[str]) -> tuple[dict[str, str], list[Lost]]:
    """The present codes of those that were replaced and may be found by everybody; and the others."""
    links = link_queries.present_links(unknown) if unknown else {}
    present = {old: link.code for old, link in links.items() if link.access == BoardAccess.OPEN}
    return present, [Lost(code, code in links) for code in unknown if code not in present]


def _remembered() -> list[str]:
    return request.cookies.get(CHILDREN, "").split()[:MOST]


def _remembering(response: Response, faces: Sequence[Face]) -> Response:
    """The page, and the cookie where the classes are not the remembered ones: then it is for this browser only."""
    codes = [each.code for each in faces]
    if codes != _remembered():
        cookies.keep(response, CHILDREN, " ".join(codes))
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _forgetting() -> Response:
    """Whoever has taken away the last class wants none remembered."""
    response = make_response(_choose([], nothing=True))
    cookies.forget(response, CHILDREN)
    return response


def _choose(codes: Sequence[str], **more: object) -> str:
    """The classes that everybody may find, and those in `codes` that are found by link, to be ticked."""
    listed = queries.open_faces()
    known = {each.code for each in listed}
    by_link = queries.faces_of([each for each in dict.fromkeys(codes) if each not in known])
    return render_template(
        "board/children_choose.html", classes=listed, by_link=by_link, ticked=set(codes), most=MOST, **more
    )


def _words(faces: Sequence[Face], lost: Sequence[Lost], day: date) -> str:
    notices = notices_of(faces, day)
    return html_of(
        "board/children.html",
        children=[shown(face, notice, day) for face, notice in zip(faces, notices, strict=True)],
        codes=[each.code for each in faces],
        lost=lost,
        asked=day,
        today=clock.today(),
        previous=max((each.previous for each in notices if each.previous), default=None),
        next=min((each.next for each in notices if each.next), default=None),
        most=MOST,
    )
