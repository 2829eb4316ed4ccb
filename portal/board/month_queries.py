"""Reading a month of a class: its published days."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.approvals.models import SheetVersion
from portal.board.queries import Face
from portal.board.totals_page import ClassTotal
from portal.board.totals_queries import total_of
from portal.extensions import db


def published_days(face: Face, first: date, last: date) -> Sequence[tuple[date, ClassTotal]]:
    """The days from `first` to `last` for which something is published, each with its latest version, the latest day
    first. One statement.
    """
    other = aliased(SheetVersion)
    latest = (
        select(func.max(other.number))
        .where(other.class_id == SheetVersion.class_id, other.date == SheetVersion.date)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(SheetVersion.date, SheetVersion.content)
        .where(
            SheetVersion.class_id == face.id,
            SheetVersion.date.between(first, last),
            SheetVersion.number == latest,
        )
        .order_by(SheetVersion.date.desc())
    )
    return [(day, total_of(face, content)) for day, content in rows]
