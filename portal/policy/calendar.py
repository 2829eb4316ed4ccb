"""What kind of day it is, which days one sheet covers, and how a task is spread over its days.

Until the school has a calendar of its own, Monday to Friday are school days; every function takes that answer
as a predicate, so that make-up Saturdays and holidays change nothing here.
"""

from collections.abc import Callable
from datetime import date, timedelta

from portal.policy.errors import PolicyError

IsSchoolDay = Callable[[date], bool]
LONGEST_BREAK = 100  # days; longer than any school holiday, so a search for a school day always ends
FURTHEST_AHEAD = 30  # days a teacher may file ahead


def is_known(day: date) -> bool:
    """Whether the portal knows this day at all: one of this or the next century."""
    return 2000 <= day.year <= 2199


def is_weekday(day: date) -> bool:
    """Monday to Friday: the fallback where no calendar says otherwise."""
    return day.isoweekday() <= 5


def sheet_date(day: date, is_school_day: IsSchoolDay = is_weekday) -> date:
    """The school day whose sheet covers `day`: itself, or the last school day before a weekend or holiday."""
    return _walk(day, -1, is_school_day)


def next_school_day(day: date, is_school_day: IsSchoolDay = is_weekday) -> date:
    """`day` itself where it is a school day, else the first one after it."""
    return _walk(day, 1, is_school_day)


def covered_days(day: date, is_school_day: IsSchoolDay = is_weekday) -> tuple[date, ...]:
    """The days the sheet of school day `day` covers: itself, and the break that follows it, if any.

    Homework before a break is filed once and totalled as one batch (DOMAIN, "What counts" 9).
    """
    first_back = next_school_day(day + timedelta(days=1), is_school_day)
    return tuple(day + timedelta(days=n) for n in range((first_back - day).days))


def _walk(day: date, step: int, is_school_day: IsSchoolDay) -> date:
    for n in range(LONGEST_BREAK):
        candidate = day + timedelta(days=n * step)
        if is_school_day(candidate):
            return candidate
    raise ValueError(f"no school day within {LONGEST_BREAK} days of {day}")


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


def check_filing_day(day: date, today: date, is_school_day: IsSchoolDay = is_weekday) -> None:
    """Homework is set for school days, from today up to FURTHEST_AHEAD days ahead. Raises PolicyError otherwise."""
    if day < today:
        raise PolicyError("这一天已经过去，不能再布置作业。请选今天或以后的上学日。")
    if day > today + timedelta(days=FURTHEST_AHEAD):
        raise PolicyError("最多可以提前 %(days)s 天布置，请选近一些的日期。", days=FURTHEST_AHEAD)
    if not is_school_day(day):
        before = sheet_date(day, is_school_day)
        if before < today:
            raise PolicyError(
                "这一天不上学，放假前的作业也已经截止。请选下一个上学日（%(day)s）。",
                day=next_school_day(day, is_school_day).isoformat(),
            )
        raise PolicyError("这一天不上学。周末作业请填在放假前最后一个上学日（%(day)s）。", day=before.isoformat())
