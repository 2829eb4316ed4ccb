"""The grid as it is shown: a row for each class, a cell for each subject, put together from what sheets have stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from portal.homework.models import DaySheet
from portal.policy import caps
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.caps import Cap
from portal.policy.differences import Difference, Filed, differences
from portal.policy.permissions import Scope
from portal.policy.workload import DayLoad
from portal.school.models import SchoolClass


@dataclass(frozen=True, slots=True)
class Column:
    """A subject of the grid."""

    id: int
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One class and subject: `state` listed, incomplete, none, missing or untaught; minutes, and how many items."""

    state: str
    teachers: tuple[str, ...] = ()
    total: int = 0
    other: int = 0
    items: int = 0
    is_draft: bool = False
    is_returned: bool = False
    late: bool = False
    checks: int = 0
    content: str = ""
    difference: Difference | None = None

    @property
    def filed(self) -> Filed:
        return Filed(self.total, self.content)


@dataclass(frozen=True)
class Row:
    """One class of the grid. `totals` are those of `ClassDay.totals`; `marks` what the office looks at afterwards."""

    school_class: SchoolClass
    sheet: DaySheet | None
    totals: Mapping
    cap: Cap
    cells: Mapping[int, Cell]
    marks: Sequence[str]

    @property
    def scope(self) -> Scope:
        return self.school_class.scope

    @property
    def called(self) -> DaySheet | SchoolClass:
        """Whatever has the grade and number that the class had on this day."""
        return self.sheet if self.sheet and self.sheet.grade else self.school_class

    @property
    def status(self) -> SheetStatus:
        return SheetStatus(self.sheet.status) if self.sheet else SheetStatus.COLLECTING

    @property
    def version(self) -> int:
        return self.sheet.version if self.sheet else 0

    @property
    def published_number(self) -> int:
        return self.sheet.published_number if self.sheet else 0

    @cached_property
    def load(self) -> DayLoad:
        return load_of(self.totals)

    @cached_property
    def over(self) -> int:
        return caps.over_by(self.load.total, self.cap)

    @property
    def missing(self) -> int:
        return sum(cell.state == "missing" for cell in self.cells.values())

    @property
    def is_clean(self) -> bool:
        """Waiting for the lead, within its cap and complete: "approve all clean ones" takes it."""
        return self.status == SheetStatus.COORDINATED and self.load.complete and not self.over

    def cell(self, subject_id: int) -> Cell:
        return self.cells.get(subject_id, UNTAUGHT)


UNTAUGHT = Cell("untaught")


@dataclass(frozen=True)
class Grid:
    """All classes of a grade on one school day."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    commons: int  # subjects with common content

    @cached_property
    def clean(self) -> list[Row]:
        return [row for row in self.rows if row.is_clean]

    @cached_property
    def over(self) -> list[Row]:
        return [row for row in self.rows if row.over]

    @cached_property
    def published(self) -> list[Row]:
        return [row for row in self.rows if row.status == SheetStatus.PUBLISHED]


def load_of(totals: Mapping) -> DayLoad:
    """The stored minutes as a DayLoad; of what has no minutes only the number is known."""
    load = totals.get("load", {})
    return DayLoad(**(load | {"missing": tuple(range(load.get("missing", 0)))}))


def cell_of(stored: Mapping | None, teachers: tuple[str, ...], *, taught: bool) -> Cell:
    """The cell of a subject from what its sheet has stored of it, if anything, and whether it is taught that day."""
    stored = stored or {}
    status = stored.get("status", "")
    if stored.get("items"):
        state = "incomplete" if stored["incomplete"] else "listed"
    elif stored.get("none") and status in (FilingStatus.DRAFT, FilingStatus.SUBMITTED):
        state = "none"
    else:
        state = "missing" if taught else "untaught"
    return Cell(
        state=state,
        teachers=teachers,
        total=stored.get("total", 0),
        other=stored.get("other", 0),
        items=stored.get("items", 0),
        is_draft=status == FilingStatus.DRAFT,
        is_returned=status == FilingStatus.RETURNED,
        late=stored.get("late", False),
        checks=stored.get("checks", 0),
        content=stored.get("content", ""),
    )


def compared(
    cells: Mapping[int, Mapping[int, Cell]], commons: Mapping[int, Filed]
) -> dict[tuple[int, int], Difference]:
    """The differences by (class id, subject id): each subject's cells beside each other."""
    found = {}
    subjects = {subject_id for row in cells.values() for subject_id in row}
    for subject_id in subjects:
        filed = {
            class_id: row[subject_id].filed
            for class_id, row in cells.items()
            if subject_id in row and row[subject_id].state == "listed"
        }
        for class_id, difference in differences(filed, commons.get(subject_id)).items():
            found[class_id, subject_id] = difference
    return found
