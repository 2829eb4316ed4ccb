"""One thing to do, as a value: what a teacher typed, checked for its shape, and how it counts."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.policy import caps
from portal.policy.calendar import Calendar
from portal.policy.errors import PolicyError
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


def check_allowed(items: Iterable[ItemValues], *, grade: int, without_homework: bool) -> None:
    """Whether these items may be set in a grade on a day, on which it is `without_homework`. Raises PolicyError."""
    items = list(items)
    if without_homework and any(caps.is_homework_of_the_day(each.tier, each.form) for each in items):
        raise PolicyError("这一天是本年级的无作业日，不布置必做的书面作业。可以改成选做，或体育、阅读、劳动等形式。")
    if any(caps.refuses(grade, each.form, each.place) for each in items):
        raise PolicyError("一、二年级不布置书面家庭作业。请改为校内完成，或改成口头、阅读、实践等形式。")


def days_without_homework(item: ItemValues, *, first_day: date, calendar: Calendar, grade: int) -> list[date]:
    """The no-homework days of the grade on which a task over several days would still be worked on, though what is
    mandatory and written must not be (DOMAIN, "What counts" 6 and 10).
    """
    if item.days == 1 or not caps.is_homework_of_the_day(item.tier, item.form):
        return []
    due = (first_day + timedelta(days=n) for n in range(0, item.days, item.every))
    return [day for day in due if calendar.is_without_homework(day, grade)]
