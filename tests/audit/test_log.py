"""The log: every change of state and of minutes, who, when, from, to, why; and nothing in it ever changes."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.accounts.name_queries import with_names
from portal.approvals import actions as approvals
from portal.audit import queries
from portal.audit.actions import record
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import actions as homework
from portal.policy.errors import PolicyError
from portal.roster.actions import rename
from portal.roster.people_queries import state_now
from tests.factories import NOW, TODAY, TOMORROW, World, item
from tests.page import Browser


def entries() -> list[LogEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(LogEntry).order_by(LogEntry.id)))


def withdraw(world: World) -> None:
    filing = world.day(world.four_one).filing_of(world.maths.id)
    seen = {"seen_version": filing.version, "by": world.chen, "at": world.at}
    homework.withdraw(world.four_one, world.maths, TODAY, **seen)
    db.session.commit()


def test_a_sheets_whole_way_is_told(world: World) -> None:
    world.file(world.chen, world.maths, item(40), submit=False)
    world.file(world.chen, world.maths, item(30))
    world.coordinate()
    world.give_back("请减 10 分钟")
    world.file(world.chen, world.maths, item(20))
    world.publish()
    assert [(each.actor_name, each.step, each.before, each.after, each.reason) for each in entries()] == [
        ("陈立德", "homework.save", "", "draft", ""),
        ("陈立德", "homework.submit", "draft", "submitted", ""),
        ("陈立德", "sheet.coordinate", "collecting", "coordinated", ""),
        ("沈知微", "sheet.return", "coordinated", "collecting", "请减 10 分钟"),
        ("陈立德", "homework.submit", "submitted", "submitted", ""),
        ("陈立德", "sheet.coordinate", "collecting", "coordinated", ""),
        ("沈知微", "sheet.approve", "coordinated", "approved", ""),
        ("沈知微", "sheet.publish", "approved", "published", ""),
    ]
    assert [each.details for each in entries()] == [
        {"subject": "数学", "minutes": [0, 40], "all_minutes": [0, 40]},
        {"subject": "数学", "minutes": [40, 30], "all_minutes": [40, 30]},
        {"total": 30},
        {"total": 30},
        {"subject": "数学", "minutes": [30, 20], "all_minutes": [30, 20]},
        {"total": 20},
        {"total": 20},
        {"total": 20, "version": 1},
    ]


def test_what_was_handed_in_and_becomes_a_draft_is_told_though_no_minutes_change(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.chen, world.maths, item(20, "改一个字"), submit=False)
    world.file(world.chen, world.maths, item(20, "再改一个字"), submit=False)
    assert [(each.step, each.before, each.after) for each in entries()] == [
        ("homework.submit", "", "submitted"),
        ("homework.save", "submitted", "draft"),
    ]


def test_every_row_has_school_sheet_person_and_moment(world: World) -> None:
    filing = world.file(world.chen, world.maths, item(40))
    [entry] = entries()
    assert (entry.school_id, entry.sheet_id, entry.actor_id) == (world.school.id, filing.sheet_id, world.chen.id)
    assert entry.at == NOW


def test_withdrawing_tells_the_minutes_that_went(world: World) -> None:
    world.file(world.chen, world.maths, item(40))
    withdraw(world)
    entry = entries()[-1]
    assert (entry.step, entry.before, entry.after) == ("homework.withdraw", "submitted", "withdrawn")
    assert entry.details == {"subject": "数学", "minutes": [40, 0], "all_minutes": [40, 0]}


def test_saving_a_draft_again_is_told_only_where_the_minutes_change(world: World) -> None:
    world.file(world.chen, world.maths, item(40), submit=False)
    world.file(world.chen, world.maths, item(40, "第 43 页"), submit=False)
    assert [each.details["minutes"] for each in entries()] == [[0, 40]]
    world.file(world.chen, world.maths, item(35), submit=False)
    assert [each.details["minutes"] for each in entries()] == [[0, 40], [40, 35]]


def test_what_is_refused_leaves_no_row(world: World) -> None:
    world.file(world.chen, world.maths, item(61))
    before = len(entries())
    version = world.day(world.four_one).version
    with pytest.raises(PolicyError):
        approvals.coordinate(world.four_one, TODAY, seen_version=version, by=world.chen, at=world.at)
    assert len(entries()) == before == 1


def test_a_refused_step_of_the_page_leaves_no_row_either(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(61))
    version = str(world.day(world.four_one).version)
    browser = Browser(app).sign_in(world.chen)
    answer = browser.send(f"/classes/{world.four_one.id}/{TODAY}/coordinate", {"version": version})
    assert answer.status == 409
    assert [each.step for each in entries()] == ["homework.submit"]


def test_a_name_stays_as_it_was_when_the_row_was_written(world: World) -> None:
    world.file(world.chen, world.maths, item(40))
    later = world.at + timedelta(minutes=1)
    rename(world.chen, "chenli", "陈立", seen_version=state_now(world.chen.id), by=world.admin, at=later)
    db.session.commit()
    world.at = later
    world.file(world.chen, world.maths, item(30))
    told = with_names(entries())
    assert [each.actor_name for each in told] == ["陈立德", "管理员", "陈立"]
    assert (told[1].names["was"], told[1].names["person"]) == ("陈立德 (chen)", "陈立 (chenli)")


def test_no_row_tells_a_name_without_being_asked_for_it(world: World) -> None:
    entry = record("person.stop", by=world.admin, at=world.at, person=world.luo.id)
    with pytest.raises(LookupError):
        _ = entry.names
    db.session.flush()
    assert with_names([entry])[0].names["person"] == "罗安怡 (luo)"


def test_each_sheet_has_its_own_rows_the_latest_first(world: World) -> None:
    today = world.file(world.chen, world.maths, item(40)).sheet_id
    tomorrow = world.file(world.chen, world.maths, item(40), day=TOMORROW).sheet_id
    world.coordinate()
    assert [entry.step for entry in queries.entries_of_sheet(today)] == ["sheet.coordinate", "homework.submit"]
    assert [entry.step for entry in queries.entries_of_sheet(tomorrow)] == ["homework.submit"]
    assert queries.entries_of_sheet(None) == []


@pytest.mark.parametrize("change", ["UPDATE log_entry SET reason = 'nothing'", "DELETE FROM log_entry"])
def test_the_database_refuses_to_change_or_delete_a_row(world: World, change: str) -> None:
    world.file(world.chen, world.maths, item(40))
    with pytest.raises(DBAPIError, match="rows of log_entry are only ever added"):
        db.session.execute(text(change))
    assert [(each.reason, each.step) for each in entries()] == [("", "homework.submit")]


def test_a_changed_or_deleted_object_is_refused_too(world: World) -> None:
    world.file(world.chen, world.maths, item(40))
    [entry] = entries()
    entry.reason = "nothing"
    with pytest.raises(DBAPIError, match="rows of log_entry are only ever added"):
        db.session.flush()
    [entry] = entries()
    db.session.delete(entry)
    with pytest.raises(DBAPIError, match="rows of log_entry are only ever added"):
        db.session.flush()
    assert len(entries()) == 1
