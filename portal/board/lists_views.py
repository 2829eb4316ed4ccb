"""三单公开: service timetable, service content and the day's sheets of all classes, on one page."""

from datetime import date

from portal import clock
from portal.access import alike, public
from portal.board import totals_queries
from portal.board.answer import Answer, answer, html_of
from portal.board.totals_page import SchoolDay
from portal.board.totals_queries import WholeSchool
from portal.board.views import bp
from portal.policy.service import ListKind
from portal.school.models import BoardAccess
from portal.school.rules import rules_of
from portal.service import queries as service_queries


@bp.get("/schools/<school_code>/lists")
@public
@alike
def lists(school_code: str):
    """The three lists, the third one of today."""
    return _lists(school_code, clock.today())


@bp.get("/schools/<school_code>/lists/<day:day>")
@public
@alike
def lists_of_day(school_code: str, day: date):
    """The three lists, the third one of a day."""
    return _lists(school_code, day)


def _lists(school_code: str, day: date) -> Answer:
    school = totals_queries.whole_school_or_404(school_code)
    return answer(school.made_of, lambda: _words(school, day))


def _words(school: WholeSchool, day: date) -> str:
    written = service_queries.lists_of(school.face.id)
    timetable, content = written.get(ListKind.TIMETABLE), written.get(ListKind.CONTENT)
    return html_of(
        "board/lists.html",
        school=school.face,
        published_by=school.published_by,
        on=SchoolDay(day, clock.today(), rules_of(school.face).calendar),
        periods=timetable.periods if timetable else [],
        content=content.content if content else {},
        classes=totals_queries.totals_of(school.every_class, day),
        link=school.face.access == BoardAccess.OPEN,
    )
