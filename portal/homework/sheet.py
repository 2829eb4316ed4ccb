"""One class's day as pages and actions see it: the filings on the sheet, what earlier tasks carry into it, the load."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from portal.homework.models import DaySheet, Homework, Item
from portal.policy import caps
from portal.policy.approval import FilingStatus, SheetStatus, counted
from portal.policy.calendar import Calendar
from portal.policy.caps import Cap, Verdict
from portal.policy.item import task_of
from portal.policy.permissions import Scope
from portal.policy.wording import Finding, findings
from portal.policy.workload import DayLoad, Task, day_load
from portal.school.models import SchoolClass, Subject, TeachingAssignment
from portal.school.rules import SchoolRules


class SubjectState(StrEnum):
    """The three states of a subject on the board, never merged (DOMAIN). `UNTAUGHT` is not on the board at all."""

    LISTED = "listed"
    NONE = "none"
    MISSING = "missing"
    UNTAUGHT = "untaught"


@dataclass(frozen=True, slots=True)
class SubjectDay:
    """One subject on one sheet. `filing` is what was last filed, whatever became of it; `items` are those that count,
    with those carried over from tasks of earlier days.
    """

    subject: Subject
    teachers: tuple[str, ...]
    teacher_ids: tuple[int, ...]
    filing: Homework | None
    items: tuple["SheetItem", ...]
    state: SubjectState
    load: DayLoad

    @property
    def is_draft(self) -> bool:
        return self.filing is not None and self.filing.status == FilingStatus.DRAFT

    @property
    def is_returned(self) -> bool:
        return self.filing is not None and self.filing.status == FilingStatus.RETURNED

    @property
    def own_items(self) -> list[Item]:
        """The items filed for this day, without what is carried over from earlier ones."""
        return [each.item for each in self.items if each.filing is self.filing]

    @property
    def is_late(self) -> bool:
        """Whether what counts here of this day's filing was handed in after the cut-off."""
        return bool(self.filing and self.filing.late and (self.own_items or self.state == SubjectState.NONE))

    def totals(self) -> dict:
        """This subject's part of `ClassDay.totals`."""
        return {
            "total": self.load.total,
            "other": self.load.other,
            "optional": self.load.optional,
            "items": len(self.items),
            "incomplete": len(self.load.missing),
            "status": self.filing.status if self.filing else "",
            "late": bool(self.filing and self.filing.late),
            "none": self.state == SubjectState.NONE,
            "content": fingerprint(self.own_items),
            "checks": sum(len(unanswered(each)) for each in self.own_items),
        }


@dataclass(frozen=True, slots=True)
class SheetItem:
    """An item on a certain sheet: for a task over several days, its share here and which day of how many it is."""

    item: Item
    filing: Homework
    task: Task
    share: int | None
    day_number: int

    @property
    def is_span(self) -> bool:
        return self.item.days > 1

    @property
    def due(self) -> date:
        """The last day of a task over several days."""
        return self.filing.sheet.date + timedelta(days=self.item.days - 1)


