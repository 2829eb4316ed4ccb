"""A class's week: its totals against the cap, their mean, and each day in short."""

from datetime import date

from flask import redirect, url_for

from portal import clock
from portal.access import alike, public
from portal.board import queries
from portal.board.addresses import addresses_of
from portal.board.answer import Answer, answer, html_of
from portal.board.views import bp
from portal.board.week_page import Week
from portal.policy.calendar import monday_of
from portal.school.rules import rules_of


@bp.get("/<code>/week")
@public
@alike
def this_week(code: str):
    """The week of today."""
    return _week(code, monday_of(clock.today()))


@bp.get("/<code>/week/<day:day>")
@public
@alike
def week(code: str, day: date):
    """The week that begins on this Monday; other days lead there."""
    monday = monday_of(day)
    return _week(code, monday) if day == monday else redirect(url_for("board.week", code=code, day=monday))


def _week(code: str, monday: date) -> Answer:
    face = queries.face_or_404(code)
    return answer(face, lambda: _words(face, monday))


def _words(face: queries.Face, monday: date) -> str:
    notice = queries.week_of(face, monday)
    calendar = rules_of(face.school).calendar
    week = Week(monday, clock.today(), face.grade, face.left_on, calendar, notice.versions)
    return html_of("board/week.html", face=face, at=addresses_of(face.code), notice=notice, week=week)
