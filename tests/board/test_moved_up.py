"""Classes that have moved up or left: old days keep their names and caps, addresses go on, and who left is told so."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.board.page import Quiet, why_quiet
from portal.extensions import db
from portal.homework import queries as homework_queries
from portal.homework.models import DaySheet
from portal.policy.calendar import Calendar
from portal.school.models import BoardAccess
from tests.approvals.reading import texts
from tests.board.test_quiet import on
from tests.factories import TODAY, TOMORROW, World, add, item, leave, make_class, move_up
from tests.page import Browser


@pytest.fixture
def moved(world: World) -> World:
    """四(1) has published today and moves up tomorrow."""
    world.file(world.chen, world.maths, item(20))
    world.publish()
    move_up(world.four_one, TOMORROW)
    return world


def test_a_day_is_read_under_the_name_of_that_day(moved: World, browser: Browser) -> None:
    page = browser.get(f"/board/{moved.four_one.code}/{TODAY}")
    assert texts(page, "h1") == ["四(1)班 换班级"]
    assert "这一天的名称。现在是 五(1)班，链接不变。" in page.text
    on(browser, TOMORROW)
    assert texts(browser.get(f"/board/{moved.four_one.code}/"), "h1") == ["五(1)班 换班级"]


def test_a_name_that_still_holds_needs_no_word(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    assert "现在是" not in browser.get(f"/board/{world.four_one.code}/{TODAY}").text


def test_programs_are_told_the_name_of_the_day(moved: World, browser: Browser) -> None:
    code = moved.four_one.code
    of_day = json.loads(browser.get(f"/board/{code}/{TODAY}.json").html)
    assert of_day["class"] == {"code": code, "grade": 4, "number": 1}
    assert json.loads(browser.get(f"/board/{code}/{TOMORROW}.json").html)["class"]["grade"] == 5


def test_the_week_and_the_month_hold_the_old_days(moved: World, browser: Browser) -> None:
    on(browser, TODAY + timedelta(days=7))
    code = moved.four_one.code
    assert texts(browser.get(f"/board/{code}/week/{TODAY - timedelta(days=1)}"), "h1") == ["四(1)班 一周作业"]
    assert "约 20 分钟" in browser.get(f"/board/{code}/month/{TODAY:%Y-%m}").text


def test_totals_of_an_old_day_stand_under_the_old_grade(moved: World, browser: Browser) -> None:
    page = browser.get(f"/board/schools/{moved.school.code}/totals/{TODAY}")
    assert texts(page, "h2") == ["一年级", "四年级"]
    assert [each.partition(" ")[0] for each in texts(page, "li", class_="num")] == ["一(1)班", "四(1)班", "四(2)班"]
    page = browser.get(f"/board/schools/{moved.school.code}/totals/{TOMORROW}")
    assert [each.partition(" ")[0] for each in texts(page, "li", class_="num")] == ["一(1)班", "四(2)班", "五(1)班"]


def test_the_cap_of_an_old_sheet_is_that_of_the_old_grade(world: World) -> None:
    six = make_class(world.school, 6, 1)
    add(DaySheet, school_id=world.school.id, class_id=six.id, date=TODAY)
    db.session.commit()
    move_up(six, TOMORROW)
    caps = [homework_queries.class_day(six, day).cap.minutes for day in (TODAY, TOMORROW)]
    assert caps == [60, 90]


def test_moving_up_touches_no_sheet_of_a_day_to_come(world: World) -> None:
    world.file(world.chen, world.maths, item(20), day=TOMORROW)
    move_up(world.four_one, TOMORROW)
    assert db.session.scalars(select(DaySheet.grade)).all() == [None]
    assert homework_queries.class_day(world.four_one, TOMORROW).called is world.four_one


# Left


def test_the_address_of_a_class_that_left_tells_what_to_do(moved: World, browser: Browser) -> None:
    leave(moved.four_one, TOMORROW)
    on(browser, TOMORROW)
    page = browser.get(f"/board/{moved.four_one.code}/")
    [words] = texts(page, "section", class_="total quiet-day")
    assert words.startswith("这个班已经离校 从 2026-11-25 起，学校不再为这个班公示作业。")
    assert f"/board/schools/{moved.school.code}/" in [has["href"] for has in page.all("a")]
    assert f"/board/{moved.four_one.code}/{TODAY}" in [has["href"] for has in page.all("a")]
    assert "约 20 分钟" in browser.get(f"/board/{moved.four_one.code}/{TODAY}").text  # what was published stays
    assert json.loads(browser.get(f"/board/{moved.four_one.code}/today.json").html)["why"] == "left"
    assert "这个班已经离校" in browser.get(f"/board/{moved.four_one.code}/wall").text
    monday = TODAY - timedelta(days=1)
    assert "已经离校" in browser.get(f"/board/{moved.four_one.code}/week/{monday}").text
    assert "这个班已经离校" in browser.get(f"/board/{moved.four_one.code}/week/{monday + timedelta(days=7)}").text


def test_by_link_only_a_class_that_left_leads_to_no_other(world: World, browser: Browser) -> None:
    world.school.board_access = BoardAccess.LINK
    leave(world.four_one, TODAY)
    page = browser.get(f"/board/{world.four_one.code}/")
    assert "没有的话，向新班主任要。" in page.text
    assert [has["href"] for has in page.all("a") if "/schools/" in has["href"]] == []


def test_a_class_that_left_is_offered_to_nobody(world: World, browser: Browser) -> None:
    code = world.four_one.code
    addresses = (
        f"/board/schools/{world.school.code}/",
        f"/board/schools/{world.school.code}/totals",
        f"/board/schools/{world.school.code}/wall",
        "/board/?choose",
    )
    assert [code in browser.get(each).html for each in addresses] == [True] * 4
    leave(world.four_one, TODAY)
    assert [code in browser.get(each).html for each in addresses] == [False] * 4
    on(browser, TODAY - timedelta(days=1))
    before = browser.get(f"/board/schools/{world.school.code}/totals")
    assert "四(1)班" in texts(before, "b")  # on that day it was a class


def test_a_number_that_has_become_free_is_given_again(world: World) -> None:
    leave(world.four_one, TODAY)
    new = make_class(world.other_school, 9, 9)
    new.school_id, new.grade, new.number = world.school.id, 4, 1
    db.session.commit()
    assert new.id != world.four_one.id


@pytest.mark.parametrize("day", [TODAY, TOMORROW])
def test_from_its_last_day_on_every_day_says_that_it_left(day: date) -> None:
    assert why_quiet(Calendar(), 4, day, TODAY, left_on=TODAY) == Quiet.LEFT
    assert why_quiet(Calendar(), 4, TODAY - timedelta(days=1), TODAY, left_on=TODAY) == Quiet.PAST
