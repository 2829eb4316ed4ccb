"""A class's archive, month by month: the published days with their totals, and nothing else."""

from datetime import date

import pytest

from portal.policy.vocabulary import Form, Place
from portal.school.models import TermDates
from tests.approvals.reading import texts
from tests.factories import TODAY, TOMORROW, World, add, item
from tests.page import Browser, Page, all_asked

FRIDAY = date(2026, 11, 27)


def publish(world: World, day: date, *items) -> None:
    world.file(world.chen, world.maths, *items, day=day)
    world.publish(day=day)


def month(browser: Browser, world: World, which: str = "2026-11") -> Page:
    page = browser.get(f"/board/{world.four_one.code}/month/{which}")
    assert page.status == 200
    return page


def ways(page: Page) -> list[str]:
    return [link["href"].rpartition("/")[2] for link in page.all("a", rel="prev") + page.all("a", rel="next")]


def term(world: World, first: date, last: date) -> None:
    add(TermDates, school_id=world.school.id, name="学期", first=first, last=last)
    world.school.rules_version += 1


def test_the_published_days_stand_there_with_their_totals_the_latest_first(world: World, browser: Browser) -> None:
    publish(world, TODAY, item(20), item(15, place=Place.SCHOOL))
    publish(world, TOMORROW, item(30, form=Form.READING))
    publish(world, FRIDAY, item(100))
    world.file(world.chen, world.maths, item(30), day=date(2026, 11, 26))
    page = month(browser, world)
    assert texts(page, "h1") == ["四(1)班 2026年11月"]
    assert texts(page, "li") == [
        "11月27日 星期五 整个假期约 100 分钟，上限 120",
        "11月25日 星期三 没有书面作业，上限 60 分钟",
        "11月24日 星期二 约 35 分钟，上限 60",
    ]
    links = [link["href"] for link in page.all("a") if link["href"].endswith(("-24", "-25", "-27"))]
    assert links == [f"/board/qinghe-4-1/{day}" for day in (FRIDAY, TOMORROW, TODAY)]


def test_the_archive_is_a_step_from_the_page_of_a_class(world: World, browser: Browser) -> None:
    publish(world, TODAY, item(20))
    [link] = [has["href"] for has in browser.get(f"/board/{world.four_one.code}/").all("a") if "month" in has["href"]]
    assert texts(browser.get(link), "h1") == ["四(1)班 2026年11月"]
    this = browser.get(f"/board/{world.four_one.code}/month")
    assert this.response.location == f"/board/{world.four_one.code}/month/2026-11"


def test_of_several_versions_the_latest_one_counts(world: World, browser: Browser) -> None:
    publish(world, TODAY, item(20))
    world.give_back("写错了")
    publish(world, TODAY, item(45))
    assert texts(month(browser, world), "li") == ["11月24日 星期二 约 45 分钟，上限 60"]


def test_where_nothing_written_is_set_for_home_it_says_so(world: World, browser: Browser) -> None:
    world.file(world.lin, world.chinese, item(10, place=Place.SCHOOL), school_class=world.one_one)
    world.coordinate(world.one_one, by=world.lin)
    world.approve(world.one_one, by=world.gu)
    page = browser.get(f"/board/{world.one_one.code}/month/2026-11")
    assert texts(page, "li") == ["11月24日 星期二 回家没有书面作业，在校书面练习约 10 分钟"]


@pytest.mark.parametrize(
    ("which", "said"),
    [
        ("2026-11", "这个月没有公示作业。"),
        ("2026-12", "这个月还没有公示作业。"),
        ("2026-08", "这个月不在学期内，没有公示作业。"),
    ],
)
def test_a_month_without_anything_has_a_friendly_word(world: World, browser: Browser, which: str, said: str) -> None:
    term(world, date(2026, 9, 1), date(2027, 1, 22))
    assert texts(month(browser, world, which), "p", class_="total") == [said]


def test_the_months_around_are_those_of_the_terms(world: World, browser: Browser) -> None:
    term(world, date(2026, 2, 25), date(2026, 7, 3))
    term(world, date(2026, 9, 1), date(2026, 12, 20))
    around = {which: ways(month(browser, world, which)) for which in ("2026-02", "2026-07", "2026-09", "2026-12")}
    assert around == {
        "2026-02": ["2026-03"],
        "2026-07": ["2026-06", "2026-09"],
        "2026-09": ["2026-07", "2026-10"],
        "2026-12": ["2026-11"],
    }
    assert ways(month(browser, world, "2026-08")) == ["2026-07", "2026-09"]


def test_without_terms_the_months_of_the_last_year_are_there(world: World, browser: Browser) -> None:
    assert ways(month(browser, world)) == ["2026-10"]
    assert ways(month(browser, world, "2025-11")) == ["2025-12"]


@pytest.mark.parametrize("which", ["2026-13", "2026-00", "1999-12", "2026-1", "x"])
def test_a_month_that_is_none_is_not_found(world: World, browser: Browser, which: str) -> None:
    assert browser.get(f"/board/{world.four_one.code}/month/{which}").status == 404


def test_two_statements_for_one_day_and_for_three_and_a_304_one(world: World, browser: Browser) -> None:
    browser.client.application.config["BOARD_CACHE"] = False
    counts = []
    for day in (TODAY, TOMORROW, FRIDAY):
        publish(world, day, item(20))
        with all_asked() as seen:
            page = month(browser, world)
        counts.append(len(seen))
    with all_asked() as seen:
        tag = page.response.headers["ETag"]
        assert browser.get(page.response.request.path, headers={"If-None-Match": tag}).status == 304
    assert (counts, len(seen)) == ([2, 2, 2], 1)


def test_in_english(world: World, browser: Browser) -> None:
    publish(world, TODAY, item(20))
    page = browser.get(f"/board/{world.four_one.code}/month/2026-11?lang=en")
    assert (texts(page, "h1"), texts(page, "li")) == (
        ["Class 4(1) November 2026"],
        ["Tuesday, 24 November About 20 minutes, cap 60"],
    )
