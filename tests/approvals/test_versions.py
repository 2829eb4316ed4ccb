"""Published versions: numbered without gaps, each frozen as it was, without anybody's name in it."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import Person
from portal.approvals import actions
from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.policy.vocabulary import Form, Level, Place, Source, Tier
from tests.factories import TODAY, TOMORROW, World, item
from tests.page import Browser


def stored() -> list[dict]:
    """All rows of the table as the database holds them, by id."""
    db.session.rollback()
    return [dict(row) for row in db.session.execute(text("SELECT * FROM sheet_version ORDER BY id")).mappings()]


def numbers() -> list[tuple[int, int]]:
    rows = db.session.execute(select(SheetVersion.class_id, SheetVersion.number).order_by(SheetVersion.id))
    return [(class_id, number) for class_id, number in rows]


def publish_one(world: World) -> SheetVersion:
    world.file(world.chen, world.maths, item(20))
    return world.publish()


def test_a_version_holds_all_that_the_board_shows(world: World) -> None:
    world.file(
        world.shen,
        world.chinese,
        item(25, "背《山行》\n停车坐爱枫林晚", level=Level.BASIC, source=Source.TEXTBOOK),
        item(30, "读一本书", form=Form.READING, days=3),
    )
    world.file(world.chen, world.maths, item(12, tier=Tier.OPTIONAL, place=Place.SCHOOL, choice_group="A", choose=1))
    world.file(world.luo, world.english)
    plain = {"level": None, "source": None, "group": None, "choose": None, "span": None}
    assert world.publish().content == {
        "school": "青禾实验学校",
        "phone": "0513-0000 0000",
        "bedtime": "21:20",
        "grade": 4,
        "number": 1,
        "date": "2026-11-24",
        "days": ["2026-11-24"],
        "batch": False,
        "load": {
            "school": 0,
            "home": 25,
            "total": 25,
            "shortest": 25,
            "other": 10,
            "optional": 12,
            "cap": 60,
            "limit": 60,
        },
        "subjects": [
            {
                "name": "语文",
                "state": "listed",
                "late": False,
                "items": [
                    plain
                    | {
                        "text": "背《山行》\n停车坐爱枫林晚",
                        "tier": "mandatory",
                        "form": "written",
                        "place": "home",
                        "minutes": 25,
                        "level": "basic",
                        "source": "textbook",
                    },
                    plain
                    | {
                        "text": "读一本书",
                        "tier": "mandatory",
                        "form": "reading",
                        "place": "home",
                        "minutes": 10,
                        "span": {"day": 1, "days": 3, "whole": 30, "every": 1, "due": "2026-11-26"},
                    },
                ],
            },
            {
                "name": "数学",
                "state": "listed",
                "late": False,
                "items": [
                    plain
                    | {
                        "text": "第 42 页第 3–6 题",
                        "tier": "optional",
                        "form": "written",
                        "place": "school",
                        "minutes": 12,
                        "group": "A",
                        "choose": 1,
                    }
                ],
            },
            {"name": "英语", "state": "none", "late": False, "items": []},
        ],
        "marks": [
            {"step": "coordinate", "at": "2026-11-24T07:00:00+00:00"},
            {"step": "approve", "at": "2026-11-24T07:00:00+00:00"},
        ],
        "exception": "",
    }


def test_no_person_is_named_in_it(world: World) -> None:
    publish_one(world)
    world.give_back("陈立德写错了页码")
    world.publish()
    names = set(db.session.scalars(select(Person.name)))
    people = set(db.session.scalars(select(Person.login)))
    contents = [json.dumps(row.content, ensure_ascii=False) for row in db.session.scalars(select(SheetVersion))]
    assert len(contents) == 2
    assert {name for name in names | people for content in contents if name in content} == set()
    log = [json.dumps(dict(row), default=str) for row in db.session.execute(text("SELECT * FROM log_entry")).mappings()]
    assert {name for name in names for row in log if f'"{name}"' in row} == set()  # nor in the log, but by its words
    told = {each.actor_name for each in db.session.scalars(select(LogEntry))}
    assert told == {"陈立德", "沈知微"}  # there was somebody to name


def test_a_second_version_leaves_the_first_as_it_was(world: World) -> None:
    publish_one(world)
    [first] = stored()
    world.give_back("写错了页码")
    world.file(world.chen, world.maths, item(15, "第 43 页"))
    assert stored() == [first]
    world.publish()
    before, after = stored()
    assert before == first
    assert (before["number"], after["number"]) == (1, 2)
    texts = [row.content["subjects"][1]["items"][0]["text"] for row in db.session.scalars(select(SheetVersion))]
    assert texts == ["第 42 页第 3–6 题", "第 43 页"]


def test_the_marks_of_a_version_are_those_since_it_last_collected(world: World) -> None:
    publish_one(world)
    world.give_back("写错了页码")
    second = world.publish()
    assert [mark["step"] for mark in second.content["marks"]] == ["coordinate", "approve"]


def test_numbers_have_no_gaps_and_each_class_and_day_counts_its_own(world: World) -> None:
    one, two = world.four_one, world.four_two
    publish_one(world)
    world.file(world.chen, world.maths, item(61), school_class=two)
    with pytest.raises(PolicyError):
        world.coordinate(two)
    db.session.rollback()
    world.file(world.chen, world.maths, item(60), school_class=two)
    world.publish(two)
    world.give_back("再改")
    world.file(world.chen, world.maths, item(61))
    with pytest.raises(PolicyError):
        world.coordinate()
    db.session.rollback()
    world.file(world.chen, world.maths, item(30))
    world.publish()
    world.file(world.chen, world.maths, item(20), day=TOMORROW)
    world.publish(day=TOMORROW)
    assert numbers() == [(one.id, 1), (two.id, 1), (one.id, 2), (one.id, 1)]


def test_a_refused_publication_leaves_no_version_and_no_number_behind(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    seen = world.day(world.four_one).version
    with pytest.raises(PolicyError):  # coordinated is not approved yet
        actions.publish(world.four_one, TODAY, seen_version=seen, by=world.zheng, at=world.at)
    db.session.rollback()
    assert stored() == []
    assert world.approve().number == 1


def test_two_who_approve_at_the_same_moment_make_one_version(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    address = f"/classes/{world.four_one.id}/{TODAY}/approve"
    version = str(world.day(world.four_one).version)
    people = [Browser(app).sign_in(person) for person in (world.shen, world.zheng)]
    forms = [{"csrf_token": each.token(), "version": version} for each in people]
    db.session.commit()
    both = Barrier(2, timeout=10)

    def press(browser: Browser, form: dict[str, str]) -> int:
        both.wait()
        return Context().run(browser.client.post, address, data=form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, people, forms)) == [303, 409]
    assert [row["number"] for row in stored()] == [1]


@pytest.mark.parametrize(
    "change",
    ["UPDATE sheet_version SET number = 7", "UPDATE sheet_version SET content = '{}'", "DELETE FROM sheet_version"],
)
def test_the_database_refuses_to_change_or_delete_a_version(world: World, change: str) -> None:
    publish_one(world)
    before = stored()
    assert len(before) == 1
    with pytest.raises(DBAPIError, match="rows of sheet_version are only ever added"):
        db.session.execute(text(change))
    assert stored() == before


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_a_version_too(world: World) -> None:
    publish_one(world)
    before = stored()
    columns = ", ".join(before[0])
    changed = columns.replace("content", "'{}'")
    with pytest.raises(DBAPIError, match="rows of sheet_version are only ever added"):
        db.session.execute(text(f"REPLACE INTO sheet_version ({columns}) SELECT {changed} FROM sheet_version"))
    assert stored() == before


def test_a_changed_object_is_refused_too(world: World) -> None:
    version = publish_one(world)
    before = stored()
    version.content = {**version.content, "school": "别的学校"}
    with pytest.raises(DBAPIError, match="rows of sheet_version are only ever added"):
        db.session.flush()
    assert stored() == before


@pytest.mark.parametrize(("number", "constraint"), [(1, "uq_sheet_version|UNIQUE"), (0, "versions_count_from_1")])
def test_a_number_is_never_given_twice_and_never_below_1(world: World, number: int, constraint: str) -> None:
    first = publish_one(world)
    db.session.add(
        SheetVersion(
            school_id=first.school_id,
            class_id=first.class_id,
            sheet_id=first.sheet_id,
            date=TODAY,
            last_day=TODAY,
            number=number,
            content={},
            published_at=world.at,
            published_by_id=world.shen.id,
        )
    )
    with pytest.raises(DBAPIError, match=constraint):
        db.session.flush()
    assert len(stored()) == 1
