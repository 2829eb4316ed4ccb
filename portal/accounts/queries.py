"""Reading people."""

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import NO_PASSWORD, Deputy, Person, RoleGrant
from portal.extensions import db


def _with_all_rights(today: date) -> Select[tuple[Person]]:
    """Persons with all that the permission table asks about, the roles lent to them for `today` among it.

    One statement: a person has few roles and some ten assignments.
    """
    return select(Person).options(
        joinedload(Person.school),
        joinedload(Person.grants),
        joinedload(_lent(today))
        .joinedload(Deputy.grant)
        .options(joinedload(RoleGrant.person), joinedload(RoleGrant.school_class)),
        joinedload(Person.assignments).joinedload(Person.assignments.property.mapper.class_.school_class),
    )


def _lent(today: date):
    """The loans that hold today."""
    return Person.loans.and_(Deputy.first <= today, Deputy.last >= today)


def _people(wanted: Select[tuple[Person]], session: Session = db.session) -> list[Person]:
    people = list(session.scalars(wanted).unique())
    for person in people:
        _ = person.rights  # read now, while all they are made of is loaded
    return people


def person_for_session(person_id: int, today: date, session: Session = db.session) -> Person | None:
    """The person a session belongs to, with all rights; None if not active."""
    return next(iter(_people(_with_all_rights(today).where(Person.id == person_id, Person.active), session)), None)


def person_by_login(login: str, today: date) -> Person | None:
    """The active person who signs in as `login`, loaded like a session's person: pages are shown to them at once."""
    return next(iter(_people(_with_all_rights(today).where(Person.login == login, Person.active))), None)


def count_without_password(school_id: int) -> int:
    """How many active people of a school cannot sign in with a password yet."""
    waiting = select(func.count(Person.id)).where(Person.school_id == school_id, Person.active)
    return db.session.scalar(waiting.where(Person.password_hash == NO_PASSWORD))


def people_with_rights(school_id: int, today: date) -> list[Person]:
    """Everybody of a school with all rights, read anew."""
    wanted = _with_all_rights(today).where(Person.school_id == school_id).execution_options(populate_existing=True)
    return _people(wanted)
