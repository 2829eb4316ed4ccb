"""The school's page: choose a class once, and this browser opens it from then on. And the board's languages."""

import pytest
from flask import Flask

from portal.policy.links import BoardAccess
from portal.school.models import School
from tests.approvals.reading import texts
from tests.factories import TODAY, World, add, item, make_class
from tests.page import Browser, Page, statements


def tiles(page: Page) -> list[str]:
    return texts(page, "ul", class_="tiles")


def test_every_class_of_every_school_may_be_chosen(world: World, browser: Browser) -> None:
    page = browser.get("/board/")
    assert page.status == 200
    assert (texts(page, "h1"), texts(page, "h2")) == (["选择班级"], ["青禾实验学校", "远山学校"])
    assert texts(page, "h3") == ["一年级", "四年级", "四年级"]
    assert tiles(page) == ["一(1)班", "四(1)班 四(2)班", "四(1)班"]


def test_the_choice_is_remembered_and_opened_next_time(world: World, app: Flask) -> None:
    visitor, page = Browser(app), f"/board/{world.four_one.code}/"
    chosen = visitor.get(f"/board/?class={world.four_one.code}")
    assert (chosen.status, chosen.response.location) == (303, page)
    [cookie] = chosen.response.headers.getlist("Set-Cookie")
    assert cookie.split("; ")[0] == f"board_class={world.four_one.code}"
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= set(cookie.split("; "))
    assert visitor.get("/board/").response.location == page
    assert visitor.get("/").response.location == "/board/"
    assert Browser(app).get("/board/").status == 200


def test_another_class_may_always_be_chosen(world: World, browser: Browser) -> None:
    browser.get(f"/board/?class={world.four_one.code}")
    day = browser.get(f"/board/{world.four_one.code}/")
    [change] = day.all("a", class_="change")
    page = browser.get(change["href"])
    assert (page.status, tiles(page)[0]) == (200, "一(1)班")
    browser.get(f"/board/?class={world.four_two.code}")
    assert browser.get("/board/").response.location == f"/board/{world.four_two.code}/"


def test_the_language_may_be_switched_while_choosing(world: World, browser: Browser) -> None:
    browser.get(f"/board/?class={world.four_one.code}")
    page = browser.get("/board/?choose=")
    [switch] = page.all("a", class_="language")
    page = browser.get(switch["href"])
    assert (page.status, texts(page, "h1")) == (200, ["Choose a class"])


@pytest.mark.parametrize("unknown", ["nobody", "%00", ""])
def test_an_unknown_class_is_not_remembered(world: World, browser: Browser, unknown: str) -> None:
    page = browser.get(f"/board/?class={unknown}")
    assert (page.status, texts(page, "h1")) == (200, ["选择班级"])
    assert page.response.headers.getlist("Set-Cookie") == []


def test_a_remembered_class_that_is_gone_leads_back_to_the_list(world: World, browser: Browser) -> None:
    browser.get(f"/board/?class={world.four_one.code}")
    world.four_one.code = "gone"
    page = browser.get("/board/")
    assert (page.status, texts(page, "h1")) == (200, ["选择班级"])


def test_it_takes_one_statement_however_many_classes(world: World, browser: Browser) -> None:
    with statements() as seen:
        browser.get("/board/")
    assert len(seen) == 1


def test_without_any_class_that_everybody_may_find_it_says_what_to_do(world: World, browser: Browser) -> None:
    world.school.board_access = world.other_school.board_access = BoardAccess.LINK
    page = browser.get("/board/")
    assert texts(page, "main") == [
        "选择班级 这里现在没有公开列出的班级。学校刚开始使用的，请过几天再来；"
        "有班主任发的链接或者教室里的班级海报，请打开链接，或扫海报上的二维码。"
        " 几个孩子一起看 怎样看公示栏 教师登录"
    ]


def test_classes_found_by_link_only_are_not_listed_and_may_be_remembered(world: World, browser: Browser) -> None:
    third = add(School, code="san", name="第三小学")
    make_class(third, 3, 1)
    world.school.board_access = BoardAccess.LINK
    page = browser.get("/board/")
    assert (texts(page, "h2"), world.four_one.code in page.html) == (["远山学校", "第三小学"], False)
    address = f"/board/{world.four_one.code}/"
    assert browser.get(f"/board/?class={world.four_one.code}").response.location == address
    assert browser.get("/board/").response.location == address


def test_where_one_school_is_open_its_page_comes_at_once(world: World, browser: Browser) -> None:
    world.other_school.board_access = BoardAccess.LINK
    for address in ("/board/", "/board/?choose="):
        assert browser.get(address).response.location == "/board/schools/qinghe/"


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en-GB,en;q=0.9", "en"),
        ("fr,en;q=0.5", "en"),
        ("fr", "zh-Hans"),
        ("", "zh-Hans"),
        ("*", "zh-Hans"),
        ("not a language;;q=x", "zh-Hans"),
    ],
)
def test_the_browsers_languages_decide_at_first(world: World, browser: Browser, wish: str, language: str) -> None:
    page = browser.get(f"/board/{world.four_one.code}/", headers={"Accept-Language": wish})
    assert (page.all("html")[0]["lang"], page.response.headers["Content-Language"]) == (language, language)


def test_the_switch_wins_and_is_remembered(world: World, browser: Browser) -> None:
    address = f"/board/{world.four_one.code}/"
    chinese = {"Accept-Language": "zh-CN"}

    def language(query: str = "") -> str:
        return browser.get(address + query, headers=chinese).all("html")[0]["lang"]

    assert language() == "zh-Hans"
    assert [language("?lang=en"), language()] == ["en", "en"]
    assert [language("?lang=xx"), language()] == ["en", "en"]
    assert [language("?lang=zh_Hans"), language()] == ["zh-Hans", "zh-Hans"]


def test_the_english_page_has_english_words_around_the_chinese_homework(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(25, "背《山行》"))
    world.file(world.chen, world.maths)
    world.publish()
    page = browser.get(f"/board/{world.four_one.code}/{TODAY}?lang=en")
    assert texts(page, "h1")[0].startswith("Class 4(1)")
    assert "Tuesday, 24 November" in texts(page, "nav", class_="days")[0]
    chinese = {word for word in page.text if "\u3400" <= word <= "\u9fff"}
    allowed = "青禾实验学校语文数学英语背山行中文"  # names, the homework itself, and the way back to Chinese
    assert chinese - set(allowed) == set()
    assert {"青", "语", "背", "中"} <= chinese
