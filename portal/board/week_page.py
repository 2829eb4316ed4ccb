"""A week of published versions arranged as families read it: the totals side by side, then day by day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from portal.board.page import Page, Published, Quiet, why_quiet
from portal.policy.calendar import Calendar
from portal.policy.workload import WeekMean, mean_under_caps, weekly_mean

A_BAR = 60  # minutes; the scale of the bars where no cap gives one
REST_OF_ITEM = 12  # letters of its tier and minutes
AT_SCHOOL = (Quiet.WAITING, Quiet.NO_HOMEWORK_DAY, Quiet.PAST)


class Column(NamedTuple):
    """A day on the printed week: letters `shown` of an item, letters in a line, lines in a column."""

    shown: int
    letters: int
    lines: int


COLUMNS = {1: Column(60, 17, 34), 2: Column(40, 20, 36), 3: Column(24, 23, 45)}  # by tightness, as board.css writes it


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day with its published sheet, or days in a row of which the same is to be said: their homework stands on the
    sheet of another day (`covered_by`), or there is none, and `why`.
    """

    first: date
    last: date
    version: Published | None = None
    page: Page | None = None
    covered_by: date | None = None
    why: Quiet | None = None
    is_without_homework: bool = False

    @property
    def is_school_day(self) -> bool:
        return self.page is not None or self.why in AT_SCHOOL

    def goes_on_with(self, day: "Stretch") -> bool:
        """Whether of the next day the same is to be said."""
        return not self.page and not day.page and (self.covered_by, self.why) == (day.covered_by, day.why)


@dataclass(frozen=True)
class Week:
    """Seven days of a class from `monday`; `versions` are the latest of each sheet that covers one of them, by date."""

    monday: date
    today: date
    grade: int
    left_on: date | None
    calendar: Calendar
    versions: list[Published]

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
        """How small and short the week has to be written for one sheet of paper, 1 to 3."""
        return next(
            (size for size in COLUMNS if all(_lines(page, size) <= COLUMNS[size].lines for page in self.pages)), 3
        )

    @property
    def text_length(self) -> int:
        """Letters of an item that are shown; the day's page has them all."""
        return COLUMNS[self.tightness].shown

    def _day(self, day: date) -> Stretch:
        version = next((each for each in reversed(self.versions) if each.date <= day <= each.last_day), None)
        if version is None:
            return Stretch(day, day, why=why_quiet(self.calendar, self.grade, day, self.today, self.left_on))
        if version.date != day:
            return Stretch(day, day, covered_by=version.date)
        without = self.calendar.is_without_homework(day, self.grade)
        return Stretch(day, day, version, Page(version.content), is_without_homework=without)


def _lines(page: Page, size: int) -> int:
    """How many lines the items of a day take in a column."""
    column = COLUMNS[size]
    letters = [
        len(subject["name"]) + min(len(item["text"]), column.shown) + REST_OF_ITEM
        for subject in page.content["subjects"]
        for item in subject["items"]
    ]
    return sum(1 + each // column.letters for each in letters)
