"""Single changes of people, roles and assignments. The school's row is locked first: one after the other, and each only
if the person is still as they were shown (`seen_version`, see `people_queries.state_now`). Nothing that history names
is deleted.
"""

from datetime import datetime

from sqlalchemy import delete, exists, func, select

from portal.accounts.actions import end_sessions, keep_names_of
from portal.accounts.models import NO_PASSWORD, Deputy, Person, Post, RoleGrant
from portal.audit.actions import record
from portal.extensions import db
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.permissions import Role, Scope
from portal.policy.roster import check_taught
from portal.roster import people_queries as queries
from portal.school.models import School, SchoolClass, Subject, TeachingAssignment


def add_person(login: str, name: str, *, by: Person, at: datetime) -> Person:
    """Somebody without password and roles. Raises PolicyError where the login is taken, in whichever school."""
    lock(by)
    _check_login(login)
    person = Person(school_id=by.school_id, login=login, name=name, password_hash=NO_PASSWORD)
    db.session.add(person)
    db.session.flush()
    _log("person.add", person, by=by, at=at)
    return person


def rename(person: Person, login: str, name: str, *, seen_version: int, by: Person, at: datetime) -> None:
    """Correct name and login; what was written under the old name keeps it. Raises like `add_person`."""
    _hold(person, seen_version, by=by)
    if (login, name) == (person.login, person.name):
        return
    if login.lower() != person.login.lower():
        _check_login(login)
    keep_names_of([person.id], at=at)
    person.login, person.name = login, name
    db.session.flush()
    _log("person.rename", person, by=by, at=at)


def deactivate(person: Person, *, seen_version: int, by: Person, at: datetime) -> None:
    """They cannot sign in any more, and every session of theirs ends. What they did stays, and their roles wait.

    Raises PolicyError for oneself and for the last administrator.
    """
    _hold(person, seen_version, by=by)
    if person.id == by.id:
        raise PolicyError("不能停用自己的账号，请另一位管理员来做。")
    _check_not_the_last(person)
    person.active = False
    end_sessions(person)
    _log("person.stop", person, by=by, at=at)


def activate(person: Person, *, seen_version: int, by: Person, at: datetime) -> None:
    """They can sign in again, with the password they had."""
    _hold(person, seen_version, by=by)
    person.active = True
    db.session.flush()
    _log("person.resume", person, by=by, at=at)


def grant(person: Person, post: Post, class_id: int | None, *, seen_version: int, by: Person, at: datetime) -> None:
    """Give a role; of a class `class_id` says which. Raises PolicyError where they have it, and for a closed class."""
    _hold(person, seen_version, by=by)
    _check_there(class_id)
    grade = post.grade if post.role == Role.LEAD else None
    same = (RoleGrant.person_id == person.id, RoleGrant.role == post.role)
    place = (RoleGrant.class_id.is_not_distinct_from(class_id), RoleGrant.grade.is_not_distinct_from(grade))
    if db.session.scalar(select(exists().where(*same, *place))):
        raise PolicyError("已经有这个角色了。")
    values = {"role": post.role, "class_id": class_id, "grade": grade}
    db.session.add(RoleGrant(school_id=person.school_id, person_id=person.id, **values))
    db.session.flush()
    _log("role.give", person, by=by, at=at, post=[post.role, post.place])


def revoke(granted: RoleGrant, person: Person, *, seen_version: int, by: Person, at: datetime) -> None:
    """Take a role away. Loans of it that are over go with it; the log keeps them.

    Raises PolicyError while it is lent to somebody, and for the last administrator.
    """
    _hold(person, seen_version, by=by)
    if granted.role == Role.ADMINISTRATOR:
        _check_not_the_last(person)
    post = granted.post
    if db.session.scalar(select(exists().where(Deputy.grant_id == granted.id, Deputy.last >= at.date()))):
        raise PolicyError("这个角色正由同事代理，或者已经安排了代理。请先在“职责代理”里结束。")
    db.session.execute(delete(Deputy).where(Deputy.grant_id == granted.id))
    db.session.execute(delete(RoleGrant).where(RoleGrant.id == granted.id))
    _log("role.take", person, by=by, at=at, post=[post.role, post.place])


def assign(
    person: Person,
    school_class: SchoolClass,
    subject: Subject,
    weekdays: int,
    *,
    seen_version: int,
    by: Person,
    at: datetime,
) -> None:
    """What somebody teaches, and on which weekdays (bits, Monday lowest); again: the weekdays are changed.

    Raises PolicyError where the subject or the class is closed.
    """
    _hold(person, seen_version, by=by)
    _check_there(school_class.id)
    db.session.refresh(subject)
    check_taught(subject.name, subject.closed_on is not None)
    key = {"teacher_id": person.id, "class_id": school_class.id, "subject_id": subject.id}
    found = db.session.scalars(select(TeachingAssignment).filter_by(**key)).first()
    if found:
        found.weekdays = weekdays
    else:
        db.session.add(TeachingAssignment(school_id=person.school_id, weekdays=weekdays, **key))
    db.session.flush()
    _log_assignment("teaching.set", person, school_class, subject, weekdays, by=by, at=at)


def unassign(assignment: TeachingAssignment, person: Person, *, seen_version: int, by: Person, at: datetime) -> None:
    """They do not teach it any more; the homework they set stays theirs."""
    _hold(person, seen_version, by=by)
    school_class, subject, weekdays = assignment.school_class, assignment.subject, assignment.weekdays
    db.session.execute(delete(TeachingAssignment).where(TeachingAssignment.id == assignment.id))
    _log_assignment("teaching.end", person, school_class, subject, weekdays, by=by, at=at)


def lock(by: Person) -> None:
    """One change of the school's roster after the other."""
    db.session.execute(select(School.id).where(School.id == by.school_id).with_for_update())


def check_seen(present: int, seen_version: int) -> None:
    """Raises StaleForm where something is not as it was shown."""
    if present != seen_version:
        raise StaleForm("名单刚刚改过，这一步没有做。请看一遍现在的样子，再做一次。")


def _hold(person: Person, seen_version: int, *, by: Person) -> None:
    lock(by)
    check_seen(queries.state_now(person.id), seen_version)


def _check_login(login: str) -> None:
    if db.session.scalar(select(exists().where(func.lower(Person.login) == login.lower()))):
        raise PolicyError("这个账号已经有人用了，请换一个。")


def _check_there(class_id: int | None) -> None:
    """A class may have been closed since the form was shown."""
    if db.session.scalar(select(exists().where(SchoolClass.id == class_id, SchoolClass.left_on.is_not(None)))):
        raise PolicyError("这个班已经停用。要用它，请管理员先在“班级与学科”里恢复。")


def _check_not_the_last(person: Person) -> None:
    """Somebody has to be able to let people in."""
    of_school = (RoleGrant.school_id == person.school_id, RoleGrant.role == Role.ADMINISTRATOR)
    holders = select(RoleGrant.person_id).join(RoleGrant.person).where(*of_school, Person.active)
    if set(db.session.scalars(holders)) == {person.id}:
        raise PolicyError("这是最后一位管理员。请先把管理员角色交给另一位同事。")


def _log(step: str, person: Person, *, by: Person, at: datetime, **details: object) -> None:
    record(step, by=by, at=at, right=("roster.set", Scope(by.school_id)), person=person.id, **details)


def _log_assignment(
    step: str, person: Person, school_class: SchoolClass, subject: Subject, weekdays: int, *, by: Person, at: datetime
) -> None:
    taught = [school_class.grade, school_class.number, weekdays]
    _log(step, person, by=by, at=at, subject=subject.name, taught=taught)
