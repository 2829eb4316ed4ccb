"""The classes of several children on one page: chosen, kept in the address and this browser, changed, never lost."""

from contextvars import Context
from urllib.parse import urlencode

import pytest
from flask import Flask

from portal.extensions import db
from portal.policy.links import BoardAccess
from portal.school import link_actions
from tests.approvals.reading import exact_texts, texts
from tests.factories import TODAY, TOMORROW, World, item, make_class
from tests.page import Browser, Page, all_asked

CHILDREN = "/board/children"
ONE, TWO, OTHER = "qinghe-4-1", "qinghe-4-2", "yuanshan-4-1"


def address(*codes: str, day: object = "") -> str:
    return f"{CHILDREN}{'/' if day else ''}{day}?{urlencode([('class', code) for code in codes])}"


def hrefs(page: Page, **attributes: str) -> list[str]:
    return [has["href"].replace("&amp;", "&") for has in page.all("a", **attributes)]


def ticked(page: Page) -> list[str]:
    return [has["value"] for has in page.all("input", type="checkbox") if "checked" in has]


def cookies(page: Page) -> list[str]:
    return [each.partition(";")[0] for each in page.response.headers.getlist("Set-Cookie")]


@pytest.fixture
def published(world: World) -> World:
    """四(1) and 四(2) are published today, 四(1) tomorrow too."""
    world.file(world.chen, world.maths, item(20, "words of one"))
    world.publish()
    world.file(world.chen, world.maths, item(35, "words of two"), school_class=world.four_two)
    world.publish(world.four_two)
    world.file(world.chen, world.maths, item(25, "words of tomorrow"), day=TOMORROW)
    world.publish(day=TOMORROW)
    return world


def test_each_class_stands_there_with_its_total_and_its_list(published: World, browser: Browser) -> None:
    page = browser.get(address(ONE, TWO))
    assert page.status == 200
    assert texts(page, "ul", class_="card totals children num") == ["四(1)班 20 / 60 分钟 四(2)班 35 / 60 分钟"]
    assert [text.replace(" 去掉", "") for text in texts(page, "h2")] == ["四(1)班", "四(2)班"]
    assert texts(page, "h3") == ["回家完成 书面 20 分钟", "回家完成 书面 35 分钟"]
    assert exact_texts(page, "p", class_="typed") == ["words of one", "words of two"]
    regions = [has["aria-label"] for has in page.all("section", class_="total")]
    assert regions == ["四(1)班 书面作业合计", "四(2)班 书面作业合计"]
    assert f"/board/{ONE}/{TODAY}" in hrefs(page)
    assert page.all("script") == []


def test_the_order_is_the_visitors_and_a_class_stands_there_once(published: World, browser: Browser) -> None:
    assert browser.get(address(TWO, ONE, TWO)).response.location == address(TWO, ONE)
    assert exact_texts(browser.get(address(TWO, ONE)), "p", class_="typed") == ["words of two", "words of one"]


def test_what_is_not_published_says_so_beside_what_is(published: World, browser: Browser) -> None:
    page = browser.get(address(ONE, OTHER))
    assert [heading.partition(" ")[2] for heading in texts(page, "h2")] == ["青禾实验学校", "远山学校"]
    assert texts(page, "ul", class_="card totals children num") == ["四(1)班 20 / 60 分钟 四(1)班 还没有公示"]
    assert texts(page, "section", class_="total quiet-day")[0].startswith("还在审核")


def test_days_are_a_link_away_and_keep_the_classes(published: World, browser: Browser) -> None:
    page = browser.get(address(ONE, TWO))
    assert hrefs(page, rel="next") == [address(ONE, TWO, day=TOMORROW)]
    page = browser.get(address(ONE, TWO, day=TOMORROW))
    assert exact_texts(page, "p", class_="typed") == ["words of tomorrow"]
    assert hrefs(page, rel="prev") == [address(ONE, TWO, day=TODAY)]
    assert address(ONE, TWO) in hrefs(page)


