"""The poster of a class: how families come to its board, for the classroom's door and the first parents' evening."""

from flask import url_for
from flask_babel import force_locale, gettext

from portal.access import alike, public
from portal.board import queries
from portal.board.addresses import addresses_of
from portal.board.answer import Answer, answer, html_of
from portal.board.views import bp
from portal.filters import class_name
from portal.qr import qr_code
from portal.site import absolute


@bp.get("/<code>/poster")
@public
@alike
def poster(code: str) -> Answer:
    """A sheet of A4 with the class's short address as QR code and in letters."""
    face = queries.face_or_404(code)
    return answer(face, lambda: _words(face))


def _words(face: queries.Face) -> str:
    address = absolute(url_for("short.class_page", code=face.code))
    languages = [("zh-Hans", _sentences(face, "zh_Hans")), ("en", _sentences(face, "en"))]
    more = {"at": addresses_of(face.code), "address": address, "code": qr_code(address), "languages": languages}
    return html_of("board/poster.html", face=face, **more)


def _sentences(face: queries.Face, language: str) -> dict[str, object]:
    """What stands on the poster, whichever language its page is read in."""
    with force_locale(language):
        return {
            "class": class_name(face),
            "title": gettext("作业公示"),
            "steps": [
                gettext("用手机扫码，或在浏览器里输入上面的地址。"),
                gettext("每个上学日下午公示当天的作业和预计用时。"),
                gettext("不用注册，不用下载。把打开的页面收藏起来，下次直接看。"),
            ],
        }
