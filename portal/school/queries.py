"""Reading the school's classes, subjects, assignments and settings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask import abort
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.school.models import (
    CalendarDay,
    GradeRule,
    RetiredCode,
    SchoolClass,
    Subject,
    TeachingAssignment,
    TermDates,
)


def class_or_404(class_id: int) -> SchoolClass:
    """The class with its school; 404 where there is none."""
    school_class = db.session.scalars(
        select(SchoolClass).where(SchoolClass.id == class_id).options(joinedload(SchoolClass.school))
    ).first()
    return school_class or abort(404)


def class_by_code_or_404(code: str) -> SchoolClass:
    """The class with this address on the board; 404 where there is none."""
    wanted = select(SchoolClass).where(SchoolClass.code == code.replace("\x00", "\ufffd"))
    return db.session.scalars(wanted.options(joinedload(SchoolClass.school))).first() or abort(404)


def there_on(day: object) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions: the class was already called as it is now on this day, and had not left."""
    called_so = or_(SchoolClass.since.is_(None), SchoolClass.since <= day)
    return called_so, still_there_on(day)


def still_there_on(day: object) -> ColumnElement[bool]:
    """Condition: the class had not left on this day."""
    return or_(SchoolClass.left_on.is_(None), SchoolClass.left_on > day)


def classes_of_grade(school_id: int, grade: int) -> Sequence[SchoolClass]:
    """The present classes of a grade with their school, by number."""
    return db.session.scalars(
        select(SchoolClass)
        .where(SchoolClass.school_id == school_id, SchoolClass.grade == grade, SchoolClass.left_on.is_(None))
        .options(joinedload(SchoolClass.school))
        .order_by(SchoolClass.number)
    ).all()


def classes_of_school(school_id: int) -> Sequence[SchoolClass]:
    """The present classes of a school, by grade and number."""
    return db.session.scalars(
        select(SchoolClass)
        .where(SchoolClass.school_id == school_id, SchoolClass.left_on.is_(None))
        .order_by(SchoolClass.grade, SchoolClass.number)
    ).all()


def every_class(school_id: int) -> Sequence[SchoolClass]:
    """The present classes of a school by grade and number, then those that have left, the latest first."""
    wanted = select(SchoolClass).where(SchoolClass.school_id == school_id)
    found = db.session.scalars(wanted.order_by(SchoolClass.grade, SchoolClass.number)).all()
    return sorted(found, key=lambda each: -(each.left_on or date.max).toordinal())


def classes_that_left(school_id: int) -> Sequence[SchoolClass]:
    """The classes of a school that are none any more, the latest first."""
    return db.session.scalars(
        select(SchoolClass)
        .where(SchoolClass.school_id == school_id, SchoolClass.left_on.is_not(None))
        .order_by(SchoolClass.left_on.desc(), SchoolClass.grade, SchoolClass.number)
    ).all()


def replaced_links(school_id: int) -> Sequence[tuple[RetiredCode, SchoolClass]]:
    """The links of a school that were replaced, with their class, the latest first."""
    rows = db.session.execute(
        select(RetiredCode, SchoolClass)
        .join(SchoolClass, SchoolClass.id == RetiredCode.class_id)
        .where(RetiredCode.school_id == school_id)
        .order_by(RetiredCode.retired_at.desc(), SchoolClass.grade, SchoolClass.number)
    )
    return [(retired, school_class) for retired, school_class in rows]


def subjects_of_school(school_id: int) -> Sequence[Subject]:
    """The subjects that a school teaches, in its order."""
    wanted = select(Subject).where(Subject.school_id == school_id, Subject.closed_on.is_(None))
    return db.session.scalars(wanted.order_by(Subject.position, Subject.id)).all()


def closed_subjects(school_id: int) -> Sequence[Subject]:
    """The subjects that a school does not teach any more, in its order."""
    wanted = select(Subject).where(Subject.school_id == school_id, Subject.closed_on.is_not(None))
    return db.session.scalars(wanted.order_by(Subject.position, Subject.id)).all()


def subject_or_404(school_id: int, subject_id: int) -> Subject:
    """A subject of this school, closed or not; 404 where there is none."""
    subject = db.session.get(Subject, subject_id)
    return subject if subject and subject.school_id == school_id else abort(404)


def assignments_of_classes(class_ids: Iterable[int]) -> Sequence[TeachingAssignment]:
    """Who teaches what in these classes, with teacher and subject, in the order of subjects."""
    return db.session.scalars(
        select(TeachingAssignment)
        .join(TeachingAssignment.subject)
        .where(TeachingAssignment.class_id.in_(class_ids))
        .options(joinedload(TeachingAssignment.subject), joinedload(TeachingAssignment.teacher))
        .order_by(Subject.position, Subject.id, TeachingAssignment.id)
    ).all()


def assignments_of_teacher(teacher_id: int) -> Sequence[TeachingAssignment]:
    """What a teacher teaches, with class and subject, by subject, grade and class."""
    return db.session.scalars(
        select(TeachingAssignment)
        .join(TeachingAssignment.subject)
        .join(TeachingAssignment.school_class)
        .where(TeachingAssignment.teacher_id == teacher_id, SchoolClass.left_on.is_(None))
        .options(
            joinedload(TeachingAssignment.subject),
            joinedload(TeachingAssignment.school_class).joinedload(SchoolClass.school),
        )
        .order_by(SchoolClass.grade, SchoolClass.number, Subject.position)
    ).all()


def own_days(school_id: int, first: date, last: date) -> Mapping[date, CalendarDay]:
    """What the school itself has set for days of this range, by date."""
    rows = db.session.scalars(
        select(CalendarDay)
        .where(CalendarDay.school_id == school_id, CalendarDay.date.between(first, last))
        .order_by(CalendarDay.date)
    )
    return {each.date: each for each in rows}


def terms_of_school(school_id: int) -> Sequence[TermDates]:
    """The school's terms, the earliest first."""
    return db.session.scalars(select(TermDates).where(TermDates.school_id == school_id).order_by(TermDates.first)).all()


def term_or_404(school_id: int, term_id: int) -> TermDates:
    """A term of this school; 404 where there is none."""
    term = db.session.get(TermDates, term_id)
    return term if term and term.school_id == school_id else abort(404)


def rule_of_grade(school_id: int, grade: int) -> GradeRule | None:
    """What the school has set for a grade; None where it has set nothing."""
    return db.session.scalars(
        select(GradeRule).where(GradeRule.school_id == school_id, GradeRule.grade == grade)
    ).first()
