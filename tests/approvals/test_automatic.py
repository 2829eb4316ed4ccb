"""Clean sheets publish themselves at the time the school has set, whoever wakes first; everything else waits."""

import logging
import os
import subprocess
import sys
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.approvals.automatic import Outcome, publish_due
from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.approval import ApprovalMode, ExceptionKind
from portal.policy.calendar import DayKind
from portal.school.models import CalendarDay, SchoolClass
from tests.approvals.reading import texts
from tests.factories import NOW, TODAY, TOMORROW, World, item
from tests.page import Browser, statements

ROOT = Path(__file__).resolve().parents[2]
HALF_PAST_FIVE = NOW.replace(hour=17, minute=30)


@pytest.fixture
def set_time(world: World) -> time:
    """The school lets clean sheets publish themselves at 17:30."""
    world.school.publish_at = HALF_PAST_FIVE.time()
    db.session.commit()
    return world.school.publish_at


def published(world: World) -> dict[str, list[int]]:
    """The numbers of all versions, by class."""
    db.session.rollback()
    rows = db.session.scalars(select(SheetVersion).order_by(SheetVersion.id)).all()
    names = {each.id: each.code for each in db.session.scalars(select(SchoolClass))}
    found: dict[str, list[int]] = {}
    for each in rows:
        found.setdefault(names[each.class_id], []).append(each.number)
    return found


