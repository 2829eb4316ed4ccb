"""Days for which no homework can be set, and days that are none."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from tests.approvals.reading import texts
from tests.factories import TODAY, World, item
from tests.homework.composing import address, complaints, fields, send, still_there, typed
from tests.page import Browser

YESTERDAY = TODAY - timedelta(days=1)
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
PAST = "这一天已经过去，不能再布置作业。请选今天或以后的上学日。"
TOO_FAR = "最多可以提前 30 天布置，请选近一些的日期。"
WEEKEND = "这一天不上学。周末作业请填在放假前最后一个上学日（2026-11-27）。"
TOO_LATE = "这一天不上学，放假前的作业也已经截止。请选下一个上学日（2026-11-30）。"
NO_SUCH_DAY = "没有这一天，请重新选择日期。"

WRONG_DAYS = {
    "yesterday": (YESTERDAY, PAST),
    "long ago": (date(2000, 1, 3), PAST),
    "the weekend": (SATURDAY, WEEKEND),
    "31 days ahead": (date(2026, 12, 25), TOO_FAR),
    "the next century": (date(2199, 12, 31), TOO_FAR),
}


@pytest.mark.parametrize(("day", "sentence"), WRONG_DAYS.values(), ids=WRONG_DAYS)
def test_no_homework_is_set_for_this_day(world: World, browser: Browser, day: date, sentence: str) -> None:
    browser.sign_in(world.chen)
    for do in ("save", "submit", "none"):
        rows = typed() if do != "none" else typed(text="", minutes="")
        page = send(browser, world, do, rows, day=day)
        assert (page.status, complaints(page)) == (422, {"date": sentence})
        assert still_there(page, world, day=day) == rows
    assert world.day(world.four_one, day).sheet is None
    page = browser.get(address(world, day=day))
    assert (page.status, complaints(page)) == (200, {"date": sentence})
    assert page.all("button", value="submit") == []


def test_what_was_typed_for_the_wrong_day_is_carried_to_a_right_one(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "submit", typed(text="第 42 页"), day=SATURDAY)
    moves = [has["formaction"] for has in page.all("button", value="move")]
    days = [date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26), FRIDAY, MONDAY]
    assert moves == [address(world, day=day) for day in days]
    page = browser.post(moves[3], fields(page, address(world, day=SATURDAY)) | {"do": "move"})
    assert (page.status, complaints(page)) == (200, {})
    sent = fields(page, address(world, day=FRIDAY))
    assert browser.post(address(world, day=FRIDAY), sent | {"do": "submit"}).status == 303
    [kept] = world.day(world.four_one, FRIDAY).filing_of(world.maths.id).items
    assert kept.text == "第 42 页"


def test_the_last_day_that_may_be_filed_ahead(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    last = TODAY + timedelta(days=30)
    assert send(browser, world, "submit", typed(), day=last).status == 303
    assert world.day(world.four_one, last).load.total == 20


def test_on_a_weekend_the_next_school_day_is_named(app: Flask, world: World, browser: Browser) -> None:
    app.config["NOW"] = datetime(2026, 11, 28, 10, 0, tzinfo=app.config["TIMEZONE"])
    browser.sign_in(world.chen)
    assert complaints(send(browser, world, "submit", typed(), day=SATURDAY)) == {"date": TOO_LATE}
    assert complaints(send(browser, world, "submit", typed(), day=FRIDAY)) == {"date": PAST}
    assert send(browser, world, "submit", typed(), day=MONDAY).status == 303
    assert browser.get("/homework/").response.location == address(world, day=MONDAY)


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-13-01", "1999-12-31", "2200-01-01", "0000-00-00", "today", "20261124"]
)
def test_a_day_that_does_not_exist_is_no_address(world: World, browser: Browser, day: str) -> None:
    browser.sign_in(world.chen)
    here = f"/homework/{world.four_one.id}/{world.maths.id}/{day}"
    page = browser.get(here)
    assert (page.status, texts(page, "h1")) == (404, ["没有找到"])
    assert browser.send(here, {"version": "0", "do": "submit", **typed()}).status in (404, 405)  # as Werkzeug likes


WRONG_DATES = {
    "a day that is none": ("2026-02-30", NO_SUCH_DAY),
    "no date": ("明天", NO_SUCH_DAY),
    "a NUL": ("2026-11-24\x00", NO_SUCH_DAY),
    "the first century": ("0001-01-01", NO_SUCH_DAY),
    "the last year of all": ("9999-12-31", NO_SUCH_DAY),
    "nothing": ("", "请选择日期。"),
}


@pytest.mark.parametrize(("when", "sentence"), WRONG_DATES.values(), ids=WRONG_DATES)
def test_a_date_that_is_none_is_said_at_its_field(world: World, browser: Browser, when: str, sentence: str) -> None:
    browser.sign_in(world.chen)
    chosen = {"class": str(world.four_one.id), "subject": str(world.maths.id)}
    page = browser.get("/homework/", query_string=chosen | {"date": when})
    assert (page.status, complaints(page)) == (422, {"date": sentence})
    assert {name: page.value(name) for name in ("class", "subject", "date")} == chosen | {"date": when}


def test_another_date_is_opened_without_a_script(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    form = fields(browser.get(address(world)), "/homework/")
    assert form == {"class": str(world.four_one.id), "subject": str(world.maths.id), "date": str(TODAY)}
    page = browser.get("/homework/", query_string=form | {"date": "2026-11-30"})
    assert (page.status, page.response.location) == (302, address(world, day=MONDAY))


def test_a_past_filing_can_be_read(app: Flask, world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20, "旧的"), day=YESTERDAY)
    browser.sign_in(world.chen)
    page = browser.get(address(world, day=YESTERDAY))
    assert still_there(page, world, day=YESTERDAY)["items-0-text"] == "旧的"
