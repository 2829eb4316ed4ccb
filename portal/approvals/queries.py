"""Reading versions and the marks of the approval."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.approval import Step

MARKS = frozenset({Step.COORDINATE, Step.APPROVE, Step.PUBLISH, Step.EXCEPT, Step.AUTOMATIC})


def marks_of_sheet(sheet_id: int) -> list[tuple[str, datetime]]:
    """Who has passed the sheet as it stands, and when: (step, moment), since it last collected.

    Where approving publishes at once, both are one mark.
    """
    rows = db.session.execute(
        select(LogEntry.step, LogEntry.at)
        .where(LogEntry.sheet_id == sheet_id, LogEntry.step.like("sheet.%"))
        .order_by(LogEntry.id)
    )
    marks: list[tuple[str, datetime]] = []
    for name, at in rows:
        step = name.removeprefix("sheet.")
        if step in (Step.RETURN, Step.LAPSE):
            marks = []
        elif step in MARKS and not (step == Step.PUBLISH and marks and marks[-1] == (Step.APPROVE, at)):
            marks.append((step, at))
    return marks


def last_return_reason(log: Sequence[LogEntry]) -> LogEntry | None:
    """The return a collecting sheet is still waiting on; `log` has the latest first."""
    for entry in log:
        if entry.step == "sheet.return":
            return entry
        if entry.step in ("sheet.coordinate", "sheet.approve"):
            return None
    return None


def open_ask(log: Sequence[LogEntry]) -> LogEntry | None:
    """The request for an exception that the office has not dealt with; `log` has the latest first."""
    for entry in log:
        if entry.step == "sheet.ask":
            return entry
        if entry.step in ("sheet.except", "sheet.publish", "sheet.return", "sheet.review"):
            return None
    return None


def versions_of_sheet(class_id: int, day: date) -> Sequence[SheetVersion]:
    """All published versions of a sheet, the latest first."""
    return db.session.scalars(
        select(SheetVersion)
        .where(SheetVersion.class_id == class_id, SheetVersion.date == day)
        .order_by(SheetVersion.number.desc())
    ).all()


def was_returned_last(sheet_id: int) -> bool:
    """Whether a human has sent the sheet back and nobody has signed it off since."""
    steps = ("sheet.return", "sheet.coordinate", "sheet.publish", "sheet.except", "sheet.automatic")
    last = db.session.scalar(
        select(LogEntry.step)
        .where(LogEntry.sheet_id == sheet_id, LogEntry.step.in_(steps))
        .order_by(LogEntry.id.desc())
        .limit(1)
    )
    return last == "sheet.return"


def last_exception(sheet_id: int) -> int:
    """The id of the sheet's last row in the log that the office has to look at, 0 for none."""
    return (
        db.session.scalar(select(func.max(LogEntry.id)).where(LogEntry.sheet_id == sheet_id, LogEntry.exception != ""))
        or 0
    )
