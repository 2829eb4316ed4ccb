"""Reading people: those a list shows, and one with all that is theirs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from flask import abort
from sqlalchemy import ColumnElement, Row, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import NO_PASSWORD, Deputy, Person, RoleGrant
from portal.extensions import db
from portal.policy.permissions import Role
from portal.school.models import SchoolClass, Subject, TeachingAssignment

TEACHER = "teacher"  # beside the roles that are granted


class Shown(StrEnum):
    """Which people a list shows."""

    ACTIVE = "active"
    WITHOUT = "without"  # active, and no password yet
    ONE_TIME = "one-time"  # active, with a slip that was not used yet
    STOPPED = "stopped"
    ALL = "all"


STATES = {
    Shown.ACTIVE: (Person.active,),
    Shown.WITHOUT: (Person.active, Person.password_hash == NO_PASSWORD),
    Shown.ONE_TIME: (Person.active, Person.one_time_last.is_not(None)),
    Shown.STOPPED: (~Person.active,),
    Shown.ALL: (),
}


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for: a role of vocabulary or TEACHER ("" for any), a class (None for any), a state."""

    role: str = ""
    class_id: int | None = None
    shown: Shown = Shown.ACTIVE


def names(school_id: int, wanted: Wanted) -> Sequence[Row]:
    """Id, name and login of everybody who is wanted."""
    rows = select(Person.id, Person.name, Person.login).where(Person.school_id == school_id, Person.erased_at.is_(None))
    return db.session.execute(rows.where(*STATES[wanted.shown], *_conditions(wanted))).all()


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    granted, taught = RoleGrant.person_id == Person.id, TeachingAssignment.teacher_id == Person.id
    if wanted.role == TEACHER:
        yield exists().where(taught)
    elif wanted.role:
        yield exists().where(granted, RoleGrant.role == wanted.role)
    if wanted.class_id is not None:
        yield or_(
            exists().where(granted, RoleGrant.class_id == wanted.class_id),
            exists().where(taught, TeachingAssignment.class_id == wanted.class_id),
        )


def people(ids: Collection[int], today: date) -> dict[int, Person]:
    """These people with roles, those lent to them for `today`, and assignments, by id."""
    of_grant = (joinedload(RoleGrant.person), joinedload(RoleGrant.school_class))
    rows = db.session.scalars(
        select(Person)
        .where(Person.id.in_(ids))
        .options(
            selectinload(Person.grants).joinedload(RoleGrant.school_class),
            selectinload(Person.loans.and_(Deputy.first <= today, Deputy.last >= today))
            .joinedload(Deputy.grant)
            .options(*of_grant),
            selectinload(Person.assignments),
        )
    )
    return {each.id: each for each in rows}


def person_or_404(school_id: int, person_id: int) -> Person:
    """A person of this school; 404 where there is none, or only the number of somebody who was erased."""
    wanted = select(Person).where(Person.id == person_id, Person.school_id == school_id, Person.erased_at.is_(None))
    return db.session.scalars(wanted).first() or abort(404)


def state_of(person: Person, grants: Iterable[RoleGrant], taught: Iterable[TeachingAssignment]) -> int:
    """A number that is another one as soon as anything on a person's page is; what is theirs in the order of ids."""
    lessons = sorted((each.id, each.weekdays) for each in taught)
    return state_number((person.name, person.login, person.active), sorted(each.id for each in grants), lessons)


def state_now(person_id: int) -> int:
    """The same as it is stored now (3 statements)."""
    person = select(Person.name, Person.login, Person.active).where(Person.id == person_id)
    grants = select(RoleGrant.id).where(RoleGrant.person_id == person_id).order_by(RoleGrant.id)
    lessons = select(TeachingAssignment.id, TeachingAssignment.weekdays).order_by(TeachingAssignment.id)
    lessons = lessons.where(TeachingAssignment.teacher_id == person_id)
    return state_number(
        tuple(db.session.execute(person).one()),
        list(db.session.scalars(grants)),
        [tuple(each) for each in db.session.execute(lessons)],
    )


def state_of_class(school_class: SchoolClass) -> int:
    """The same of a class."""
    return state_number(school_class.grade, school_class.number, school_class.left_on)


def state_of_subject(subject: Subject) -> int:
    return state_number(subject.name, subject.closed_on)


def state_number(*made_of: object) -> int:
    """A piece of a hash, as forms carry it: nine digits at most."""
    return int(sha256(repr(made_of).encode()).hexdigest()[:7], 16)


def grants_of(person_id: int) -> Sequence[RoleGrant]:
    """Their roles with the classes, in the order they were given."""
    wanted = select(RoleGrant).where(RoleGrant.person_id == person_id).options(joinedload(RoleGrant.school_class))
    return db.session.scalars(wanted.order_by(RoleGrant.id)).all()


def homeroom_teachers(school_id: int) -> dict[int, list[str]]:
    """By class, who is its homeroom teacher now."""
    rows = select(RoleGrant.class_id, Person.name).join(RoleGrant.person)
    rows = rows.where(RoleGrant.school_id == school_id, RoleGrant.role == Role.HOMEROOM, Person.active)
    found: dict[int, list[str]] = {}
    for class_id, name in db.session.execute(rows.order_by(RoleGrant.id)):
        found.setdefault(class_id, []).append(name)
    return found
