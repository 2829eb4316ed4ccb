"""Reading versions and the marks of the approval."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework.models import DaySheet, Homework
from portal.homework.sheet import ClassDay
from portal.policy import approval
from portal.policy.approval import FilingStatus, SheetStatus, Step
from portal.school.models import School, SchoolClass

MARKS = frozenset({Step.COORDINATE, Step.APPROVE, Step.PUBLISH, Step.EXCEPT, Step.AUTOMATIC})


def marks_of_sheet(sheet_id: int) -> list[tuple[str, datetime]]:
    """Who has passed the sheet as it stands, and when: (step, moment), since it last collected.

    Where approving publishes at once, both are one mark.
    """
    return marks_of_sheets([sheet_id]).get(sheet_id, [])


def marks_of_sheets(sheet_ids: Collection[int]) -> dict[int, list[tuple[str, datetime]]]:
    """The same of several sheets, by id (1 statement)."""
    rows = db.session.execute(
        select(LogEntry.sheet_id, LogEntry.step, LogEntry.at)
        .where(LogEntry.sheet_id.in_(sheet_ids), LogEntry.step.like("sheet.%"))
        .order_by(LogEntry.id)
    )
    found: dict[int, list[tuple[str, datetime]]] = {}
    for sheet_id, name, at in rows:
        marks = found.setdefault(sheet_id, [])
        step = name.removeprefix("sheet.")
        if step in (Step.RETURN, Step.LAPSE):
            marks.clear()
        elif step in MARKS and not (step == Step.PUBLISH and marks and marks[-1] == (Step.APPROVE, at)):
            marks.append((step, at))
    return found


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


def publishes_itself(class_day: ClassDay, at: datetime) -> bool:
    """Whether the sheet may publish itself now (`policy.approval.may_publish_itself`)."""
    sheet = class_day.sheet
    if sheet is None or class_day.school_class.has_left(class_day.date):
        return False
    filings = [FilingStatus(each.status) for each in class_day.filings if each.sheet.date == class_day.date]
    clean = approval.may_publish_itself(
        class_day.status, class_day.load, class_day.cap, filings=filings, acted=sheet.was_public
    )
    return clean and not was_returned_last(sheet.id) and not _was_touched(class_day, at)


def _was_touched(class_day: ClassDay, at: datetime) -> bool:
    """Whether anybody has done anything with the sheet since the time at which it would have published itself."""
    since = approval.itself_at(class_day.school_class.school.publish_at, at)
    if since is None:
        return False
    touched = exists().where(LogEntry.sheet_id == class_day.sheet.id, LogEntry.at > since)
    return bool(db.session.scalar(select(touched)))


def schools_publishing_by(moment: time) -> Sequence[School]:
    """The schools whose clean sheets publish themselves at or before this time of the day."""
    return db.session.scalars(select(School).where(School.publish_at <= moment).order_by(School.id)).all()


def classes_waiting(school_id: int, day: date) -> Sequence[SchoolClass]:
    """The classes, with their school, for which something is filed and nothing was ever published on that day."""
    return db.session.scalars(
        select(SchoolClass)
        .join(DaySheet, DaySheet.class_id == SchoolClass.id)
        .where(
            DaySheet.school_id == school_id,
            DaySheet.date == day,
            DaySheet.status != SheetStatus.PUBLISHED,
            DaySheet.published_number == 0,
            exists().where(Homework.sheet_id == DaySheet.id),
        )
        .options(joinedload(SchoolClass.school))
        .order_by(SchoolClass.id)
    ).all()
