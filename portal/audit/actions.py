"""Writing the log."""

from dataclasses import dataclass
from datetime import datetime

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.permissions import Scope


@dataclass(frozen=True)
class Portal:
    """The portal itself as an actor: what happens by the clock, and by nobody's hand."""

    school_id: int
    id: None = None

    def lenders(self, permission: str, scope: Scope) -> list[int]:
        return []


def record(
    step: str,
    *,
    by,
    at: datetime,
    sheet_id: int | None = None,
    before: str = "",
    after: str = "",
    reason: str = "",
    exception: str = "",
    right: tuple[str, Scope] | None = None,
    **details,
) -> LogEntry:
    """Add one row to the log, in the transaction of the change it tells about.

    `by` is the person who acts; `sheet_id` is None for what concerns the whole school. `exception` is what the office
    looks at afterwards. `right` is the permission that was needed, and where: if `by` has it from a colleague, the row
    says in whose place they acted. `details` never hold a name of a person, only ids (see LogEntry).
    """
    if lenders := by.lenders(*right) if right else []:
        details["deputy_for"] = lenders
    entry = LogEntry(
        school_id=by.school_id,
        at=at,
        actor_id=by.id,
        sheet_id=sheet_id,
        step=step,
        before=before,
        after=after,
        reason=reason,
        exception=exception,
        details=details,
    )
    db.session.add(entry)
    return entry
