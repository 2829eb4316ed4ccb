"""What the public reads: classes and published versions, nothing else."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.approvals.models import SheetVersion
from portal.extensions import db


@dataclass(frozen=True, slots=True)
class Around:
    """The published days next to a day; None where there is none."""

    previous: date | None
    next: date | None


def latest_version(class_id: int, day: date) -> tuple[SheetVersion | None, Around]:
    """The latest published version of a class's day, with the published days before and after it: one statement."""
    own = SheetVersion.class_id == class_id
    previous = select(func.max(SheetVersion.date)).where(own, SheetVersion.date < day).scalar_subquery()
    following = select(func.min(SheetVersion.date)).where(own, SheetVersion.date > day).scalar_subquery()
    number = select(func.max(SheetVersion.number)).where(own, SheetVersion.date == day).scalar_subquery()
    one = select(previous.label("previous"), following.label("next"), number.label("number")).subquery()
    row = db.session.execute(
        select(one.c.previous, one.c.next, SheetVersion)
        .select_from(one)
        .outerjoin(SheetVersion, own & (SheetVersion.date == day) & (SheetVersion.number == one.c.number))
    ).one()
    return row[2], Around(row[0], row[1])
