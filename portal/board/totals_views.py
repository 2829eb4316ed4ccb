"""作业公示: each class's total against the cap of the day, for a school or a grade, in the order of the classes."""

from datetime import date

from flask import abort, request

from portal import clock
from portal.access import alike, public
from portal.board import totals_queries
from portal.board.answer import Answer, answer, html_of
from portal.board.totals_page import SchoolDay
from portal.board.totals_queries import WholeSchool
from portal.board.views import bp
from portal.filters import bar_parts
from portal.school.models import BoardAccess
from portal.school.rules import rules_of


@bp.get("/schools/<school_code>/totals")
@public
@alike
def totals(school_code: str):
    """Today's totals; `?grade=4` for one grade."""
    return _totals(school_code, clock.today())


@bp.get("/schools/<school_code>/totals/<day:day>")
@public
@alike
def totals_of_day(school_code: str, day: date):
    """The totals of a day."""
    return _totals(school_code, day)


def _totals(school_code: str, day: date) -> Answer:
    school = totals_queries.whole_school_or_404(school_code)
    asked = request.args.get("grade", "")
    if asked and asked not in map(str, {each.grade for each in school.every_class}):
        abort(404)
    return answer(school.made_of, lambda: _words(school, day, int(asked) if asked else None))


def _words(school: WholeSchool, day: date, grade: int | None) -> str:
    every_class = totals_queries.totals_of(school.every_class, day)
    grades = sorted({each.grade for each in every_class})
    classes = [each for each in every_class if grade in (None, each.grade)]
    pages = [each.page for each in classes if each.page]
    return html_of(
        "board/totals.html",
        school=school.face,
        published_by=school.published_by,
        on=SchoolDay(day, clock.today(), rules_of(school.face).calendar),
        grades=grades,
        grade=grade,
        classes=classes,
        published=bool(pages),
        parts={part.kind for page in pages if page.cap.minutes for part in bar_parts(page.day_load, page.cap)},
        link=school.face.access == BoardAccess.OPEN,
    )
