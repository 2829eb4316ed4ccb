"""What the composer's views share: what is filed for, the day as it would be, and the page that shows both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import authorize, within
from portal.errors import translated
from portal.homework import common_queries, queries
from portal.homework.forms import ComposerForm, WithdrawForm
from portal.homework.models import CommonHomework
from portal.homework.sheet import ClassDay, fingerprint
from portal.policy import approval, caps
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.calendar import Calendar
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.item import ItemValues, days_without_homework, task_of
from portal.policy.workload import DayLoad, day_load
from portal.school import queries as school_queries
from portal.school.models import SchoolClass, Subject, TeachingAssignment
from portal.school.rules import rules_of

DAYS_OFFERED = 5


@dataclass(frozen=True)
class Target:
    """What is being filed for: a class, a subject and a school day."""

    school_class: SchoolClass
    subject: Subject
    date: date

    @property
    def grade(self) -> int:
        return self.school_class.grade

    @property
    def calendar(self) -> Calendar:
        return rules_of(self.school_class.school).calendar

    @property
    def address(self) -> dict[str, object]:
        return {"class_id": self.school_class.id, "subject_id": self.subject.id, "day": self.date}

    @property
    def posts_to(self) -> str:
        """Where the form with the items goes."""
        return url_for("homework.file", **self.address)

    @property
    def common_address(self) -> dict[str, object]:
        return {"grade": self.grade, "subject_id": self.subject.id, "day": self.date}

    def check_day(self, class_day: ClassDay) -> None:
        """Whether it may still be filed, or corrected where it was public. Raises PolicyError."""
        if class_day.sheet and class_day.sheet.was_public:
            self.calendar.check_correction_day(self.date, clock.today())
        else:
            self.calendar.check_filing_day(self.date, clock.today())

    def days_without_homework(self, item: ItemValues) -> list[date]:
        """The no-homework days that a task over several days lands on."""
        return days_without_homework(item, first_day=self.date, calendar=self.calendar, grade=self.grade)


@dataclass(frozen=True)
class Preview:
    """The class's day with the filing as typed: what the others take, what this one adds, and the outcome (minutes)."""

    target: Target
    class_day: ClassDay
    others: DayLoad
    together: DayLoad

    @property
    def this(self) -> int:
        return self.together.total - self.others.total

    @property
    def over(self) -> int:
        return caps.over_by(self.together.total, self.class_day.cap)

    @property
    def verdict(self) -> caps.Verdict:
        return caps.assess(self.together.total, self.class_day.cap)

    @property
    def left(self) -> int:
        return max(0, (self.class_day.cap.minutes or 0) - self.together.total)

    @property
    def lapses(self) -> bool:
        """Whether handing this in ends the approval of a published sheet."""
        return approval.lapses(self.class_day.load, self.together, self.class_day.cap)

    @property
    def budget(self) -> int | None:
        """What the school thinks right for this subject on this sheet, if this filing is above it: a hint."""
        budget = self.target.subject.budget
        if budget is None:
            return None
        budget *= 2 if self.class_day.is_batch else 1
        return budget if self.this > budget else None


@dataclass(frozen=True)
class CommonCard:
    """The grade's common content beside a class's composer, and whether the class has taken it over."""

    common: CommonHomework
    filed: str  # fingerprint of what is filed for the class, empty without items

    @property
    def is_taken(self) -> bool:
        return self.filed == fingerprint(self.common.values)

    @property
    def differs(self) -> bool:
        return bool(self.filed) and not self.is_taken


def target_of(class_id: int, subject_id: int, day: date) -> Target:
    """What somebody files for; aborts with 404 or 403 where it is not theirs."""
    school_class = school_queries.class_or_404(class_id)
    subject = school_queries.subject_or_404(school_class.school_id, subject_id)
    authorize("homework.write", within(school_class, subject_id=subject.id), known_by="sheet.read")
    return Target(school_class, subject, day)


def form_for(target: Target, class_day: ClassDay) -> ComposerForm:
    """The composer's form, which knows whether handing in needs a reason now."""
    return ComposerForm(
        grade=class_day.called.grade,
        late=approval.is_late(target.date, clock.now(), target.school_class.school.cutoff),
        published=bool(class_day.sheet and class_day.sheet.was_public),
    )


