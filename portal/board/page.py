"""A published version arranged as families read it: left for home first, then done at school, then voluntary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from portal.policy import caps
from portal.policy.approval import ExceptionKind, Step
from portal.policy.calendar import Calendar, DayKind
from portal.policy.caps import Cap
from portal.policy.vocabulary import Place, Tier
from portal.policy.workload import DayLoad

_FACTS = itemgetter("tier", "form", "place", "level", "group", "choose", "text", "minutes", "span")
LINE_ON_PAPER = 27  # letters of an item in a line of the printed day


class Quiet(StrEnum):
    """Why nothing hangs on the board for a day."""

    WAITING = "waiting"  # a school day on which teachers still write, or somebody still looks at it
    NO_HOMEWORK_DAY = "no_homework_day"
    BREAK_AHEAD = "break_ahead"  # homework for these days is published with the last school day before them
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    OUT_OF_TERM = "out_of_term"
    PAST = "past"
    LEFT = "left"  # the class is none of the school's any more


def why_quiet(calendar: Calendar, grade: int, day: date, today: date, left_on: date | None = None) -> Quiet:
    """Why there is no published sheet for `day`, as far as calendar and clock know. `left_on`: from when on the
    class is none any more.
    """
    if left_on and left_on <= day:
        return Quiet.LEFT
    if not calendar.in_term(day):
        return Quiet.OUT_OF_TERM
    if not calendar.is_school_day(day):
        if calendar.sheet_date(day) >= today:
            return Quiet.BREAK_AHEAD
        return Quiet.WEEKEND if calendar.kind(day) == DayKind.WEEKEND else Quiet.HOLIDAY
    if calendar.is_without_homework(day, grade):
        return Quiet.NO_HOMEWORK_DAY
    return Quiet.WAITING if day >= today else Quiet.PAST


class Published(NamedTuple):
    """A published version as families read it: what of `SheetVersion` they may know."""

    date: date
    last_day: date
    number: int
    published_at: datetime
    reason: str
    content: dict


class Line(NamedTuple):
    """One row of the board."""

    subject: str
    item: dict
    late: bool = False
    teachers: Sequence[str] = ()

    @property
    def facts(self) -> tuple:
        """Tier, form, place, level, group and how many of it, text, minutes and span of the item."""
        return _FACTS(self.item)


class Section(NamedTuple):
    """The rows that belong together, with their mandatory written minutes (`written`)."""

    name: str
    lines: list[Line]
    written: int | None


@dataclass(frozen=True)
class Page:
    """The content of a version (see `portal.approvals.content`), arranged. Of the teachers that it may hold those are
    shown who stand in `names`.
    """

    content: dict
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def grade(self) -> int:
        return self.content["grade"]

    @property
    def number(self) -> int:
        return self.content["number"]

    @cached_property
    def days(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.content["days"]]

    @cached_property
    def load(self) -> dict:
        return self.content["load"]

    @cached_property
    def day_load(self) -> DayLoad:
        return DayLoad(school=self.load["school"], home=self.load["home"])

    @cached_property
    def cap(self) -> Cap:
        return Cap(self.load["cap"], self.content["batch"])

    @cached_property
    def sections(self) -> list[Section]:
        home: list[Line] = []
        school: list[Line] = []
        optional: list[Line] = []
        for subject in self.content["subjects"]:
            late = subject.get("late", False)
            teachers = [self.names[each] for each in subject.get("teachers", ()) if each in self.names]
            for item in subject["items"]:
                of = optional if item["tier"] == Tier.OPTIONAL else school if item["place"] == Place.SCHOOL else home
                of.append(Line(subject["name"], item, late and _is_new(item), teachers))
        sections = (
            Section("home", home, self.load["home"]),
            Section("school", school, self.load["school"]),
            Section("optional", optional, None),
        )
        return [section for section in sections if section.lines]

    @cached_property
    def tightness(self) -> int:
        """How small the day has to be written for one sheet of paper, 1 to 3: by the lines of its items."""
        texts = [item["text"] for subject in self.content["subjects"] for item in subject["items"]]
        lines = sum(1 + len(line) // LINE_ON_PAPER for text in texts for line in text.splitlines())
        return 1 if lines <= 38 else 2 if lines <= 55 else 3

    def subjects(self, state: str) -> list[str]:
        """The names of the subjects in a state: none, missing."""
        return [subject["name"] for subject in self.content["subjects"] if subject["state"] == state]

    @cached_property
    def late_without(self) -> list[str]:
        """The names of the subjects for which "none today" came after the cut-off."""
        late = (each for each in self.content["subjects"] if each.get("late") and not each["items"])
        return [each["name"] for each in late]

    @cached_property
    def over(self) -> int:
        """Minutes over the cap: only the office publishes such a version."""
        return caps.over_by(self.load["total"], self.cap)

    @property
    def is_in_place(self) -> bool:
        """Whether the office published it in place of those who were missing."""
        return self.content.get("exception") == ExceptionKind.IN_PLACE

    @cached_property
    def is_automatic(self) -> bool:
        """Whether it published itself, because nobody had passed it by the time the school has set."""
        return bool(self.marks) and self.marks[-1][0] == Step.AUTOMATIC

    @cached_property
    def marks(self) -> list[tuple[str, datetime]]:
        return [(mark["step"], datetime.fromisoformat(mark["at"])) for mark in self.content["marks"]]


def _is_new(item: dict) -> bool:
    """Whether it was filed for this very day, not carried over from an earlier one."""
    return item["span"] is None or item["span"]["day"] == 1
