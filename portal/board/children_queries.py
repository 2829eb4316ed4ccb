"""What hangs on the board for several classes at once."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import aliased

from portal.approvals.models import SheetVersion
from portal.board.queries import LONGEST_BREAK, PUBLISHED, Face, Notice
from portal.extensions import db
from portal.school.models import School, SchoolClass


def notices_of(faces: Sequence[Face], day: date) -> list[Notice]:
    """The notice of each of these classes for the sheet that covers `day`, in their order. One statement."""
    wanted = (
        select(
            SchoolClass.id,
            *PUBLISHED,
            _previous(day),
            _next(day),
            School.published_by,
            School.shows_teachers,
        )
        .select_from(SchoolClass)
        .join(School, School.id == SchoolClass.school_id)
        .outerjoin(SheetVersion, SheetVersion.id == _latest(day))
        .where(SchoolClass.id.in_([each.id for each in faces]))
    )
    found = {class_id: Notice.from_row(notice) for class_id, *notice in db.session.execute(wanted)}
    return [found[each.id] for each in faces]


def _latest(day: date) -> ScalarSelect[int]:
    """The latest version of the sheet that covers `day`."""
    it = aliased(SheetVersion)
    covers = it.date.between(day - timedelta(days=LONGEST_BREAK), day), it.last_day >= day
    wanted = select(it.id).where(it.class_id == SchoolClass.id, *covers)
    return wanted.order_by(it.date.desc(), it.number.desc()).limit(1).correlate(SchoolClass).scalar_subquery()


def _previous(day: date) -> ScalarSelect[date]:
    it = aliased(SheetVersion)
    wanted = select(it.date).where(it.class_id == SchoolClass.id, it.date < day, it.last_day < day)
    return wanted.order_by(it.date.desc()).limit(1).correlate(SchoolClass).scalar_subquery()


def _next(day: date) -> ScalarSelect[date]:
    it = aliased(SheetVersion)
    wanted = select(it.date).where(it.class_id == SchoolClass.id, it.date > day)
    return wanted.order_by(it.date).limit(1).correlate(SchoolClass).scalar_subquery()
