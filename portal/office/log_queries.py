"""Reading the log of a school: a page of it, or all of it row by row."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, func, or_, select

from portal.accounts.name_queries import named, names_of_school, with_names
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework.models import DaySheet, grade_then, number_then
from portal.office.page import LogRow, LogWanted

CHUNK = 500  # rows that are in memory at once while all are read


def people(school_id: int) -> dict[int, str]:
    """Everybody who ever had an account, by name: "陈立德 (chen)"; of the erased what stands for it."""
    names = names_of_school(school_id)
    shown = {each: names.both_now(each) for each in names.called}
    return dict(sorted(shown.items(), key=lambda each: (each[1], each[0])))


def count_of_entries(school_id: int, wanted: LogWanted) -> int:
    return db.session.scalar(_wanted(select(func.count()), school_id, wanted)) or 0


def entries(school_id: int, wanted: LogWanted, *, offset: int, limit: int) -> list[LogRow]:
    """A page of the log (1 statement, and one for the names of people in details)."""
    rows = [LogRow(*row) for row in db.session.execute(_rows(school_id, wanted).offset(offset).limit(limit))]
    with_names([each.entry for each in rows])
    return rows


def all_entries(school_id: int, wanted: LogWanted) -> Iterator[LogRow]:
    """The whole log that is wanted (2 statements, when the first row is asked for), CHUNK rows in memory at most."""
    names = names_of_school(school_id)
    for row in db.session.execute(_rows(school_id, wanted).execution_options(yield_per=CHUNK)):
        found = LogRow(*row)
        named([found.entry], names)
        yield found


def _rows(school_id: int, wanted: LogWanted) -> Select:
    order = (LogEntry.at, LogEntry.id) if wanted.oldest_first else (LogEntry.at.desc(), LogEntry.id.desc())
    return _wanted(
        select(LogEntry, DaySheet.class_id, DaySheet.date, grade_then, number_then), school_id, wanted
    ).order_by(*order)


def _wanted(rows: Select, school_id: int, wanted: LogWanted) -> Select:
    rows = rows.select_from(LogEntry).outerjoin(DaySheet, DaySheet.id == LogEntry.sheet_id)
    rows = rows.outerjoin(DaySheet.school_class).where(LogEntry.school_id == school_id)
    return rows.where(*_conditions(wanted))


def _conditions(wanted: LogWanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield LogEntry.at >= wanted.since
    if wanted.until:
        yield LogEntry.at < wanted.until
    if wanted.class_id:
        yield DaySheet.class_id == wanted.class_id
    if wanted.grade:  # also what concerns a grade and not one sheet of it
        yield or_(grade_then == wanted.grade, LogEntry.details["grade"].as_integer() == wanted.grade)
    if wanted.person is not None:
        yield LogEntry.actor_id == (wanted.person or None)
    if wanted.step:
        yield LogEntry.step == wanted.step
    if wanted.kind:
        yield LogEntry.exception == wanted.kind
    if wanted.words:
        yield LogEntry.reason.icontains(wanted.words, autoescape=True)
