"""What the office may set: ranges of days, terms, breaks that end; times that follow each other. And which term is
likely to be the present one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from portal.policy.calendar import LONGEST_BREAK, Calendar, Term
from portal.policy.errors import PolicyError

LONGEST_RANGE = 100  # days set at once
LONGEST_TERM = 300  # days; one that is longer has a slip in its year


@dataclass(frozen=True, slots=True)
class LikelyTerm:
    """The first or second term (`number`) of the school year that begins in `year`, with its likely days."""

    year: int
    number: int
    first: date
    last: date


def present_term(today: date) -> LikelyTerm:
    """The term that `today` lies in or before, as most schools have it: to be looked at, not to be believed.

    First term: from 1 September to late January; second: from mid-February to early July; Mondays to Fridays.
    """
    year = today.year if today > _friday(date(today.year, 7, 8)) else today.year - 1
    last = _friday(date(year + 1, 1, 25))
    if today <= last:
        return LikelyTerm(year, 1, _monday(date(year, 9, 1)), last)
    return LikelyTerm(year, 2, _next_monday(date(year + 1, 2, 16)), _friday(date(year + 1, 7, 8)))


def _monday(day: date) -> date:
    """The day, or the Monday after its weekend."""
    return day if day.weekday() < 5 else _next_monday(day)


def _next_monday(day: date) -> date:
    """The day where it is a Monday, else the next one."""
    return day + timedelta(days=-day.weekday() % 7)


def _friday(day: date) -> date:
    """The last Friday up to the day."""
    return day - timedelta(days=(day.weekday() - 4) % 7)


def check_range(first: date, last: date) -> None:
    """Days are set in ranges that end after they start, LONGEST_RANGE days at most. Raises PolicyError."""
    if last < first:
        raise PolicyError("结束日期在开始日期之前，请检查。")
    if (last - first).days >= LONGEST_RANGE:
        raise PolicyError("一次最多设置 %(days)s 天，请检查年份，或分几次设置。", days=LONGEST_RANGE)


def check_term_length(first: date, last: date) -> None:
    """A term ends after it starts and is no longer than LONGEST_TERM days. Raises PolicyError."""
    if last < first:
        raise PolicyError("结束日期在开始日期之前，请检查。")
    if (last - first).days >= LONGEST_TERM:
        raise PolicyError("一个学期最多 %(days)s 天，请检查年份。", days=LONGEST_TERM)


def check_no_overlap(term: Term, others: Iterable[Term]) -> None:
    """A day is in one term at most. Raises PolicyError."""
    for other in others:
        if term.first <= other.last and other.first <= term.last:
            raise PolicyError(
                "和“%(name)s”（%(first)s 至 %(last)s）重叠。请改日期，或先删去那个学期。",
                name=other.name,
                first=other.first.isoformat(),
                last=other.last.isoformat(),
            )


def check_breaks_end(calendar: Calendar, first: date, last: date) -> None:
    """From every day around `first` to `last` a school day is found within LONGEST_BREAK days, before and after.

    Raises PolicyError: a calendar without school days would leave homework without a day to be filed for.
    """
    run = 0
    for n in range((last - first).days + 2 * LONGEST_BREAK + 1):
        day = first + timedelta(days=n - LONGEST_BREAK)
        run = 0 if calendar.is_school_day(day) else run + 1
        if run >= LONGEST_BREAK:
            raise PolicyError("这样会连续 %(days)s 天以上没有上学日，请检查起止日期。", days=LONGEST_BREAK)


def check_publish_at(publish_at: time | None, cutoff: time) -> None:
    """Sheets publish themselves when teachers have had their time to file, or never (None). Raises PolicyError."""
    if publish_at is not None and publish_at < cutoff:
        raise PolicyError("自动公示不能早于填报截止（%(cutoff)s）。", cutoff=cutoff.strftime("%H:%M"))
