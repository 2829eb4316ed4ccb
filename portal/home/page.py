"""The start page arranged for reading: what somebody files, signs off and follows, and what of it waits for them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from portal.homework.models import Homework
from portal.homework.sheet import ClassDay
from portal.policy import caps
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.caps import Cap
from portal.school.models import SchoolClass, TeachingAssignment


class Filed(StrEnum):
    """How a teacher's homework for one class and subject stands on a day."""

    MISSING = "missing"
    DRAFT = "draft"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    NONE = "none"  # 今日无作业
    FREE = "free"  # nothing is expected: no lesson, no homework on this day, outside of a term


class Wait(StrEnum):
    """What somebody has to do, in the order of the page."""

    RETURNED = "returned"
    REQUESTS = "requests"
    FILE = "file"
    DRAFTS = "drafts"
    COMMON = "common"
    OVER = "over"
    SIGN = "sign"
    ANSWERS = "answers"
    APPROVE = "approve"
    EXCEPTIONS = "exceptions"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class Filing:
    """One row of what somebody teaches. `common`: the grade's content waits to be taken over."""

    assignment: TeachingAssignment
    class_day: ClassDay
    homework: Homework | None
    filed: Filed
    common: bool

    @property
    def reason(self) -> str:
        """Why it was returned."""
        return self.homework.return_reason if self.filed == Filed.RETURNED else ""

    @property
    def is_open(self) -> bool:
        """Whether something can still be handed in without bringing the sheet back."""
        return self.class_day.status == SheetStatus.COLLECTING


def filing_of(assignment: TeachingAssignment, class_day: ClassDay, commons: Collection[tuple[int, int]]) -> Filing:
    homework = class_day.filing_of(assignment.subject_id)
    status = FilingStatus(homework.status) if homework else FilingStatus.WITHDRAWN
    if status == FilingStatus.WITHDRAWN:
        expected = class_day.expects_homework and assignment.taught_on(class_day.date)
        filed = Filed.MISSING if expected else Filed.FREE
    elif status == FilingStatus.SUBMITTED and homework.no_homework:
        filed = Filed.NONE
    else:
        filed = Filed(status)
    is_set = (assignment.school_class.grade, assignment.subject_id) in commons
    common = is_set and status not in (FilingStatus.DRAFT, FilingStatus.SUBMITTED)
    return Filing(assignment, class_day, homework, filed, common)


@dataclass(frozen=True, slots=True)
class Homeroom:
    """One's class. `problem`: why it cannot be signed off; `requests`: what was asked of colleagues there;
    `lender`: whose role it is, where it is lent.
    """

    class_day: ClassDay
    lender: str
    problem: str
    requests: Sequence

    @property
    def is_ready(self) -> bool:
        """All have filed, nothing is a draft, and the total holds: it can be signed off."""
        day = self.class_day
        handed_in = any(each.filing for each in day.subjects)
        return self.collects and handed_in and not (self.problem or day.missing or day.drafts)

    @property
    def collects(self) -> bool:
        return self.class_day.status == SheetStatus.COLLECTING


@dataclass(frozen=True, slots=True)
class SheetToday:
    """How a sheet stands: state, counted minutes, and who has signed it off."""

    school_class: SchoolClass
    status: SheetStatus
    total: int
    coordinated_by_id: int | None


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade in numbers of classes. `to_approve`: signed off by somebody else than the reader; `over`: over the cap
    and not published; `leads`: the reader approves them.
    """

    grade: int
    states: Counter
    to_approve: int
    over: int
    lender: str
    leads: bool


def grade_of(grade: int, sheets: Iterable[SheetToday], cap: Cap, *, reader_id: int, lender: str, leads: bool) -> Grade:
    own = [each for each in sheets if each.school_class.grade == grade]
    waiting = [each for each in own if each.status == SheetStatus.COORDINATED and each.coordinated_by_id != reader_id]
    over = [each for each in own if each.status != SheetStatus.PUBLISHED and caps.over_by(each.total, cap)]
    return Grade(grade, Counter(each.status for each in own), len(waiting), len(over), lender, leads)


@dataclass(frozen=True, slots=True)
class Office:
    """What waits in the office; `lender`: whose role it is, where it is lent."""

    waits: dict[Wait, int]
    lender: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """Until when filings are in time today, and how long that still is."""

    at: time
    passed: bool
    hours: int = 0
    minutes: int = 0


def cut_off(at: time, day: date, now: datetime) -> CutOff | None:
    """The cut-off of today; None where the page shows another day."""
    if day != now.date():
        return None
    end = datetime.combine(day, at, now.tzinfo)
    left = int((end - now).total_seconds()) // 60
    return CutOff(at, passed=True) if now > end else CutOff(at, False, *divmod(left, 60))


def counts(filings: Sequence[Filing], homerooms: Sequence[Homeroom], grades: Sequence[Grade]) -> dict[Wait, int]:
    """How much waits of what a person teaches, signs off and approves."""
    collecting = [each for each in homerooms if each.collects]
    return {
        **{kind: len(waiting_filings(filings, kind)) for kind in (*FILED, Wait.COMMON)},
        Wait.OVER: sum(bool(each.class_day.over) for each in collecting),
        Wait.SIGN: sum(each.is_ready for each in collecting),
        Wait.APPROVE: sum(each.to_approve for each in grades if each.leads),
    }


FILED = {Wait.RETURNED: Filed.RETURNED, Wait.FILE: Filed.MISSING, Wait.DRAFTS: Filed.DRAFT}


def waiting_filings(filings: Sequence[Filing], kind: Wait) -> list[Filing]:
    """The rows that wait in this way, while their sheet collects."""
    open_ones = [each for each in filings if each.is_open]
    return [each for each in open_ones if (each.common if kind == Wait.COMMON else each.filed == FILED[kind])]
