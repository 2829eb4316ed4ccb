"""Single changes of classes and subjects. Like those of people: the school's row first, and only what was shown
(`seen_version`, see `people_queries.state_of_class`).
"""

from datetime import datetime

from sqlalchemy import delete, exists, func, select

from portal.accounts.models import Deputy, Person, RoleGrant
from portal.audit.actions import record
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.policy.permissions import Role, Scope
from portal.policy.roster import check_taught
from portal.roster import people_queries as queries
from portal.roster.actions import check_seen, lock
from portal.roster.place_queries import touched_by_closing_class, touched_by_closing_subject
from portal.school import queries as school_queries
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
    """It is no class of the school from today on. Nobody teaches or looks after it any more; its days stay.

    Who did is kept with it for `open_class`. `seen_version`: see `place_queries.Touched.state`.
    """
    lock(by)
    db.session.refresh(school_class)
    touched = touched_by_closing_class(school_class, at.date())
    check_seen(touched.state, seen_version)
    if school_class.left_on:
        return
    school_class.left_on, school_class.ended = at.date(), touched.ended
    grants = select(RoleGrant.id).where(RoleGrant.class_id == school_class.id)
    db.session.execute(delete(Deputy).where(Deputy.grant_id.in_(grants)))
    db.session.execute(delete(RoleGrant).where(RoleGrant.class_id == school_class.id))
    db.session.execute(delete(TeachingAssignment).where(TeachingAssignment.class_id == school_class.id))
    count_change(by.school_id)
    db.session.flush()
    record("class.close", by=by, at=at, right=_right(by), classes=[[school_class.grade, school_class.number]])


def open_class(school_class: SchoolClass, *, seen_version: int, by: Person, at: datetime) -> tuple[int, int]:
    """It is a class of the school again, with those who are still there, in subjects that are still taught: how many
    lessons and homeroom teachers are as they were, and how many are not.

    Raises PolicyError where another class has its number.
    """
    _hold(school_class, seen_version, by=by)
    if not school_class.left_on:
        return 0, 0
    _check_number(by.school_id, school_class.grade, school_class.number)
    subjects = {None, *(each.id for each in school_queries.subjects_of_school(by.school_id))}
    people, ended = _active(by.school_id), school_class.ended or []
    back = [each for each in ended if each[0] in people and each[1] in subjects]
    place = {"school_id": by.school_id, "class_id": school_class.id}
    for person_id, subject_id, weekdays in back:
        lesson = {"teacher_id": person_id, "subject_id": subject_id, "weekdays": weekdays}
        homeroom = RoleGrant(person_id=person_id, role=Role.HOMEROOM, **place)
        db.session.add(TeachingAssignment(**lesson, **place) if subject_id else homeroom)
    school_class.left_on, school_class.ended = None, None
    count_change(by.school_id)
    db.session.flush()
    record("class.open", by=by, at=at, right=_right(by), classes=[[school_class.grade, school_class.number]])
    return len(back), len(ended) - len(back)


def _active(school_id: int) -> set[int]:
    return set(db.session.scalars(select(Person.id).where(Person.school_id == school_id, Person.active)))


def _hold(school_class: SchoolClass, seen_version: int, *, by: Person) -> None:
    lock(by)
    db.session.refresh(school_class)
    check_seen(queries.state_of_class(school_class), seen_version)


def _check_number(school_id: int, grade: int, number: int) -> None:
    present = (SchoolClass.school_id == school_id, SchoolClass.left_on.is_(None))
    if db.session.scalar(select(exists().where(*present, SchoolClass.grade == grade, SchoolClass.number == number))):
        raise PolicyError("这个班已经有了。")


def add_subject(name: str, *, by: Person, at: datetime) -> Subject:
    """A subject after the others. Raises PolicyError where there is one of this name, closed or not."""
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
    _hold_subject(subject, seen_version, by=by)
    if name == subject.name:
        return
    _check_name(by.school_id, name)
    was, subject.name = subject.name, name
    count_change(by.school_id)
    db.session.flush()
    record("subject.rename", by=by, at=at, right=_right(by), called=[was, name])


def close_subject(subject: Subject, *, seen_version: int, by: Person, at: datetime) -> None:
    """The school does not teach it from today on. All that was set in it stays; nobody can set or change any more.

    Who teaches it is kept with it for `open_subject`. `seen_version`: see `place_queries.Touched.state`.
    """
    lock(by)
    db.session.refresh(subject)
    touched = touched_by_closing_subject(subject, at.date())
    check_seen(touched.state, seen_version)
    if subject.closed_on:
        return
    subject.closed_on, subject.ended = at.date(), touched.ended
    db.session.execute(delete(TeachingAssignment).where(TeachingAssignment.subject_id == subject.id))
    count_change(by.school_id)
    db.session.flush()
    record("subject.close", by=by, at=at, right=_right(by), subject=subject.name)


def open_subject(subject: Subject, *, seen_version: int, by: Person, at: datetime) -> tuple[int, int]:
    """It is taught again, by those who are still there in classes that have not moved up since: how many lessons are
    as they were, and how many are not.
    """
    _hold_subject(subject, seen_version, by=by)
    if not subject.closed_on:
        return 0, 0
    teachers = _active(by.school_id)
    classes = {(each.id, each.grade) for each in school_queries.classes_of_school(by.school_id)}
    ended = subject.ended or []
    back = [
        {"teacher_id": teacher_id, "class_id": class_id, "weekdays": weekdays}
        for teacher_id, class_id, grade, weekdays in ended
        if teacher_id in teachers and (class_id, grade) in classes
    ]
    subject.closed_on, subject.ended = None, None
    db.session.add_all(TeachingAssignment(school_id=by.school_id, subject_id=subject.id, **each) for each in back)
    count_change(by.school_id)
    db.session.flush()
    record("subject.open", by=by, at=at, right=_right(by), subject=subject.name)
    return len(back), len(ended) - len(back)


def _hold_subject(subject: Subject, seen_version: int, *, by: Person) -> None:
    lock(by)
    db.session.refresh(subject)
    check_seen(queries.state_of_subject(subject), seen_version)


def _check_name(school_id: int, name: str) -> None:
    found = db.session.scalars(select(Subject).where(Subject.school_id == school_id, Subject.name == name)).first()
    if found:
        check_taught(name, found.closed_on is not None)
        raise PolicyError("这个学科已经有了。")


def _right(by: Person) -> tuple[str, Scope]:
    return "roster.set", Scope(by.school_id)
