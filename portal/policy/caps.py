"""The cap of a grade, and what a day's total means against it. Every cap check of the portal is `assess()`.

Source: DOMAIN "Caps" (双减: G1–2 no written homework at home; G3–6 at most 60 minutes; G7–9 at most 90).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.policy.errors import PolicyError
from portal.policy.vocabulary import Form, Place, Tier

GRADES = range(1, 10)
HIGHEST_CAP = 240  # minutes; above it nobody means a day's homework
NATIONAL_CAPS: Mapping[int, int | None] = (
    dict.fromkeys((1, 2)) | dict.fromkeys((3, 4, 5, 6), 60) | dict.fromkeys((7, 8, 9), 90)
)


class Verdict(StrEnum):
    """What the total of a sheet means; `OVER` is the only one that bars it from being published."""

    WITHIN = "within"
    FULL = "full"  # exactly the cap: allowed (不超过)
    STRETCHED = "stretched"  # a weekend or holiday batch above one day's cap, not above two
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Cap:
    """The cap of one sheet in minutes of mandatory written homework; None where there is no cap on the total.

    `limit` is the number that must not be passed: the cap itself, or two days' cap for a batch over a break.
    """

    minutes: int | None
    batch: bool = False

    @property
    def limit(self) -> int | None:
        if self.minutes is None:
            return None
        return self.minutes * 2 if self.batch else self.minutes


def cap_for(grade: int, school_caps: Mapping[int, int] | None = None, *, batch: bool = False) -> Cap:
    """The cap of `grade`: the school's own number where it set one, else the national one."""
    national = NATIONAL_CAPS[grade]
    return Cap(national if national is None else (school_caps or {}).get(grade, national), batch)


def assess(total: int, cap: Cap) -> Verdict:
    """What `total` minutes mean under `cap`: 60 of 60 passes, 61 is over."""
    if cap.minutes is None or cap.limit is None or total < cap.minutes:
        return Verdict.WITHIN
    if total > cap.limit:
        return Verdict.OVER
    return Verdict.FULL if total == cap.minutes else Verdict.STRETCHED


def over_by(total: int, cap: Cap) -> int:
    """Minutes above what may be published; 0 where the total is allowed."""
    return max(0, total - cap.limit) if cap.limit is not None else 0


def is_homework_of_the_day(tier: str, form: str) -> bool:
    """Mandatory and written: what a no-homework day refuses (sport, reading, chores and what is optional stay)."""
    return tier == Tier.MANDATORY and form == Form.WRITTEN


def refuses(grade: int, form: str, place: str) -> bool:
    """Whether an item may not be set at all: written homework at home in grades 1 and 2, whatever its minutes."""
    return NATIONAL_CAPS[grade] is None and form == Form.WRITTEN and place == Place.HOME


def check_cap_change(grade: int, minutes: int | None, reason: str) -> str:
    """Whether the office may set `minutes` (None: the national number again) as the cap of `grade`.

    Lowering is free; above the national number it needs a reason, which the log keeps. Returns the reason trimmed;
    raises PolicyError.
    """
    national = NATIONAL_CAPS[grade]
    reason = reason.strip()
    if minutes is None:
        return reason
    if national is None:
        raise PolicyError("一、二年级不布置书面家庭作业，没有上限可以设置。")
    if not 0 <= minutes <= HIGHEST_CAP:
        raise PolicyError("上限请填 0 到 %(most)s 之间的分钟数。", most=HIGHEST_CAP)
    if minutes > national and not reason:
        raise PolicyError(
            "%(grade)s 年级的上限 %(minutes)s 分钟高于国家规定的 %(national)s 分钟，请写明原因。原因会留在记录里。",
            grade=grade,
            minutes=minutes,
            national=national,
        )
    return reason
