"""Filing, editing, withdrawing and returning homework. Every function locks the sheets it touches before it reads them.

What becomes of a published sheet when one of its filings changes (a correction, or an approval that lapses) is not
decided here: the room above says so with `when_published_changes`.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from portal.accounts.models import Person
from portal.audit.actions import record
from portal.extensions import db
from portal.homework import queries
from portal.homework.locks import lock_sheets, recount
from portal.homework.models import DaySheet, Homework, Item
from portal.homework.sheet import ClassDay, days_of_span
from portal.policy import approval
from portal.policy.approval import ExceptionKind, FilingStatus, FilingStep, SheetStatus
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.item import ItemValues, check_allowed
from portal.policy.permissions import Scope
from portal.policy.wording import findings
from portal.policy.workload import DayLoad
from portal.school.models import SchoolClass, Subject
from portal.school.rules import rules_of


@dataclass(frozen=True)
class Change:
    """A filing of a published sheet has changed: the load before, the sheet as it is now (locked), and why."""

    before: DayLoad
    class_day: ClassDay
    subject: Subject
    reason: str
    by: Person
    at: datetime


def _nobody_decides(change: Change) -> None:
    raise RuntimeError("a published sheet has changed, and portal.approvals.actions is not loaded")


_decide: list[Callable[[Change], object]] = [_nobody_decides]


def when_published_changes(decide: Callable[[Change], object]) -> Callable[[Change], object]:
    """Register what becomes of a published sheet when one of its filings changes, in the same transaction."""
    _decide[:] = [decide]
    return decide


def file_homework(
    school_class: SchoolClass,
    subject: Subject,
    day: date,
    *,
    items: Sequence[ItemValues],
    submit: bool,
    seen_version: int,
    by: Person,
    at: datetime,
    reason: str = "",
) -> Homework:
    """Save (or submit) what `by` sets for a class, subject and school day. No items: there is none today.

    `seen_version` is the version of the filing the form was shown, 0 for none. `at` is a moment on the school's clock:
    handed in after the cut-off, or once a version is public, a filing needs a `reason`. Raises StaleForm if the filing
    has changed since, PolicyError if the sheet is signed off, a reason is missing, an item may not be set in this
    grade, or a task over several days would add minutes to a later sheet that is already signed off.
    """
    held = _hold(school_class, subject, day, seen_version, lasting=[each.days for each in items], submit=submit)
    check_allowed(items, grade=held.class_day.called.grade, without_homework=held.class_day.is_without_homework)
    corrects = held.was_public and held.was == FilingStatus.SUBMITTED
    late = held.filing.late if corrects else approval.is_late(day, at, school_class.school.cutoff)
    late = submit and late
    given, reason = reason.strip(), ""  # a draft only keeps what was typed
    if submit:
        given = reason = approval.check_filing_reason(given, late=late, published=held.was_public)
    filing = held.filing or _new_filing(held.sheet, subject, by)
    step = FilingStep.SUBMIT if submit else FilingStep.SAVE
    filing.status = approval.next_filing_status(held.was or FilingStatus.DRAFT, step)
    filing.no_homework = not items
    filing.teacher_id = by.id
    filing.saved_at = at
    filing.submitted_at = at if submit else None
    filing.late = late
    filing.reason = given
    if submit:
        filing.return_reason = ""
    _write_items(filing, items)
    exception = ExceptionKind.LATE if late and not held.was_public else ""
    _finish(f"homework.{step}", held, filing, by=by, at=at, reason=reason, exception=exception, quiet=not submit)
    return filing


def withdraw(
    school_class: SchoolClass,
    subject: Subject,
    day: date,
    *,
    seen_version: int,
    by: Person,
    at: datetime,
    reason: str = "",
) -> Homework:
    """Take a filing off the sheet; its items are kept, and submitting it again brings it back.

    Raises StaleForm if the filing has changed since `seen_version`, PolicyError if the sheet is signed off, or a
    version is public and no reason is given.
    """
    held = _hold(school_class, subject, day, seen_version)
    filing = held.filing
    if filing is None:
        raise PolicyError("这一天没有可以撤回的作业。")
    reason = approval.check_filing_reason(reason, late=False, published=held.was_public)
    filing.status = approval.next_filing_status(held.was, FilingStep.WITHDRAW)
    filing.saved_at, filing.reason = at, reason
    _finish("homework.withdraw", held, filing, by=by, at=at, reason=reason)
    return filing


def return_filing(
    school_class: SchoolClass, subject: Subject, day: date, *, reason: str, seen_version: int, by: Person, at: datetime
) -> Homework:
    """Give one subject's filing back to its teacher, with a reason; it counts no more until it is handed in again.

    Raises StaleForm, or PolicyError if the sheet does not collect (it has to be returned first), nothing was handed
    in, or no reason is given.
    """
    held = _hold(school_class, subject, day, seen_version)
    approval.check_collecting(SheetStatus(held.sheet.status))
    filing = held.filing
    if filing is None:
        raise PolicyError("只有已提交的作业才能退回。")
    filing.status = approval.next_filing_status(held.was, FilingStep.RETURN)
    filing.return_reason = approval.check_reason(reason)
    right = ("filing.return", school_class.scope)
    _finish("homework.return", held, filing, by=by, at=at, reason=filing.return_reason, right=right)
    return filing


def set_minutes(
    school_class: SchoolClass,
    subject: Subject,
    day: date,
    item_id: int,
    minutes: int,
    *,
    seen_version: int,
    by: Person,
    at: datetime,
    reason: str = "",
    agreed: bool = False,
) -> Homework:
    """Change the minutes of one item that is handed in: `agreed` to by its teacher, or by a reviewer with a reason.

    `seen_version` is the filing's. Raises StaleForm, or PolicyError if the sheet is past sign-off, the item is gone,
    or a reviewer gives no reason.
    """
    held = _hold(school_class, subject, day, seen_version)
    approval.check_collecting(SheetStatus(held.sheet.status))
    item = next((each for each in held.filing.items if each.id == item_id), None) if held.filing else None
    if item is None or held.was != FilingStatus.SUBMITTED:
        raise PolicyError("这一项作业已经不在清单上了，请看当前内容。")
    how: dict = {"item": {"text": item.text, "was": item.minutes, "now": minutes}}
    if not agreed:
        how |= {"exception": ExceptionKind.REVIEWER, "right": ("sheet.change_minutes", school_class.scope)}
        reason = approval.check_minutes_reason(reason)
    item.minutes = minutes
    _finish("item.minutes", held, held.filing, by=by, at=at, reason=reason, **how)
    return held.filing


@dataclass(frozen=True)
class _Held:
    """The sheets that a filing reaches, locked, and what was on them before it changes."""

    class_day: ClassDay
    subject: Subject
    filing: Homework | None
    was: FilingStatus | None
    was_public: bool
    status: SheetStatus
    day_load: DayLoad
    load: DayLoad
    sheet: DaySheet
    later: Sequence[DaySheet]
    later_loads: dict[date, DayLoad]


def _hold(
    school_class: SchoolClass,
    subject: Subject,
    day: date,
    seen_version: int,
    *,
    lasting: Sequence[int] = (),
    submit: bool = True,
) -> _Held:
    """Lock what a filing reaches: its own sheet, and those that its tasks last into, before and after the change."""
    filing = queries.class_day(school_class, day).filing_of(subject.id)
    calendar = rules_of(school_class.school).calendar
    reach = days_of_span(calendar, day, [*lasting, *(each.days for each in (filing.items if filing else ()))])
    sheet, *later = lock_sheets(school_class, reach)
    class_day = queries.class_day(school_class, day)
    filing = class_day.filing_of(subject.id)
    _check_seen(filing, seen_version)
    approval.check_open(class_day.status, submit=submit)
    signed_off = [each for each in later if each.status != SheetStatus.COLLECTING]
    return _Held(
        class_day=class_day,
        subject=subject,
        filing=filing,
        was=FilingStatus(filing.status) if filing else None,
        was_public=sheet.was_public,
        status=class_day.status,
        day_load=class_day.load,
        load=_load_of(class_day, subject),
        sheet=sheet,
        later=later,
        later_loads={each.date: queries.class_day(school_class, each.date).load for each in signed_off},
    )


def _finish(
    step: str,
    held: _Held,
    filing: Homework,
    *,
    by: Person,
    at: datetime,
    reason: str = "",
    exception: str = "",
    right: tuple[str, Scope] | None = None,
    quiet: bool = False,
    **details: object,
) -> None:
    """After a filing has changed: forms shown before are stale, totals are stored, the log knows, a published sheet
    is decided about. `quiet`: only a row in the log where its state or minutes have changed.
    """
    school_class = held.class_day.school_class
    filing.version += 1
    for sheet in (held.sheet, *held.later):
        sheet.version += 1
    if held.was_public and reason:
        held.sheet.correction = "\n".join(filter(None, (held.sheet.correction, f"{held.subject.name} {reason}")))
    recount(school_class, (held.sheet, *held.later))
    _check_later(held)
    class_day = queries.class_day(school_class, held.sheet.date)
    loads = [held.load, _load_of(class_day, held.subject)]
    if not quiet or held.was != filing.status or loads[0] != loads[1]:
        checks = [
            [each.check, each.phrase, each.check in item.kept] for item in filing.items for each in findings(item.text)
        ]
        record(
            step,
            by=by,
            at=at,
            sheet_id=held.sheet.id,
            before=held.was or "",
            after=filing.status,
            reason=reason,
            exception=exception,
            right=right,
            subject=held.subject.name,
            minutes=[load.total for load in loads],
            all_minutes=[load.everything for load in loads],
            **({"checks": checks} if checks else {}),
            **details,
        )
    if held.status == SheetStatus.PUBLISHED:
        _decide[0](Change(held.day_load, class_day, held.subject, reason, by, at))


def _load_of(class_day: ClassDay, subject: Subject) -> DayLoad:
    subject_day = class_day.subject(subject.id)
    return subject_day.load if subject_day else DayLoad()


def _check_seen(filing: Homework | None, seen_version: int) -> None:
    if (filing.version if filing else 0) != seen_version:
        raise StaleForm("这份作业刚刚在另一个窗口或由同事保存过，您这里还是旧的。您写的内容都在，请对照后再保存。")


def _check_later(held: _Held) -> None:
    """A sheet that is signed off must not grow from behind, in no kind of minutes."""
    for day, before in held.later_loads.items():
        after = queries.class_day(held.class_day.school_class, day).load
        if after.total > before.total or after.everything > before.everything:
            raise PolicyError(
                "这项多日作业会延续到 %(day)s，而那一天的清单已经协调好。请缩短天数，或请班主任先退回那一天。",
                day=day.isoformat(),
            )


def _new_filing(sheet: DaySheet, subject: Subject, by: Person) -> Homework:
    filing = Homework(
        school_id=sheet.school_id,
        sheet_id=sheet.id,
        subject_id=subject.id,
        teacher_id=by.id,
        version=0,
        items=[],
    )
    db.session.add(filing)
    return filing


def _write_items(filing: Homework, items: Sequence[ItemValues]) -> None:
    """Change items in place, in order: what hangs on an item stays with it."""
    del filing.items[len(items) :]
    for position, values in enumerate(items):
        if position == len(filing.items):
            filing.items.append(Item(school_id=filing.school_id))
        item = filing.items[position]
        item.position = position
        for name, value in (asdict(values) | {"kept": list(values.kept)}).items():
            setattr(item, name, value)