def test_this_browser_remembers_them_for_a_year(published: World, app: Flask) -> None:
    visitor = Browser(app)
    first = visitor.get(address(ONE, TWO))
    [cookie] = first.response.headers.getlist("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= set(cookie.split("; "))
    assert first.response.headers["Cache-Control"] == "private, no-cache"
    assert visitor.get(CHILDREN).response.location == address(ONE, TWO)
    assert visitor.get(f"{CHILDREN}/{TOMORROW}").response.location == address(ONE, TWO, day=TOMORROW)
    again = visitor.get(address(ONE, TWO))
    assert cookies(again) == []
    assert again.response.headers["Cache-Control"].startswith("public")
    assert Browser(app).get(CHILDREN).status == 200


def test_without_any_the_page_to_choose_has_the_remembered_class_ticked(world: World, browser: Browser) -> None:
    page = browser.get(CHILDREN)
    boxes = [has["value"] for has in page.all("input", type="checkbox")]
    assert (boxes, ticked(page)) == (["qinghe-1-1", ONE, TWO, OTHER], [])
    browser.get(f"/board/?class={TWO}")
    assert ticked(browser.get(CHILDREN)) == [TWO]


def test_from_a_class_the_others_are_chosen_beside_it(published: World, browser: Browser) -> None:
    [link] = [each for each in hrefs(browser.get(f"/board/{ONE}/")) if each.startswith(CHILDREN)]
    assert ticked(browser.get(link)) == [ONE]
    browser.get(address(TWO))
    assert ticked(browser.get(link)) == [ONE, TWO]


def test_one_is_taken_away_and_the_last_one_forgotten(published: World, browser: Browser) -> None:
    page = browser.get(address(ONE, TWO))
    away = [has["href"] for has in page.all("a", class_="for-screen") if "去掉" not in has["href"]]
    assert away == [address(TWO), address(ONE)]
    page = browser.get(away[0])
    [last] = hrefs(page, class_="for-screen")
    page = browser.get(last)
    assert "还没有选班级" in texts(page, "p", class_="notice")[0]
    assert cookies(page) == ["board_children="]
    assert browser.get(CHILDREN).status == 200


def test_a_sixth_is_refused_in_words_with_the_ticks_kept(world: World, browser: Browser) -> None:
    for number in range(3, 7):
        make_class(world.school, 4, number)
    codes = [f"qinghe-4-{number}" for number in range(1, 7)]
    assert browser.get(address(*codes[:5])).status == 200
    page = browser.get(address(*codes))
    assert (page.status, ticked(page)) == (422, codes)
    assert texts(page, "p", class_="refusal") == ["最多一起看 5 个班，现在选了 6 个。请去掉几个。"]


@pytest.mark.parametrize(
    "pasted",
    ["abcdefghjk", " ABCDEFGHJK ", "https://x.cn/c/ABCDEFGHJK", "x.cn/board/abcdefghjk/2026-11-24?from=chat"],
)
def test_a_class_found_by_link_is_added_by_pasting_its_link(published: World, browser: Browser, pasted: str) -> None:
    published.school.board_access = BoardAccess.LINK
    published.four_one.code = "abcdefghjk"
    page = browser.get(CHILDREN)
    assert [has["value"] for has in page.all("input", type="checkbox")] == [OTHER]
    sent = browser.get(f"{address(OTHER, pasted)}&class=")
    assert sent.response.location == address(OTHER, "abcdefghjk")
    assert "words of one" in browser.get(sent.response.location).html
    page = browser.get(f"{CHILDREN}?choose=")
    assert ticked(page) == ["abcdefghjk", OTHER]


@pytest.mark.parametrize("unknown", ["nobody", "\x00", "<b>x</b>", "x" * 500])
def test_an_unknown_class_is_told_beside_the_others(published: World, app: Flask, unknown: str) -> None:
    visitor = Browser(app)
    page = visitor.get(address(unknown, ONE))
    assert (page.status, cookies(page)) == (200, [f"board_children={ONE}"])
    assert texts(page, "p", class_="notice")[0].startswith("没有找到“")
    assert "words of one" in page.html
    alone = Browser(app).get(address(unknown))
    assert (alone.status, cookies(alone)) == (404, [])
    assert texts(alone, "p", class_="notice")[0].startswith("没有找到“")


@pytest.mark.parametrize("access", BoardAccess)
def test_a_replaced_link_is_followed_where_everybody_may_find_the_class_and_else_told(
    published: World, browser: Browser, access: BoardAccess
) -> None:
    published.school.board_access = access
    link_actions.replace_links(published.school, [ONE], by=published.zheng, at=published.at)
    db.session.commit()
    page = browser.get(address(ONE, OTHER))
    if access == BoardAccess.OPEN:
        assert page.response.location == address(published.four_one.code, OTHER)
    else:
        assert texts(page, "p", class_="notice")[0].startswith(f"“{ONE}”这个链接已经换了。请向班主任要新链接")
        assert [word for word in ("青禾", "words of one", published.four_one.code) if word in page.html] == []


def test_drafts_of_none_of_them_are_shown(published: World, browser: Browser) -> None:
    published.file(published.chen, published.maths, item(30, "draft-secret"), school_class=published.other_class)
    published.give_back("reason-secret")
    published.file(published.chen, published.maths, item(30, "edit-secret"))
    page = browser.get(address(ONE, OTHER))
    assert [word for word in ("draft-secret", "reason-secret", "edit-secret") if word in page.html] == []


def test_teachers_are_named_only_for_the_school_that_wants_it(published: World, browser: Browser) -> None:
    published.school.shows_teachers = True
    published.give_back("写错了")
    published.publish()
    assert texts(browser.get(address(ONE, TWO)), "small", class_="teachers") == ["陈立德"]
    published.school.shows_teachers = False
    published.school.rules_version += 1
    assert texts(browser.get(address(ONE, TWO)), "small", class_="teachers") == []


def test_the_page_is_a_304_until_one_of_them_changes(published: World, app: Flask) -> None:
    visitor = Browser(app)
    visitor.get(address(ONE, TWO))
    tag = visitor.get(address(ONE, TWO)).response.headers["ETag"]

    def again() -> int:
        return visitor.get(address(ONE, TWO), headers={"If-None-Match": tag}).status

    assert again() == 304
    published.give_back("写错了", published.four_two)
    published.publish(published.four_two)
    assert again() == 200


def test_it_takes_two_statements_for_one_class_and_for_three_and_a_304_one(published: World, browser: Browser) -> None:
    counts = []
    for codes in ([ONE], [ONE, TWO, OTHER]):
        browser.get(address(*codes))
        with all_asked() as seen:
            page = browser.get(address(*codes))
        counts.append(len(seen))
    with all_asked() as seen:
        browser.get(page.response.request.url, headers={"If-None-Match": page.response.headers["ETag"]})
    assert (counts, len(seen)) == ([2, 2], 1)


def test_it_is_never_kept_for_others(published: World, app: Flask) -> None:
    Context().run(app.test_client().get, address(ONE, TWO))
    assert list(app.wsgi_app.pages._pages) == []


def test_the_language_switch_keeps_the_classes(published: World, browser: Browser) -> None:
    page = browser.get(address(ONE, TWO))
    [switch] = hrefs(page, class_="language")
    page = browser.get(switch)
    assert texts(page, "h1")[0].startswith("Homework of several children")
    assert len(page.all("section", class_="child")) == 2


@pytest.mark.parametrize("bad", ["/2026-02-30", "/nowhere", "/1999-12-31"])
def test_a_day_that_is_none_is_not_found(world: World, browser: Browser, bad: str) -> None:
    assert browser.get(f"{CHILDREN}{bad}?class={ONE}").status == 404
