"""One's own data, and anybody's for the administrator: on a page and as files."""

import json
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from portal.accounts.models import Person
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.privacy.queries import FORMAT
from tests.approvals.reading import texts
from tests.factories import World, item
from tests.page import Browser

ACCOUNT = {"login": "chen", "name": "陈立德", "active": True, "school": "青禾实验学校"}
ACCOUNT |= {"password": "own", "password_until": None}


def test_everybody_sees_what_is_stored_of_them(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    page = browser.sign_in(world.chen).get("/account/data")
    assert page.status == 200
    assert texts(page, "dd")[:7] == [
        *("陈立德", "chen", "自己的密码，只存散列", "在职", "没有", "4(1) 班主任", "4(1) 数学；4(2) 数学"),
    ]


def test_the_json_is_the_whole_of_it(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20, "=1+1"))
    answer = browser.sign_in(world.chen).get("/account/data.json").response
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=person-")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/json", "no-store")
    document = json.loads(answer.get_data())
    assert (document["format"], document["account"]) == (FORMAT, {"id": world.chen.id} | ACCOUNT)
    [filing] = document["filings"]
    assert (filing["class"], filing["date"], filing["items"][0]["text"]) == ("4(1)", "2026-11-24", "=1+1")
    assert [(each["step"], each["as"]) for each in document["log"]] == [("homework.submit", ["actor"])]


def test_the_workbook_holds_the_same_and_no_formula(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20, "=1+1"))
    answer = browser.sign_in(world.chen).get("/account/data.xlsx").response
    book = load_workbook(BytesIO(answer.get_data()))
    assert book.sheetnames == ["account", "roles", "teaching", "filings", "log"]
    assert [cell.value for cell in book["account"][2]][1:3] == ["chen", "陈立德"]
    cells = [cell for row in book["filings"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "b"}
    assert any("=1+1" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_the_administrator_hands_it_over_and_the_log_says_so(
    world: World, admin: Browser, leaver: Person, kind: str
) -> None:
    page = admin.get(f"/people/{leaver.id}/data")
    assert texts(page, "h1") == ["个人信息 陈立"]
    answer = admin.send(f"/people/{leaver.id}/data", {"do": kind})
    assert (answer.status, answer.response.headers["Content-Disposition"][-len(kind) :]) == (200, kind)
    last = db.session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert (last.step, last.actor_id, last.details) == ("person.export", world.admin.id, {"person": leaver.id})


def test_nothing_is_taken_in_a_form_that_does_not_exist(world: World, admin: Browser) -> None:
    before = db.session.query(LogEntry).count()
    assert admin.send(f"/people/{world.luo.id}/data", {"do": "exe"}).status == 400
    assert db.session.query(LogEntry).count() == before


def test_the_pages_lead_there(world: World, app: Flask, admin: Browser) -> None:
    own = Browser(app).sign_in(world.luo).get("/account")
    assert own.all("a", href="/account/data")
    assert own.all("a", href="/privacy")
    assert admin.get(f"/people/{world.luo.id}").all("a", href=f"/people/{world.luo.id}/data")