def common_of(target: Target) -> CommonHomework | None:
    """What the grade has agreed on, if anything."""
    common = common_queries.common_of(target.school_class.school_id, target.grade, target.subject.id, target.date)
    return common if common and common.items else None


def preview_of(target: Target, class_day: ClassDay, form: ComposerForm) -> Preview:
    others = class_day.tasks(without_subject=target.subject.id)
    typed = [task_of(values, subject=target.subject.id, first_day=target.date) for values in form.values()]
    return Preview(target, class_day, day_load(others, class_day.days), day_load([*others, *typed], class_day.days))


def offered_days(calendar: Calendar, today: date) -> list[date]:
    """The next school days, today included if it is one."""
    days: list[date] = []
    while len(days) < DAYS_OFFERED:
        days.append(calendar.next_school_day(days[-1] + timedelta(days=1) if days else today))
    return days


def show_filing(form: ComposerForm, class_day: ClassDay, subject_id: int) -> None:
    """Fill the form with what is stored; the reason only of a draft, for handing in again asks for a new one."""
    filing = class_day.filing_of(subject_id)
    is_draft = filing is not None and filing.status == FilingStatus.DRAFT
    form.show(filing.items if filing else [], filing.version if filing else 0, filing.reason if is_draft else "")


def rearranged(form: ComposerForm, do: str, position: str) -> ComposerForm:
    """Rows come and go, or are looked at for what is wrong; nothing is saved."""
    if do == "add":
        form.add_row()
    elif do == "remove" and re.fullmatch(r"\d{1,3}", position):
        form.remove_row(int(position))
    elif do == "check":
        form.check(submit=False, may_be_empty=True)
    return form


def refused(target: Target, form: ComposerForm, error: PolicyError) -> str:
    """The composer with all that was typed, the sentence, and for a stale form what is stored now."""
    if not isinstance(error, StaleForm):
        return page(target, form, refusal=translated(error))
    stored = queries.class_day(target.school_class, target.date).filing_of(target.subject.id)
    form.version.data = str(stored.version if stored else 0)
    return page(target, form, refusal=translated(error), stored=stored)


def said(target: Target, was: SheetStatus, sentence: str) -> str:
    """What has happened: `sentence`, or where the sheet was published what has become of it."""
    if was != SheetStatus.PUBLISHED:
        return sentence
    sheet = queries.class_day(target.school_class, target.date).sheet
    if sheet.status == SheetStatus.PUBLISHED:
        return gettext("已作为第 %(number)s 版更正公示，原因写在公示栏上。", number=sheet.published_number)
    return gettext("这次修改要重新签字和通过；家长现在看到的还是第 %(number)s 版。", number=sheet.published_number)


def page(
    target: Target, form: ComposerForm, class_day: ClassDay | None = None, *, date_error: str = "", **more: object
) -> str:
    """The composer's page. `more`: refusal, stored, withdrawing (a form), asks_to_clear, asks_to_take."""
    class_day = class_day or queries.class_day(target.school_class, target.date)
    filing, common = class_day.filing_of(target.subject.id), common_of(target)
    counts = filing is not None and filing.status in (FilingStatus.DRAFT, FilingStatus.SUBMITTED)
    if request.method == "GET":
        date_error = date_error_of(target, class_day)
    return render_template(
        "homework/compose.html",
        **{"withdrawing": WithdrawForm(formdata=None)} | more,
        target=target,
        form=form,
        filing=filing,
        preview=preview_of(target, class_day, form),
        is_open=class_day.status in (SheetStatus.COLLECTING, SheetStatus.PUBLISHED),
        was_public=bool(class_day.sheet and class_day.sheet.was_public),
        card=CommonCard(common, fingerprint(filing.items) if counts else "") if common else None,
        today=clock.today(),
        offered=offered_days(target.calendar, clock.today()),
        date_error=date_error,
        **_own_classes(target),
    )


def date_error_of(target: Target, class_day: ClassDay) -> str:
    """Why nothing is filed for this day any more; empty where it is."""
    try:
        target.check_day(class_day)
    except PolicyError as error:
        return translated(error)
    return ""


def _own_classes(target: Target) -> dict[str, Sequence[TeachingAssignment]]:
    """What the teacher may go to, and whose homework of the same subject may be copied."""
    own = school_queries.assignments_of_teacher(current_user.id)
    same = [each for each in own if each.subject_id == target.subject.id and each.class_id != target.school_class.id]
    return {"own": own, "parallel": same}
