"""Filing, editing and withdrawing homework. Every function locks the sheets it touches before it reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Person
from portal.audit.actions import record
from portal.extensions import db
from portal.homework import queries
from portal.homework.models import DaySheet, Homework, Item
from portal.homework.sheet import ClassDay, days_of_span
from portal.policy import approval, caps
from portal.policy.approval import FilingStatus, FilingStep, SheetStatus
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.item import ItemValues
from portal.policy.workload import DayLoad
from portal.school.models import SchoolClass, Subject
from portal.school.rules import rules_of


def lock_sheets(school_class: SchoolClass, days: Iterable[date]) -> list[DaySheet]:
    """The sheets of a class on these school days, made where missing, locked until the commit, the earliest first."""
    return [_lock_sheet(school_class, day) for day in sorted(days)]


def _lock_sheet(school_class: SchoolClass, day: date) -> DaySheet:
    wanted = (
        select(DaySheet)
        .where(DaySheet.class_id == school_class.id, DaySheet.date == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    sheet = db.session.scalars(wanted).first()
    if sheet is None:
        try:
            with db.session.begin_nested():
                db.session.add(DaySheet(school_id=school_class.school_id, class_id=school_class.id, date=day))
        except IntegrityError:  # somebody else made it in this very moment
            pass
        sheet = db.session.scalars(wanted).one()
    return sheet


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
) -> Homework:
    """Save (or submit) what `by` sets for a class, subject and school day. No items: there is none today.

    `seen_version` is the version of the filing the form was shown, 0 for none. Raises StaleForm if the filing has
    changed since, PolicyError if the sheet is signed off, an item may not be set in this grade, or a task over
    several days would add minutes to a later sheet that is already signed off.
    """
    held = _hold(school_class, subject, day, seen_version, lasting=[each.days for each in items])
    _check_allowed(items, held.class_day)
    filing = held.filing or _new_filing(held.sheet, subject, by)
    was = FilingStatus(filing.status) if held.filing else None
    step = FilingStep.SUBMIT if submit else FilingStep.SAVE
    filing.status = approval.next_filing_status(was or FilingStatus.DRAFT, step)
    filing.no_homework = not items
    filing.teacher_id = by.id
    filing.saved_at = at
    filing.submitted_at = at if submit else None
    _write_items(filing, items)
    _touch(filing, held)
    _check_later(school_class, held)
    _tell(held, school_class, step, was, filing, subject, by=by, at=at, always=submit or was is None)
    return filing


def withdraw(
    school_class: SchoolClass, subject: Subject, day: date, *, seen_version: int, by: Person, at: datetime
) -> Homework:
    """Take a filing off the sheet; its items are kept, and submitting it again brings it back.

    Raises StaleForm if the filing has changed since `seen_version`, PolicyError if the sheet is signed off.
    """
    held = _hold(school_class, subject, day, seen_version)
    filing = held.filing
    if filing is None:
        raise PolicyError("这一天没有可以撤回的作业。")
    was = FilingStatus(filing.status)
    filing.status = approval.next_filing_status(was, FilingStep.WITHDRAW)
    filing.saved_at = at
    _touch(filing, held)
    _tell(held, school_class, FilingStep.WITHDRAW, was, filing, subject, by=by, at=at, always=True)
    return filing


@dataclass(frozen=True)
class _Held:
    """The sheets that a filing reaches, locked, as they are before it changes."""

    class_day: ClassDay
    filing: Homework | None
    load: DayLoad
    sheet: DaySheet
    later: Sequence[DaySheet]
    later_loads: dict[date, DayLoad]


def _hold(
    school_class: SchoolClass, subject: Subject, day: date, seen_version: int, *, lasting: Sequence[int] = ()
) -> _Held:
    """Lock what a filing reaches: its own sheet, and those that its tasks last into, before and after the change."""
    filing = queries.class_day(school_class, day).filing_of(subject.id)
    calendar = rules_of(school_class.school).calendar
    reach = days_of_span(calendar, day, [*lasting, *(each.days for each in (filing.items if filing else ()))])
    sheet, *later = lock_sheets(school_class, reach)
    class_day = queries.class_day(school_class, day)
    filing = class_day.filing_of(subject.id)
    _check_seen(filing, seen_version)
    approval.check_open(SheetStatus(sheet.status))
    signed_off = [each for each in later if each.status != SheetStatus.COLLECTING]
    loads = {each.date: queries.class_day(school_class, each.date).load for each in signed_off}
    return _Held(class_day, filing, _load_of(class_day, subject), sheet, later, loads)


def _tell(
    held: _Held,
    school_class: SchoolClass,
    step: FilingStep,
    was: FilingStatus | None,
    filing: Homework,
    subject: Subject,
    *,
    by: Person,
    at: datetime,
    always: bool,
) -> None:
    """A row in the log, with the minutes before and after: the mandatory written ones, and all together."""
    loads = [held.load, _load_of(queries.class_day(school_class, held.sheet.date), subject)]
    if always or loads[0] != loads[1]:
        record(
            f"homework.{step}",
            by=by,
            at=at,
            sheet_id=held.sheet.id,
            before=was or "",
            after=filing.status,
            subject=subject.name,
            minutes=[load.total for load in loads],
            all_minutes=[load.everything for load in loads],
        )


def _load_of(class_day: ClassDay, subject: Subject) -> DayLoad:
    subject_day = class_day.subject(subject.id)
    return subject_day.load if subject_day else DayLoad()


def _check_seen(filing: Homework | None, seen_version: int) -> None:
    if (filing.version if filing else 0) != seen_version:
        raise StaleForm("这份作业刚刚在另一个窗口或由同事保存过，您这里还是旧的。您写的内容都在，请对照后再保存。")


def _check_allowed(items: Sequence[ItemValues], class_day: ClassDay) -> None:
    grade = class_day.school_class.grade
    if class_day.is_without_homework and any(caps.is_homework_of_the_day(each.tier, each.form) for each in items):
        raise PolicyError("这一天是本年级的无作业日，不布置必做的书面作业。可以改成选做，或体育、阅读、劳动等形式。")
    if any(caps.refuses(grade, each.form, each.place) for each in items):
        raise PolicyError("一、二年级不布置书面家庭作业。请改为校内完成，或改成口头、阅读、实践等形式。")


def _check_later(school_class: SchoolClass, held: _Held) -> None:
    """A sheet that is signed off must not grow from behind, in no kind of minutes."""
    for day, before in held.later_loads.items():
        after = queries.class_day(school_class, day).load
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
        for name, value in asdict(values).items():
            setattr(item, name, value)


def _touch(filing: Homework, held: _Held) -> None:
    """Forms that were shown what was before are stale from now on."""
    filing.version += 1
    for sheet in (held.sheet, *held.later):
        sheet.version += 1
    db.session.flush()
