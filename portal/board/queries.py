"""What the public reads: classes and published versions, nothing else."""

from datetime import date, time
from typing import NamedTuple

from flask import abort
from sqlalchemy import Date, bindparam, func, select

from portal.approvals.models import SheetVersion
from portal.extensions import db
from portal.school.models import School, SchoolClass


class Notice(NamedTuple):
    """What hangs on the board for a class and a day, but for the words: enough to know whether a reader has them.

    `version_id` is the latest published version (None: nothing published), `previous` and `next` the published days
    around it.
    """

    code: str
    grade: int
    number: int
    school_name: str
    published_by: time
    version_id: int | None
    previous: date | None
    next: date | None


_own = SheetVersion.class_id == SchoolClass.id
_day = bindparam("day", type_=Date)
_NOTICE = (  # built once: the board is what a whole city reads
    select(
        SchoolClass.code,
        SchoolClass.grade,
        SchoolClass.number,
        School.name,
        School.published_by,
        select(SheetVersion.id)
        .where(_own, SheetVersion.date <= _day, SheetVersion.last_day >= _day)
        .order_by(SheetVersion.date.desc(), SheetVersion.number.desc())
        .limit(1)
        .scalar_subquery(),
        select(func.max(SheetVersion.date)).where(_own, SheetVersion.last_day < _day).scalar_subquery(),
        select(func.min(SheetVersion.date)).where(_own, SheetVersion.date > _day).scalar_subquery(),
    )
    .join(School, School.id == SchoolClass.school_id)
    .where(SchoolClass.code == bindparam("code"))
)


def notice_or_404(code: str, day: date) -> Notice:
    """The notice of a class for the sheet that covers `day`: one statement. 404 for an unknown class."""
    row = db.session.execute(_NOTICE, {"code": code.replace("\x00", "\ufffd"), "day": day}).first()
    return Notice(*row) if row else abort(404)


def version(version_id: int) -> SheetVersion:
    """A published version with its content."""
    return db.session.get_one(SheetVersion, version_id)


def version_or_404(class_id: int, day: date, number: int) -> SheetVersion:
    """One numbered version of a sheet; 404 where there is none."""
    wanted = select(SheetVersion).where(
        SheetVersion.class_id == class_id, SheetVersion.date == day, SheetVersion.number == number
    )
    return db.session.scalars(wanted).first() or abort(404)
