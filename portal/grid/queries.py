"""Reading a grade's day in few statements, however many classes: totals are stored with the sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256

from sqlalchemy import ColumnElement, Date, String, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.asking import ask
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.grid.page import Cell, Column, Grid, Row, cell_of, compared
from portal.homework import common_queries
from portal.homework import queries as homework_queries
from portal.homework.models import CommonHomework, DaySheet, number_then
from portal.homework.sheet import fingerprint
from portal.policy import caps
from portal.policy.differences import Filed
from portal.policy.item import task_of
from portal.policy.workload import day_load
from portal.school import queries as school_queries
from portal.school.models import School, SchoolClass, Subject, TeachingAssignment
from portal.school.rules import rules_of


def grid_of(school: School, grade: int, day: date) -> Grid:
    """All classes of a grade on a school day: 4 statements, and 5 more where totals were counted by older rules."""
    rules = rules_of(school)
    days = rules.calendar.covered_days(day)
    sheets = _classes_with_sheets(school.id, grade, day)
    totals = _totals(sheets, school.rules_version, day)
    taught = _taught(list(totals))
    expects = rules.calendar.in_term(day) and not rules.calendar.is_without_homework(day, grade)
    cells = {key: _cells(each, taught.get(key, []), day, expects=expects) for key, each in totals.items()}
    commons = _commons(school.id, grade, day, days)
    for (class_id, subject_id), difference in compared(cells, commons).items():
        cells[class_id][subject_id] = replace(cells[class_id][subject_id], difference=difference)
    marks = _marks([sheet.id for _, sheet in sheets if sheet])
    cap = caps.cap_for(grade, rules.caps, batch=len(days) > 1)
    rows = [
        Row(each, sheet, totals[each.id], cap, cells[each.id], marks.get(sheet.id, []) if sheet else [])
        for each, sheet in sheets
    ]
    return Grid(columns=_columns(taught, cells), rows=rows, commons=len(commons))


def _was_in(grade: object, day: object) -> ColumnElement[bool]:
    """Whether the class was in this grade on that day, whatever grade it is in now."""
    now = and_(SchoolClass.grade == grade, *school_queries.there_on(day))
    return or_(DaySheet.grade == grade, and_(DaySheet.grade.is_(None), now))


_STATE = (  # built once: each screen that refreshes itself asks for it
    select(
        DaySheet.id,
        DaySheet.version,
        DaySheet.status,
        DaySheet.published_number,
        DaySheet.totals_rules,
        cast(DaySheet.totals, String),  # as stored: it is only compared
        select(func.max(LogEntry.id))
        .where(LogEntry.sheet_id == DaySheet.id, LogEntry.exception != "")
        .correlate(DaySheet)
        .scalar_subquery(),
        select(func.sum(CommonHomework.version))  # its rows are never deleted, and their versions only grow
        .where(
            CommonHomework.school_id == bindparam("school_id"),
            CommonHomework.grade == bindparam("grade"),
            CommonHomework.date == bindparam("day", type_=Date),
        )
        .scalar_subquery(),
    )
    .select_from(SchoolClass)
    .outerjoin(DaySheet, and_(DaySheet.class_id == SchoolClass.id, DaySheet.date == bindparam("day", type_=Date)))
    .where(SchoolClass.school_id == bindparam("school_id"), _was_in(bindparam("grade"), bindparam("day", type_=Date)))
    .order_by(SchoolClass.id)
)


def state_of(school: School, grade: int, day: date) -> str:
    """A piece of a hash of all that the grid is made of: one small question, and the same answer while nothing changes.

    Classes, subjects, people and who teaches what are counted by the school's `roster_version`.
    """
    rows = ask(_STATE, school_id=school.id, grade=grade, day=day.isoformat())
    made_of = (school.id, school.rules_version, school.roster_version, school.published_by, grade, day, rows)
    return sha256(repr(made_of).encode()).hexdigest()[:16]


def _columns(taught: Mapping[int, Sequence[tuple[Column, int, str]]], cells: Mapping[int, Mapping]) -> list[Column]:
    """The subjects that are taught or filed in some class that day, in the school's order."""
    known = {column.id: column for row in taught.values() for column, *_ in row}
    wanted = {key for row in cells.values() for key, cell in row.items() if cell.state != "untaught"}
    known |= _untaught_columns(wanted - set(known))
    return sorted((known[key] for key in wanted), key=lambda column: (column.position, column.id))


