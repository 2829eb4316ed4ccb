"""Every row of `expected_totals` in the sample week, with all its columns."""

from typing import Any

import pytest

from portal.policy.approval import FilingStatus, SheetStatus, counted
from portal.policy.caps import Verdict, assess, cap_for
from portal.policy.workload import DayLoad, WeekMean, day_load, mean_under_caps
from tests.policy.sample import WEEK, Record, sheet_days, tasks_on_sheet

ROWS = WEEK["expected_totals"]
NAMES = [f"{row['class_name']}-{row['day']}" for row in ROWS]
SHARE_ON_A_NO_HOMEWORK_DAY = "需处理：无作业日仍有书面必做（长周期分摊）"
VERDICTS = {
    "正常": Verdict.WITHIN,
    "临界": Verdict.FULL,
    "超量": Verdict.OVER,
    "口径争议：超一天上限、未超两天上限": Verdict.STRETCHED,
    SHARE_ON_A_NO_HOMEWORK_DAY: Verdict.WITHIN,  # a warning beside the verdict, see below
}
ADDRESS = {"class_name", "grade", "day", "date"}
OTHER_RULE = {"verdict_home_only"}  # what if only homework at home counted: not the school's rule (DOMAIN 1)


def load_of(row: Record, sheet: SheetStatus = SheetStatus.COORDINATED) -> DayLoad:
    """The sample's numbers hold for what was handed in: its counting rule leaves drafts out."""
    days = sheet_days(row)
    return day_load(tasks_on_sheet(row["class_name"], days, counted(sheet)), days)


def rejected_minutes(row: Record) -> int:
    days = sheet_days(row)
    return day_load(tasks_on_sheet(row["class_name"], days, {FilingStatus.RETURNED}), days).everything


def measured(row: Record) -> dict[str, Any]:
    """The columns of `row`, worked out by policy."""
    load = load_of(row)
    cap = cap_for(row["grade"], batch=len(sheet_days(row)) > 1)
    return {
        "mand_written": load.total,
        "mand_written_school": load.school,
        "mand_written_home": load.home,
        "mand_written_if_choice_min": load.shortest,
        "mand_written_without_spans": load.total - load.from_spans,
        "optional_written_max": load.optional_written,
        "mand_nonwritten": load.other,
        "everything_max": load.everything,
        "rejected_minutes_not_counted": rejected_minutes(row),
        "unknown_minutes_items": list(load.missing),
        "cap": cap.minutes or 0,
        "kind": "周末批次" if cap.batch else "平日",
        "verdict_default": assess(load.total, cap),
    }


def expected(row: Record) -> dict[str, Any]:
    columns = {name: value for name, value in row.items() if name not in ADDRESS | OTHER_RULE}
    kind = "平日" if row["kind"] == "无作业日" else row["kind"]  # for the total it is a day like others
    return columns | {"kind": kind, "verdict_default": VERDICTS[row["verdict_default"]]}


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_the_sheet_has_the_totals_the_sample_week_expects(row: Record) -> None:
    assert measured(row) == expected(row)


def test_all_twenty_rows_are_tested_each_class_on_each_school_day() -> None:
    assert len(ROWS) == 20
    assert len(set(NAMES)) == 20


def test_every_verdict_of_the_sample_week_occurs_and_has_a_meaning_here() -> None:
    assert {row["verdict_default"] for row in ROWS} == set(VERDICTS)


def test_a_weekend_batch_may_hold_two_days_caps() -> None:
    limits = {(row["grade"], row["kind"]): cap_for(row["grade"], batch=len(sheet_days(row)) > 1).limit for row in ROWS}
    assert limits == {
        (1, "平日"): None,
        (1, "无作业日"): None,
        (1, "周末批次"): None,
        (4, "平日"): 60,
        (4, "无作业日"): 60,
        (4, "周末批次"): 120,
        (8, "平日"): 90,
        (8, "周末批次"): 180,
    }


def test_the_weekly_means_of_the_sample_classes() -> None:
    weeks = {
        name: mean_under_caps(
            (load_of(row).total, cap_for(row["grade"], batch=len(sheet_days(row)) > 1))
            for row in ROWS
            if row["class_name"] == name
        )
        for name in dict.fromkeys(row["class_name"] for row in ROWS)
    }
    assert weeks == {
        "一(1)班": None,
        "四(1)班": WeekMean(45, 5, (60,)),  # 38 + 80 + 10 + 40 + 55 = 223
        "四(2)班": WeekMean(27, 5, (60,)),  # 30 + 60 + 0 + 0 + 45 = 135
        "八(3)班": WeekMean(85, 5, (90,)),  # 80 + 90 + 91 + 40 + 125 = 426
    }


def test_on_no_homework_days_only_shares_of_longer_tasks_are_left_and_the_sample_warns_of_them() -> None:
    loads = {(row["class_name"], row["verdict_default"]): load_of(row) for row in ROWS if row["kind"] == "无作业日"}
    assert {key: (load.total, load.from_spans) for key, load in loads.items()} == {
        ("一(1)班", "正常"): (0, 0),
        ("四(1)班", SHARE_ON_A_NO_HOMEWORK_DAY): (10, 10),
        ("四(2)班", "正常"): (0, 0),
    }


def test_while_the_sheets_collect_the_one_draft_of_the_week_reserves_its_20_minutes() -> None:
    reserved = {
        name: load_of(row, SheetStatus.COLLECTING).total - row["mand_written"]
        for name, row in zip(NAMES, ROWS, strict=True)
    }
    assert reserved == dict.fromkeys(NAMES, 0) | {"八(3)班-5": 20}
