"""Reading the log."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db


def entries_of_sheet(sheet_id: int | None) -> Sequence[LogEntry]:
    """Everything that happened to a sheet, the latest first."""
    if sheet_id is None:
        return []
    return db.session.scalars(select(LogEntry).where(LogEntry.sheet_id == sheet_id).order_by(LogEntry.id.desc())).all()
