"""One thing to do, as a value: what a teacher typed, checked for its shape, and how it counts."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from portal.policy.vocabulary import Level, Place, Tier
from portal.policy.workload import Task

LONGEST_TEXT = 2000  # characters
MOST_MINUTES = 600
LONGEST_SPAN = 62  # days
MOST_ITEMS = 20  # in one filing


@dataclass(frozen=True, slots=True)
class ItemValues:
    """An item without a place in the database. `minutes` None: not said yet; they are for the whole task.

    `kept` are the text checks (policy.wording.Check) whose warning the teacher has read and keeps the wording.
    """

    text: str
    tier: str
    form: str
    place: str
    minutes: int | None
    level: str | None = None
    choice_group: str | None = None
    choose: int | None = None
    days: int = 1
    every: int = 1
    source: str | None = None
    kept: tuple[str, ...] = ()


def task_of(item: ItemValues, *, subject: Hashable, first_day: date) -> Task:
    """How an item counts; `item` is an ItemValues or anything with the same attributes.

    A mandatory choice belongs to its subject, so that two teachers who both call theirs "A" never make the day
    look shorter; a voluntary one may be shared by several subjects under one name.
    """
    owner = subject if item.tier == Tier.MANDATORY else None
    return Task(
        tier=Tier(item.tier),
        form=item.form,
        place=Place(item.place),
        minutes=item.minutes,
        subject=(subject, first_day),
        level=Level(item.level) if item.level else None,
        group=(owner, first_day, item.choice_group) if item.choice_group else None,
        choose=item.choose,
        first_day=first_day,
        days=item.days,
        every=item.every,
        ref=subject,
    )
