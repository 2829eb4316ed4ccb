"""Filing, editing and withdrawing homework. Every function locks the sheets it touches before it reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
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
from portal.school.models import SchoolClass, Subject


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
    before = queries.class_day(school_class, day).filing_of(subject.id)
    reach = days_of_span(day, [each.days for each in (*items, *(before.items if before else ()))])
    sheet, *later = lock_sheets(school_class, reach)
    class_day = queries.class_day(school_class, day)
    filing = class_day.filing_of(subject.id)
    _check_seen(filing, seen_version)
    approval.check_open(SheetStatus(sheet.status))
    _check_allowed(items, school_class.grade)

    later_loads = {each.date: queries.class_day(school_class, each.date).load.total for each in later}
    step = FilingStep.SUBMIT if submit else FilingStep.SAVE
    minutes_before = _minutes_of(class_day, subject)
    was = FilingStatus(filing.status) if filing else None
    filing = filing or _new_filing(sheet, subject, by)
    filing.status = approval.next_filing_status(was or FilingStatus.DRAFT, step)
    filing.no_homework = not items
    filing.teacher_id = by.id
    filing.saved_at = at
    filing.submitted_at = at if submit else None
    _write_items(filing, items)
    _touch(filing, sheet, *later)
    db.session.flush()

    _check_later(school_class, later, later_loads)
    minutes_after = _minutes_of(queries.class_day(school_class, day), subject)
    if submit or was is None or minutes_before != minutes_after:
        record(
            f"homework.{step}",
            by=by,
            at=at,
            sheet_id=sheet.id,
            before=was or "",
            after=filing.status,
            subject=subject.name,
            minutes=[minutes_before, minutes_after],
        )
    return filing


def withdraw(
    school_class: SchoolClass, subject: Subject, day: date, *, seen_version: int, by: Person, at: datetime
) -> Homework:
    """Take a filing off the sheet; its items are kept, and submitting it again brings it back.

    Raises StaleForm if the filing has changed since `seen_version`, PolicyError if the sheet is signed off.
    """
    before = queries.class_day(school_class, day).filing_of(subject.id)
    reach = days_of_span(day, [each.days for each in (before.items if before else ())])
    sheet, *later = lock_sheets(school_class, reach)
    class_day = queries.class_day(school_class, day)
    filing = class_day.filing_of(subject.id)
    _check_seen(filing, seen_version)
    if filing is None:
        raise PolicyError("这一天没有可以撤回的作业。")
    approval.check_open(SheetStatus(sheet.status))
    minutes_before = _minutes_of(class_day, subject)
    was = FilingStatus(filing.status)
    filing.status = approval.next_filing_status(was, FilingStep.WITHDRAW)
    filing.saved_at = at
    _touch(filing, sheet, *later)
    db.session.flush()
    record(
        "homework.withdraw",
        by=by,
        at=at,
        sheet_id=sheet.id,
        before=was,
        after=filing.status,
        subject=subject.name,
        minutes=[minutes_before, _minutes_of(queries.class_day(school_class, day), subject)],
    )
    return filing


def _check_seen(filing: Homework | None, seen_version: int) -> None:
    if (filing.version if filing else 0) != seen_version:
        raise StaleForm("这份作业刚刚在另一个窗口或由同事保存过，您这里还是旧的。您写的内容都在，请对照后再保存。")


def _check_allowed(items: Sequence[ItemValues], grade: int) -> None:
    if any(caps.refuses(grade, each.form, each.place) for each in items):
        raise PolicyError("一、二年级不布置书面家庭作业。请改为校内完成，或改成口头、阅读、实践等形式。")


def _check_later(school_class: SchoolClass, later: Sequence[DaySheet], before: dict[date, int]) -> None:
    """A sheet that is signed off must not grow from behind."""
    for sheet in later:
        if sheet.status == SheetStatus.COLLECTING:
            continue
        if queries.class_day(school_class, sheet.date).load.total > before[sheet.date]:
            raise PolicyError(
                "这项多日作业会延续到 %(day)s，而那一天的清单已经协调好。请缩短天数，或请班主任先退回那一天。",
                day=sheet.date.isoformat(),
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


def _touch(filing: Homework, *sheets: DaySheet) -> None:
    """Forms that were shown what was before are stale from now on."""
    filing.version += 1
    for sheet in sheets:
        sheet.version += 1


def _minutes_of(class_day: ClassDay, subject: Subject) -> int:
    """The mandatory written minutes of one subject on a sheet."""
    subject_day = class_day.subject(subject.id)
    return subject_day.load.total if subject_day else 0
