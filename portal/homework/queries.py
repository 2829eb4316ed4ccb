"""Reading sheets and filings; the number of statements does not depend on how many classes are asked for."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.extensions import db
from portal.homework.models import DaySheet, Homework, Item
from portal.homework.sheet import ClassDay
from portal.policy.approval import FilingStatus
from portal.policy.item import LONGEST_SPAN
from portal.school import queries as school_queries
from portal.school.models import SchoolClass
from portal.school.rules import rules_of


def class_day(school_class: SchoolClass, day: date) -> ClassDay:
    """One class on one school day."""
    return class_days([school_class], day)[0]


def class_week(school_class: SchoolClass, day: date) -> list[ClassDay]:
    """The school days of the week of `day`, and `day` itself (as many statements as one day)."""
    is_school_day = rules_of(school_class.school).calendar.is_school_day
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=n) for n in range(7)]
    return _read([school_class], [each for each in week if each == day or is_school_day(each)])


def class_days(classes: Sequence[SchoolClass], day: date) -> list[ClassDay]:
    """Several classes of one school on one school day, in the given order (5 statements, however many)."""
    return _read(classes, [day])


def _read(classes: Sequence[SchoolClass], days: Sequence[date]) -> list[ClassDay]:
    """Each class on each of `days`, which are in order; class by class."""
    if not classes:
        return []
    class_ids = [each.id for each in classes]
    sheets = {(sheet.class_id, sheet.date): sheet for sheet in _sheets(class_ids, days)}
    rules = rules_of(classes[0].school)
    filings = _filings(class_ids, days, rules.calendar.covered_days(days[-1])[-1])
    assignments = school_queries.assignments_of_classes(class_ids)
    return [
        ClassDay(
            school_class=each,
            date=day,
            sheet=sheets.get((each.id, day)),
            filings=[filing for filing in filings if filing.sheet.class_id == each.id],
            assignments=[assignment for assignment in assignments if assignment.class_id == each.id],
            rules=rules,
        )
        for each in classes
        for day in days
    ]


def _sheets(class_ids: Sequence[int], days: Sequence[date]) -> Sequence[DaySheet]:
    return db.session.scalars(
        select(DaySheet)
        .where(DaySheet.class_id.in_(class_ids), DaySheet.date.in_(days))
        .execution_options(populate_existing=True)
    ).all()


def _filings(class_ids: Sequence[int], days: Sequence[date], last_covered: date) -> Sequence[Homework]:
    """The filings of the days, and earlier ones whose tasks may reach them, the oldest first."""
    earliest = days[0] - timedelta(days=LONGEST_SPAN)
    reaches_on = and_(
        DaySheet.date.between(earliest, last_covered),
        Homework.status.in_([FilingStatus.DRAFT, FilingStatus.SUBMITTED]),
        exists().where(Item.homework_id == Homework.id, Item.days > 1),
    )
    return db.session.scalars(
        select(Homework)
        .join(Homework.sheet)
        .where(DaySheet.class_id.in_(class_ids), or_(DaySheet.date.in_(days), reaches_on))
        .options(
            contains_eager(Homework.sheet),
            joinedload(Homework.subject),
            joinedload(Homework.teacher),
            selectinload(Homework.items),
        )
        .order_by(Homework.id)
        .execution_options(populate_existing=True)
    ).all()


def has_sheet(class_id: int, day: date) -> bool:
    """Whether anything was ever filed for this class and day."""
    filed = exists().where(DaySheet.class_id == class_id, DaySheet.date == day)
    return bool(db.session.scalar(select(filed)))


def last_filing_before(class_id: int, subject_id: int, day: date) -> Homework | None:
    """The last submitted filing with items for this class and subject before `day`: what "same as last time" copies."""
    return db.session.scalars(
        select(Homework)
        .join(Homework.sheet)
        .where(
            DaySheet.class_id == class_id,
            DaySheet.date < day,
            Homework.subject_id == subject_id,
            Homework.status == FilingStatus.SUBMITTED,
            Homework.no_homework.is_(False),
        )
        .options(contains_eager(Homework.sheet), selectinload(Homework.items))
        .order_by(DaySheet.date.desc(), Homework.id.desc())
        .limit(1)
    ).first()
