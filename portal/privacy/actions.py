"""Erasing somebody who has left: for good, and without a trace of the name."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from portal.accounts.actions import end_sessions
from portal.accounts.models import NO_PASSWORD, Deputy, FormerName, Person, RoleGrant
from portal.audit.actions import record
from portal.extensions import db
from portal.policy import erasure
from portal.policy.permissions import Scope
from portal.privacy import queries
from portal.roster.actions import check_seen, lock
from portal.roster.import_models import ImportState, RosterImport
from portal.roster.people_queries import state_now
from portal.roster.rollover_models import Rollover
from portal.school.link_actions import count_change
from portal.school.models import School, SchoolClass, Subject, TeachingAssignment


def erase(person: Person, *, typed: str, seen_version: int, by: Person, at: datetime) -> None:
    """Take away name, login and password of somebody who has left, and what is stored for them alone.

    What they did stays where the school has to answer for it, under a number; the log says who erased whom by this
    number. Raises StaleForm where they are not as they were shown, PolicyError where they may still sign in,
    have duties left, or `typed` is not their login.
    """
    lock(by)
    check_seen(state_now(person.id), seen_version)
    db.session.refresh(person, ["name", "login", "active", "erased_at"], with_for_update=True)
    erasure.check_may_be_erased(
        active=person.active,
        erased=person.erased_at is not None,
        duties=queries.duties_of(person.id, at.date()),
    )
    erasure.check_typed(typed, person.login)
    record("person.erase", by=by, at=at, right=("roster.set", Scope(by.school_id)), person=person.id)
    _erase(person, at)


def erase_again(erased: Collection[tuple[str, int]], *, at: datetime) -> int:
    """After an older backup was restored: erase anew those who were erased since, by code of the school and id.

    How many there were. Their roles and loans, which had been given up before, go as well.
    """
    ids = [person_id for _, person_id in erased]
    wanted = select(Person, School.code).join(School, School.id == Person.school_id)
    wanted = wanted.where(Person.id.in_(ids), Person.erased_at.is_(None))
    found = [person for person, code in db.session.execute(wanted.order_by(Person.id)) if (code, person.id) in erased]
    for person in found:
        person.active = False
        grants = select(RoleGrant.id).where(RoleGrant.person_id == person.id)
        db.session.execute(delete(Deputy).where(Deputy.grant_id.in_(grants)))
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == person.id))
        db.session.execute(delete(TeachingAssignment).where(TeachingAssignment.teacher_id == person.id))
        _erase(person, at)
    return len(found)


def _erase(person: Person, at: datetime) -> None:
    _clean_imports(person)
    _clean_rollovers(person)
    _clean_closed(person)
    db.session.execute(delete(FormerName).where(FormerName.person_id == person.id))
    db.session.execute(delete(Deputy).where(Deputy.person_id == person.id))
    person.name, person.login = erasure.name_of_erased(person.id), erasure.login_of_erased(person.id)
    person.password_hash, person.one_time_last, person.erased_at = NO_PASSWORD, None, at
    end_sessions(person)
    count_change(person.school_id)


def _clean_imports(person: Person) -> None:
    """Files in which they stand: those that wait go, those that were imported cannot be taken back any more."""
    former = select(FormerName.name, FormerName.login).where(FormerName.person_id == person.id)
    called = sorted({(person.name, person.login), *map(tuple, db.session.execute(former))}, reverse=True)
    of_school = RosterImport.school_id == person.school_id
    for each in db.session.scalars(select(RosterImport).where(of_school)):
        kept = json.dumps([each.tables, each.notes, each.changes], ensure_ascii=False)
        tells = any(name in kept or f'"{login}"' in kept or f"({login})" in kept for name, login in called)
        if each.state == ImportState.WAITING and (tells or each.person_id == person.id):
            db.session.delete(each)
            continue
        if tells:
            each.changes, each.notes = [], []
        for name, login in called:
            file = re.sub(rf"\b{re.escape(login)}\b", f"#{person.id}", each.file)
            each.file = file.replace(name, f"#{person.id}")[:100]
    db.session.flush()


def _clean_rollovers(person: Person) -> None:
    """A new school year that is taken back must not give them back lessons and roles."""
    for each in db.session.scalars(select(Rollover).where(Rollover.school_id == person.school_id)):
        gone = each.changes.get("gone", {})
        roles = {row["id"] for row in gone.get("role_grant", ()) if row["person_id"] == person.id}
        rest = {table: [row for row in rows if not _is_of(person, row, roles)] for table, rows in gone.items()}
        each.changes = {**each.changes, "gone": rest}
    db.session.flush()


def _clean_closed(person: Person) -> None:
    """A subject or class that is opened again must not give them back lessons."""
    for closed in (Subject, SchoolClass):
        for each in db.session.scalars(select(closed).where(closed.school_id == person.school_id)):
            each.ended = each.ended and [lesson for lesson in each.ended if lesson[0] != person.id]
    db.session.flush()


def _is_of(person: Person, row: Mapping[str, object], roles: Collection[int]) -> bool:
    """Whether a row that went tells of them: a lesson, a role, or a loan to them or of one of their `roles`."""
    return person.id in (row.get("teacher_id"), row.get("person_id")) or row.get("grant_id") in roles
