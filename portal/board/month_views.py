"""The archive of a class, month by month."""

from datetime import date

from flask import redirect, url_for

from portal import clock
from portal.access import alike, public
from portal.board import month_queries, queries
from portal.board.addresses import addresses_of
from portal.board.answer import Answer, answer, html_of
from portal.board.month_page import Month
from portal.board.queries import Face
from portal.board.views import bp
from portal.school.rules import rules_of


@bp.get("/<code>/month")
@public
@alike
def this_month(code: str):
    """The archive begins with the present month."""
    face = queries.face_or_404(code)
    return redirect(url_for("board.month", code=face.code, month=clock.today()))


@bp.get("/<code>/month/<month:month>")
@public
@alike
def month(code: str, month: date) -> Answer:
    """The published days of a month, with their totals."""
    face = queries.face_or_404(code)
    return answer(face, lambda: _words(face, month))


def _words(face: Face, first: date) -> str:
    month = Month(first, rules_of(face.school).calendar, clock.today())
    days = month_queries.published_days(face, month.first, month.last)
    return html_of("board/month.html", face=face, at=addresses_of(face.code), month=month, days=days)
