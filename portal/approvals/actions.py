"""Coordinate, approve, publish, return, correct: the only functions that change a sheet's state. They lock it first."""

from collections.abc import Iterable
from datetime import date, datetime

from portal.accounts.models import Person
from portal.approvals import queries
from portal.approvals.content import content_of
from portal.approvals.models import SheetVersion
from portal.audit.actions import Portal, record
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import queries as homework_queries
from portal.homework.locks import lock_reach, lock_sheets, recount
from portal.homework.sheet import ClassDay
from portal.policy import approval, caps
from portal.policy.approval import ApprovalMode, ExceptionKind, SheetStatus, Step
from portal.policy.errors import PolicyError, StaleForm
from portal.school.actions import count_publication
from portal.school.models import SchoolClass, Subject


def coordinate(school_class: SchoolClass, day: date, *, seen_version: int, by: Person, at: datetime) -> ClassDay:
    """The homeroom teacher signs off the day's total.

    Raises StaleForm if the sheet has changed since `seen_version`, PolicyError if it is not collecting, over its
    cap or incomplete. Drafts that were never handed in stop counting. A subject of their own on the sheet is an
    exception for the office to look at.
    """
    class_day = _locked(school_class, day, seen_version)
    own = [each.filing for each in class_day.subjects if each.items and each.filing]
    own_subject = any(each.teacher_id == by.id for each in own)
    exception = ExceptionKind.OWN_SUBJECT if own_subject else ""
    _move(class_day, Step.COORDINATE, by=by, at=at, exception=exception)
    class_day.sheet.coordinated_by_id = by.id
    return _checked(school_class, day)


def approve(
    school_class: SchoolClass, day: date, *, seen_version: int, by: Person, at: datetime
) -> SheetVersion | None:
    """The year-group lead (or the office in their place) approves.

    A clean sheet is published at once, and its version returned; None where the school wants the office to pass every
    sheet. Raises StaleForm, or PolicyError if the sheet is not coordinated, over its cap, incomplete, or was signed
    off by the same person.
    """
    class_day = _locked(school_class, day, seen_version)
    approval.next_status(class_day.status, Step.APPROVE)
    approval.check_four_eyes(class_day.sheet.coordinated_by_id, by.id)
    _move(class_day, Step.APPROVE, by=by, at=at)
    class_day = _checked(school_class, day)
    if school_class.school.approval_mode == ApprovalMode.ALL:
        return None
    return _publish(class_day, Step.PUBLISH, by=by, at=at, right="sheet.approve")


def publish(school_class: SchoolClass, day: date, *, seen_version: int, by: Person, at: datetime) -> SheetVersion:
    """The office passes an approved sheet, where the school wants every sheet passed.

    Raises StaleForm, or PolicyError if it is not approved, over its cap, or was signed off by the same person.
    """
    class_day = _locked(school_class, day, seen_version)
    approval.next_status(class_day.status, Step.PUBLISH)
    approval.check_four_eyes(class_day.sheet.coordinated_by_id, by.id)
    approval.check_publishable(class_day.load, class_day.cap)
    return _publish(class_day, Step.PUBLISH, by=by, at=at)


def approve_several(
    sheets: Iterable[tuple[SchoolClass, int]], day: date, *, by: Person, at: datetime
) -> tuple[list[SchoolClass], list[tuple[SchoolClass, PolicyError]]]:
    """Approve each (class, seen version) that can be; the others are handed back with the reason, unchanged."""
    done: list[SchoolClass] = []
    refused: list[tuple[SchoolClass, PolicyError]] = []
    for school_class, seen_version in sorted(sheets, key=lambda each: each[0].id):
        try:
            with db.session.begin_nested():
                approve(school_class, day, seen_version=seen_version, by=by, at=at)
                done.append(school_class)
        except PolicyError as error:
            refused.append((school_class, error))
    return done, refused


