"""A school's day as the public reads it: each class's total against its cap, never in order of size."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from portal.board.page import Page
from portal.policy.calendar import Calendar, is_known


@dataclass
class ClassTotal:
    """A class and what is published for it on a day; `content` of the version, None where there is none."""

    id: int
    code: str
    grade: int
    number: int
    content: dict | None

    @cached_property
    def page(self) -> Page | None:
        return Page(self.content) if self.content else None

    @property
    def has_homework(self) -> bool:
        """Whether anything is to be done, of whatever kind."""
        return any(subject["items"] for subject in self.content["subjects"]) if self.content else False


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """The day that a page of the school shows, and the school days around it."""

    day: date
    today: date
    calendar: Calendar

    @property
    def is_school_day(self) -> bool:
        return self.calendar.is_school_day(self.day)

    @property
    def is_free(self) -> bool:
        """Whether no homework is expected: no school, or outside of a term."""
        return not (self.is_school_day and self.calendar.in_term(self.day))

    @property
    def previous(self) -> date | None:
        day = self.calendar.sheet_date(self.day - timedelta(days=1))
        return day if is_known(day) else None

    @property
    def next(self) -> date | None:
        """The school day after it; None beyond the next one from today."""
        day, last = (self.calendar.next_school_day(each + timedelta(days=1)) for each in (self.day, self.today))
        return day if day <= last and is_known(day) else None

    def is_without_homework(self, grade: int) -> bool:
        return self.calendar.is_without_homework(self.day, grade)