def file_for_all(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    world.file(world.lin, world.chinese, item(20, form="oral"), school_class=world.one_one)


@pytest.mark.usefixtures("set_time")
def test_at_the_set_time_every_clean_sheet_of_the_school_is_published_once(world: World) -> None:
    file_for_all(world)
    world.file(world.zhou, world.other_maths, item(20), school_class=world.other_class)
    assert publish_due(HALF_PAST_FIVE - timedelta(seconds=1)) == Outcome()
    assert publish_due(HALF_PAST_FIVE) == Outcome(published=3)
    assert publish_due(HALF_PAST_FIVE + timedelta(minutes=1)) == Outcome()
    assert published(world) == {"qinghe-4-1": [1], "qinghe-4-2": [1], "qinghe-1-1": [1]}
    rows = db.session.scalars(select(LogEntry).where(LogEntry.step == "sheet.automatic")).all()
    assert {(each.actor_id, each.actor_name, each.exception, each.at) for each in rows} == {
        (None, "", ExceptionKind.AUTOMATIC, HALF_PAST_FIVE)
    }
    assert len(rows) == 3


@pytest.mark.usefixtures("set_time")
def test_what_the_server_missed_is_made_up_for_on_the_same_day_and_not_later(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    assert publish_due(NOW.replace(hour=0, minute=5) + timedelta(days=1)) == Outcome()
    assert publish_due(HALF_PAST_FIVE + timedelta(days=1)) == Outcome()
    assert publish_due(NOW.replace(hour=23, minute=59)) == Outcome(published=1)


@pytest.mark.usefixtures("set_time")
def test_what_is_filed_for_another_day_waits_for_its_own(world: World) -> None:
    world.file(world.chen, world.maths, item(20), day=TOMORROW)
    assert publish_due(HALF_PAST_FIVE) == Outcome()
    assert publish_due(HALF_PAST_FIVE + timedelta(days=1)) == Outcome(published=1)


def test_without_a_set_time_nothing_publishes_itself(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    with statements() as seen:
        assert publish_due(NOW.replace(hour=23)) == Outcome()
    assert len(seen) == 1
    assert published(world) == {}


@pytest.mark.usefixtures("set_time")
def test_waiting_for_people_takes_the_same_statements_with_one_class_and_with_three(world: World) -> None:
    counts = []
    for school_class in (world.four_one, world.four_two):
        world.file(world.chen, world.maths, item(61), school_class=school_class)
        publish_due(HALF_PAST_FIVE)  # reads the rules, once
        with statements() as seen:
            assert publish_due(HALF_PAST_FIVE) == Outcome()
        counts.append(len(seen))
    assert counts == [6, 6]


@pytest.mark.usefixtures("set_time")
def test_on_a_day_without_school_nothing_is_published(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    db.session.add(CalendarDay(school_id=world.school.id, date=TODAY, kind=DayKind.HOLIDAY))
    world.school.rules_version += 1
    db.session.commit()
    assert publish_due(HALF_PAST_FIVE) == Outcome()


@pytest.mark.usefixtures("set_time")
@pytest.mark.parametrize("why", ["over", "draft", "incomplete", "returned", "only said later", "signed off later"])
def test_what_somebody_has_to_look_at_or_is_looking_at_stays(world: World, why: str) -> None:
    minutes = {"over": 61, "incomplete": None}.get(why, 20)
    world.file(world.chen, world.maths, item(minutes))
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    if why == "draft":
        world.file(world.luo, world.english, item(5), submit=False)
    if why == "returned":
        world.coordinate()
        world.give_back("换一题")
    if why == "signed off later":
        world.at = HALF_PAST_FIVE + timedelta(minutes=2)
        world.coordinate()
    if why == "only said later":
        entry = db.session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
        again = {name: getattr(entry, name) for name in ("school_id", "actor_id", "step")}
        sheet = world.day(world.four_one).sheet
        db.session.add(LogEntry(**again, sheet_id=sheet.id, at=HALF_PAST_FIVE + timedelta(seconds=1)))
        db.session.commit()
    assert publish_due(HALF_PAST_FIVE + timedelta(minutes=5)) == Outcome(published=1)
    assert published(world) == {"qinghe-4-2": [1]}


@pytest.mark.usefixtures("set_time")
def test_a_sheet_that_waits_for_the_office_publishes_itself_too(world: World) -> None:
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    world.file(world.luo, world.english, item(20))
    world.coordinate()
    assert world.approve() is None
    assert publish_due(HALF_PAST_FIVE) == Outcome(published=1)


@pytest.mark.usefixtures("set_time")
def test_one_sheet_that_fails_does_not_keep_the_others(world: World, caplog: pytest.LogCaptureFixture) -> None:
    file_for_all(world)
    sheet = world.day(world.four_one).sheet
    db.session.add(  # a version that its sheet knows nothing of: the next one cannot be number 1 as well
        SheetVersion(
            school_id=sheet.school_id,
            class_id=sheet.class_id,
            sheet_id=sheet.id,
            date=TODAY,
            last_day=TODAY,
            number=1,
            content={},
            published_at=NOW,
        )
    )
    db.session.commit()
    with caplog.at_level(logging.ERROR):
        assert publish_due(HALF_PAST_FIVE) == Outcome(published=2, failed=1)
    assert [each.getMessage() for each in caplog.records] == [
        f"The sheet of class {world.four_one.id} on {TODAY} could not publish itself"
    ]
    assert published(world) == {"qinghe-4-1": [1], "qinghe-4-2": [1], "qinghe-1-1": [1]}
    assert world.day(world.four_one).status == "collecting"


@pytest.mark.usefixtures("set_time")
def test_the_board_says_that_nobody_passed_it(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    publish_due(HALF_PAST_FIVE)
    address = f"/board/{world.four_one.code}/{TODAY}"
    assert texts(browser.get(address), "span", class_="stamp") == ["到时自动公示"]
    assert texts(browser.get(address), "span", class_="mark num") == ["班主任 15:00", "自动 17:30", "第 1 版"]
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    world.coordinate(world.four_two, by=world.zheng)
    world.approve(world.four_two)
    other = browser.get(f"/board/{world.four_two.code}/{TODAY}")
    assert texts(other, "span", class_="stamp") == ["已审核公示"]


def start(app: Flask, at: datetime) -> subprocess.Popen:
    """A process of its own that does what is due at `at`."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environ |= {
        "PORTAL_SECRET_KEY": "only-for-the-tests",
        "PORTAL_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "PORTAL_TEST_NOW": at.isoformat(),
        "PORTAL_TEST_PID": str(os.getpid()),
    }
    command = [sys.executable, "-m", "flask", "--app", "tests.browser.served", "publish-due"]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.usefixtures("set_time")
def test_several_processes_at_once_publish_each_sheet_once(world: World, app: Flask) -> None:
    file_for_all(world)
    processes = [start(app, HALF_PAST_FIVE) for _ in range(3)]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said
    numbers = [int(line.partition("themselves: ")[2].partition(".")[0]) for line in said]
    assert sum(numbers) == 3, said
    assert published(world) == {"qinghe-4-1": [1], "qinghe-4-2": [1], "qinghe-1-1": [1]}


@pytest.mark.usefixtures("set_time")
def test_the_command_says_what_it_did(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    app.config["NOW"] = HALF_PAST_FIVE
    runs = [app.test_cli_runner().invoke(args=["publish-due"]) for _ in range(2)]
    assert [(run.exit_code, run.output) for run in runs] == [
        (0, "Sheets that published themselves: 1. Failed: 0.\n"),
        (0, "Sheets that published themselves: 0. Failed: 0.\n"),
    ]
