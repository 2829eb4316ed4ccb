"""Coordinate, approve, publish, return: the only functions that change a sheet's state. They lock it first."""

from collections.abc import Iterable
from datetime import date, datetime

from portal.accounts.models import Person
from portal.approvals import queries
from portal.approvals.content import content_of
from portal.approvals.models import SheetVersion
from portal.audit.actions import record
from portal.extensions import db
from portal.homework import queries as homework_queries
from portal.homework.actions import lock_sheets
from portal.homework.sheet import ClassDay
from portal.policy import approval
from portal.policy.approval import SheetStatus, Step
from portal.policy.errors import PolicyError, StaleForm
from portal.school.models import SchoolClass


def coordinate(school_class: SchoolClass, day: date, *, seen_version: int, by: Person, at: datetime) -> ClassDay:
    """The homeroom teacher signs off the day's total.

    Raises StaleForm if the sheet has changed since `seen_version`, PolicyError if it is not collecting, over its
    cap or incomplete. Drafts that were never handed in stop counting.
    """
    class_day = _locked(school_class, day, seen_version)
    _move(class_day, Step.COORDINATE, by=by, at=at)
    class_day.sheet.coordinated_by_id = by.id
    return _checked(school_class, day)


def approve(school_class: SchoolClass, day: date, *, seen_version: int, by: Person, at: datetime) -> SheetVersion:
    """The year-group lead (or the office in their place) approves; a clean sheet is published at once.

    Raises StaleForm, or PolicyError if the sheet is not coordinated, over its cap, incomplete, or was signed off by
    the same person.
    """
    class_day = _locked(school_class, day, seen_version)
    approval.next_status(class_day.status, Step.APPROVE)
    approval.check_four_eyes(class_day.sheet.coordinated_by_id, by.id)
    _move(class_day, Step.APPROVE, by=by, at=at)
    return publish(_checked(school_class, day), by=by, at=at)


def approve_several(
    sheets: Iterable[tuple[SchoolClass, int]], day: date, *, by: Person, at: datetime
) -> tuple[list[SheetVersion], list[tuple[SchoolClass, PolicyError]]]:
    """Approve each (class, seen version) that can be; the others are handed back with the reason, unchanged."""
    done: list[SheetVersion] = []
    refused: list[tuple[SchoolClass, PolicyError]] = []
    for school_class, seen_version in sorted(sheets, key=lambda each: each[0].id):
        try:
            with db.session.begin_nested():
                done.append(approve(school_class, day, seen_version=seen_version, by=by, at=at))
        except PolicyError as error:
            refused.append((school_class, error))
    return done, refused


def publish(class_day: ClassDay, *, by: Person, at: datetime, reason: str = "") -> SheetVersion:
    """Write the next numbered version of a sheet that is locked and approved. Raises PolicyError if it is not."""
    approval.check_publishable(class_day.load, class_day.cap)
    marks = queries.marks_of_sheet(class_day.sheet.id)
    version = SheetVersion(
        school_id=class_day.sheet.school_id,
        class_id=class_day.sheet.class_id,
        sheet_id=class_day.sheet.id,
        date=class_day.date,
        last_day=class_day.days[-1],
        number=queries.last_number(class_day.sheet.id) + 1,
        content=content_of(class_day, marks),
        published_at=at,
        published_by_id=by.id,
        reason=reason,
    )
    _move(class_day, Step.PUBLISH, by=by, at=at, version=version.number)
    db.session.add(version)
    db.session.flush()
    return version


def return_sheet(
    school_class: SchoolClass, day: date, *, reason: str, seen_version: int, by: Person, at: datetime
) -> ClassDay:
    """Back to collecting, with a reason the teachers read. What was published stays on the board until replaced.

    Raises StaleForm, or PolicyError if there is nothing to return or no reason.
    """
    class_day = _locked(school_class, day, seen_version)
    _move(class_day, Step.RETURN, by=by, at=at, reason=approval.check_reason(reason))
    class_day.sheet.coordinated_by_id = None
    db.session.flush()
    return class_day


def _locked(school_class: SchoolClass, day: date, seen_version: int) -> ClassDay:
    lock_sheets(school_class, [day])
    class_day = homework_queries.class_day(school_class, day)
    if class_day.version != seen_version:
        raise StaleForm("这份清单刚刚有变化，您看到的已经不是最新的。请看过当前内容，再决定。")
    return class_day


def _checked(school_class: SchoolClass, day: date) -> ClassDay:
    """The sheet read anew in its new state: what counts has changed with it, and must hold."""
    db.session.flush()
    class_day = homework_queries.class_day(school_class, day)
    approval.check_publishable(class_day.load, class_day.cap)
    return class_day


def _move(class_day: ClassDay, step: Step, *, by: Person, at: datetime, reason: str = "", **details: object) -> None:
    """The one place where a sheet's state changes: by the transition table, with a row in the log."""
    sheet = class_day.sheet
    before = SheetStatus(sheet.status)
    sheet.status = approval.next_status(before, step)
    sheet.version += 1
    record(
        f"sheet.{step}",
        by=by,
        at=at,
        sheet_id=sheet.id,
        before=before,
        after=sheet.status,
        reason=reason,
        total=class_day.load.total,
        **details,
    )
