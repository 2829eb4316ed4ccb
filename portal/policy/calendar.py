"""What kind of day it is, which days one sheet covers, and how a task is spread over its days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from portal.policy.errors import PolicyError

LONGEST_BREAK = 100  # days; longer than any school holiday, so a search for a school day always ends
FURTHEST_AHEAD = 30  # days a teacher may file ahead


class DayKind(StrEnum):
    SCHOOL = "school"  # 上学日
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # 法定节假日、学校放假
    MAKEUP = "makeup"  # 调休上学


SCHOOL_DAYS = frozenset({DayKind.SCHOOL, DayKind.MAKEUP})


@dataclass(frozen=True, slots=True)
class Term:
    """A term with its first and last day."""

    name: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def weekday_kind(day: date) -> DayKind:
    """What the day of the week says: the fallback where nothing else is known."""
    return DayKind.SCHOOL if day.isoweekday() <= 5 else DayKind.WEEKEND


@dataclass(frozen=True)
class Calendar:
    """The school's calendar: its own days win, then the nation's holidays, then the day of the week.

    `national` answers None for days of years that are not announced yet. `no_homework` maps a grade to its weekday
    without homework (0 Monday … 4 Friday). Without `terms` every day is in term.
    """

    own: Mapping[date, DayKind] = field(default_factory=dict)
    national: Callable[[date], DayKind | None] = lambda day: None
    terms: tuple[Term, ...] = ()
    no_homework: Mapping[int, int] = field(default_factory=dict)

    def kind(self, day: date) -> DayKind:
        return self.own.get(day) or self.national(day) or weekday_kind(day)

    def is_guess(self, day: date) -> bool:
        """Whether only the day of the week speaks: neither the school nor the nation has said anything yet."""
        return day not in self.own and self.national(day) is None

    def is_school_day(self, day: date) -> bool:
        return self.kind(day) in SCHOOL_DAYS

    def in_term(self, day: date) -> bool:
        return not self.terms or any(day in term for term in self.terms)

    def is_without_homework(self, day: date, grade: int) -> bool:
        """无作业日: a school day on which this grade gets no mandatory written homework (DOMAIN, "What counts" 10)."""
        return self.is_school_day(day) and self.no_homework.get(grade) == day.weekday()

    def sheet_date(self, day: date) -> date:
        """The school day whose sheet covers `day`: itself, or the last school day before a weekend or holiday."""
        return self._walk(day, -1)

    def next_school_day(self, day: date) -> date:
        """`day` itself where it is a school day, else the first one after it."""
        return self._walk(day, 1)

    def next_day_of_homework(self, day: date) -> date:
        """The first school day from `day` on that is in term; where no term is to come, the first school day."""
        first = self.next_school_day(day)
        if self.in_term(first):
            return first
        coming = min((term.first for term in self.terms if term.first > first), default=first)
        return self.next_school_day(coming)

    def covered_days(self, day: date) -> tuple[date, ...]:
        """The days the sheet of school day `day` covers: itself, and the break that follows it, if any.

        Homework before a break is filed once and totalled as one batch (DOMAIN, "What counts" 9).
        """
        first_back = self.next_school_day(day + timedelta(days=1))
        return tuple(day + timedelta(days=n) for n in range((first_back - day).days))

    def check_filing_day(self, day: date, today: date) -> None:
        """Homework is set for school days in term, from today to FURTHEST_AHEAD days ahead. Raises PolicyError."""
        if day < today:
            raise PolicyError("这一天已经过去，不能再布置作业。请选今天或以后的上学日。")
        if day > today + timedelta(days=FURTHEST_AHEAD):
            raise PolicyError("最多可以提前 %(days)s 天布置，请选近一些的日期。", days=FURTHEST_AHEAD)
        if not self.in_term(day):
            raise PolicyError("这一天不在学期内，不布置作业。学期的起止日期由教务处设定。")
        if self.is_school_day(day):
            return
        before = self.sheet_date(day)
        if before < today:
            raise PolicyError(
                "这一天不上学，放假前的作业也已经截止。请选下一个上学日（%(day)s）。",
                day=self.next_school_day(day).isoformat(),
            )
        raise PolicyError("这一天不上学。周末作业请填在放假前最后一个上学日（%(day)s）。", day=before.isoformat())

    def check_correction_day(self, day: date, today: date) -> None:
        """What families have read may be corrected until the last day it is for: of a batch before a break, the
        whole break. Raises PolicyError.
        """
        if self.covered_days(day)[-1] < today:
            raise PolicyError("这份清单的日子已经过去，不能再更正。")

    def _walk(self, day: date, step: int) -> date:
        for n in range(LONGEST_BREAK):
            candidate = day + timedelta(days=n * step)
            if self.is_school_day(candidate):
                return candidate
        raise ValueError(f"no school day within {LONGEST_BREAK} days of {day}")


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


WEEKDAYS_ONLY = Calendar()


def is_known(day: date) -> bool:
    """Whether the portal knows this day at all: one of this or the next century."""
    return 2000 <= day.year <= 2199


def spread(minutes: int, parts: int) -> list[int]:
    """Share `minutes` over `parts` as evenly as whole minutes allow, the remainder on the first parts."""
    share, remainder = divmod(minutes, parts)
    return [share + (n < remainder) for n in range(parts)]


def parts_of_span(days: int, every: int = 1) -> int:
    """How many times a task of `days` days is worked on: each day, or once in `every` days."""
    return -(-days // every)


def share_on(minutes: int, first: date, days: int, every: int, on: date) -> int:
    """The minutes of a task over `days` days from `first` that fall on the day `on` (0 outside of it)."""
    offset = (on - first).days
    if not 0 <= offset < days or offset % every:
        return 0
    return spread(minutes, parts_of_span(days, every))[offset // every]
