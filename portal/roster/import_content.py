"""The tables of a file, the roster it is compared with, and what becomes of each row, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from portal.policy.errors import PolicyError
from portal.policy.roster import Kind, Post

ClassKey = tuple[int, int]  # grade, number


@dataclass(frozen=True)
class Cell:
    """What stands in a cell; `fault` says what it is, if it is no text: formula, date, error, merged, long."""

    text: str
    fault: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a table: its number in the file, its cells by the key of their column."""

    number: int
    cells: dict[str, Cell]


@dataclass
class Table:
    """The rows of one kind; `sheet` is "" for a CSV file."""

    kind: Kind
    sheet: str
    lines: list[Line] = field(default_factory=list)

    def plain(self) -> dict:
        """For the database."""
        rows = [[each.number, {key: [*_bare(cell)] for key, cell in each.cells.items()}] for each in self.lines]
        return {"kind": self.kind.value, "sheet": self.sheet, "rows": rows}


def _bare(cell: Cell) -> tuple[str, ...]:
    return (cell.text, cell.fault) if cell.fault else (cell.text,)


def table_of(stored: dict) -> Table:
    """The table as it was before `plain`."""
    lines = [Line(number, {key: Cell(*cell) for key, cell in cells.items()}) for number, cells in stored["rows"]]
    return Table(Kind(stored["kind"]), stored["sheet"], lines)


@dataclass
class Upload:
    """What a file holds, and what is to be said about how it was read."""

    tables: list[Table] = field(default_factory=list)
    notes: list[PolicyError] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(len(each.lines) for each in self.tables)


@dataclass(frozen=True)
class Known:
    """A person as they are stored, or as a row before has made them (id None)."""

    id: int | None
    login: str
    name: str
    active: bool = True
    posts: frozenset[Post] = frozenset()


@dataclass
class Roster:
    """All that is stored of a school, by what files call it. `closed`: subjects that it does not teach any more.
    `taken`: logins of the file that other schools have.
    """

    classes: dict[ClassKey, int | None]
    subjects: dict[str, tuple[int | None, int | None, int]]  # id, budget, position
    closed: frozenset[str]
    people: dict[str, Known]
    assignments: dict[tuple[str, ClassKey, str], tuple[int, int]]  # id, weekdays
    taken: frozenset[str]
    importer: str  # login of who imports


@dataclass
class Entry:
    """A row and what becomes of it. `changes`: field → [was, now]; of a new thing `was` is None."""

    kind: Kind
    sheet: str
    line: int
    key: tuple = ()
    id: int | None = None
    label: str = ""
    changes: dict[str, tuple] = field(default_factory=dict)
    problems: list[tuple[str, PolicyError]] = field(default_factory=list)  # heading of the column, what is wrong
    remarks: list[PolicyError] = field(default_factory=list)

    @property
    def what(self) -> str:
        """ "wrong", "new", "changed" or "same"."""
        if self.problems:
            return "wrong"
        return "new" if self.id is None else "changed" if self.changes else "same"


def fingerprint(entries: Iterable[Entry]) -> str:
    """The same for the same outcome: a form that was shown another one is stale."""
    seen = [
        (
            each.kind.value,
            each.line,
            each.key,
            each.id,
            sorted(each.changes.items()),
            [str(p) for _, p in each.problems],
        )
        for each in entries
    ]
    return sha256(repr(seen).encode()).hexdigest()[:32]