def _classes_with_sheets(school_id: int, grade: int, day: date) -> list[tuple[SchoolClass, DaySheet | None]]:
    rows = db.session.execute(
        select(SchoolClass, DaySheet)
        .outerjoin(DaySheet, and_(DaySheet.class_id == SchoolClass.id, DaySheet.date == day))
        .where(SchoolClass.school_id == school_id, _was_in(grade, day))
        .options(joinedload(SchoolClass.school))
        .order_by(number_then)
        .execution_options(populate_existing=True)
    )
    return [(school_class, sheet) for school_class, sheet in rows]


def _totals(sheets: Sequence[tuple[SchoolClass, DaySheet | None]], rules_version: int, day: date) -> dict[int, Mapping]:
    """By class id; what was counted by older rules, or before totals were stored, is counted anew."""
    totals = {school_class.id: (sheet and sheet.totals_by(rules_version)) or {} for school_class, sheet in sheets}
    stale = [each for each, sheet in sheets if sheet and not totals[each.id]]
    for class_day in homework_queries.class_days(stale, day):
        totals[class_day.school_class.id] = class_day.totals()
    return totals


def _taught(class_ids: Sequence[int]) -> dict[int, list[tuple[Column, int, str]]]:
    """By class id: subject, weekdays and teacher of each assignment, in the order of subjects."""
    found = db.session.execute(
        select(
            TeachingAssignment.class_id,
            Subject.id,
            Subject.name,
            Subject.position,
            TeachingAssignment.weekdays,
            Person.name,
        )
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(Person, Person.id == TeachingAssignment.teacher_id)
        .where(TeachingAssignment.class_id.in_(class_ids))
        .order_by(TeachingAssignment.id)
    )
    taught: dict[int, list[tuple[Column, int, str]]] = {}
    for class_id, subject_id, name, position, weekdays, teacher in found:
        taught.setdefault(class_id, []).append((Column(subject_id, name, position), weekdays, teacher))
    return taught


def _cells(totals: Mapping, taught: Sequence[tuple[Column, int, str]], day: date, *, expects: bool) -> dict[int, Cell]:
    """One class's cells by subject id."""
    today = 1 << day.weekday() if expects else 0
    teachers: dict[int, list[str]] = {}
    others: dict[int, list[str]] = {}
    for column, weekdays, teacher in taught:
        (teachers if weekdays & today else others).setdefault(column.id, []).append(teacher)
    stored = {int(subject_id): each for subject_id, each in totals.get("subjects", {}).items()}
    return {
        subject_id: cell_of(
            stored.get(subject_id),
            tuple(teachers.get(subject_id) or others.get(subject_id, ())),
            taught=subject_id in teachers,
        )
        for subject_id in {*teachers, *others, *stored}
    }


def _untaught_columns(subject_ids: set[int]) -> dict[int, Column]:
    """Subjects that somebody has filed and nobody teaches any more: a statement only where there are any."""
    if not subject_ids:
        return {}
    found = db.session.execute(select(Subject.id, Subject.name, Subject.position).where(Subject.id.in_(subject_ids)))
    return {subject_id: Column(subject_id, name, position) for subject_id, name, position in found}


def _commons(school_id: int, grade: int, day: date, days: Sequence[date]) -> dict[int, Filed]:
    """The grade's common content by subject id, as a class would have filed it."""

    def filed(common: CommonHomework) -> Filed:
        tasks = [task_of(each, subject=common.subject_id, first_day=day) for each in common.values]
        return Filed(day_load(tasks, days).total, fingerprint(common.values))

    found = common_queries.commons_of_grade(school_id, grade, day)
    return {subject_id: filed(common) for subject_id, common in found.items()}


def _marks(sheet_ids: Sequence[int]) -> dict[int, list[str]]:
    """By sheet id: the kinds of exceptions in its log, each once, in the order they first came."""
    if not sheet_ids:
        return {}
    found = db.session.execute(
        select(LogEntry.sheet_id, LogEntry.exception)
        .where(LogEntry.sheet_id.in_(sheet_ids), LogEntry.exception != "")
        .order_by(LogEntry.id)
    )
    marks: dict[int, list[str]] = {}
    for sheet_id, kind in found:
        if kind not in marks.setdefault(sheet_id, []):
            marks[sheet_id].append(kind)
    return marks
