"""Reading requests to shorten an item."""

from collections.abc import Sequence
from datetime import date

from flask import abort
from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from portal.extensions import db
from portal.homework.models import DaySheet, Homework
from portal.negotiation.models import MinutesRequest
from portal.policy.approval import SheetStatus
from portal.policy.negotiation import RequestStatus
from portal.policy.permissions import Actor
from portal.school.models import SchoolClass


def _requests() -> Select[tuple[MinutesRequest]]:
    """With all that a page says of them: one statement."""
    return (
        select(MinutesRequest)
        .join(MinutesRequest.sheet)
        .join(MinutesRequest.homework)
        .options(
            contains_eager(MinutesRequest.sheet).joinedload(DaySheet.school_class).joinedload(SchoolClass.school),
            contains_eager(MinutesRequest.homework).joinedload(Homework.subject),
            joinedload(MinutesRequest.item),
            joinedload(MinutesRequest.asked_by),
            joinedload(MinutesRequest.answered_by),
        )
        .order_by(MinutesRequest.id)
    )


def request_or_404(request_id: int) -> MinutesRequest:
    """One request; 404 where there is none."""
    return db.session.scalars(_requests().where(MinutesRequest.id == request_id)).first() or abort(404)


def requests_of_sheet(sheet_id: int | None) -> Sequence[MinutesRequest]:
    """Everything that was asked about the items of a sheet, the oldest first."""
    return db.session.scalars(_requests().where(MinutesRequest.sheet_id == sheet_id)).all() if sheet_id else []


def waiting_for_filing(homework_id: int | None) -> list[MinutesRequest]:
    """What waits for an answer about a filing."""
    if homework_id is None:
        return []
    wanted = _requests().where(MinutesRequest.homework_id == homework_id, MinutesRequest.status == RequestStatus.OPEN)
    return [each for each in db.session.scalars(wanted) if each.waits]


def open_to(teacher: Actor, since: date) -> list[MinutesRequest]:
    """What waits for an answer of somebody who teaches the item's class and subject, on sheets from `since` on."""
    if not teacher.teaches:
        return []
    wanted = _requests().where(
        MinutesRequest.school_id == teacher.school_id,
        MinutesRequest.status == RequestStatus.OPEN,
        DaySheet.date >= since,
        tuple_(DaySheet.class_id, Homework.subject_id).in_(sorted(teacher.teaches)),
    )
    return [each for each in db.session.scalars(wanted) if each.waits]


def open_by(homeroom_teacher: Actor, since: date) -> list[MinutesRequest]:
    """What was asked in the classes of a homeroom teacher, on sheets from `since` on that still collect: waiting, or
    answered with words. (What was accepted or taken back needs nobody's attention.)
    """
    if not homeroom_teacher.homeroom_of:
        return []
    wanted = _requests().where(
        MinutesRequest.school_id == homeroom_teacher.school_id,
        or_(MinutesRequest.status == RequestStatus.OPEN, MinutesRequest.status == RequestStatus.ANSWERED),
        DaySheet.date >= since,
        DaySheet.class_id.in_(sorted(homeroom_teacher.homeroom_of)),
        DaySheet.status == SheetStatus.COLLECTING,
    )
    found = db.session.scalars(wanted).all()
    return [each for each in found if each.waits or each.status == RequestStatus.ANSWERED]
