"""A week of published versions arranged as families read it: the totals side by side, then day by day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from portal.approvals.models import SheetVersion
from portal.board.page import Page
from portal.policy.calendar import Calendar, DayKind
from portal.policy.workload import WeekMean, mean_under_caps, weekly_mean


class DayState(StrEnum):
    """What there is to say of a day. The last three may hold for several days in a row."""

    LISTED = "listed"  # its sheet is published
    WAITING = "waiting"  # a school day whose sheet is not published yet
    NOTHING = "nothing"  # a past school day without one
    COVERED = "covered"  # its homework stands on the sheet of an earlier day
    FREE = "free"  # no school
    OUTSIDE = "outside"  # of the term


SCHOOL_DAYS = (DayState.LISTED, DayState.WAITING, DayState.NOTHING)


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
        return self.state in SCHOOL_DAYS

    def goes_on_with(self, day: "Stretch") -> bool:
        """Whether of the next day the same is to be said."""
        if self.is_school_day or (self.state, self.covered_by) != (day.state, day.covered_by):
            return False
        return self.kind == day.kind or self.state == DayState.OUTSIDE


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
    def stretches(self) -> list[Stretch]:
        """All seven days, those put together of which the same is to be said."""
        found: list[Stretch] = []
        for day in (self._day(self.monday + timedelta(days=n)) for n in range(7)):
            if found and found[-1].goes_on_with(day):
                found[-1] = replace(found[-1], last=day.last)
            else:
                found.append(day)
        return found

    @property
    def school_days(self) -> list[Stretch]:
        return [each for each in self.stretches if each.is_school_day]

    @property
    def pages(self) -> list[Page]:
        return [each.page for each in self.stretches if each.page]

    @property
    def mean(self) -> WeekMean | None:
        """The mean of the published days that have a cap."""
        return mean_under_caps((page.load["total"], page.cap) for page in self.pages)

    @property
    def mean_at_school(self) -> int:
        """The mean where there is no cap: written practice at school, minutes."""
        return weekly_mean([page.load["total"] for page in self.pages]) if self.pages else 0

    @property
    def batches(self) -> list[date]:
        """The school days whose homework is for the break after them too."""
        return [each.first for each in self.stretches if each.page and each.page.content["batch"]]

    @property
    def longest_bar(self) -> int:
        """Minutes; all bars of the week have this scale."""
        loads = [page.load for page in self.pages]
        return max([1, *(max(load["total"], load["limit"] or 0) for load in loads)])

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
        """A day alone."""
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
        return DayState.WAITING if day >= self.today else DayState.NOTHING
