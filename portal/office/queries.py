"""Reading what the office looks at; the number of statements does not depend on how many sheets there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from portal.accounts.name_queries import with_names
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.grid.page import load_of
from portal.homework import queries as homework_queries
from portal.homework.models import DaySheet, grade_then, number_then
from portal.office.page import REVIEW, OfficeSheet, Wanted, matters_of
from portal.policy.approval import ExceptionKind, SheetStatus
from portal.policy.workload import DayLoad
from portal.school.models import SchoolClass
from portal.school.queries import still_there_on

KINDS = list(ExceptionKind)
ORDERS = {
    "newest": (DaySheet.date.desc(), grade_then, number_then),
    "oldest": (DaySheet.date, grade_then, number_then),
    "class": (grade_then, number_then, DaySheet.date.desc()),
}


def waiting(school_id: int) -> int:
    """How many sheets have an exception that the office has not looked at (1 statement)."""
    rows = select(func.count(LogEntry.sheet_id.distinct())).where(*_exceptions(school_id), _is_open())
    return db.session.scalar(rows) or 0


def approved_waiting(school_id: int) -> int:
    """How many sheets the year-group lead has approved and the office has not published (1 statement)."""
    rows = select(func.count(DaySheet.id)).join(DaySheet.school_class).where(*_approved(school_id))
    return db.session.scalar(rows) or 0


def count_of_kinds(school_id: int, wanted: Wanted) -> Mapping[ExceptionKind, int]:
    """The sheets of the queue by kind of exception, whatever kind is wanted."""
    rows = _wanted(select(LogEntry.exception, func.count(LogEntry.sheet_id.distinct())), school_id, wanted, kind=False)
    return {ExceptionKind(kind): count for kind, count in db.session.execute(rows.group_by(LogEntry.exception))}


def count_of_sheets(school_id: int, wanted: Wanted) -> int:
    """The sheets of the queue."""
    rows = _wanted(select(func.count(LogEntry.sheet_id.distinct())), school_id, wanted)
    return db.session.scalar(rows) or 0


def sheets_of_queue(school_id: int, wanted: Wanted, *, offset: int, limit: int) -> list[OfficeSheet]:
    """A piece of the queue: those for which publication over the cap is asked first, then as `wanted` sorts."""
    asks = (LogEntry.exception == ExceptionKind.ASKED) & _is_open()
    found = _wanted(select(LogEntry.sheet_id, func.max(case((asks, 1), else_=0)).label("asks")), school_id, wanted)
    found = found.group_by(LogEntry.sheet_id).subquery()
    asked = case((DaySheet.status == SheetStatus.PUBLISHED, 0), else_=found.c.asks)
    rows = _sheets().join(found, found.c.sheet_id == DaySheet.id).order_by(asked.desc(), *ORDERS[wanted.sort])
    return with_matters(db.session.scalars(rows.offset(offset).limit(limit)).all())


def sheets_by_id(school_id: int, ids: Collection[int]) -> list[OfficeSheet]:
    """These sheets, as far as they are of this school, with their exceptions."""
    rows = _sheets().where(DaySheet.school_id == school_id, DaySheet.id.in_(ids)).order_by(DaySheet.id)
    return with_matters(db.session.scalars(rows).all())


def approved_sheets(school_id: int, *, offset: int, limit: int) -> list[OfficeSheet]:
    """Sheets that are approved and not published, the newest day first."""
    rows = _sheets().where(*_approved(school_id)).order_by(*ORDERS["newest"])
    return with_matters(db.session.scalars(rows.offset(offset).limit(limit)).all())


def population(school_id: int, first: date, last: date, grade: int | None) -> list[int]:
    """The ids of all sheets of these days that may be drawn for a sample: once published, or approved."""
    passed = or_(DaySheet.published_number > 0, DaySheet.status == SheetStatus.APPROVED)
    rows = select(DaySheet.id).join(DaySheet.school_class)
    rows = rows.where(DaySheet.school_id == school_id, DaySheet.date.between(first, last), passed)
    return list(db.session.scalars(rows.where(grade_then == grade) if grade else rows))


def was_inspected(sheet_id: int, seed: str) -> bool:
    """Whether somebody has looked at the sheet as part of this sample."""
    found = exists().where(
        LogEntry.sheet_id == sheet_id, LogEntry.step == REVIEW, LogEntry.reason.contains(seed, autoescape=True)
    )
    return bool(db.session.scalar(select(found)))


def has_open_matters(sheet_id: int) -> bool:
    """Whether there is an exception on this sheet that nobody has looked at."""
    found = exists().where(LogEntry.sheet_id == sheet_id, LogEntry.exception.in_(KINDS), _is_open())
    return bool(db.session.scalar(select(found)))


def with_matters(sheets: Sequence[DaySheet]) -> list[OfficeSheet]:
    """The sheets with their minutes and exceptions, in the same order (1 statement, see `loads_of`)."""
    rows: dict[int, list[LogEntry]] = defaultdict(list)
    asked = select(LogEntry).where(
        LogEntry.sheet_id.in_([each.id for each in sheets]),
        or_(LogEntry.exception.in_(KINDS), LogEntry.step == REVIEW),
    )
    for row in with_names(db.session.scalars(asked.order_by(LogEntry.id)).all()):
        rows[row.sheet_id].append(row)
    classes = [each.school_class for each in sheets]  # reading a sheet anew forgets its class
    loads = loads_of(sheets)
    return [
        OfficeSheet(
            sheet,
            school_class,
            loads[sheet.id],
            matters_of(rows[sheet.id]),
            [each for each in rows[sheet.id] if each.step == REVIEW],
        )
        for sheet, school_class in zip(sheets, classes, strict=True)
    ]


def loads_of(sheets: Iterable[DaySheet]) -> dict[int, DayLoad]:
    """What counts on each sheet, by its id: as it is stored. Only after a change of the school's rules are the sheets
    that nobody has touched since counted anew, day by day.
    """
    loads, stale = {}, defaultdict(list)
    for sheet in sheets:
        if totals := sheet.totals_by(sheet.school_class.school.rules_version):
            loads[sheet.id] = load_of(totals)
        else:
            stale[sheet.date].append((sheet.id, sheet.school_class))
    for day, some in stale.items():
        counted = homework_queries.class_days([school_class for _, school_class in some], day)
        loads |= {sheet_id: class_day.load for (sheet_id, _), class_day in zip(some, counted, strict=True)}
    return loads


def _sheets() -> Select[tuple[DaySheet]]:
    """Sheets with class and school."""
    return (
        select(DaySheet)
        .join(DaySheet.school_class)
        .options(contains_eager(DaySheet.school_class).joinedload(SchoolClass.school))
    )


def _approved(school_id: int) -> tuple[ColumnElement[bool], ...]:
    """Approved and not published, for a day on which the class is still there: else nobody can publish it."""
    approved = (DaySheet.school_id == school_id, DaySheet.status == SheetStatus.APPROVED)
    return *approved, still_there_on(DaySheet.date)


def _exceptions(school_id: int) -> tuple[ColumnElement[bool], ...]:
    return LogEntry.school_id == school_id, LogEntry.exception.in_(KINDS), LogEntry.sheet_id.is_not(None)


def _is_open() -> ColumnElement[bool]:
    """Nobody has looked at the row's sheet since."""
    later = aliased(LogEntry)
    return ~exists().where(later.sheet_id == LogEntry.sheet_id, later.step == REVIEW, later.id > LogEntry.id)


def _wanted(rows: Select, school_id: int, wanted: Wanted, *, kind: bool = True) -> Select:
    """Rows of the log that the queue is made of."""
    rows = rows.join(DaySheet, DaySheet.id == LogEntry.sheet_id).join(DaySheet.school_class)
    rows = rows.where(*_exceptions(school_id))
    if not wanted.reviewed:
        rows = rows.where(_is_open())
    if kind and wanted.kind:
        rows = rows.where(LogEntry.exception == wanted.kind)
    if wanted.grade:
        rows = rows.where(grade_then == wanted.grade)
    if wanted.first:
        rows = rows.where(DaySheet.date >= wanted.first)
    if wanted.last:
        rows = rows.where(DaySheet.date <= wanted.last)
    return rows
