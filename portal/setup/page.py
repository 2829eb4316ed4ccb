"""What a new school does next, in its order, each with whether it is done."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Step(StrEnum):
    """What the page of first steps lists."""

    ROSTER = "roster"
    OFFICE = "office"
    SLIPS = "slips"
    TERM = "term"
    SETTINGS = "settings"
    SERVICE = "service"
    BOARD = "board"


class Counts(NamedTuple):
    """How many rows there are of each. `office`: grants of this role; `terms`: that are not over; `settings`: changes
    of them; `published`: classes with something on the board.
    """

    classes: int
    subjects: int
    assignments: int
    people: int
    without_password: int
    office: int
    terms: int
    settings: int
    service: int
    published: int

    @property
    def done(self) -> dict[Step, bool]:
        """Each step, by what it leaves behind."""
        return {
            Step.ROSTER: bool(self.classes and self.subjects and self.assignments),
            Step.OFFICE: bool(self.office),
            Step.SLIPS: self.people > 1 and not self.without_password,
            Step.TERM: bool(self.terms),
            Step.SETTINGS: bool(self.settings),
            Step.SERVICE: bool(self.service),
            Step.BOARD: bool(self.published),
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the steps are done."""

    done: int
    all: int

    @property
    def is_over(self) -> bool:
        return self.done == self.all


def progress_of(counts: Counts) -> Progress:
    return Progress(sum(counts.done.values()), len(Step))