@dataclass(frozen=True)
class ClassDay:
    """A class on one school day (and the break that follows it, if any)."""

    school_class: SchoolClass
    date: date
    sheet: DaySheet | None
    filings: Sequence[Homework]
    assignments: Sequence[TeachingAssignment]
    rules: SchoolRules

    @property
    def scope(self) -> Scope:
        return self.school_class.scope

    @property
    def called(self) -> DaySheet | SchoolClass:
        return self.sheet if self.sheet and self.sheet.grade else self.school_class

    @property
    def status(self) -> SheetStatus:
        return SheetStatus(self.sheet.status) if self.sheet else SheetStatus.COLLECTING

    @property
    def version(self) -> int:
        return self.sheet.version if self.sheet else 0

    @cached_property
    def days(self) -> tuple[date, ...]:
        return self.rules.calendar.covered_days(self.date)

    @property
    def is_without_homework(self) -> bool:
        """无作业日 of this grade."""
        return self.rules.calendar.is_without_homework(self.date, self.called.grade)

    @property
    def expects_homework(self) -> bool:
        """Whether a subject taught on this day is missing where nobody has filed."""
        return self.rules.calendar.in_term(self.date) and not self.is_without_homework

    @property
    def is_batch(self) -> bool:
        return len(self.days) > 1

    @cached_property
    def cap(self) -> Cap:
        return caps.cap_for(self.called.grade, self.rules.caps, batch=self.is_batch)

    @cached_property
    def load(self) -> DayLoad:
        return day_load(self.tasks(), self.days)

    @cached_property
    def load_to_sign(self) -> DayLoad:
        """The load once the homeroom teacher signs off: without drafts. That is what must be within the cap."""
        handed_in = [each for each in self.items() if each.filing.status == FilingStatus.SUBMITTED]
        return day_load([each.task for each in handed_in], self.days)

    def totals(self) -> dict:
        """What is stored with the sheet: the minutes of `load`, and of each subject that has a filing or items here.

        {"load": fields of DayLoad, "to_sign": minutes without drafts, "drafts": count, "subjects": {id: {...}}};
        of a subject: total, other, optional (minutes), items, incomplete (counts), status of its filing, late, none
        (it said there is none), content (see `fingerprint`; equal where the homework is the same) and checks (text
        checks that nobody has answered).
        """
        load = asdict(self.load)
        return {
            "load": load | {"missing": len(load["missing"])},
            "to_sign": self.load_to_sign.total,
            "drafts": len(self.drafts),
            "subjects": {str(each.subject.id): each.totals() for each in self.subjects if each.filing or each.items},
        }

    @property
    def verdict(self) -> Verdict:
        return caps.assess(self.load.total, self.cap)

    @property
    def over(self) -> int:
        return caps.over_by(self.load.total, self.cap)

    @property
    def left(self) -> int | None:
        """Minutes still free under one day's cap; None where there is no cap."""
        return None if self.cap.minutes is None else max(0, self.cap.minutes - self.load.total)

    def tasks(self, *, without_subject: int | None = None) -> list[Task]:
        """What counts on this sheet; `without_subject` leaves out what was filed here for one subject."""
        return [
            each.task
            for each in self.items()
            if each.filing.subject_id != without_subject or each.filing.sheet.date != self.date
        ]

    def items(self, subject_id: int | None = None) -> Iterator[SheetItem]:
        """The items that count on this sheet, with what is carried over from earlier days."""
        for filing in self.filings:
            if (subject_id is None or filing.subject_id == subject_id) and self._counts(filing):
                for item in filing.items:
                    if filing.sheet.date == self.date or self._carries(filing, item):
                        yield self._place(filing, item)

    def filing_of(self, subject_id: int) -> Homework | None:
        """What was filed on this sheet for a subject: the live filing, or else the last returned or withdrawn one."""
        own = [each for each in self.filings if each.sheet.date == self.date and each.subject_id == subject_id]
        live = [each for each in own if each.status in (FilingStatus.DRAFT, FilingStatus.SUBMITTED)]
        return (live or own or [None])[-1]

    @cached_property
    def subjects(self) -> list[SubjectDay]:
        """Every subject taught or filed on this sheet, in the school's order."""
        taught: dict[int, list[TeachingAssignment]] = {}
        for assignment in self.assignments:
            taught.setdefault(assignment.subject_id, []).append(assignment)
        subjects = {each.subject_id: each.subject for each in self.assignments}
        subjects |= {each.subject_id: each.subject for each in self.filings}
        ordered = sorted(subjects.values(), key=lambda subject: (subject.position, subject.id))
        days = [self._subject_day(subject, taught.get(subject.id, [])) for subject in ordered]
        return [each for each in days if each.state != SubjectState.UNTAUGHT or each.filing]

    def subject(self, subject_id: int) -> SubjectDay | None:
        """One subject of this sheet; None if it is neither taught nor filed."""
        return next((each for each in self.subjects if each.subject.id == subject_id), None)

    def scope_of(self, subject_id: int) -> Scope:
        """Where a filing for this subject happens: what the permission table asks about."""
        return replace(self.scope, subject_id=subject_id)

    @property
    def missing(self) -> list[SubjectDay]:
        """Taught today, and nobody filed or said there is none."""
        return [each for each in self.subjects if each.state == SubjectState.MISSING]

    @property
    def drafts(self) -> list[SubjectDay]:
        return [each for each in self.subjects if each.is_draft]

    @property
    def incomplete(self) -> list[SubjectDay]:
        """Subjects with items that have no minutes."""
        return [each for each in self.subjects if not each.load.complete]

    def _subject_day(self, subject: Subject, assignments: Sequence[TeachingAssignment]) -> SubjectDay:
        filing = self.filing_of(subject.id)
        items = tuple(self.items(subject.id))
        on_timetable = [each for each in assignments if self.expects_homework and each.taught_on(self.date)]
        return SubjectDay(
            subject=subject,
            teachers=tuple(each.teacher.name for each in on_timetable or assignments),
            teacher_ids=tuple(each.teacher_id for each in on_timetable or assignments),
            filing=filing,
            items=items,
            state=self._state(filing, items, bool(on_timetable)),
            load=day_load([each.task for each in items], self.days),
        )

    def _state(self, filing: Homework | None, items: Collection[SheetItem], on_timetable: bool) -> SubjectState:
        if items:
            return SubjectState.LISTED
        if filing is not None and filing.no_homework and self._counts(filing):
            return SubjectState.NONE
        return SubjectState.MISSING if on_timetable else SubjectState.UNTAUGHT

    def _counts(self, filing: Homework) -> bool:
        """A filing of this day counts as its sheet says; one carried over only if it is on its own sheet."""
        return FilingStatus(filing.status) in counted(self.status) & counted(SheetStatus(filing.sheet.status))

    def _carries(self, filing: Homework, item: Item) -> bool:
        """Whether a task of an earlier day is worked on here; a weekly one is only on the days when it is due."""
        first = filing.sheet.date
        offsets = [(day - first).days for day in self.days]
        due = any(offset < item.days and offset % item.every == 0 for offset in offsets)
        return item.days > 1 and first < self.date and due

    def _place(self, filing: Homework, item: Item) -> SheetItem:
        task = task_of(item, subject=filing.subject_id, first_day=filing.sheet.date)
        share = None if item.minutes is None else task.minutes_on(self.days)
        number = min((self.date - filing.sheet.date).days + 1, item.days)
        return SheetItem(item=item, filing=filing, task=task, share=share, day_number=number)


def fingerprint(items: Iterable[Item]) -> str:
    """A piece of a hash that is the same for the same homework, whatever the spaces; empty without items."""
    words = [
        ("".join(each.text.split()), each.tier, each.form, each.place, each.minutes, each.days, each.every)
        for each in items
    ]
    return sha256(repr(words).encode()).hexdigest()[:16] if words else ""


def unanswered(item: Item) -> list[Finding]:
    """What the wording of an item is suspected of, without what its teacher has read and kept."""
    return [each for each in findings(item.text) if each.check not in item.kept]


def days_of_span(calendar: Calendar, first: date, days: Iterable[int]) -> set[date]:
    """The dates of the sheets that tasks starting on `first` and lasting so many days reach."""
    return {calendar.sheet_date(first + timedelta(days=n)) for n in range(max(days, default=1))}
