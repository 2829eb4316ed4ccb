"""A month of the school's calendar, arranged in weeks for reading; and the settings as their form has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portal.policy import caps
from portal.policy.calendar import Calendar, DayKind, is_known
from portal.school.models import SETTINGS, CalendarDay, School, Subject


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month: its kind, what the school says of it itself, and the grades that have no homework."""

    date: date
    kind: DayKind
    is_own: bool
    note: str
    is_today: bool
    in_term: bool
    without_homework: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """`weeks` go from Monday to Sunday; None stands for days of other months."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]
    is_guess: bool

    @property
    def previous(self) -> date | None:
        return self._if_known(first_of(self.first - timedelta(days=1)))

    @property
    def next(self) -> date | None:
        return self._if_known(first_of(self.first + timedelta(days=31)))

    @staticmethod
    def _if_known(day: date) -> date | None:
        return day if is_known(day) else None

    @property
    def weekdays(self) -> list[date]:
        """A Monday to a Sunday, for the names."""
        monday = self.first - timedelta(days=self.first.weekday())
        return [monday + timedelta(days=n) for n in range(7)]


def first_of(day: date) -> date:
    return day.replace(day=1)


def last_of(day: date) -> date:
    return first_of(first_of(day) + timedelta(days=31)) - timedelta(days=1)


def month_of(day: date, calendar: Calendar, own: Mapping[date, CalendarDay], today: date) -> Month:
    """The month of `day`; `own` are the rows of its days."""
    first, last = first_of(day), last_of(day)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    cells = [None] * first.weekday() + [_day(each, calendar, own, today) for each in days]
    cells += [None] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7))
    return Month(first, weeks, any(calendar.is_guess(each) for each in days))


def _day(day: date, calendar: Calendar, own: Mapping[date, CalendarDay], today: date) -> Day:
    in_term = calendar.in_term(day)
    free = tuple(grade for grade in caps.GRADES if in_term and calendar.is_without_homework(day, grade))
    note = own[day].note if day in own else ""
    return Day(day, calendar.kind(day), day in own, note, day == today, in_term, free)


def settings_of(
    school: School, school_caps: Mapping[int, int], calendar: Calendar, subjects: Iterable[Subject]
) -> dict[str, object]:
    """All settings by the names of their fields: those of the school, cap_3 …, weekday_1 …, budget_<subject's id>."""
    free = {grade: calendar.no_homework.get(grade) for grade in caps.GRADES}
    own = {f"cap_{grade}": school_caps.get(grade) for grade in caps.GRADES if caps.NATIONAL_CAPS[grade] is not None}
    own |= {f"weekday_{grade}": "" if weekday is None else str(weekday) for grade, weekday in free.items()}
    own |= {f"budget_{each.id}": each.budget for each in subjects}
    return {name: getattr(school, name) for name in SETTINGS} | own
