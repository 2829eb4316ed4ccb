"""Locking day sheets, and counting them under the lock. Everything that changes a sheet begins here."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.extensions import db
from portal.homework import queries
from portal.homework.models import DaySheet
from portal.homework.sheet import days_of_span
from portal.school.models import SchoolClass


def lock_sheets(school_class: SchoolClass, days: Iterable[date]) -> list[DaySheet]:
    """The sheets of a class on these school days, made where missing, locked until the commit, the earliest first."""
    return [_lock_sheet(school_class, day) for day in sorted(days)]


def lock_reach(school_class: SchoolClass, day: date) -> list[DaySheet]:
    """A sheet and the later ones that its tasks last into, locked: all that counts differently when it changes."""
    class_day = queries.class_day(school_class, day)
    own = [filing for filing in class_day.filings if filing.sheet.date == day]
    spans = [item.days for filing in own for item in filing.items]
    return lock_sheets(school_class, days_of_span(class_day.rules.calendar, day, spans))


def recount(school_class: SchoolClass, sheets: Iterable[DaySheet]) -> None:
    """Store with each sheet, which is locked, the minutes that count on it now."""
    db.session.flush()
    for sheet in sheets:
        sheet.totals = queries.class_day(school_class, sheet.date).totals()
        sheet.totals_rules = school_class.school.rules_version
    db.session.flush()


def _lock_sheet(school_class: SchoolClass, day: date) -> DaySheet:
    wanted = (
        select(DaySheet)
        .where(DaySheet.class_id == school_class.id, DaySheet.date == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    sheet = db.session.scalars(wanted).first()
    if sheet is None:
        try:
            with db.session.begin_nested():
                db.session.add(DaySheet(school_id=school_class.school_id, class_id=school_class.id, date=day))
        except IntegrityError:  # somebody else made it in this very moment
            pass
        sheet = db.session.scalars(wanted).one()
    return sheet
