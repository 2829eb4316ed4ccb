"""Reading versions and the marks of the approval."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.approval import Step


def last_number(sheet_id: int) -> int:
    """The number of the last published version, 0 if there is none."""
    return db.session.scalar(select(func.max(SheetVersion.number)).where(SheetVersion.sheet_id == sheet_id)) or 0


def marks_of_sheet(sheet_id: int) -> list[tuple[str, datetime]]:
    """When the sheet as it stands was signed off and approved: (step, moment), since it last collected."""
    rows = db.session.execute(
        select(LogEntry.step, LogEntry.at)
        .where(LogEntry.sheet_id == sheet_id, LogEntry.step.like("sheet.%"))
        .order_by(LogEntry.id)
    )
    marks: list[tuple[str, datetime]] = []
    for name, at in rows:
        step = Step(name.removeprefix("sheet."))
        marks = [] if step == Step.RETURN else [*marks, (step.value, at)]
    return [(step, at) for step, at in marks if step in (Step.COORDINATE, Step.APPROVE)]


def last_return_reason(log: Sequence[LogEntry]) -> LogEntry | None:
    """The return a collecting sheet is still waiting on; `log` has the latest first."""
    for entry in log:
        if entry.step == "sheet.return":
            return entry
        if entry.step in ("sheet.coordinate", "sheet.approve"):
            return None
    return None


def versions_of_sheet(class_id: int, day: date) -> Sequence[SheetVersion]:
    """All published versions of a sheet, the latest first."""
    return db.session.scalars(
        select(SheetVersion)
        .where(SheetVersion.class_id == class_id, SheetVersion.date == day)
        .order_by(SheetVersion.number.desc())
    ).all()
