"""What a pupil could do, one selection at a time: slow and obvious.

Written from DOMAIN.md ("What counts"), not from portal/policy/workload.py: they share only the `Task`.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations, cycle, product

from portal.policy.vocabulary import Form, Place, Tier
from portal.policy.workload import Task

Selection = tuple[Task, ...]


def dealt(minutes: int, parts: int) -> list[int]:
    """`minutes` dealt out one at a time like cards, the first part first."""
    hands = [0] * parts
    for part, _ in zip(cycle(range(parts)), range(minutes), strict=False):
        hands[part] += 1
    return hands


def minutes_on(task: Task, days: Collection[date]) -> int:
    """The minutes of `task` on `days`: the whole task, or what was dealt to these of its working days (6)."""
    if task.minutes is None:
        return 0
    if task.days == 1:
        return task.minutes
    working_days = [task.first_day + timedelta(days=n) for n in range(0, task.days, task.every)]
    hands = dealt(task.minutes, len(working_days))
    return sum(hand for day, hand in zip(working_days, hands, strict=True) if day in days)


def selections(tasks: Iterable[Task]) -> Iterator[Selection]:
    """Every way to do `tasks`: any k of each choice (2), one level of each subject (3), and all the rest."""
    tasks = list(tasks)
    ways: list[list[Selection]] = []
    for group in {task.group for task in tasks if task.group is not None}:
        members = [task for task in tasks if task.group == group]
        k = min(members[0].choose, len(members))
        ways.append(list(combinations(members, k)))
    levelled = [task for task in tasks if task.group is None and task.level is not None]
    for subject in {task.subject for task in levelled}:
        of_subject = [task for task in levelled if task.subject == subject]
        levels = {task.level for task in of_subject}
        ways.append([tuple(task for task in of_subject if task.level == level) for level in levels])
    for_all = tuple(task for task in tasks if task.group is None and task.level is None)
    for picked in product(*ways):
        yield sum(picked, for_all)


class Oracle:
    """The answers for one sheet, each as a maximum or minimum over everything a pupil could do."""

    def __init__(self, tasks: Iterable[Task], days: Collection[date]) -> None:
        tasks = list(tasks)
        self.days = days
        self.must = list(selections(task for task in tasks if task.tier == Tier.MANDATORY))
        self.may = list(selections(task for task in tasks if task.tier == Tier.OPTIONAL))
        self.missing = [task.ref for task in tasks if task.minutes is None]

    def all_minutes(self, selection: Selection) -> int:
        return sum(minutes_on(task, self.days) for task in selection)

    def written(self, selection: Selection) -> int:
        return self.all_minutes(tuple(task for task in selection if task.form == Form.WRITTEN))

    def total(self) -> int:
        return max(self.written(selection) for selection in self.must)

    def shortest(self) -> int:
        return min(self.written(selection) for selection in self.must)

    def splits(self) -> set[tuple[int, int, int]]:
        """(school, home, from spans) of each selection that reaches the total: more than one in a tie."""
        return {
            (
                self.written(tuple(task for task in selection if task.place == Place.SCHOOL)),
                self.written(tuple(task for task in selection if task.place == Place.HOME)),
                self.written(tuple(task for task in selection if task.days > 1)),
            )
            for selection in self.must
            if self.written(selection) == self.total()
        }

    def other(self) -> int:
        return max(self.all_minutes(selection) - self.written(selection) for selection in self.must)

    def optional_written(self) -> int:
        return max(self.written(selection) for selection in self.may)

    def optional(self) -> int:
        return max(self.all_minutes(selection) for selection in self.may)

    def everything(self) -> int:
        return max(self.all_minutes(must + may) for must, may in product(self.must, self.may))
