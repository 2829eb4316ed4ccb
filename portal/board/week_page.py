"""A week of published versions arranged as families read it: the totals side by side, then day by day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from portal.approvals.models import SheetVersion
from portal.board.page import Page
from portal.policy.calendar import Calendar, DayKind
from portal.policy.workload import WeekMean, mean_under_caps, weekly_mean

A_BAR = 60  # minutes; the scale of the bars where no cap gives one


class DayState(StrEnum):
    """What there is to say of a day."""

    LISTED = "listed"  # its sheet is published
    DUE = "due"  # today, and not published yet
    COMING = "coming"  # a school day that has not come yet
    NOTHING = "nothing"  # a past school day without a sheet
    COVERED = "covered"  # its homework stands on the sheet of an earlier day
    FREE = "free"  # no school
    OUTSIDE = "outside"  # of the term


AT_SCHOOL = frozenset({DayState.LISTED, DayState.DUE, DayState.COMING, DayState.NOTHING})
EACH_ALONE = frozenset({DayState.LISTED, DayState.DUE, DayState.NOTHING})


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day, or several in a row of which the same is to be said; `covered_by` is the day whose sheet they are on."""

    first: date
    last: date
    state: DayState
    kind: DayKind
    without_homework: bool
    covered_by: date | None = None
    version: SheetVersion | None = None
    page: Page | None = None

    @property
    def is_school_day(self) -> bool:
        return self.state in AT_SCHOOL

    def goes_on_with(self, day: "Stretch") -> bool:
        """Whether of the next day the same is to be said."""
        mine = (self.state, self.kind, self.without_homework, self.covered_by)
        same = mine == (day.state, day.kind, day.without_homework, day.covered_by)
        return same and self.state not in EACH_ALONE or self.state == day.state == DayState.OUTSIDE


@dataclass(frozen=True)
class Week:
    """Seven days from `monday`; `versions` are the latest of each sheet that covers one of them, by date."""

    monday: date
    today: date
    grade: int
    calendar: Calendar
    versions: list[SheetVersion]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def is_present(self) -> bool:
        return self.monday <= self.today <= self.sunday

    @cached_property
    def days(self) -> list[Stretch]:
        """Each of the seven days by itself."""
        return [self._day(self.monday + timedelta(days=n)) for n in range(7)]

    @property
    def school_days(self) -> list[Stretch]:
        return [each for each in self.days if each.is_school_day]

    @property
    def stretches(self) -> list[Stretch]:
        """The seven days, those put together of which the same is to be said."""
        found: list[Stretch] = []
        for day in self.days:
            if found and found[-1].goes_on_with(day):
                found[-1] = replace(found[-1], last=day.last)
            else:
                found.append(day)
        return found

    @property
    def pages(self) -> list[Page]:
        return [each.page for each in self.days if each.page]

    @property
    def mean(self) -> WeekMean | None:
        """The mean of the published days that have a cap."""
        return mean_under_caps((page.load["total"], page.cap) for page in self.pages)

    @property
    def mean_at_school(self) -> int:
        """Minutes of written practice a day, where there is no cap and nothing written to take home."""
        return weekly_mean([page.load["total"] for page in self.pages])

    @property
    def batches(self) -> list[date]:
        """The school days whose sheet is for the break after them too."""
        return [each.first for each in self.days if each.page and each.page.content["batch"]]

    @property
    def longest_bar(self) -> int:
        """Minutes; all bars of the week have this scale."""
        return max(max(page.load["total"], page.load["limit"] or A_BAR) for page in self.pages)

    @property
    def tightness(self) -> int:
        """How small and short the week has to be written for one sheet of paper, by the items of its fullest day."""
        most = max((sum(len(each["items"]) for each in page.content["subjects"]) for page in self.pages), default=0)
        return 1 if most <= 8 else 2 if most <= 14 else 3

    @property
    def text_length(self) -> int:
        """Characters of an item that are shown; the day's page has them all."""
        return {1: 60, 2: 40, 3: 24}[self.tightness]

    def _day(self, day: date) -> Stretch:
        version = next((each for each in reversed(self.versions) if each.date <= day <= each.last_day), None)
        own = version if version and version.date == day else None
        return Stretch(
            first=day,
            last=day,
            state=self._state(day, version),
            kind=self.calendar.kind(day),
            without_homework=self.calendar.is_without_homework(day, self.grade),
            covered_by=version.date if version and not own else None,
            version=own,
            page=Page(own.content) if own else None,
        )

    def _state(self, day: date, version: SheetVersion | None) -> DayState:
        if version:
            return DayState.LISTED if version.date == day else DayState.COVERED
        if not self.calendar.in_term(day):
            return DayState.OUTSIDE
        if not self.calendar.is_school_day(day):
            return DayState.FREE
        if day == self.today:
            return DayState.DUE
        return DayState.COMING if day > self.today else DayState.NOTHING
