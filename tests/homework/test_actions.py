"""Filing and withdrawing as actions: what the log keeps, what stays the same, what the database refuses."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import actions
from portal.homework.models import DaySheet, Homework, Item
from portal.policy.approval import FilingStatus
from portal.policy.errors import PolicyError, StaleForm
from tests.factories import NOW, TODAY, TOMORROW, World, add, item

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


def log(world: World) -> list[tuple[str, str, str, str, str, list[int]]]:
    """Who did what to which subject of 四(1) today, from which state to which, with the minutes before and after."""
    entries = db.session.scalars(select(LogEntry).where(LogEntry.step.like("homework.%")).order_by(LogEntry.id))
    return [
        (each.actor_name, each.step, each.details["subject"], each.before, each.after, each.details["minutes"])
        for each in entries
    ]


def withdraw(world: World, *, seen_version: int, day: date = TODAY) -> Homework:
    filing = actions.withdraw(world.four_one, world.maths, day, seen_version=seen_version, by=world.chen, at=NOW)
    db.session.commit()
    return filing


def refused(world: World, *items: object, day: date = TODAY, submit: bool = True) -> str:
    """The sentence with which filing these items for 数学 is refused; nothing of it is left."""
    with pytest.raises(PolicyError) as error:
        world.file(world.chen, world.maths, *items, day=day, submit=submit)
    db.session.rollback()
    return str(error.value)


def test_every_change_of_minutes_is_in_the_log(world: World) -> None:
    world.file(world.chen, world.maths, item(20), submit=False)
    world.file(world.chen, world.maths, item(20, "只改了字"), submit=False)
    world.file(world.chen, world.maths, item(35), submit=False)
    world.file(world.chen, world.maths, item(35))
    withdraw(world, seen_version=4)
    world.file(world.chen, world.maths, item(30))
    world.file(world.chen, world.maths)
    assert log(world) == [
        ("陈立德", "homework.save", "数学", "", "draft", [0, 20]),
        ("陈立德", "homework.save", "数学", "draft", "draft", [20, 35]),
        ("陈立德", "homework.submit", "数学", "draft", "submitted", [35, 35]),
        ("陈立德", "homework.withdraw", "数学", "submitted", "withdrawn", [35, 0]),
        ("陈立德", "homework.submit", "数学", "withdrawn", "submitted", [0, 30]),
        ("陈立德", "homework.submit", "数学", "submitted", "submitted", [30, 0]),
    ]


def test_the_log_names_what_earlier_tasks_leave_when_a_filing_is_withdrawn(world: World) -> None:
    world.file(world.chen, world.maths, item(30, days=3), day=TODAY - timedelta(days=1))
    world.file(world.chen, world.maths, item(20))
    withdraw(world, seen_version=1)
    assert log(world)[-1] == ("陈立德", "homework.withdraw", "数学", "submitted", "withdrawn", [30, 10])


def test_a_filing_keeps_when_and_by_whom(world: World) -> None:
    draft = world.file(world.chen, world.maths, item(20), submit=False)
    assert (draft.teacher_id, draft.saved_at, draft.submitted_at, draft.version) == (world.chen.id, NOW, None, 1)
    world.at = NOW + timedelta(minutes=5)
    filing = world.file(world.luo, world.maths, item(20))
    assert (filing.id, filing.teacher_id, filing.version) == (draft.id, world.luo.id, 2)
    assert (filing.saved_at, filing.submitted_at) == (world.at, world.at)


def test_items_are_changed_in_place(world: World) -> None:
    before = [
        each.id for each in world.file(world.chen, world.maths, item(5, "一"), item(6, "二"), item(7, "三")).items
    ]
    world.file(world.chen, world.maths, item(9, "甲", days=2), item(6, "二"))
    rows = db.session.execute(
        select(Item.id, Item.position, Item.text, Item.minutes, Item.days).order_by(Item.position)
    )
    assert [tuple(row) for row in rows] == [(before[0], 0, "甲", 9, 2), (before[1], 1, "二", 6, 1)]
    after = world.file(world.chen, world.maths, item(9, "甲"), item(6, "二"), item(4, "丙")).items
    assert [each.id for each in after][:2] == before[:2]


def test_withdrawing_keeps_the_items(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    filing = withdraw(world, seen_version=1)
    assert (filing.status, [each.minutes for each in filing.items], filing.version) == ("withdrawn", [20], 2)
    with pytest.raises(PolicyError, match="不需要再撤回"):
        withdraw(world, seen_version=2)


def test_a_form_that_has_not_seen_the_last_change_is_stale(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    for seen in (0, 2, -1):
        with pytest.raises(StaleForm):
            withdraw(world, seen_version=seen)
        with pytest.raises(StaleForm):
            actions.file_homework(
                world.four_one, world.maths, TODAY, items=[], submit=True, seen_version=seen, by=world.chen, at=NOW
            )
        db.session.rollback()
    assert world.day(world.four_one).load.total == 20


def test_every_change_makes_older_views_of_the_sheet_stale(world: World) -> None:
    versions = []
    for minutes in (20, 25):
        world.file(world.chen, world.maths, item(minutes, days=2))
        versions.append((world.day(world.four_one).version, world.day(world.four_one, TOMORROW).version))
    withdraw(world, seen_version=2)
    versions.append((world.day(world.four_one).version, world.day(world.four_one, TOMORROW).version))
    assert versions == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("first", [FilingStatus.DRAFT, FilingStatus.SUBMITTED])
@pytest.mark.parametrize("second", [FilingStatus.DRAFT, FilingStatus.SUBMITTED])
def test_two_live_filings_of_one_subject_cannot_be_stored(world: World, first: str, second: str) -> None:
    filing = world.file(world.chen, world.maths, item(20), submit=first == FilingStatus.SUBMITTED)
    row = {"school_id": world.school.id, "sheet_id": filing.sheet_id, "saved_at": NOW, "teacher_id": world.chen.id}
    with pytest.raises(IntegrityError):
        add(Homework, **row, subject_id=world.maths.id, status=second)
    db.session.rollback()
    for status in (FilingStatus.RETURNED, FilingStatus.WITHDRAWN):
        add(Homework, **row, subject_id=world.maths.id, status=status)
    add(Homework, **row, subject_id=world.english.id, status=second)
    assert world.day(world.four_one).filing_of(world.maths.id).id == filing.id


def test_a_class_has_one_sheet_a_day(world: World) -> None:
    add(DaySheet, school_id=world.school.id, class_id=world.four_one.id, date=TODAY)
    with pytest.raises(IntegrityError):
        add(DaySheet, school_id=world.school.id, class_id=world.four_one.id, date=TODAY)


@pytest.mark.parametrize(
    "impossible",
    [
        {"minutes": -1}, {"minutes": 601}, {"days": 0}, {"days": 63}, {"every": 2}, {"tier": "maybe"}, {"place": "bus"},
        {"level": "top"}, {"source": "x"}, {"choice_group": "甲"}, {"choose": 1}, {"choice_group": "甲", "choose": 0},
    ],
    ids=str,
)  # fmt: skip
def test_an_impossible_item_cannot_be_stored(world: World, impossible: dict[str, object]) -> None:
    filing = world.file(world.chen, world.maths, item(20))
    possible = {"school_id": world.school.id, "homework_id": filing.id, "position": 1, "text": "题"}
    possible |= {"tier": "mandatory", "form": "written", "place": "home"}
    with pytest.raises(IntegrityError):
        add(Item, **possible | impossible)
    db.session.rollback()
    add(Item, **possible)


def test_a_task_over_several_days_lands_on_the_later_sheets(world: World) -> None:
    world.file(world.chen, world.maths, item(32, days=3))
    days = [TODAY + timedelta(days=n) for n in range(4)]
    assert [world.day(world.four_one, day).load.total for day in days] == [11, 11, 10, 0]


def test_the_shares_of_a_weekend_land_on_friday(world: World) -> None:
    world.file(world.chen, world.maths, item(35, days=7), day=TODAY + timedelta(days=2))  # Thursday to Wednesday
    days = [TODAY + timedelta(days=n) for n in (2, 3, 6, 7, 8)]
    assert [world.day(world.four_one, day).load.total for day in days] == [5, 15, 5, 5, 5]


def test_a_signed_off_later_sheet_refuses_to_grow_and_may_shrink(world: World) -> None:
    world.file(world.chen, world.maths, item(30, days=3))
    world.file(world.shen, world.chinese, item(10), day=TOMORROW)
    world.coordinate(day=TOMORROW)
    assert refused(world, item(36, days=3)) == (
        f"这项多日作业会延续到 {TOMORROW}，而那一天的清单已经协调好。请缩短天数，或请班主任先退回那一天。"
    )
    assert world.day(world.four_one, TOMORROW).load.total == 20
    world.file(world.chen, world.maths, item(30, days=3), item(5))
    world.file(world.chen, world.maths, item(24, days=3), item(40))
    assert world.day(world.four_one, TOMORROW).load.total == 18
    withdraw(world, seen_version=3)
    assert world.day(world.four_one, TOMORROW).load.total == 10


def test_a_new_task_does_not_reach_into_a_signed_off_sheet(world: World) -> None:
    world.file(world.shen, world.chinese, item(10), day=MONDAY)
    world.coordinate(day=MONDAY)
    assert f"会延续到 {MONDAY}" in refused(world, item(30, days=4), day=FRIDAY)
    assert world.day(world.four_one, FRIDAY).filing_of(world.maths.id) is None
    world.file(world.chen, world.maths, item(30, days=3), day=FRIDAY)
    assert world.day(world.four_one, FRIDAY).load.total == 30


def test_a_draft_does_not_count_on_a_signed_off_sheet_until_it_is_submitted(world: World) -> None:
    world.file(world.shen, world.chinese, item(10), day=TOMORROW)
    world.coordinate(day=TOMORROW)
    world.file(world.chen, world.maths, item(30, days=2), submit=False)
    assert world.day(world.four_one, TOMORROW).load.total == 10
    assert f"会延续到 {TOMORROW}" in refused(world, item(30, days=2))
    assert world.day(world.four_one).filing_of(world.maths.id).status == "draft"


def test_the_rule_for_grades_1_and_2_holds_without_a_form_too(world: World) -> None:
    with pytest.raises(PolicyError, match="一、二年级不布置书面家庭作业"):
        world.file(world.lin, world.chinese, item(1), school_class=world.one_one)
    db.session.rollback()
    assert world.day(world.one_one).sheet is None
