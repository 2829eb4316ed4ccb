"""What counts: from the tasks of one class to the minutes of one sheet (DOMAIN, "What counts" 1–9).

A task alone, a choice (choose k of n) and a set of levels are all *units*: what a pupil does of it lies between
a shortest and a longest selection. The longest counts, because the cap must hold for every pupil.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.policy import calendar
from portal.policy.caps import Cap
from portal.policy.vocabulary import Form, Level, Place, Tier


@dataclass(frozen=True, slots=True)
class Task:
    """One item as it counts. `minutes` is for the whole task; None means nobody said.

    `group` names the choice the task belongs to and `choose` how many of the group a pupil does; `level` makes
    it one of the levels of `subject`, of which a pupil does one (a choice is stronger than a level). `first_day`
    is given for a task over several `days`, worked on each `every` days. `ref` is handed back for tasks
    without minutes.
    """

    tier: Tier
    form: str
    place: Place
    minutes: int | None
    subject: Hashable = None
    level: Level | None = None
    group: Hashable = None
    choose: int | None = None
    first_day: date | None = None
    days: int = 1
    every: int = 1
    ref: Hashable = None

    @property
    def is_span(self) -> bool:
        return self.days > 1 and self.first_day is not None

    def minutes_on(self, days: Collection[date]) -> int:
        """The minutes of this task that fall on `days`: all of them, or the shares of a task over several days."""
        if not self.minutes:
            return 0
        if not self.is_span:
            return self.minutes
        return sum(calendar.share_on(self.minutes, self.first_day, self.days, self.every, day) for day in days)


@dataclass(frozen=True, slots=True)
class DayLoad:
    """The load of one sheet, all in minutes.

    `school` + `home` = `total`, the headline: mandatory written, the longest selection. `shortest` is the same
    for the shortest selection, `from_spans` the part of the headline that comes from tasks over several days.
    `other` is mandatory and not written, `optional_written` and `optional` are voluntary, `everything` is the
    longest evening possible. `missing` holds the refs of tasks without minutes.
    """

    school: int = 0
    home: int = 0
    shortest: int = 0
    from_spans: int = 0
    other: int = 0
    optional_written: int = 0
    optional: int = 0
    everything: int = 0
    missing: tuple[Hashable, ...] = ()

    @property
    def total(self) -> int:
        return self.school + self.home

    @property
    def complete(self) -> bool:
        return not self.missing


Measure = Callable[[Task], int]
Alternatives = list[list[Task]]


def day_load(tasks: Iterable[Task], days: Collection[date] = ()) -> DayLoad:
    """The load that `tasks` put on the sheet covering `days` (one school day, or a school day and a break).

    Hand in the tasks that count: drafts and pending ones for the working total, never returned or withdrawn ones.
    """
    tasks = list(tasks)

    def on_sheet(task: Task) -> int:
        return task.minutes_on(days)

    def written(task: Task) -> int:
        return on_sheet(task) if task.form == Form.WRITTEN else 0

    def other(task: Task) -> int:
        return on_sheet(task) if task.form != Form.WRITTEN else 0

    mandatory = _units(task for task in tasks if task.tier == Tier.MANDATORY)
    optional = _units(task for task in tasks if task.tier == Tier.OPTIONAL)
    headline = [task for unit in mandatory for task in unit.longest(written)]
    return DayLoad(
        school=sum(written(task) for task in headline if task.place == Place.SCHOOL),
        home=sum(written(task) for task in headline if task.place == Place.HOME),
        shortest=sum(unit.shortest(written) for unit in mandatory),
        from_spans=sum(written(task) for task in headline if task.is_span),
        other=_longest(mandatory, other),
        optional_written=_longest(optional, written),
        optional=_longest(optional, on_sheet),
        everything=_longest(mandatory, on_sheet) + _longest(optional, on_sheet),
        missing=tuple(task.ref for task in tasks if task.minutes is None),
    )


class WeekMean(NamedTuple):
    """The mean of so many days' totals, in minutes, and the caps they were under, each once."""

    minutes: int
    days: int
    caps: tuple[int, ...]


def mean_under_caps(sheets: Iterable[tuple[int, Cap]]) -> WeekMean | None:
    """The mean of a week's sheets, given as total and cap: those that have a cap count, and a batch over a break counts
    as the one school day it was set on. None where there is none (grades 1 and 2, or nothing published).
    """
    capped = [(total, cap.minutes) for total, cap in sheets if cap.minutes is not None]
    if not capped:
        return None
    totals, caps = zip(*capped, strict=True)
    return WeekMean(weekly_mean(totals), len(totals), tuple(dict.fromkeys(caps)))


def weekly_mean(totals: Collection[int]) -> int:
    """The mean of the week's daily totals, in whole minutes. The texts say 平均; each day is still checked."""
    return (2 * sum(totals) + len(totals)) // (2 * len(totals))


@dataclass(frozen=True, slots=True)
class _Unit:
    """Bundles of tasks of which a pupil does `choose`."""

    bundles: Alternatives
    choose: int = 1

    def longest(self, measure: Measure) -> list[Task]:
        return [task for bundle in self._ranked(measure)[-self.choose :] for task in bundle]

    def shortest(self, measure: Measure) -> int:
        return sum(measure(task) for bundle in self._ranked(measure)[: self.choose] for task in bundle)

    def _ranked(self, measure: Measure) -> Alternatives:
        """By length; of equally long ones the one done at home counts as longer, so that the split never flips."""

        def length(bundle: list[Task]) -> tuple[int, int]:
            at_home = sum(measure(task) for task in bundle if task.place == Place.HOME)
            return sum(measure(task) for task in bundle), at_home

        return sorted(self.bundles, key=length)


def _units(tasks: Iterable[Task]) -> list[_Unit]:
    alone: list[_Unit] = []
    choices: dict[Hashable, list[Task]] = defaultdict(list)
    levels: dict[Hashable, dict[Level, list[Task]]] = defaultdict(lambda: defaultdict(list))
    for task in tasks:
        if task.group is not None:
            choices[task.group].append(task)
        elif task.level is not None:
            levels[task.subject][task.level].append(task)
        else:
            alone.append(_Unit([[task]]))
    grouped = [
        _Unit([[task] for task in members], max(task.choose or 1 for task in members)) for members in choices.values()
    ]
    return alone + grouped + [_Unit(list(by_level.values())) for by_level in levels.values()]


def _longest(units: Iterable[_Unit], measure: Measure) -> int:
    return sum(measure(task) for unit in units for task in unit.longest(measure))
