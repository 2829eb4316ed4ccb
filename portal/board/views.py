"""The notice board: no account, no script, read from published versions only."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for

from portal import clock, cookies
from portal.access import alike, authorize, public, requires
from portal.board import queries
from portal.board.addresses import addresses_of
from portal.board.answer import Answer, answer, html_of
from portal.board.page import Page, why_quiet
from portal.school import queries as school_queries
from portal.school.rules import rules_of

bp = Blueprint("board", __name__, url_prefix="/board")
REMEMBERED = "board_class"


@bp.get("/")
@public
def start():
    """Choose a class. The choice is remembered in this browser and opened at once next time."""
    code = request.args.get("class") or ("" if "choose" in request.args else request.cookies.get(REMEMBERED, ""))
    if code and queries.faces_of([code]):
        response = redirect(url_for("board.class_page", code=code), 303)
        cookies.keep(response, REMEMBERED, code)
        return response
    classes = queries.open_faces()
    schools = {each.school_code for each in classes}
    if len(schools) == 1:
        return redirect(url_for("board.school", school_code=schools.pop()))
    return render_template("board/start.html", classes=classes)


@bp.get("/<code>/")
@public
@alike
def class_page(code: str):
    """Today's page of a class."""
    return _day(code, clock.today())


@bp.get("/<code>/<day:day>")
@public
@alike
def day(code: str, day: date):
    """The page of a class and day; the days of a break show the sheet from before it."""
    return _day(code, day)


@bp.get("/<code>/<day:day>/versions/<int:number>")
@requires("sheets.open")
def version(code: str, day: date, number: int):
    """A version as it was published, whatever came after it: for those at school who may read the sheet."""
    school_class = authorize("sheet.read", school_queries.class_by_code_or_404(code), known_by="sheet.read")
    found = queries.version_or_404(school_class.id, day, number)
    return render_template(
        "board/version.html", school_class=school_class, day=day, version=found, page=Page(found.content)
    )


def _day(code: str, day: date) -> Answer:
    """One class and day: one statement, and a second one only where the words have to be set."""
    face = queries.face_or_404(code)
    return answer(face, lambda: _words(face, day))


def _words(face: queries.Face, day: date) -> str:
    return html_of("board/day.html", **shown(face, queries.notice_of(face, day), day))


def shown(face: queries.Face, notice: queries.Notice, day: date) -> dict[str, object]:
    """What the templates of a class and day need: the version, or why there is none."""
    today, version = clock.today(), notice.version
    page = Page(version.content, queries.teachers_of(notice)) if version else None
    names = {
        "face": face,
        "at": addresses_of(face.code),
        "notice": notice,
        "asked": day,
        "today": today,
        "version": version,
        "page": page,
    }
    if page:
        return names
    calendar = rules_of(face.school).calendar
    why = why_quiet(calendar, face.grade, day, today, face.left_on)
    around = {"before": calendar.sheet_date(day), "after": calendar.next_day_of_homework(day)}
    return names | around | {"why": why.value}
