"""课后服务: what a school publishes of its after-school service, beside the day sheets (三单公开).

The timetable says when there is service and for which grades, the content what each class does on which weekday.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from portal.policy.errors import PolicyError

WEEKDAYS = range(5)  # Monday to Friday
MOST_PERIODS = 40  # rows of a timetable
LONGEST_NAME = 20  # characters of a period's name
LONGEST_CELL = 40  # characters of a cell


class ListKind(StrEnum):
    """The two lists of the three that the office writes; the third one are the day sheets."""

    TIMETABLE = "timetable"  # 延时服务时间表
    CONTENT = "content"  # 服务内容安排表


class Band(StrEnum):
    """The grades a period of the timetable is for: first and last."""

    ALL = "1-9"
    PRIMARY = "1-6"
    LOWEST = "1-2"
    UPPER = "3-6"
    MIDDLE = "3-4"
    HIGHEST = "5-6"
    JUNIOR = "7-9"
    JUNIOR_LOWER = "7-8"
    JUNIOR_LAST = "9-9"


@dataclass(frozen=True, slots=True)
class Period:
    """A row of the timetable: `texts` say what there is from Monday to Friday, empty where there is none."""

    band: Band
    name: str
    starts: time
    ends: time
    texts: tuple[str, ...]

    @property
    def plain(self) -> dict[str, object]:
        """As JSON has it."""
        times = {"starts": f"{self.starts:%H:%M}", "ends": f"{self.ends:%H:%M}"}
        return {"band": self.band.value, "name": self.name, **times, "texts": list(self.texts)}


def period_of(plain: dict) -> Period:
    """The period that `Period.plain` wrote."""
    starts, ends = (time.fromisoformat(plain[name]) for name in ("starts", "ends"))
    return Period(Band(plain["band"]), plain["name"], starts, ends, tuple(plain["texts"]))


def in_order(periods: Iterable[Period]) -> list[Period]:
    """By grades, then by time: the order in which families look for theirs."""
    return sorted(periods, key=lambda each: (each.band.value, each.starts, each.ends, each.name))


def check_times(starts: time, ends: time) -> None:
    """A period ends after it starts. Raises PolicyError."""
    if ends <= starts:
        raise PolicyError("结束时间要在开始时间之后。")
