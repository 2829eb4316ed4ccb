"""A school's next year as it is planned, row by row: as proposed, or as somebody has corrected it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import chain

from portal.accounts.models import Person, RoleGrant
from portal.policy.calendar import Term
from portal.policy.errors import PolicyError
from portal.policy.permissions import Role
from portal.policy.rollover import Name, Way
from portal.school.models import SchoolClass, TeachingAssignment


@dataclass(frozen=True)
class Present:
    """What is stored of a school now: its present classes, who teaches what there, who leads, all by grade and number;
    subjects by id; everybody who has an account; and the terms of the calendar.
    """

    classes: Sequence[SchoolClass]
    subjects: Mapping[int, str]
    people: Sequence[Person]
    assignments: Sequence[TeachingAssignment]
    grants: Sequence[RoleGrant]
    terms: Sequence[Term]

    @cached_property
    def names(self) -> list[Name]:
        return [_name(each) for each in self.classes]

    def homerooms(self, school_class: SchoolClass | None) -> list[RoleGrant]:
        """The grants of its homeroom teachers."""
        return [each for each in self.grants if school_class and each.class_id == school_class.id]

    def leads(self, grade: int) -> list[RoleGrant]:
        return [each for each in self.grants if each.role == Role.LEAD and each.grade == grade]


@dataclass
class Typed:
    """A field of the plan: its name in the form, what stands in it, and what is wrong with it."""

    key: str
    text: str
    problem: PolicyError | None = None


@dataclass
class Who(Typed):
    """A field with the names of people, and whom they mean."""

    people: Sequence[Person] = ()


@dataclass
class Lesson:
    """A subject of a class in the new year. `was`: who teaches it so far; None for one that begins. `goes_on`: the
    class's new grade has it.
    """

    who: Who
    subject_id: int
    subject: str
    was: TeachingAssignment | None
    weekdays: int
    goes_on: bool

    @property
    def stays(self) -> bool:
        """Whether the same person goes on."""
        return self.was is not None and [each.id for each in self.who.people] == [self.was.teacher_id]


@dataclass
class ClassRow:
    """A class in the new year. `school_class` is None for one of new pupils; `name` is what it will be called, None
    if it leaves or is not opened. The fields: the grade ("" for none) and number it will have, homeroom teachers.
    """

    key: str
    school_class: SchoolClass | None
    grade: Typed
    number: Typed
    homeroom: Who
    name: Name | None = None
    lessons: Sequence[Lesson] = ()

    @property
    def was(self) -> Name | None:
        """What it is called today."""
        return self.school_class and _name(self.school_class)

    @property
    def fields(self) -> list[Typed]:
        return [self.grade, self.number, self.homeroom, *(each.who for each in self.lessons)]

    @property
    def missing(self) -> list[Lesson]:
        """Subjects of the new grade that nobody teaches yet."""
        return [each for each in self.lessons if each.goes_on and not each.who.people]


@dataclass
class LeadRow:
    """A grade of the new year, and who leads it."""

    grade: int
    who: Who


@dataclass
class TermRow:
    """A term of the new year; without days it is not added."""

    name: Typed
    first: Typed
    last: Typed
    term: Term | None = None


@dataclass
class Plan:
    """The whole of it. `classes` are those of today, `new` those of new pupils."""

    way: Way
    year: int
    present: Present
    classes: Sequence[ClassRow]
    new: Sequence[ClassRow]
    leads: Sequence[LeadRow]
    terms: Sequence[TermRow]
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[ClassRow]:
        return [*self.classes, *self.new]

    @property
    def fields(self) -> list[Typed]:
        of_terms = chain.from_iterable((each.name, each.first, each.last) for each in self.terms)
        of_rows = chain.from_iterable(each.fields for each in self.rows)
        return [*of_rows, *(each.who for each in self.leads), *of_terms]

    @cached_property
    def problems(self) -> list[Typed]:
        return [each for each in self.fields if each.problem]

    @property
    def moved(self) -> list[ClassRow]:
        """Classes that are called otherwise in the new year."""
        return [each for each in self.classes if each.name and each.name != each.was]

    @property
    def left(self) -> list[ClassRow]:
        return [each for each in self.classes if each.name is None]

    @property
    def opened(self) -> list[ClassRow]:
        return [each for each in self.new if each.name]

    @cached_property
    def ended(self) -> list[TeachingAssignment]:
        """Who does not teach any more what they teach now."""
        stays = {each.was.id for row in self.classes if row.name for each in row.lessons if each.stays}
        return [each for each in self.present.assignments if each.id not in stays]

    @cached_property
    def begun(self) -> list[tuple[ClassRow, Lesson, Person]]:
        """Who begins to teach what where."""
        return [
            (row, lesson, person)
            for row in self.rows
            if row.name
            for lesson in row.lessons
            if not lesson.stays
            for person in lesson.who.people
        ]

    @cached_property
    def taken(self) -> list[RoleGrant]:
        """Roles that end: of homeroom teachers and leads who are none any more there."""
        homerooms = {row.school_class.id: _ids(row.homeroom.people) for row in self.classes if row.name}
        leads = {row.grade: _ids(row.who.people) for row in self.leads}
        return [
            each
            for each in self.present.grants
            if each.person_id not in ((homerooms if each.class_id else leads).get(each.class_id or each.grade) or ())
        ]

    @cached_property
    def given(self) -> list[tuple[Role, ClassRow | int, Person]]:
        """Roles that begin: homeroom teacher of a class, lead of a grade."""
        homerooms = [
            (Role.HOMEROOM, row, person)
            for row in self.rows
            if row.name
            for person in row.homeroom.people
            if person.id not in {each.person_id for each in self.present.homerooms(row.school_class)}
        ]
        return homerooms + [
            (Role.LEAD, row.grade, person)
            for row in self.leads
            for person in row.who.people
            if person.id not in {each.person_id for each in self.present.leads(row.grade)}
        ]

    @property
    def added_terms(self) -> list[Term]:
        return [each.term for each in self.terms if each.term]

    @cached_property
    def counts(self) -> dict[str, int]:
        return {
            "moved": len(self.moved),
            "left": len(self.left),
            "opened": len(self.opened),
            "stays": sum(each.stays for row in self.classes if row.name for each in row.lessons),
            "ended": len(self.ended),
            "begun": len(self.begun),
            "missing": sum(len(each.missing) for each in self.rows if each.name),
            "homerooms": sum(not each.homeroom.people for each in self.rows if each.name),
            "leads": sum(bool(each.who.people) for each in self.leads),
            "terms": len(self.added_terms),
        }

    @cached_property
    def fingerprint(self) -> str:
        """A piece of a hash of all that confirming would do to what is there now."""
        done = (
            self.year,
            [(row.key, row.was, row.name) for row in self.rows],
            [(each.id, each.class_id, each.subject_id, each.teacher_id, each.weekdays) for each in self.ended],
            [(row.key, each.subject_id, person.id, each.weekdays) for row, each, person in self.begun],
            [each.id for each in self.taken],
            [(role, at if isinstance(at, int) else at.key, person.id) for role, at, person in self.given],
            self.added_terms,
        )
        return sha256(repr(done).encode()).hexdigest()[:16]


def _name(school_class: SchoolClass) -> Name:
    return Name(school_class.grade, school_class.number)


def _ids(people: Collection[Person]) -> set[int]:
    return {each.id for each in people}
