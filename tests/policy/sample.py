"""The sample week as policy sees it: its records as `Task`s, by the portal's own `task_of()`."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from portal.policy.approval import FilingStatus
from portal.policy.calendar import WEEKDAYS_ONLY
from portal.policy.item import ItemValues, task_of
from portal.policy.vocabulary import Form, Level, Place, Tier
from portal.policy.workload import Task

WEEK = json.loads((Path(__file__).parents[2] / "portal/demo/sample_week.json").read_text(encoding="utf-8"))

TIERS = {"必做": Tier.MANDATORY, "选做": Tier.OPTIONAL}
FORMS = {
    "书面": Form.WRITTEN,
    "口头": Form.ORAL,
    "阅读": Form.READING,
    "实践": Form.PRACTICAL,
    "体育": Form.SPORT,
    "劳动": Form.CHORES,
}
PLACES = {"校内": Place.SCHOOL, "家庭": Place.HOME}
LEVELS = {None: None, "基础": Level.BASIC, "提高": Level.ADVANCED, "拓展": Level.EXTENDED}
STATUSES = {
    "草稿": FilingStatus.DRAFT,
    "待班主任协调": FilingStatus.SUBMITTED,
    "待年级组": FilingStatus.SUBMITTED,
    "待教务处": FilingStatus.SUBMITTED,
    "已公示": FilingStatus.SUBMITTED,
    "已退回": FilingStatus.RETURNED,
    "已撤回": FilingStatus.WITHDRAWN,
}
EVERY = {"平均": 1, "按周": 7}

Record = dict[str, Any]


def sheet_days(row: Record) -> tuple[date, ...]:
    """The days that the sheet of a row of `expected_totals` covers: Friday's sheet has the weekend too."""
    return WEEKDAYS_ONLY.covered_days(date.fromisoformat(row["date"]))


def tasks_on_sheet(class_name: str, days: Collection[date], statuses: Collection[FilingStatus]) -> list[Task]:
    """What the class has on `days`: filed for one of them, or filed earlier and not over yet."""
    return [
        _task(item)
        for item in WEEK["homework"]
        if item["class_name"] == class_name and STATUSES[item["status"]] in statuses and _lasts_into(item, days)
    ]


def _lasts_into(item: Record, days: Collection[date]) -> bool:
    first = date.fromisoformat(item["assign_date"])
    length = item["span"]["days"] if item["span"] else 1
    return any(0 <= (day - first).days < length for day in days)


def _task(item: Record) -> Task:
    span = item["span"]
    values = ItemValues(
        text=item["description"],
        tier=TIERS[item["tier"]],
        form=FORMS[item["form"]],
        place=PLACES[item["place"]],
        minutes=item["minutes"],
        level=LEVELS[item["level"]],
        choice_group=item["choice_group"],
        choose=item["choose_n"],
        days=span["days"] if span else 1,
        every=EVERY[span["mode"]] if span else 1,
    )
    task = task_of(values, subject=item["subject"], first_day=date.fromisoformat(item["assign_date"]))
    return replace(task, ref=item["id"])
