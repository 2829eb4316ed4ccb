"""Whether a school is still to be founded, and how far a new one has come."""

from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import NO_PASSWORD, Person, RoleGrant
from portal.asking import ask
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.permissions import Role
from portal.policy.service import ListKind
from portal.school.models import School, SchoolClass, Subject, TeachingAssignment, TermDates
from portal.service.models import ServiceList
from portal.setup.models import SetupCode
from portal.setup.page import Counts

A_SCHOOL = select(School.id).limit(1)  # an administrator belongs to one, and the last one can never be shut out
SETTINGS = ("settings.set", "cap.set", "budget.set")  # steps of the log


def is_open() -> bool:
    """Whether there is no school yet, and so no administrator. A database that cannot be asked opens nothing."""
    try:
        return not ask(A_SCHOOL)
    except DBAPIError:
        return False


def has_school() -> bool:
    """The same question within a transaction of one's own."""
    return db.session.scalar(A_SCHOOL) is not None


def is_code(typed: str, at: datetime) -> bool:
    """Whether it is the code of the last start of a host, and not expired."""
    codes = db.session.scalars(select(SetupCode).where(SetupCode.expires > at)).all()
    return any(each.is_code(typed) for each in codes)


def counts_of(school: School, today: date) -> Counts:
    """What there is of a school, in one statement."""

    def count(model: type, *which: object) -> Select:
        return select(func.count()).select_from(model).where(model.school_id == school.id, *which).scalar_subquery()

    active = Person.active
    row = db.session.execute(
        select(
            count(SchoolClass, SchoolClass.left_on.is_(None)),
            count(Subject, Subject.closed_on.is_(None)),
            count(TeachingAssignment),
            count(Person, active),
            count(Person, active, Person.password_hash == NO_PASSWORD),
            count(RoleGrant, RoleGrant.role == Role.OFFICE),
            count(TermDates, TermDates.last >= today),
            count(LogEntry, LogEntry.step.in_(SETTINGS)),
            count(ServiceList, ServiceList.kind == ListKind.TIMETABLE),
            count(SchoolClass, SchoolClass.board_version > 0),
        )
    ).one()
    return Counts(*row)
