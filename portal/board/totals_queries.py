"""Reading a whole school's day: every class with what is published for it, and nothing else."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.approvals.models import SheetVersion
from portal.board.queries import LONGEST_BREAK, Face, SchoolFace, stored
from portal.board.totals_page import ClassTotal
from portal.extensions import db
from portal.school.models import School, SchoolClass

_SCHOOL = (School.id, School.code, School.name, School.board_access, School.rules_version)
_CLASS = (SchoolClass.id, SchoolClass.code, SchoolClass.grade, SchoolClass.number, SchoolClass.board_version)


class WholeSchool(NamedTuple):
    """A school as its public pages know it, its classes by grade and number, and when families can usually expect
    the board.
    """

    face: SchoolFace
    classes: tuple[Face, ...]
    published_by: time

    @property
    def made_of(self) -> tuple[SchoolFace | Face, ...]:
        """What a page of the whole school stands on."""
        return self.face, *self.classes


def whole_school_or_404(school_code: str) -> WholeSchool:
    """The school with this code in its address, and its classes by grade and number (1 statement); 404 for none."""
    wanted = (
        select(School.published_by, *_SCHOOL, *_CLASS)
        .outerjoin(SchoolClass, SchoolClass.school_id == School.id)
        .where(School.code == stored(school_code))
        .order_by(SchoolClass.grade, SchoolClass.number)
    )
    rows = db.session.execute(wanted).all() or abort(404)
    published_by, *school = rows[0][:6]
    return WholeSchool(
        SchoolFace(*school), tuple(Face(*row[6:], *school) for row in rows if row[6] is not None), published_by
    )


def totals_of(classes: Sequence[Face], day: date) -> list[ClassTotal]:
    """These classes, in their order, each with the latest version of the sheet that covers `day` (1 statement)."""
    version = aliased(SheetVersion)
    latest = (
        select(version.id)
        .where(
            version.class_id == SchoolClass.id,
            version.date.between(day - timedelta(days=LONGEST_BREAK), day),
            version.last_day >= day,
        )
        .order_by(version.date.desc(), version.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = select(SchoolClass.id, SheetVersion.content).join(SheetVersion, SheetVersion.id == latest)
    published = dict(db.session.execute(wanted.where(SchoolClass.id.in_([each.id for each in classes]))).all())
    return [ClassTotal(each.id, each.code, each.grade, each.number, published.get(each.id)) for each in classes]
