"""Who asks is kept in each process; whatever changes about them holds in the very next request, whoever changed it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from portal.accounts import queries, readers
from portal.accounts.readers import forget_people
from portal.app import create_app
from portal.extensions import db
from portal.policy.permissions import Role
from portal.school.models import School
from tests.conftest import test_config
from tests.deputies.lending import DEPUTIES, day, grant_of, lend
from tests.factories import TODAY, World
from tests.page import Browser, by_other_hands, questions, statements

ROSTER = {"person", "role_grant", "deputy", "teaching_assignment", "school_class", "subject"}
GRID = f"/grades/4/{TODAY}"


@pytest.fixture
def elsewhere(world: World, app: Flask) -> Iterator[Flask]:
    """A second application on the same database."""
    elsewhere = create_app(test_config(app.config["SQLALCHEMY_DATABASE_URI"]))
    yield elsewhere
    with elsewhere.app_context():
        db.engine.dispose()


def test_the_second_page_takes_one_small_question_and_no_statement_for_who_asks(world: World, browser: Browser) -> None:
    browser.sign_in(world.shen)
    forget_people()
    seen = []
    for _ in range(2):
        with statements() as stated, questions() as asked:
            assert browser.get("/people").status == 403  # the page that says so has their name in its header
        seen.append((len(stated), len(asked)))
    assert seen == [(1, 1), (0, 1)]


CHANGES = {
    "a role is taken away": ("DELETE FROM role_grant WHERE person_id = :shen", {"shen": 403}),
    "another grade": ("UPDATE role_grant SET grade = 1 WHERE person_id = :shen", {"shen": 403}),
    "a role is given": (
        "INSERT INTO role_grant (school_id, person_id, role) VALUES (:school, :luo, 'office')",
        {"luo": 200},
    ),
    "not active any more": ("UPDATE person SET active = false WHERE id = :shen", {"shen": 303}),
    "somebody else's": ("UPDATE role_grant SET person_id = :luo WHERE person_id = :shen", {"shen": 403, "luo": 200}),
    "a loan": (
        "INSERT INTO deputy (school_id, grant_id, person_id, first, last) "
        "SELECT school_id, id, :luo, :today, :today FROM role_grant WHERE person_id = :shen",
        {"luo": 200},
    ),
    "a loan that is over": (
        "INSERT INTO deputy (school_id, grant_id, person_id, first, last) "
        "SELECT school_id, id, :luo, :yesterday, :yesterday FROM role_grant WHERE person_id = :shen",
        {},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_other_hands_change_holds_in_the_next_request(world: World, app: Flask, change: str) -> None:
    browsers = {name: Browser(app).sign_in(getattr(world, name)) for name in ("shen", "gu", "luo", "zheng")}

    def answers() -> dict[str, int]:
        return {name: browser.get(GRID).status for name, browser in browsers.items()}

    before = {"shen": 200, "gu": 403, "luo": 403, "zheng": 200}
    for _ in range(2):  # read, then kept
        assert answers() == before
    statement, then = CHANGES[change]
    people = {name: getattr(world, name).id for name in ("shen", "luo") if f":{name}" in statement}
    more = {"school": world.school.id, "today": TODAY.isoformat(), "yesterday": day(-1).isoformat()}
    by_other_hands(app, statement, **people, **{name: more[name] for name in more if f":{name}" in statement})
    assert answers() == before | then


def test_a_loan_ended_on_a_page_ends_in_every_application(world: World, app: Flask, elsewhere: Flask) -> None:
    lender, deputy = Browser(app).sign_in(world.shen), Browser(elsewhere).sign_in(world.luo)
    assert deputy.get(GRID).status == 403
    lend(lender, grant_of(world.shen, Role.LEAD), "罗安怡")
    assert [deputy.get(GRID).status for _ in range(2)] == [200, 200]
    [loan] = [has["action"] for has in lender.get(DEPUTIES).all("form") if has.get("action", "").endswith("/end")]
    assert lender.send(loan).status == 303
    assert deputy.get(GRID).status == 403


@pytest.mark.parametrize("method", ["get", "send"])
def test_who_is_not_active_any_more_neither_reads_nor_writes(world: World, browser: Browser, method: str) -> None:
    browser.sign_in(world.chen)
    address = f"/classes/{world.four_one.id}/{TODAY}"
    assert [browser.get(address).status for _ in range(2)] == [200, 200]
    token = browser.token()
    by_other_hands(browser.client.application, "UPDATE person SET active = false WHERE login = 'chen'")
    page = browser.get(address) if method == "get" else browser.post(f"{address}/coordinate", {"csrf_token": token})
    assert page.status == (303 if method == "get" else 401)


def test_names_and_settings_are_as_they_are_now(world: World, browser: Browser, app: Flask) -> None:
    browser.sign_in(world.cheng)
    for statement, words in (
        ("UPDATE person SET name = '程新' WHERE login = 'cheng'", "程新"),
        ("UPDATE school SET name = '青禾小学' WHERE code = 'qinghe'", "青禾小学"),
    ):
        assert words not in browser.get("/home").text
        by_other_hands(app, statement)
        assert words in browser.get("/home").text


def test_the_database_counts_every_change_of_the_roster(world: World, app: Flask) -> None:
    """By rows added, changed and deleted, in each of its tables, by whichever way."""
    loan = "INSERT INTO deputy (school_id, grant_id, person_id, first, last) SELECT school_id, id, :who, :day, :day "
    loan += "FROM role_grant WHERE role = 'lead' AND grade = 1"
    values = {"who": world.luo.id, "day": TODAY}
    counted = []

    def count(statement: str) -> None:
        taken = {name: value for name, value in values.items() if f":{name}" in statement}
        db.session.execute(text(statement), taken)
        db.session.commit()
        db.session.expire_all()
        counted.append((statement.split()[0], db.session.get_one(School, world.school.id).roster_version))

    db.session.commit()
    db.session.expire_all()
    first = db.session.get_one(School, world.school.id).roster_version
    others = db.session.get_one(School, world.other_school.id).roster_version
    for statement in (
        "INSERT INTO person (school_id, login, name, password_hash, active) "
        "SELECT school_id, 'new', 'New', '-', true FROM person WHERE login = 'luo'",
        "UPDATE person SET name = 'Newer' WHERE login = 'new'",
        "UPDATE person SET active = false WHERE login = 'new'",
        "DELETE FROM person WHERE login = 'new'",
        "INSERT INTO role_grant (school_id, person_id, role) "
        "SELECT school_id, id, 'principal' FROM person WHERE id = :who",
        "UPDATE role_grant SET role = 'administrator' WHERE person_id = :who AND role = 'principal'",
        "DELETE FROM role_grant WHERE person_id = :who AND role = 'administrator'",
        loan,
        "UPDATE deputy SET last = '2026-12-31' WHERE person_id = :who",
        "DELETE FROM deputy WHERE person_id = :who",
        "UPDATE teaching_assignment SET weekdays = 1 WHERE teacher_id = :who",
        "DELETE FROM teaching_assignment WHERE teacher_id = :who",
        "INSERT INTO teaching_assignment (school_id, teacher_id, class_id, subject_id, weekdays) "
        "SELECT school_id, :who, id, (SELECT max(id) FROM subject WHERE name = '英语'), 31 FROM school_class "
        "WHERE code = 'qinghe-4-1'",
        "INSERT INTO school_class (school_id, grade, number, code) "
        "SELECT school_id, 3, 1, 'three' FROM person WHERE id = :who",
        "UPDATE school_class SET grade = 2 WHERE code = 'three'",
        "UPDATE school_class SET number = 2 WHERE code = 'three'",
        "DELETE FROM school_class WHERE code = 'three'",
        "INSERT INTO subject (school_id, name, position) SELECT school_id, 'New', 9 FROM person WHERE id = :who",
        "UPDATE subject SET name = 'Newer' WHERE name = 'New'",
        "UPDATE subject SET position = 8 WHERE name = 'Newer'",
        "DELETE FROM subject WHERE name = 'Newer'",
    ):
        count(statement)
    assert [version - first for _, version in counted] == list(range(1, len(counted) + 1))
    assert db.session.get_one(School, world.other_school.id).roster_version == others


def test_what_does_not_matter_is_not_counted(world: World) -> None:
    before = world.school.roster_version
    for statement in (
        "UPDATE school_class SET board_version = board_version + 1",
        "UPDATE person SET password_hash = '-'",
        "UPDATE subject SET budget = 30",
    ):
        db.session.execute(text(statement))
    db.session.commit()
    db.session.expire_all()
    assert db.session.get_one(School, world.school.id).roster_version == before


def test_rights_are_made_of_nothing_that_is_not_counted(world: World) -> None:
    with statements() as seen:
        queries.person_for_session(world.chen.id, TODAY)
    [statement] = seen
    assert set(re.findall(r"(?:FROM|JOIN) (\w+)", statement)) == ROSTER - {"subject"} | {"school"}


def test_what_one_request_sets_on_the_person_is_gone_with_it(world: World) -> None:
    chen, names = world.chen.id, []
    db.session.commit()
    for _ in range(2):
        db.session.expunge_all()
        person = readers.person_who_reads(chen, TODAY)
        names.append((person.name, person.school.name))
        person.name, person.school.name = "Somebody", "Somewhere"
        db.session.rollback()
    assert names == [("陈立德", "青禾实验学校")] * 2
