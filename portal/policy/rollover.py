"""升年级: what becomes of the classes of a school when a school year has ended, and from when on it may be said.

Only proposals: the administrator corrects them class by class. Source: 六三 and 五四学制; DOMAIN "年级 1–9".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from portal.policy.calendar import Term

SUMMER = range(5, 9)  # the months in which a school year ends
REMINDED = timedelta(days=120)  # after the end of the year
A_YEAR = timedelta(days=270)  # nobody moves up twice within it
LAST_GRADE = 9
PRIMARY_ENDS = (6, 5)  # 六三学制, 五四学制


class Name(NamedTuple):
    """What a class is called."""

    grade: int
    number: int


class Leads(StrEnum):
    """What becomes of year-group leads: they go up with their classes, or stay with their grade."""

    FOLLOW = "follow"
    STAY = "stay"


class Stands(StrEnum):
    """Whether a school may move up today."""

    DUE = "due"  # the school year has ended lately, and it has not
    POSSIBLE = "possible"  # it has not for a long time, or no term says when the year is over
    DONE = "done"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Way:
    """How a school is built: the last grade of its primary part, and whether its classes go on into the junior part as
    they are (`straight`) or leave there, to be put together anew.
    """

    primary_ends: int = PRIMARY_ENDS[0]
    straight: bool = False
    leads: Leads = Leads.FOLLOW


def stands(today: date, terms: Sequence[Term], done: Iterable[date]) -> tuple[Stands, int]:
    """Whether the school may move up today, and the year in which the school year begins that it moves into. `done`:
    the days on which it did, those taken back left out.
    """
    last = max(done, default=date.min)
    over = max((each.last for each in terms if each.last < today and each.last.month in SUMMER), default=None)
    if over:
        due = Stands.DUE if today - over <= REMINDED else Stands.POSSIBLE
        return (Stands.DONE if last > over else due), over.year
    year = today.year if today.month >= SUMMER.start else today.year - 1
    if terms:
        return Stands.NOT_YET, year
    return (Stands.DONE if today - last <= A_YEAR else Stands.POSSIBLE), year


def becomes(classes: Iterable[Name], way: Way) -> dict[Name, Name | None]:
    """What each class becomes; None: it leaves. The last grade of the school is 9, or that of its primary part where it
    has no junior one.
    """
    known = list(classes)
    leaves = {LAST_GRADE}
    if not (way.straight and _has_junior(known, way)):
        leaves.add(way.primary_ends)
    return {(grade, number): None if grade in leaves else Name(grade + 1, number) for grade, number in known}


def opened(classes: Iterable[Name], way: Way) -> list[Name]:
    """The classes of new pupils: as many as the first grade has now, and the first junior grade unless its classes come
    from the primary part as they are.
    """
    known = list(classes)
    first = {1}
    if not way.straight or not any(grade <= way.primary_ends for grade, _ in known):
        first.add(way.primary_ends + 1)
    return sorted(Name(*each) for each in known if each[0] in first)


def lead_becomes(grade: int, classes: Iterable[Name], way: Way) -> int:
    """The grade of a lead in the new year: the next one; from a grade that leaves, the first one of its part again."""
    if way.leads == Leads.STAY:
        return grade
    known = list(classes)
    becoming = {each[0]: new for each, new in becomes([*known, (grade, 1)], way).items()}
    if becoming[grade]:
        return grade + 1
    entries = {each for each, _ in opened(known, way) if each <= grade}
    return max(entries, default=grade)


def _has_junior(classes: Iterable[Name], way: Way) -> bool:
    return any(grade > way.primary_ends for grade, _ in classes)


def next_terms(terms: Sequence[Term], year: int) -> list[Term]:
    """The terms of the school year that begins in `year`, a year after those of the one before, begun on a Monday where
    that was no day of school; none where the calendar has them already.
    """
    before = [each for each in terms if date(year - 1, 8, 1) <= each.first < date(year, 8, 1)]
    if any(each.first >= date(year, 8, 1) for each in terms):
        return []
    return [Term(_next_name(each.name), _year_later(each.first), _year_later(each.last)) for each in before]


def _next_name(name: str) -> str:
    return re.sub(r"(?<!\d)20\d\d(?!\d)", lambda found: str(int(found[0]) + 1), name)


def _year_later(day: date) -> date:
    """The same day of the week, 52 weeks later; 1 September stays what it is, or the Monday after it."""
    if (day.month, day.day) != (9, 1):
        return day + timedelta(weeks=52)
    later = day.replace(year=day.year + 1)
    return later + timedelta(days=7 - later.weekday()) if later.weekday() > 4 else later


def clashes(names: Mapping[str, Name]) -> set[str]:
    """The keys of the classes that would be called like another one."""
    counted: dict[Name, list[str]] = {}
    for key, name in names.items():
        counted.setdefault(name, []).append(key)
    return {key for keys in counted.values() if len(keys) > 1 for key in keys}
