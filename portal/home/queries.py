"""Reading what the start page counts. Nothing here depends on how many classes there are."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from portal.extensions import db
from portal.home.page import SheetToday
from portal.homework import queries as homework_queries
from portal.homework.models import CommonHomework, DaySheet
from portal.policy.approval import SheetStatus
from portal.school.models import SchoolClass


def sheets_today(classes: Sequence[SchoolClass], day: date) -> list[SheetToday]:
    """How the sheets of these classes of one school stand: 1 statement, by the totals that are stored with them.

    What was counted by rules that have changed since is counted anew (4 more).
    """
    if not classes:
        return []
    wanted = select(DaySheet).where(DaySheet.class_id.in_([each.id for each in classes]), DaySheet.date == day)
    sheets = {each.class_id: each for each in db.session.scalars(wanted)}
    now = classes[0].school.rules_version
    counted = {id: totals for id, each in sheets.items() if (totals := each.totals_by(now))}
    stale = [each for each in classes if each.id in sheets and each.id not in counted]
    totals = {id: each["load"]["school"] + each["load"]["home"] for id, each in counted.items()}
    totals |= {each.school_class.id: each.load.total for each in homework_queries.class_days(stale, day)}
    return [_sheet_today(each, sheets.get(each.id), totals.get(each.id, 0)) for each in classes]


def commons_of_day(school_id: int, grades: Collection[int], day: date) -> set[tuple[int, int]]:
    """(grade, subject id) of all common content that is set for a day (1 statement)."""
    rows = db.session.scalars(
        select(CommonHomework).where(
            CommonHomework.school_id == school_id, CommonHomework.grade.in_(grades), CommonHomework.date == day
        )
    )
    return {(each.grade, each.subject_id) for each in rows if each.items}


def _sheet_today(school_class: SchoolClass, sheet: DaySheet | None, total: int) -> SheetToday:
    if sheet is None:
        return SheetToday(school_class, SheetStatus.COLLECTING, total, None)
    return SheetToday(school_class, SheetStatus(sheet.status), total, sheet.coordinated_by_id)