def ask_for_exception(
    school_class: SchoolClass, day: date, *, reason: str, seen_version: int, by: Person, at: datetime
) -> ClassDay:
    """Ask the office to publish a sheet over its cap; nothing else changes. Raises StaleForm, or PolicyError."""
    class_day = _locked(school_class, day, seen_version)
    if class_day.status == SheetStatus.PUBLISHED or not caps.over_by(class_day.load_to_sign.total, class_day.cap):
        raise PolicyError("这份清单没有超过上限，不需要教务处例外公示。")
    record(
        "sheet.ask",
        by=by,
        at=at,
        sheet_id=class_day.sheet.id,
        before=class_day.status,
        after=class_day.status,
        reason=approval.check_exception_reason(reason),
        exception=ExceptionKind.ASKED,
        right=("sheet.ask_exception", school_class.scope),
        total=class_day.load_to_sign.total,
    )
    return class_day


def publish_by_exception(
    school_class: SchoolClass,
    day: date,
    *,
    named: ExceptionKind,
    reason: str,
    seen_version: int,
    by: Person,
    at: datetime,
) -> SheetVersion:
    """The office publishes a sheet over its cap, or in place of those who are missing; the log keeps the reason.

    `named` is OVER_CAP or IN_PLACE. The one way over the cap (DOMAIN, "What counts" 12). Raises StaleForm, or
    PolicyError if the sheet is published, incomplete, or not what the reason says, or there is no reason.
    """
    reason = approval.check_exception_reason(reason)
    class_day = _locked(school_class, day, seen_version, reach=True)
    _move(class_day, Step.EXCEPT, by=by, at=at, reason=reason, exception=named)
    class_day = _recounted(school_class, day)
    approval.check_exception(class_day.load, class_day.cap, named)
    return _write_version(class_day, by=by, at=at, exception=named, exception_reason=reason)


def publish_itself(school_class: SchoolClass, day: date, *, at: datetime) -> SheetVersion | None:
    """A clean sheet publishes itself where nobody has acted, marked as such; None where it is not clean."""
    class_day = _locked(school_class, day, None, reach=True)
    if not queries.publishes_itself(class_day, at):
        return None
    by = Portal(school_class.school_id)
    _move(class_day, Step.AUTOMATIC, by=by, at=at, exception=ExceptionKind.AUTOMATIC)
    return _write_version(_recounted(school_class, day), by=by, at=at)


def return_sheet(
    school_class: SchoolClass, day: date, *, reason: str, seen_version: int, by: Person, at: datetime
) -> ClassDay:
    """Back to collecting, with a reason the teachers read. What was published stays on the board until replaced.

    Raises StaleForm, or PolicyError if there is nothing to return or no reason.
    """
    class_day = _locked(school_class, day, seen_version, reach=True)
    _move(class_day, Step.RETURN, by=by, at=at, reason=approval.check_reason(reason))
    class_day.sheet.coordinated_by_id = None
    return _recounted(school_class, day)


def return_subject(
    school_class: SchoolClass, subject: Subject, day: date, *, reason: str, seen_version: int, by: Person, at: datetime
) -> ClassDay:
    """One subject's filing back to its teacher; a sheet that was signed off or published collects again.

    `seen_version` is the sheet's. Raises StaleForm, or PolicyError if nothing was handed in or no reason is given.
    """
    reason = approval.check_reason(reason)
    class_day = _locked(school_class, day, seen_version, reach=True)
    if class_day.status != SheetStatus.COLLECTING:
        class_day = return_sheet(
            school_class, day, reason=f"{subject.name} {reason}", seen_version=seen_version, by=by, at=at
        )
    filing = class_day.filing_of(subject.id)
    seen = filing.version if filing else 0
    homework.return_filing(school_class, subject, day, reason=reason, seen_version=seen, by=by, at=at)
    return homework_queries.class_day(school_class, day)


@homework.when_published_changes
def carry_on(change: homework.Change) -> SheetVersion | None:
    """After a change to a published sheet: the next version at once if no minutes were added; else approval lapses
    and the last version stays public until a new one is approved (DOMAIN, "After publishing"). Returns the version.
    """
    class_day, by, at, reason = change.class_day, change.by, change.at, change.reason
    more = {"subject": change.subject.name, "exception": ExceptionKind.CHANGED}
    if approval.lapses(change.before, class_day.load, class_day.cap):
        _move(class_day, Step.LAPSE, by=by, at=at, reason=reason, **more)
        class_day.sheet.coordinated_by_id = None
        _recounted(class_day.school_class, class_day.date)
        return None
    _move(class_day, Step.CORRECT, by=by, at=at, reason=reason, **more)
    return _write_version(class_day, by=by, at=at)


