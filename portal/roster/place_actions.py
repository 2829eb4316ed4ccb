"""Single changes of classes and subjects. Like those of people: the school's row first, and only what was shown
(`seen_version`, see `people_queries.state_of_class`).
"""

from datetime import datetime

from sqlalchemy import delete, exists, func, select

from portal.accounts.models import Deputy, Person, RoleGrant
from portal.audit.actions import record
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.policy.permissions import Scope
from portal.roster import people_queries as queries
from portal.roster.actions import check_seen, lock
from portal.school.link_actions import count_change, new_code
from portal.school.models import SchoolClass, Subject, TeachingAssignment


def add_class(grade: int, number: int, *, by: Person, at: datetime) -> SchoolClass:
    """A class with an address of its own on the board. Raises PolicyError where there is one of this number."""
    lock(by)
    _check_number(by.school_id, grade, number)
    added = SchoolClass(school_id=by.school_id, grade=grade, number=number, code=new_code())
    db.session.add(added)
    count_change(by.school_id)
    db.session.flush()
    record("class.add", by=by, at=at, right=_right(by), classes=[[grade, number]])
    return added


def correct_class(
    school_class: SchoolClass, grade: int, number: int, *, seen_version: int, by: Person, at: datetime
) -> None:
    """Another grade or number for a class that was entered wrongly: its sheets are called so too. What is published
    keeps the old name. Raises PolicyError where there is one of this number.
    """
    _hold(school_class, seen_version, by=by)
    was = [school_class.grade, school_class.number]
    if was == [grade, number]:
        return
    _check_number(by.school_id, grade, number)
    school_class.grade, school_class.number = grade, number
    count_change(by.school_id)
    db.session.flush()
    record("class.correct", by=by, at=at, right=_right(by), classes=[was, [grade, number]])


def close_class(school_class: SchoolClass, *, seen_version: int, by: Person, at: datetime) -> None:
    """It is no class of the school from today on. Nobody teaches or looks after it any more; its days stay."""
    _hold(school_class, seen_version, by=by)
    if school_class.left_on:
        return
    school_class.left_on = at.date()
    grants = select(RoleGrant.id).where(RoleGrant.class_id == school_class.id)
    db.session.execute(delete(Deputy).where(Deputy.grant_id.in_(grants)))
    db.session.execute(delete(RoleGrant).where(RoleGrant.class_id == school_class.id))
    db.session.execute(delete(TeachingAssignment).where(TeachingAssignment.class_id == school_class.id))
    count_change(by.school_id)
    db.session.flush()
    record("class.close", by=by, at=at, right=_right(by), classes=[[school_class.grade, school_class.number]])


def open_again(school_class: SchoolClass, *, seen_version: int, by: Person, at: datetime) -> None:
    """It is a class of the school again, without teachers. Raises PolicyError where another one has its number."""
    _hold(school_class, seen_version, by=by)
    if not school_class.left_on:
        return
    _check_number(by.school_id, school_class.grade, school_class.number)
    school_class.left_on = None
    count_change(by.school_id)
    db.session.flush()
    record("class.open", by=by, at=at, right=_right(by), classes=[[school_class.grade, school_class.number]])


def _hold(school_class: SchoolClass, seen_version: int, *, by: Person) -> None:
    lock(by)
    db.session.refresh(school_class)
    check_seen(queries.state_of_class(school_class), seen_version)


def _check_number(school_id: int, grade: int, number: int) -> None:
    present = (SchoolClass.school_id == school_id, SchoolClass.left_on.is_(None))
    if db.session.scalar(select(exists().where(*present, SchoolClass.grade == grade, SchoolClass.number == number))):
        raise PolicyError("这个班已经有了。")


def add_subject(name: str, *, by: Person, at: datetime) -> Subject:
    """A subject after the others. Raises PolicyError where there is one of this name."""
    lock(by)
    _check_name(by.school_id, name)
    last = db.session.scalar(select(func.max(Subject.position)).where(Subject.school_id == by.school_id))
    added = Subject(school_id=by.school_id, name=name, position=0 if last is None else last + 1)
    db.session.add(added)
    db.session.flush()
    record("subject.add", by=by, at=at, right=_right(by), subject=name)
    return added


def rename_subject(subject: Subject, name: str, *, seen_version: int, by: Person, at: datetime) -> None:
    """What is published keeps the old name. Raises like `add_subject`."""
    lock(by)
    db.session.refresh(subject)
    check_seen(queries.state_of_subject(subject), seen_version)
    if name == subject.name:
        return
    _check_name(by.school_id, name)
    was, subject.name = subject.name, name
    count_change(by.school_id)
    db.session.flush()
    record("subject.rename", by=by, at=at, right=_right(by), called=[was, name])


def _check_name(school_id: int, name: str) -> None:
    if db.session.scalar(select(exists().where(Subject.school_id == school_id, Subject.name == name))):
        raise PolicyError("这个学科已经有了。")


def _right(by: Person) -> tuple[str, Scope]:
    return "roster.set", Scope(by.school_id)
