"""Who may open the approval pages and press their buttons, and what stands behind wrong addresses."""

import pytest
from flask import Flask

from portal.extensions import db
from portal.homework.models import DaySheet
from portal.policy.approval import SheetStatus
from tests.approvals.reading import exact_texts, texts
from tests.factories import World, item
from tests.page import Browser

SHEET = "/classes/{class_id}/2026-11-24"
GRID = "/grades/4/2026-11-24"
# For 四(1): what each person gets. A step answers 409 where it may be taken, because the form is an old one.
DOORS = {
    # person: sheet, coordinate, approve, return, grid, approve on the grid
    "chen": [200, 409, 403, 409, 403, 403],  # homeroom teacher, teaches in the class
    "luo": [200, 403, 403, 403, 403, 403],  # teaches in the class
    "lin": [404, 404, 404, 404, 403, 403],  # homeroom teacher of another class
    "shen": [200, 403, 409, 409, 200, 409],  # lead of the grade
    "gu": [404, 404, 404, 404, 403, 403],  # lead of another grade
    "zheng": [200, 403, 409, 409, 200, 409],  # office
    "cheng": [200, 403, 403, 403, 200, 403],  # principal: reads everything, passes nothing
    "admin": [404, 404, 404, 404, 403, 403],  # sets up accounts
    "zhou": [404, 404, 404, 404, 200, 303],  # of another school, whose own grade 4 is meant
}


@pytest.mark.parametrize(("who", "expected"), DOORS.items(), ids=DOORS)
def test_every_person_gets_through_their_own_doors_only(
    world: World, app: Flask, who: str, expected: list[int]
) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    browser = Browser(app).sign_in(getattr(world, who))
    token = browser.token()
    sheet = SHEET.format(class_id=world.four_one.id)

    def press(address: str, **fields: object) -> int:
        return browser.post(address, {"csrf_token": token, "version": "0", **fields}).status

    assert expected == [
        browser.get(sheet).status,
        press(f"{sheet}/coordinate"),
        press(f"{sheet}/approve"),
        press(f"{sheet}/return", reason="改"),
        browser.get(GRID).status,
        press(f"{GRID}/approve", do="selected", **{"class": world.four_one.id, f"version-{world.four_one.id}": 0}),
    ]
    db.session.rollback()
    assert world.day(world.four_one).status == SheetStatus.COORDINATED


def test_without_an_account_a_page_leads_to_signing_in_and_a_form_is_kept(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    browser = Browser(app)
    sheet = SHEET.format(class_id=world.four_one.id)
    asked = browser.get(sheet)
    assert (asked.status, asked.response.location) == (303, f"/sign-in?next={sheet}")
    sent = browser.send(f"{sheet}/return", {"version": "2", "reason": "第 3 题超出进度"})
    assert sent.status == 401
    assert sent.value("carried.reason") == "第 3 题超出进度"
    assert sent.value("next") == f"{sheet}/return"
    assert world.day(world.four_one).status == SheetStatus.COORDINATED


def test_a_form_with_a_stale_token_is_shown_again_with_what_was_typed(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    browser = Browser(app).sign_in(world.shen)
    address = SHEET.format(class_id=world.four_one.id) + "/return"
    version = str(world.day(world.four_one).version)
    page = browser.post(address, {"csrf_token": "old", "version": version, "reason": "第 3 题\n超出进度"})
    assert page.status == 400
    assert exact_texts(page, "p", class_="typed") == ["第 3 题\n超出进度"]
    assert world.day(world.four_one).status == SheetStatus.COORDINATED
    again = {name: page.value(name) for name in ("csrf_token", "version", "reason")}
    assert page.all("form")[0]["action"] == address
    assert browser.post(address, again).status == 303
    assert world.day(world.four_one).status == SheetStatus.COLLECTING


NOWHERE = (
    "/classes/99999/2026-11-24",
    "/classes/9999999999999999999999/2026-11-24",
    "/classes/-1/2026-11-24",
    "/classes/eins/2026-11-24",
    "/classes/{class_id}/2026-02-30",
    "/classes/{class_id}/2026-11-24x",
    "/classes/{class_id}/0000-00-00",
    "/classes/{class_id}/9999-12-31",
    "/classes/{class_id}/2026-11-28",  # a Saturday
    "/grades/5/2026-11-24",  # no class in it
    "/grades/0/2026-11-24",
    "/grades/10/2026-11-24",
    "/grades/4/2026-02-30",
    "/grades/4/2026-11-28",
)


def test_an_address_that_means_nothing_answers_404_to_page_and_form(world: World, app: Flask) -> None:
    browser = Browser(app).sign_in(world.zheng)
    token = browser.token()
    for address in (each.format(class_id=world.four_one.id) for each in NOWHERE):
        page = browser.get(address)
        assert (address, page.status, texts(page, "h1")) == (address, 404, ["没有找到"])
        step = "approve" if address.startswith("/grades") else "return"
        sent = browser.post(f"{address}/{step}", {"csrf_token": token, "version": "0", "reason": "改"})
        assert (address, sent.status) == (address, 404)
    assert db.session.query(DaySheet).count() == 0


def test_steps_are_forms_only(world: World, app: Flask) -> None:
    browser = Browser(app).sign_in(world.zheng)
    sheet = SHEET.format(class_id=world.four_one.id)
    addresses = [f"{sheet}/coordinate", f"{sheet}/approve", f"{sheet}/return", f"{GRID}/approve"]
    assert [browser.get(address).status for address in addresses] == [405, 405, 405, 405]


def test_reading_never_makes_a_sheet(world: World, app: Flask) -> None:
    browser = Browser(app).sign_in(world.zheng)
    assert browser.get(SHEET.format(class_id=world.four_one.id)).status == 200
    assert browser.get(GRID).status == 200
    assert db.session.query(DaySheet).count() == 0
