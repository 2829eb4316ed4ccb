"""What closing a subject touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person
from portal.extensions import Model, db
from portal.policy.approval import COUNTED_WHILE_COLLECTING, FilingStatus
from portal.roster.people_queries import state_number
from portal.school.models import SchoolClass, Subject, TeachingAssignment


@dataclass(frozen=True)
class Touched:
    """Who teaches a subject where, by teacher; the homework and the grades' common content of today and later days,
    and how much of the homework was not handed in yet.
    """

    subject: Subject
    lessons: Sequence[TeachingAssignment]
    filings: Sequence[tuple[date, SchoolClass]]
    drafts: int
    commons: Sequence[tuple[date, int]]

    @property
    def state(self) -> int:
        """A number that is another one as soon as any of it is."""
        return state_number(
            (self.subject.name, self.subject.closed_on),
            [(each.id, each.weekdays) for each in self.lessons],
            [(day, school_class.id) for day, school_class in self.filings],
            self.drafts,
            self.commons,
        )

    @property
    def teachers(self) -> list[tuple[Person, list[SchoolClass]]]:
        """Each teacher with their classes."""
        return [
            (teacher, [each.school_class for each in lessons])
            for teacher, lessons in groupby(self.lessons, lambda each: each.teacher)
        ]

    @property
    def days(self) -> list[tuple[date, list[SchoolClass]]]:
        """Each day with the classes that have homework on it."""
        return [(day, [each for _, each in rows]) for day, rows in groupby(self.filings, lambda row: row[0])]


def touched_by_closing(subject: Subject, today: date) -> Touched:
    """3 statements. The tables of homework belong to a feature above and are named as words."""
    homework, sheet, common = (Model.metadata.tables[name] for name in ("homework", "day_sheet", "common_homework"))
    lessons = (
        select(TeachingAssignment)
        .join(TeachingAssignment.teacher)
        .join(TeachingAssignment.school_class)
        .where(TeachingAssignment.subject_id == subject.id)
        .options(joinedload(TeachingAssignment.teacher), joinedload(TeachingAssignment.school_class))
        .order_by(Person.name, Person.id, SchoolClass.grade, SchoolClass.number)
    )
    filings = (
        select(sheet.c.date, SchoolClass, homework.c.status)
        .join(sheet, sheet.c.class_id == SchoolClass.id)
        .join(homework, homework.c.sheet_id == sheet.c.id)
        .where(homework.c.subject_id == subject.id, homework.c.status.in_(COUNTED_WHILE_COLLECTING))
        .where(sheet.c.date >= today)
        .order_by(sheet.c.date, SchoolClass.grade, SchoolClass.number)
    )
    commons = select(common.c.date, common.c.grade, common.c["items"]).where(common.c.subject_id == subject.id)
    commons = commons.where(common.c.date >= today).order_by(common.c.date, common.c.grade)
    filed = db.session.execute(filings).all()
    return Touched(
        subject,
        db.session.scalars(lessons).all(),
        [(day, school_class) for day, school_class, _ in filed],
        sum(status == FilingStatus.DRAFT for *_, status in filed),
        [(day, grade) for day, grade, items in db.session.execute(commons) if items],
    )