def review(school_class: SchoolClass, day: date, *, note: str, seen_entry: int, by: Person, at: datetime) -> None:
    """The office has looked at a sheet's exceptions, up to log row `seen_entry`. Raises StaleForm if there are more."""
    class_day = _locked(school_class, day, None)
    if queries.last_exception(class_day.sheet.id) != seen_entry:
        raise StaleForm("这份清单刚刚又有新的例外，请看过再确认。")
    status = class_day.status
    record(
        "sheet.review",
        by=by,
        at=at,
        sheet_id=class_day.sheet.id,
        before=status,
        after=status,
        reason=note.strip(),
        right=("sheet.review", school_class.scope),
    )


def _locked(school_class: SchoolClass, day: date, seen_version: int | None, *, reach: bool = False) -> ClassDay:
    """The sheet locked and read; `reach`: with the later ones that count differently when this one does.

    `seen_version` None: whoever asks has seen no form.
    """
    if reach:
        lock_reach(school_class, day)
    else:
        lock_sheets(school_class, [day])
    class_day = homework_queries.class_day(school_class, day)
    if seen_version is not None and class_day.version != seen_version:
        raise StaleForm("这份清单刚刚有变化，您看到的已经不是最新的。请看过当前内容，再决定。")
    return class_day


def _recounted(school_class: SchoolClass, day: date) -> ClassDay:
    """The sheet read anew in its new state, with its totals and those of later sheets stored: drafts may have come
    back, or count no more.
    """
    db.session.flush()
    recount(school_class, lock_reach(school_class, day))
    return homework_queries.class_day(school_class, day)


def _checked(school_class: SchoolClass, day: date) -> ClassDay:
    """The sheet in its new state: what counts has changed with it, and must hold."""
    class_day = _recounted(school_class, day)
    approval.check_publishable(class_day.load, class_day.cap)
    return class_day


def _publish(class_day: ClassDay, step: Step, *, by: Person, at: datetime, right: str = "") -> SheetVersion:
    _move(class_day, step, by=by, at=at, right=right)
    return _write_version(class_day, by=by, at=at)


def _write_version(
    class_day: ClassDay, *, by: Person | Portal, at: datetime, exception: str = "", exception_reason: str = ""
) -> SheetVersion:
    """The next numbered version of a sheet that is locked and has just been moved to published."""
    sheet = class_day.sheet
    if not exception_reason:
        approval.check_publishable(class_day.load, class_day.cap)
    sheet.published_number += 1
    version = SheetVersion(
        school_id=sheet.school_id,
        class_id=sheet.class_id,
        sheet_id=sheet.id,
        date=class_day.date,
        last_day=class_day.days[-1],
        number=sheet.published_number,
        content=content_of(class_day, queries.marks_of_sheet(sheet.id), exception),
        published_at=at,
        published_by_id=by.id,
        reason=sheet.correction,
        total=class_day.load.total,
        allowed=class_day.cap.limit,
        exception_reason=exception_reason,
    )
    sheet.correction = ""
    db.session.add(version)
    recount(class_day.school_class, [sheet])
    count_publication(sheet.class_id)
    return version


def _move(
    class_day: ClassDay,
    step: Step,
    *,
    by: Person | Portal,
    at: datetime,
    reason: str = "",
    exception: str = "",
    right: str = "",
    **details: object,
) -> None:
    """The one place where a sheet's state changes: by the transition table, with a row in the log."""
    sheet = class_day.sheet
    if step in queries.MARKS:
        approval.check_class_is_there(class_day.school_class.left_on, class_day.date)
    before = SheetStatus(sheet.status)
    sheet.status = approval.next_status(before, step)
    sheet.version += 1
    if sheet.status == SheetStatus.PUBLISHED:
        details["version"] = sheet.published_number + 1
    permission = right or approval.STEP_PERMISSIONS[step]
    place = class_day.scope if step not in (Step.CORRECT, Step.LAPSE) else None
    record(
        f"sheet.{step}",
        by=by,
        at=at,
        sheet_id=sheet.id,
        before=before,
        after=sheet.status,
        reason=reason,
        exception=exception,
        right=(permission, place) if permission and place else None,
        total=class_day.load.total,
        **details,
    )
