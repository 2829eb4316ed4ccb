"""Passwords and sessions: given, changed, ended. Each locks the person's row. Sessions hold a number of it:
counted on, it ends them all at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import choice

from sqlalchemy import ColumnElement, insert, literal, select, update

from portal.accounts.models import NO_PASSWORD, FormerName, Person, hash_of, quick_hash_of
from portal.audit.actions import Portal, record
from portal.extensions import Moment, db
from portal.policy import passwords
from portal.policy.errors import PolicyError, StaleForm


@dataclass(frozen=True)
class Slip:
    """What is handed to somebody on paper. The password is written nowhere else, and holds until the end of `last`."""

    name: str
    login: str
    password: str
    last: date


@dataclass(frozen=True)
class Drawn:
    """A password for somebody, with its hash."""

    password: str
    hashed: str


def draw_passwords(count: int) -> list[Drawn]:
    """Some time before they are given: a school's hashes take longer than anybody should hold a lock."""
    drawn = [passwords.one_time_password(choice) for _ in range(count)]
    return [Drawn(each, quick_hash_of(each)) for each in drawn]


def give_one_time_passwords(
    seen: Collection[str] | None, drawn: Sequence[Drawn], *, last: date, by: Person | Portal, at: datetime
) -> list[Slip]:
    """Give what was drawn to people of the school, to be used until the end of `last`, and end their sessions.

    `seen`: who they are, as `Person.get_id()` said when they were shown; None: everybody who has none yet.
    Raises StaleForm where one of them is not as they were shown or more wait than were `drawn`, PolicyError where
    nobody is left and for `by`.
    """
    if seen is None:
        people = _locked(by.school_id, Person.password_hash == NO_PASSWORD, Person.active)
    else:
        people = _locked(by.school_id, Person.id.in_({int(each.partition(".")[0]) for each in seen}))
        check_as_seen(people, seen)
    if not people:
        raise PolicyError("现在没有人需要新密码。")
    if any(each.id == by.id for each in people):
        raise PolicyError("您自己的密码请在“我的账号”里修改。")
    if len(people) > len(drawn):
        raise _changed_meanwhile()
    slips = [_given(person, each, last=last, by=by, at=at) for person, each in zip(people, drawn, strict=False)]
    db.session.flush()
    return slips


def chosen_password(person: Person, password: str) -> str:
    """The hash of what a person chooses for themselves, some time before it is kept. Raises PolicyError where the rule
    says no.
    """
    passwords.check_password(password, login=person.login, name=person.name, was=person.has_password(password))
    return hash_of(password)


def change_password(person: Person, chosen: str, *, at: datetime) -> None:
    """Keep the hash of the person's choice; their other sessions end. Raises StaleForm where it changed meanwhile."""
    _lock(person)
    record("password.change", by=person, at=at)
    person.password_hash, person.one_time_last = chosen, None
    end_sessions(person)


def sign_out_everywhere(person: Person, *, at: datetime) -> None:
    """Every session and remembered browser of a person ends. Raises StaleForm like `change_password`."""
    _lock(person)
    record("session.end", by=person, at=at)
    end_sessions(person)


def end_sessions(person: Person) -> None:
    """Whoever is signed in as `person` is so no more, in any process; nothing is logged."""
    person.session_version += 1
    db.session.flush()


def end_sessions_of(person_ids: Collection[int]) -> None:
    """The same for many, in one statement."""
    ended = update(Person).where(Person.id.in_(person_ids))
    db.session.execute(ended.values(session_version=Person.session_version + 1))


def keep_names_of(person_ids: Collection[int], *, at: datetime) -> None:
    """Call before names or logins change: what is written until now goes on naming people as they are called now."""
    called = ("school_id", "name", "login")
    now = select(Person.id, *(getattr(Person, each) for each in called), literal(at, Moment)).where(
        Person.id.in_(person_ids)
    )
    db.session.execute(insert(FormerName).from_select(["person_id", *called, "until"], now))


def check_as_seen(people: Sequence[Person], seen: Collection[str]) -> None:
    """Raises StaleForm unless `people`, who are locked, are active and exactly those that were `seen`."""
    if {each.get_id() for each in people if each.active} != set(seen):
        raise _changed_meanwhile()


def _changed_meanwhile() -> StaleForm:
    return StaleForm("有人的账号刚刚被改过，什么都没有做。请看一遍现在的名单，再选一次。")


def _given(person: Person, drawn: Drawn, *, last: date, by: Person | Portal, at: datetime) -> Slip:
    record("password.give", by=by, at=at, person=person.id)
    person.password_hash, person.one_time_last = drawn.hashed, last
    person.session_version += 1
    return Slip(person.name, person.login, drawn.password, last)


def _lock(person: Person) -> None:
    """Lock the row of somebody who was read in this request."""
    seen = person.session_version
    columns = ["session_version", "password_hash", "one_time_last", "active"]
    db.session.refresh(person, columns, with_for_update=True)
    if person.session_version != seen or not person.active:
        raise StaleForm("密码刚刚在别处改过，这一次没有保存。请重新登录。")


def _locked(school_id: int, *which: ColumnElement[bool]) -> list[Person]:
    """People of a school as they are now, locked in the same order always."""
    wanted = select(Person).where(Person.school_id == school_id, *which).order_by(Person.id)
    return list(db.session.scalars(wanted.with_for_update()))
