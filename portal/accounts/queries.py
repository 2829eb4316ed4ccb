"""Reading people."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Person, RoleGrant
from portal.extensions import db


def _with_all_rights() -> Select[tuple[Person]]:
    return select(Person).options(
        joinedload(Person.school), selectinload(Person.grants), selectinload(Person.assignments)
    )


def person_for_session(person_id: int) -> Person | None:
    """The person a session belongs to, with all that the permission table asks about; None if not active."""
    return db.session.scalars(_with_all_rights().where(Person.id == person_id, Person.active)).first()


def person_by_login(login: str) -> Person | None:
    """The active person who signs in as `login`, loaded like a session's person: pages are shown to them at once."""
    return db.session.scalars(_with_all_rights().where(Person.login == login, Person.active)).first()


def people_of_school(school_id: int) -> Sequence[Person]:
    """Everybody with an account, with roles and assignments, by login."""
    return db.session.scalars(
        select(Person)
        .where(Person.school_id == school_id)
        .options(selectinload(Person.grants).joinedload(RoleGrant.school_class), selectinload(Person.assignments))
        .order_by(Person.login)
    ).all()
