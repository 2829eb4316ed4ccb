"""Migrations: they lead to the models and back, and keep what the older schema knows."""

import json
import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import Person
from portal.accounts.name_queries import with_names
from portal.app import create_app
from portal.audit.models import LogEntry
from portal.extensions import Model, db
from portal.school.rules import forget_rules
from tests.conftest import NO_POSTGRES, POSTGRES_URL, test_config
from tests.factories import TOMORROW, item, make_world, set_rule

SCHEMA = f"migrations_{os.getpid()}"  # beside the tables of the other tests
APPEND_ONLY = ("log_entry", "sheet_version")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql", marks=[pytest.mark.postgres, pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES)]
        ),
    ]
)
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of its own in which nothing is, within an application context."""
    if request.param == "sqlite":
        yield from _application(f"sqlite:///{tmp_path / 'portal.db'}")
        return
    postgres_url = request.getfixturevalue("postgres_url")
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    try:
        yield from _application(f"{postgres_url}?options=-csearch_path%3D{SCHEMA}")
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
        engine.dispose()


def _application(url: str) -> Iterator[Flask]:
    app = create_app(test_config(url))
    forget_rules()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def to(revision: str) -> None:
    """Migrate up or down to a revision ("head", "base", "0001")."""
    db.session.rollback()
    folder = str(Path(__file__).resolve().parents[1] / "migrations")
    step = upgrade if revision == "head" else downgrade
    step(folder, revision)


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def rows() -> dict[str, list[dict]]:
    """Everything in the database, by table."""
    db.session.rollback()
    return {
        name: [dict(row) for row in db.session.execute(text(f"SELECT * FROM {name} ORDER BY id")).mappings()]
        for name in sorted(tables())
    }


def fill() -> None:
    """A school with a published and corrected day, one waiting and one being filed."""
    world = make_world()
    set_rule(world.school, 4, cap=58)
    world.school.rules_version = 0
    db.session.commit()
    world.file(world.shen, world.chinese, item(25), item(30, days=3))
    world.publish()
    world.give_back("写错了页码")
    world.publish()
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    world.coordinate(world.four_two)
    world.file(world.luo, world.english, day=TOMORROW, submit=False)
    db.session.commit()


def test_up_down_and_up_again(unmigrated: Flask) -> None:
    everything = set(Model.metadata.tables)
    seen = []
    for revision in ("head", "base", "head"):
        to(revision)
        seen.append(tables())
    assert seen == [everything, set(), everything]


def test_the_head_of_the_migrations_is_what_the_models_say(unmigrated: Flask) -> None:
    to("head")
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Model.metadata) == []


def test_the_checks_are_those_of_the_models(unmigrated: Flask) -> None:
    """Alembic does not compare them: a new word of an enum would be refused by the database."""
    to("head")
    expected = {
        (table.name, check.name): str(check.sqltext)
        for table in Model.metadata.sorted_tables
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    found = {
        (table, check["name"]): check["sqltext"]
        for table in tables()
        for check in inspect(db.engine).get_check_constraints(table)
    }
    assert set(found) == set(expected)
    if db.engine.dialect.name == "sqlite":  # PostgreSQL writes them in its own words
        assert found == expected
    assert len(expected) > 15


def test_partial_indexes_are_those_of_the_models(unmigrated: Flask) -> None:
    to("head")
    expected = [each for table in Model.metadata.tables.values() for each in table.indexes if "where" in each.info]
    assert len(expected) >= 4
    for index in expected:
        [found] = [each for each in inspect(db.engine).get_indexes(index.table.name) if each["name"] == index.name]
        assert (found["column_names"], bool(found["unique"])) == (list(index.columns.keys()), True)
        condition = str(found["dialect_options"][f"{db.engine.dialect.name}_where"])
        words = re.findall(r"\w+", index.info["where"])
        assert {each for each in words if each.islower()} <= set(re.findall(r"\w+", condition)), index.name


RENAMED = {"grade_cap": "grade_rule"}  # by 0003


def shared(older: list[dict], newer: list[dict]) -> list[dict]:
    """The newer rows, with only the columns that the older ones have too."""
    columns = set(older[0]) & set(newer[0]) if older and newer else set()
    return [{column: row[column] for column in columns} for row in newer]


def test_going_back_before_append_only_keeps_every_row(unmigrated: Flask) -> None:
    to("head")
    fill()
    before = rows()
    assert (len(before["sheet_version"]), len(before["log_entry"])) == (2, 11)
    empty = {
        "calendar_day",
        "term",
        "deputy",
        "minutes_request",
        "common_homework",
        "retired_code",
        "service_list",
        "roster_import",
        "setup_code",
        "former_name",
        "host_key",
        "rollover",
    }
    assert {name for name in before if not before[name]} == empty
    to("0001")
    older = rows()
    for name, some in older.items():
        newer = before[RENAMED.get(name, name)]
        assert shared(newer, some) == shared(some, newer)
        assert len(some[0].keys() & newer[0].keys()) >= 3
    for table in APPEND_ONLY:
        db.session.execute(text(f"UPDATE {table} SET reason = reason"))  # possible again
    to("head")
    again = rows()
    assert {name: shared(some, again[RENAMED.get(name, name)]) for name, some in older.items()} == {
        name: shared(some, before[RENAMED.get(name, name)]) for name, some in older.items()
    }
    for table in APPEND_ONLY:
        with pytest.raises(DBAPIError, match=f"rows of {table} are only ever added"):
            db.session.execute(text(f"UPDATE {table} SET reason = reason"))
        db.session.rollback()


def test_the_flow_takes_over_what_was_published_before_it(unmigrated: Flask) -> None:
    to("head")
    fill()
    before = rows()
    to("0003")
    to("head")
    after = rows()
    told = ("total", "allowed", "exception_reason", "number")
    assert [[row[name] for name in told] for row in after["sheet_version"]] == [[35, 58, "", 1], [35, 58, "", 2]]
    assert [row["published_number"] for row in after["day_sheet"]] == [
        row["published_number"] for row in before["day_sheet"]
    ]
    assert {row["totals_rules"] for row in after["day_sheet"]} == {-1}  # counted anew by who reads them


def test_a_full_database_can_be_taken_down_and_set_up_anew(unmigrated: Flask) -> None:
    to("head")
    fill()
    to("base")
    assert tables() == set()
    to("head")
    assert {name: len(some) for name, some in rows().items()} == dict.fromkeys(Model.metadata.tables, 0)


def test_every_row_that_belongs_to_a_school_says_to_which() -> None:
    schools = {
        name: [(key.target_fullname, column.nullable) for key in column.foreign_keys]
        for name, table in Model.metadata.tables.items()
        for column in table.columns
        if column.name == "school_id"
    }
    assert set(Model.metadata.tables) - set(schools) == {"school", "setup_code", "host_key"}  # there before a school
    assert set(map(tuple, schools.values())) == {(("school.id", False),)}


def test_migrations_never_import_the_portal() -> None:
    versions = sorted((Path(__file__).resolve().parents[1] / "migrations/versions").glob("*.py"))
    assert [path.name for path in versions if "portal" in path.read_text("utf-8")] == []
    assert len(versions) >= 2


def put(table: str, **values: object) -> None:
    columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    db.session.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), values)


def fill_older() -> None:
    """What the log and a version told of people before 0012: three of them called 王芳, one renamed, one deleted."""
    put("school", id=1, code="a", name="甲校", **SCHOOL)
    put("school_class", id=1, school_id=1, grade=4, number=1, code="c")
    put("day_sheet", id=1, school_id=1, class_id=1, date="2026-11-24", status="published", version=1)
    people = {1: ("chen2", "陈立"), 2: ("luo", "罗安怡"), 3: ("w1", "王芳"), 4: ("w2", "王芳"), 5: ("shen", "沈知微")}
    for number, (login, name) in people.items():
        put("person", id=number, school_id=1, login=login, name=name, password_hash="!", active=True)
    told = [
        (1, "陈立德", "role.give", {"name": "罗安怡 (luo)", "post": ["lead", "4"]}),
        (2, "罗安怡", "person.rename", {"name": "陈立 (chen2)", "called": ["陈立德 (chen)", "陈立 (chen2)"]}),
        (1, "陈立", "password.give", {"name": "走的人 (gone)"}),
        (1, "陈立", "deputy.lend", {"lender": "陈立德", "deputy": "王芳", "role": "lead", "place": "4"}),
        (5, "沈", "sheet.approve", {"total": 20, "deputy_for": "陈立 罗安怡"}),
        (2, "罗安怡", "roster.undo", {"file": "x.csv", "undone": 1, "stays": ["王芳 (w1)"]}),
        (2, "罗安怡", "subject.rename", {"called": ["数", "数学"]}),
        (2, "罗安怡", "term.set", {"name": "第一学期"}),
    ]
    for number, (actor, name, step, details) in enumerate(told, 1):
        at = f"2026-11-24 0{number}:00:00"
        more = {"before": "", "after": "", "reason": "", "details": json.dumps(details, ensure_ascii=False)}
        put("log_entry", id=number, school_id=1, at=at, actor_id=actor, actor_name=name, step=step, **more)
    subjects = [{"name": "语文", "teachers": ["沈知微", "王芳"]}, {"name": "数学"}]
    content = json.dumps({"subjects": subjects}, ensure_ascii=False)
    dates = {
        "date": "2026-11-24",
        "last_day": "2026-11-24",
        "published_at": "2026-11-24 08:00:00",
        "published_by_id": 1,
    }
    version = {"number": 1, "reason": "", "total": 0, "exception_reason": "", "content": content}
    put("sheet_version", id=1, school_id=1, class_id=1, sheet_id=1, **dates, **version)
    db.session.commit()


SCHOOL = {
    "supervision_phone": "",
    "published_by": "16:30:00",
    "bedtime_primary": "21:20:00",
    "bedtime_junior": "22:00:00",
}


def test_names_become_people_and_the_log_says_what_it_said(unmigrated: Flask) -> None:
    to("head")
    to("0011")
    fill_older()
    to("head")
    told = db.session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    names = [each.actor_name for each in told]
    assert names == ["陈立德", "罗安怡", "陈立", "陈立", "沈", "罗安怡", "罗安怡", "罗安怡"]
    assert [each.details for each in told] == [
        {"person": 2, "post": ["lead", "4"]},
        {"person": 1},
        {"person": None},
        {"lender": 1, "deputy": None, "role": "lead", "place": "4"},
        {"total": 20, "deputy_for": [1, 2]},
        {"file": "x.csv", "undone": 1, "stays": 1},
        {"called": ["数", "数学"]},
        {"name": "第一学期"},
    ]
    assert with_names(told)[1].names == {"was": "陈立德 (chen)", "person": "陈立 (chen2)"}
    [version] = rows()["sheet_version"]
    content = version["content"]
    found = json.loads(content) if isinstance(content, str) else content
    assert [each.get("teachers") for each in found["subjects"]] == [[5], None]
    to("0011")
    older = rows()["log_entry"]
    assert [each["actor_name"] for each in older] == names
    details = [json.loads(each["details"]) if isinstance(each["details"], str) else each["details"] for each in older]
    assert (details[0]["name"], details[3]["lender"], details[4]["deputy_for"]) == (
        "罗安怡 (luo)",
        "陈立",
        "罗安怡 陈立",
    )


def test_one_time_passwords_from_before_hold_for_a_month(unmigrated: Flask) -> None:
    to("head")
    world = make_world()
    world.chen.one_time_last = TOMORROW
    db.session.commit()
    to("0017")
    assert {each["login"] for each in rows()["person"] if each["one_time"]} == {"chen"}
    to("head")
    found = {each.login: each.one_time_last for each in db.session.scalars(select(Person))}
    assert found.pop("chen") - date.today() in (timedelta(days=29), timedelta(days=30))  # midnight may have passed
    assert set(found.values()) == {None}
