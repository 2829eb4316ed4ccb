"""The grid and the office's lists after classes have moved up: old days as they were."""

from datetime import timedelta

import pytest

from tests.approvals.reading import texts
from tests.board.test_quiet import on
from tests.factories import TODAY, TOMORROW, World, item, leave, move_up
from tests.office.exceptions import late
from tests.page import Browser


@pytest.fixture
def moved(world: World) -> World:
    """四(1) has filed today and moves up tomorrow."""
    late(world)
    move_up(world.four_one, TOMORROW)
    return world


def rows(browser: Browser, address: str) -> list[str]:
    page = browser.get(address)
    return texts(page, "th", scope="row") if page.status == 200 else []


def test_a_grade_shows_the_classes_that_it_had_on_the_day(moved: World, browser: Browser) -> None:
    browser.sign_in(moved.zheng)
    assert rows(browser, f"/grades/4/{TODAY}") == ["四(1)班", "四(2)班"]
    assert rows(browser, f"/grades/5/{TODAY}") == []
    assert rows(browser, f"/grades/4/{TOMORROW}") == ["四(2)班"]
    assert rows(browser, f"/grades/5/{TOMORROW}") == ["五(1)班"]


def test_a_class_that_left_is_on_its_old_days_only(moved: World, browser: Browser) -> None:
    leave(moved.four_two, TOMORROW)
    browser.sign_in(moved.zheng)
    assert rows(browser, f"/grades/4/{TODAY}") == ["四(1)班", "四(2)班"]
    assert rows(browser, f"/grades/4/{TOMORROW}") == []


def test_the_office_reads_and_filters_by_the_old_name(moved: World, browser: Browser) -> None:
    browser.sign_in(moved.zheng)
    [name] = texts(browser.get("/office/"), "h2")
    assert name.startswith("四(1)班")
    assert len(texts(browser.get("/office/?show=open&grade=4"), "h2")) == 1
    assert len(texts(browser.get("/office/?show=open&grade=5"), "h2")) == 0
    assert "四(1)班" in browser.get("/office/log?grade=4").text
    assert "四(1)班" not in browser.get("/office/log?grade=5").text


def test_the_log_of_a_class_that_left_is_still_found(moved: World, browser: Browser) -> None:
    browser.sign_in(moved.zheng)
    leave(moved.four_one, TOMORROW)
    page = browser.get(f"/office/log?class_id={moved.four_one.id}")
    assert "五(1)班（2026 年离校）" in page.text
    assert "外出教研" in page.text
    assert "外出教研" not in browser.get(f"/office/log?class_id={moved.four_two.id}").text


def test_the_sheet_keeps_its_name(moved: World, browser: Browser) -> None:
    browser.sign_in(moved.zheng)
    on(browser, TODAY + timedelta(days=7))
    for day, name in ((TODAY, "四(1)班"), (TOMORROW, "五(1)班")):
        assert texts(browser.get(f"/classes/{moved.four_one.id}/{day}"), "h1") == [f"{name} 每日作业清单"]
    assert texts(browser.get(f"/classes/{moved.four_one.id}/{TODAY}/subjects/{moved.maths.id}"), "h1")[0].startswith(
        "四(1)班 数学"
    )


def test_what_is_published_late_keeps_the_old_grade(moved: World) -> None:
    version = None
    moved.coordinate()
    version = moved.approve()
    assert (version.content["grade"], version.content["load"]["cap"]) == (4, 60)
    assert item(20).minutes == 20
