"""Single changes of classes and subjects. Like those of people: the school's row first, and only what was shown."""

from datetime import datetime

from sqlalchemy import exists, func, select

from portal.accounts.models import Person
from portal.audit.actions import record
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.policy.permissions import Scope
from portal.roster.actions import lock
from portal.school.link_actions import count_change, new_code
from portal.school.models import SchoolClass, Subject


def add_class(grade: int, number: int, *, seen_version: int, by: Person, at: datetime) -> SchoolClass:
    """A class with an address of its own on the board. Raises PolicyError where there is one of this number."""
    lock(by, seen_version)
    of_school = (SchoolClass.school_id == by.school_id, SchoolClass.left_on.is_(None))
    if db.session.scalar(select(exists().where(*of_school, SchoolClass.grade == grade, SchoolClass.number == number))):
        raise PolicyError("这个班已经有了。")
    added = SchoolClass(school_id=by.school_id, grade=grade, number=number, code=new_code())
    db.session.add(added)
    count_change(by.school_id)
    db.session.flush()
    record("class.add", by=by, at=at, right=_right(by), classes=[[grade, number]])
    return added


def add_subject(name: str, *, seen_version: int, by: Person, at: datetime) -> Subject:
    """A subject after the others. Raises PolicyError where there is one of this name."""
    lock(by, seen_version)
    _check_name(by.school_id, name)
    last = db.session.scalar(select(func.max(Subject.position)).where(Subject.school_id == by.school_id))
    added = Subject(school_id=by.school_id, name=name, position=0 if last is None else last + 1)
    db.session.add(added)
    db.session.flush()
    record("subject.add", by=by, at=at, right=_right(by), subject=name)
    return added


def rename_subject(subject: Subject, name: str, *, seen_version: int, by: Person, at: datetime) -> None:
    """What is published keeps the old name. Raises like `add_subject`."""
    lock(by, seen_version)
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
