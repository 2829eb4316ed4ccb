"""What the office looks at, arranged for reading: the exceptions of a sheet, its minutes, what is asked for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from portal.audit.models import LogEntry
from portal.homework.models import DaySheet
from portal.policy import caps
from portal.policy.approval import ExceptionKind, SheetStatus
from portal.policy.caps import Cap
from portal.policy.permissions import Scope
from portal.policy.workload import DayLoad
from portal.school.models import SchoolClass
from portal.school.rules import rules_of

REVIEW = "sheet.review"


@dataclass(frozen=True)
class Wanted:
    """What the queue is asked for: sheets of these days and this grade with an exception of this kind.

    `reviewed`: also what was looked at already.
    """

    kind: ExceptionKind | None = None
    grade: int | None = None
    first: date | None = None
    last: date | None = None
    reviewed: bool = False
    sort: str = "newest"


@dataclass(frozen=True)
class LogWanted:
    """What the log is asked for. `since` and `until` (not included) are moments; `person` 0 is the portal itself."""

    since: datetime | None = None
    until: datetime | None = None
    class_id: int | None = None
    grade: int | None = None
    person: int | None = None
    step: str = ""
    kind: str = ""
    words: str = ""
    oldest_first: bool = False


@dataclass(frozen=True)
class LogRow:
    """A row of the log with the sheet it is about and what its class was called then; None for what concerns the whole
    school.
    """

    entry: LogEntry
    class_id: int | None = None
    day: date | None = None
    grade: int | None = None
    number: int | None = None


@dataclass(frozen=True)
class Matter:
    """A row of the log that the office looks at, and the row that says somebody has; None: nobody yet."""

    entry: LogEntry
    review: LogEntry | None

    @property
    def is_open(self) -> bool:
        return self.review is None


@dataclass(frozen=True)
class OfficeSheet:
    """A sheet on the office's pages: its minutes against the cap, and its exceptions and reviews, the oldest first."""

    sheet: DaySheet
    school_class: SchoolClass
    load: DayLoad
    matters: Sequence[Matter] = ()
    reviews: Sequence[LogEntry] = ()

    @property
    def scope(self) -> Scope:
        return self.school_class.scope

    @property
    def called(self) -> DaySheet | SchoolClass:
        """Whatever has the grade and number that the class had on this day."""
        return self.sheet if self.sheet.grade else self.school_class

    @property
    def id(self) -> int:
        return self.sheet.id

    @property
    def date(self) -> date:
        return self.sheet.date

    @property
    def status(self) -> SheetStatus:
        return SheetStatus(self.sheet.status)

    @property
    def cap(self) -> Cap:
        rules = rules_of(self.school_class.school)
        batch = len(rules.calendar.covered_days(self.date)) > 1
        return caps.cap_for(self.called.grade, rules.caps, batch=batch)

    @property
    def over(self) -> int:
        return caps.over_by(self.load.total, self.cap)

    @property
    def is_clean(self) -> bool:
        """Within its cap and complete."""
        return self.load.complete and not self.over

    @property
    def last_entry(self) -> int:
        """The id of the last exception; what a review says it has seen. 0 for none."""
        return max((each.entry.id for each in self.matters), default=0)

    @property
    def is_open(self) -> bool:
        return any(each.is_open for each in self.matters)

    def reviews_naming(self, seed: str) -> list[LogEntry]:
        """The reviews that name a sample: somebody has looked at the sheet as part of it."""
        return [each for each in self.reviews if seed in each.reason]

    @property
    def is_asked(self) -> bool:
        """Whether publication over the cap is asked for and the office has not answered."""
        asked = any(each.is_open and each.entry.exception == ExceptionKind.ASKED for each in self.matters)
        return asked and self.status != SheetStatus.PUBLISHED


def matters_of(rows: Iterable[LogEntry]) -> list[Matter]:
    """Exceptions and reviews of one sheet, the oldest first, as matters: a review settles what came before it."""
    matters: list[Matter] = []
    review = None
    for row in sorted(rows, key=lambda each: each.id, reverse=True):
        if row.step == REVIEW:
            review = row
        elif row.exception:
            matters.append(Matter(row, review))
    return matters[::-1]


def drawn(ids: Collection[int], seed: str, count: int) -> list[int]:
    """A random sample of `count` of these ids: the same seed draws the same, whoever draws and whenever.

    Each id has its place by a hash of its own, so that one more sheet in the range moves one place at most.
    """
    return sorted(ids, key=lambda each: sha256(f"{seed}:{each}".encode()).digest())[:count]
