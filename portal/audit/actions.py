"""Writing the log."""

from datetime import datetime

from portal.audit.models import LogEntry
from portal.extensions import db


def record(
    step: str,
    *,
    by,
    at: datetime,
    sheet_id: int | None = None,
    before: str = "",
    after: str = "",
    reason: str = "",
    **details,
) -> LogEntry:
    """Add one row to the log, in the transaction of the change it tells about.

    `by` is the person who acts; `sheet_id` is None for what concerns the whole school.
    """
    entry = LogEntry(
        school_id=by.school_id,
        at=at,
        actor_id=by.id,
        actor_name=by.name,
        sheet_id=sheet_id,
        step=step,
        before=before,
        after=after,
        reason=reason,
        details=details,
    )
    db.session.add(entry)
    return entry
