"""Reading who stands in for whom, what can be lent, and to whom."""

from collections.abc import Sequence
from datetime import date

from flask import abort
from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Deputy, Person, RoleGrant
from portal.extensions import db
from portal.policy.permissions import LENDABLE
from portal.school.models import SchoolClass

WITH_ALL = (
    joinedload(Deputy.person),
    contains_eager(Deputy.grant).options(joinedload(RoleGrant.person), joinedload(RoleGrant.school_class)),
)


def loans(school_id: int, since: date, person_id: int | None = None) -> Sequence[Deputy]:
    """The loans of a school that lasted until `since` or later, the last to begin first; only those that `person_id`
    gave or got, if given.
    """
    wanted = select(Deputy).join(Deputy.grant).where(Deputy.school_id == school_id, Deputy.last >= since)
    if person_id is not None:
        wanted = wanted.where(or_(RoleGrant.person_id == person_id, Deputy.person_id == person_id))
    return db.session.scalars(wanted.options(*WITH_ALL).order_by(Deputy.first.desc(), Deputy.id.desc())).all()


def loan_or_404(school_id: int, loan_id: int) -> Deputy:
    """A loan of this school with all that is shown of it; 404 where there is none."""
    wanted = select(Deputy).join(Deputy.grant).where(Deputy.school_id == school_id, Deputy.id == loan_id)
    return db.session.scalars(wanted.options(*WITH_ALL)).first() or abort(404)


def loans_of_grant(grant_id: int, person_id: int) -> Sequence[Deputy]:
    """Every loan of a role to one person."""
    return db.session.scalars(select(Deputy).where(Deputy.grant_id == grant_id, Deputy.person_id == person_id)).all()


def lendable_grants(school_id: int, person_id: int | None = None) -> Sequence[RoleGrant]:
    """The roles that can be lent, with holder and class: of one person, or of everybody in the school."""
    wanted = select(RoleGrant).where(RoleGrant.school_id == school_id, RoleGrant.role.in_(LENDABLE))
    if person_id is not None:
        wanted = wanted.where(RoleGrant.person_id == person_id)
    return db.session.scalars(
        wanted.outerjoin(RoleGrant.school_class)
        .options(joinedload(RoleGrant.person), contains_eager(RoleGrant.school_class))
        .order_by(RoleGrant.role, SchoolClass.grade, SchoolClass.number, RoleGrant.grade, RoleGrant.id)
    ).all()


def colleagues(school_id: int) -> Sequence[Person]:
    """Everybody who can be asked, by name."""
    return db.session.scalars(
        select(Person).where(Person.school_id == school_id, Person.active).order_by(Person.name, Person.login)
    ).all()


def holds(person_id: int, grant: RoleGrant) -> bool:
    """Whether somebody has the same role in the same place in their own right."""
    same = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == grant.role,
        RoleGrant.class_id.is_not_distinct_from(grant.class_id),
        RoleGrant.grade.is_not_distinct_from(grant.grade),
    )
    return db.session.scalar(same.limit(1)) is not None
