"""Who asks for a page, kept in this process: every page asks who is signed in and what they may do, and that changes
rarely.
"""

from collections.abc import Hashable
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.accounts import queries
from portal.accounts.models import Person
from portal.asking import ask
from portal.extensions import db

_kept: dict[int, tuple[Hashable, Person | None]] = {}


def person_who_reads(person_id: int, today: date) -> Person | None:
    """Like `queries.person_for_session`, for a request that changes nothing.

    One small question asks for the rows of person and school as they are now. On the school's `roster_version` the
    database itself counts every change of what rights are made of; loans begin and end with days.
    """
    made_of = (ask(_face(), id=person_id), today)
    kept_of, kept = _kept.get(person_id, (None, None))
    if kept_of != made_of:
        kept = _read(person_id, today)
        _kept[person_id] = (made_of, kept)
    if kept is None:
        return None
    person = db.session.merge(kept, load=False)  # this request's own copy, as if it had been read
    person.rights = kept.rights
    return person


def forget_people() -> None:
    """Keep nobody: for tests, whose databases count versions from 0 again."""
    _kept.clear()


@cache
def _face() -> Select:
    """The rows of an active person and their school. Built when all models are known."""
    school = Person.school.property.mapper.class_
    columns = [*Person.__table__.columns, *school.__table__.columns]
    return select(*columns).join(Person.school).where(Person.id == bindparam("id"), Person.active)


def _read(person_id: int, today: date) -> Person | None:
    """The person with school and rights, in no session; without the rows that rights are made of."""
    with Session(db.engine) as apart:
        person = queries.person_for_session(person_id, today, apart)
        if person:
            apart.expire(person, ["grants", "loans", "assignments"])
        return person
