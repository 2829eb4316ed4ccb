"""Reading what moves up, whether it may, and whether a move can be taken back."""

from collections.abc import Iterable
from datetime import date

from flask import abort
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Person, RoleGrant
from portal.extensions import Model, db
from portal.policy import rollover
from portal.policy.calendar import Term
from portal.policy.errors import PolicyError
from portal.policy.permissions import Role
from portal.policy.rollover import Stands
from portal.roster.import_queries import references
from portal.roster.rollover_models import Rollover
from portal.roster.rollover_page import Present
from portal.school import queries as school_queries
from portal.school.models import SchoolClass, Subject, TeachingAssignment

BY_HAND = {"teaching_assignment", "role_grant"}  # what goes with a class that is taken back


def present_of(school_id: int) -> Present:
    """All that a plan starts from (6 statements)."""
    assignments = (
        select(TeachingAssignment)
        .join(TeachingAssignment.school_class)
        .join(TeachingAssignment.subject)
        .where(TeachingAssignment.school_id == school_id, SchoolClass.left_on.is_(None))
        .order_by(Subject.position, Subject.id, TeachingAssignment.id)
    )
    grants = select(RoleGrant).where(RoleGrant.school_id == school_id, RoleGrant.role.in_([Role.HOMEROOM, Role.LEAD]))
    people = select(Person).where(Person.school_id == school_id).order_by(Person.name, Person.login)
    subjects = select(Subject.id, Subject.name).where(Subject.school_id == school_id)
    subjects = subjects.order_by(Subject.position, Subject.id)  # closed ones too: they are taught nowhere
    return Present(
        classes=school_queries.classes_of_school(school_id),
        subjects=dict(map(tuple, db.session.execute(subjects))),
        people=db.session.scalars(people).all(),
        assignments=db.session.scalars(assignments).all(),
        grants=db.session.scalars(grants.order_by(RoleGrant.id)).all(),
        terms=[Term(each.name, each.first, each.last) for each in school_queries.terms_of_school(school_id)],
    )


def stands(school_id: int, terms: Iterable[Term], today: date) -> tuple[Stands, int]:
    """Whether the school may move up today, and into which year (1 statement, see `policy.rollover.stands`)."""
    done = select(Rollover.day).where(Rollover.school_id == school_id, Rollover.undone_at.is_(None))
    return rollover.stands(today, list(terms), db.session.scalars(done))


def last_rollover(school_id: int) -> Rollover | None:
    """The latest move of a school that was not taken back."""
    wanted = select(Rollover).where(Rollover.school_id == school_id, Rollover.undone_at.is_(None))
    return db.session.scalars(wanted.order_by(Rollover.at.desc(), Rollover.id.desc())).first()


def rollover_or_404(rollover_id: int) -> Rollover:
    return db.session.get(Rollover, rollover_id) or abort(404)


def name_of(person_id: int) -> str:
    return db.session.scalars(select(Person.name).where(Person.id == person_id)).one()


def why_it_stays(kept: Rollover) -> PolicyError | None:
    """Why a move cannot be taken back any more; None where it can. All of it or nothing."""
    if last_rollover(kept.school_id).id != kept.id:
        return PolicyError("这以后又升过一次年级，不能撤销。")
    if _filed_since(kept):
        return PolicyError("升年级以后已经有人填报作业，不能再撤销。个别班级请在“班级与学科”里改。")
    moved = {each[0]: each for each in kept.changes["classes"]}
    made = kept.changes["made"].get("school_class", [])
    wanted = select(SchoolClass).where(SchoolClass.school_id == kept.school_id).options(joinedload(SchoolClass.school))
    classes = {each.id: each for each in db.session.scalars(wanted.execution_options(populate_existing=True))}
    for class_id, *_, grade, number in moved.values():
        stored = classes[class_id]
        present = stored.left_on is None and (stored.grade, stored.number)
        if present != ((grade, number) if grade else False):
            return PolicyError("有的班在升年级以后又改过，不能撤销。请在“班级与学科”里改。")
    before = {(grade, number) for _, grade, number, *_ in moved.values()}
    others = [each for each in classes.values() if each.id not in moved and each.id not in made and not each.left_on]
    if any((each.grade, each.number) in before for each in others):
        return PolicyError("升年级以后新添加的班占了原来的班号，不能撤销。请先给它改班号。")
    lessons = {each["subject_id"] for each in kept.changes["gone"].get("teaching_assignment", ())}
    for subject in school_queries.closed_subjects(kept.school_id):
        if subject.id in lessons:
            return PolicyError("学科“%(name)s”在升年级以后停用了，不能撤销。请先恢复它。", name=subject.name)
    return PolicyError("新开的班已经有人用到，不能撤销。") if _is_used(made) else None


def _filed_since(kept: Rollover) -> bool:
    """Whether homework was filed since then. Its table belongs to a feature above and is named as a word."""
    homework = Model.metadata.tables["homework"]
    since = exists().where(homework.c.school_id == kept.school_id, homework.c.saved_at > kept.at)
    return bool(db.session.scalar(select(since)))


def _is_used(class_ids: list[int]) -> bool:
    """Whether anything but roles and assignments names one of these classes."""
    used = [
        exists().where(column.in_(class_ids))
        for table, column in references(SchoolClass.__table__)
        if table.name not in BY_HAND
    ]
    return bool(db.session.scalar(select(or_(*used))))
