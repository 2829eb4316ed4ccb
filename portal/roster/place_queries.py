"""What closing a subject or a class touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import ClassVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Deputy, Person, RoleGrant
from portal.extensions import Model, db
from portal.policy.approval import COUNTED_WHILE_COLLECTING, FilingStatus
from portal.roster.people_queries import state_number
from portal.school.models import SchoolClass, Subject, TeachingAssignment


@dataclass(frozen=True)
class Touched:
    """The lessons that end, by teacher; the homework of today and later days by what it is told apart by, and how much
    of it was not handed in yet.
    """

    lessons: Sequence[TeachingAssignment]
    filings: Sequence[tuple[date, SchoolClass | Subject]]
    drafts: int

    OTHER: ClassVar[str]  # what lessons and homework are told apart by: `subject` or `school_class`

    @property
    def state(self) -> int:
        """A number that is another one as soon as any of it is."""
        return state_number(
            [(each.id, each.weekdays) for each in self.lessons],
            [(day, other.id) for day, other in self.filings],
            self.drafts,
            *self._more(),
        )

    def _more(self) -> tuple:
        raise NotImplementedError

    @property
    def teachers(self) -> list[tuple[Person, list[SchoolClass | Subject]]]:
        """Each teacher with their classes, or subjects."""
        by_teacher = groupby(self.lessons, attrgetter("teacher"))
        return [(teacher, list(map(attrgetter(self.OTHER), lessons))) for teacher, lessons in by_teacher]

    @property
    def days(self) -> list[tuple[date, list[SchoolClass | Subject]]]:
        """Each day with the classes, or subjects, that have homework on it."""
        return [(day, [each for _, each in rows]) for day, rows in groupby(self.filings, itemgetter(0))]


@dataclass(frozen=True)
class TouchedBySubject(Touched):
    """And the grades' common content of today and later days."""

    subject: Subject
    commons: Sequence[tuple[date, int]]

    OTHER = "school_class"

    def _more(self) -> tuple:
        return self.subject.name, self.subject.closed_on, self.commons

    @property
    def ended(self) -> list[list[int]]:
        """Who taught it, see `Subject.ended`."""
        return [[each.teacher_id, each.class_id, each.school_class.grade, each.weekdays] for each in self.lessons]


@dataclass(frozen=True)
class TouchedByClass(Touched):
    """And its homeroom teachers, who stands in for them today or later, and the days of which nothing is public yet."""

    school_class: SchoolClass
    homerooms: Sequence[RoleGrant]
    loans: Sequence[Deputy]
    waiting: Sequence[date]

    OTHER = "subject"

    def _more(self) -> tuple:
        name = (self.school_class.grade, self.school_class.number, self.school_class.left_on)
        loans = [(each.id, each.last) for each in self.loans]
        return name, [each.id for each in self.homerooms], loans, self.waiting

    @property
    def ended(self) -> list[list[int | None]]:
        """Who taught and who looked after it, see `SchoolClass.ended`."""
        lessons = [[each.teacher_id, each.subject_id, each.weekdays] for each in self.lessons]
        return lessons + [[each.person_id, None, 0] for each in self.homerooms]


def touched_by_closing_subject(subject: Subject, today: date) -> TouchedBySubject:
    """3 statements. The tables of homework belong to a feature above and are named as words."""
    homework, common = (Model.metadata.tables[name] for name in ("homework", "common_homework"))
    commons = select(common.c.date, common.c.grade, common.c["items"]).where(common.c.subject_id == subject.id)
    commons = commons.where(common.c.date >= today).order_by(common.c.date, common.c.grade)
    place = (SchoolClass.grade, SchoolClass.number)
    filed = _filed(SchoolClass, homework.c.subject_id == subject.id, today, *place)
    return TouchedBySubject(
        *_lessons_and(filed, _lessons(TeachingAssignment.subject_id == subject.id, *place)),
        subject,
        [(day, grade) for day, grade, items in db.session.execute(commons) if items],
    )


def touched_by_closing_class(school_class: SchoolClass, today: date) -> TouchedByClass:
    """4 statements, see above."""
    sheet = Model.metadata.tables["day_sheet"]
    place = (Subject.position, Subject.id)
    filed = _filed(Subject, sheet.c.class_id == school_class.id, today, *place)
    homerooms = select(RoleGrant).where(RoleGrant.class_id == school_class.id).order_by(RoleGrant.id)
    loans = select(Deputy).join(Deputy.grant).where(RoleGrant.class_id == school_class.id, Deputy.last >= today)
    return TouchedByClass(
        *_lessons_and(filed, _lessons(TeachingAssignment.class_id == school_class.id, *place)),
        school_class,
        db.session.scalars(homerooms.options(joinedload(RoleGrant.person))).all(),
        db.session.scalars(loans.options(joinedload(Deputy.person)).order_by(Deputy.first, Deputy.id)).all(),
        sorted({day for day, _, _, published in filed if not published}),
    )


def _lessons(of: ColumnElement[bool], *place: ColumnElement) -> Select:
    return (
        select(TeachingAssignment)
        .join(TeachingAssignment.teacher)
        .join(TeachingAssignment.school_class)
        .join(TeachingAssignment.subject)
        .where(of)
        .options(*map(joinedload, (TeachingAssignment.teacher, TeachingAssignment.school_class)))
        .options(joinedload(TeachingAssignment.subject))
        .order_by(Person.name, Person.id, *place)
    )


def _filed(other: type[SchoolClass | Subject], of: ColumnElement[bool], today: date, *place: ColumnElement) -> Sequence:
    """What counts on sheets of today and later: (date, class or subject, status, number of the published version)."""
    homework, sheet = (Model.metadata.tables[name] for name in ("homework", "day_sheet"))
    met = (sheet.c.class_id if other is SchoolClass else homework.c.subject_id) == other.id
    rows = (
        select(sheet.c.date, other, homework.c.status, sheet.c.published_number)
        .select_from(sheet.join(homework, homework.c.sheet_id == sheet.c.id))
        .join(other, met)
        .where(of, homework.c.status.in_(COUNTED_WHILE_COLLECTING), sheet.c.date >= today)
        .order_by(sheet.c.date, *place)
    )
    return db.session.execute(rows).all()


def _lessons_and(filed: Sequence, lessons: Select) -> tuple[Sequence[TeachingAssignment], list, int]:
    """The first three of what is touched."""
    drafts = sum(status == FilingStatus.DRAFT for _, _, status, _ in filed)
    return db.session.scalars(lessons).all(), [(day, other) for day, other, *_ in filed], drafts
