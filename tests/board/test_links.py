"""Short addresses, links that were replaced, addresses that mean nothing. No page is given out under an old link."""

from contextvars import Context

import pytest
from flask import Flask

from portal.board.answer import LASTS
from portal.extensions import db
from portal.policy.links import BoardAccess
from portal.school import link_actions
from tests.approvals.reading import texts
from tests.factories import TODAY, World, item
from tests.page import Browser, Page, all_asked
from tests.public import pages_of_a_class, pages_of_no_class

RANDOM = "abcdefghjk"


@pytest.fixture
def published(world: World) -> World:
    world.file(world.chen, world.maths, item(20, "published-words"))
    world.publish()
    return world


def replace(world: World) -> tuple[str, str]:
    """Give 四(1) a new link: the old code and the new one."""
    old = world.four_one.code
    link_actions.replace_links(world.school, [old], by=world.zheng, at=world.at)
    db.session.commit()
    return old, world.four_one.code


def by_link(world: World) -> None:
    world.school.board_access = BoardAccess.LINK
    db.session.commit()


def gone(page: Page) -> bool:
    """Whether the page says that the link was replaced, and nothing of the class."""
    leaks = [word for word in ("四(1)", "青禾", "published-words", "4(1)") if word in page.html]
    return (page.status, texts(page, "h1"), leaks) == (410, ["链接已经换了"], [])


@pytest.mark.parametrize(
    ("typed", "code"), [(RANDOM, RANDOM), (RANDOM.upper(), RANDOM), ("qinghe-4-1", "qinghe-4-1"), ("X-1", "X-1")]
)
def test_the_short_address_leads_to_the_class(world: World, browser: Browser, typed: str, code: str) -> None:
    with all_asked() as seen:
        page = browser.get(f"/c/{typed}")
        head = browser.client.head(f"/c/{typed}")
    assert (page.status, page.response.location) == (302, f"/board/{code}/")
    assert (head.status_code, head.location) == (302, f"/board/{code}/")
    assert (page.response.headers["X-Robots-Tag"], list(seen)) == ("noindex", [])


def test_the_short_address_opens_the_page_of_today(published: World, browser: Browser) -> None:
    short = browser.get(f"/c/{published.four_one.code}")
    assert "published-words" in browser.get(short.response.location).html


def test_an_old_link_of_an_open_school_leads_to_the_same_page_at_the_present_one(
    published: World, browser: Browser, app: Flask
) -> None:
    first, _ = replace(published)
    second, present = replace(published)
    wrong = []
    for rest in pages_of_a_class():
        for old, query in ((first, ""), (second, "?lang=en&from=chat")):
            page = browser.get(f"/board/{old}/{rest}{query}")
            if (page.status, page.response.location) != (302, f"/board/{present}/{rest}{query}"):
                wrong.append((rest, page.status, page.response.location))
    assert wrong == []


def test_an_old_link_of_a_school_by_link_only_says_what_to_do_and_nothing_else(
    published: World, browser: Browser, app: Flask
) -> None:
    by_link(published)
    old, present = replace(published)
    wrong = []
    for rest in pages_of_a_class():
        page = browser.get(f"/board/{old}/{rest}")
        told = page.response.json == {"format": 1, "error": "Gone"} if rest.endswith(".json") else gone(page)
        kept = present in page.html or page.response.headers["Cache-Control"] != f"public, {LASTS}"
        if not told or kept or browser.get(f"/board/{present}/{rest}").status not in (200, 302):
            wrong.append(rest)
    assert wrong == []


def test_no_public_page_tells_the_link_of_a_class_that_is_found_by_link_only(
    published: World, browser: Browser
) -> None:
    def told() -> set[str]:
        """The addresses that name 四(1)'s link; the pages of the school, without one, must not."""
        return {each for each in pages_of_no_class("qinghe") if published.four_one.code in browser.get(each).html}

    assert "/board/schools/qinghe/" in told()
    by_link(published)
    assert told() == set()


def test_an_old_link_takes_two_statements(published: World, browser: Browser) -> None:
    old, _ = replace(published)
    with all_asked() as seen:
        browser.get(f"/board/{old}/")
    assert len(seen) == 2


@pytest.mark.parametrize("access", BoardAccess)
def test_what_is_kept_is_never_given_out_under_a_replaced_link(
    published: World, app: Flask, access: BoardAccess
) -> None:
    published.school.board_access = access
    db.session.commit()
    address = f"/board/{published.four_one.code}/"

    def ask(path: str, **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Context().run(app.test_client().get, path, headers=named)

    kept = ask(address)
    assert app.wsgi_app.pages._pages  # there is something to give out
    _, present = replace(published)
    for headers in ({}, {"If_None_Match": kept.headers["ETag"]}):
        answer = ask(address, **headers)
        assert (answer.status_code, b"published-words" in answer.data) == (
            {BoardAccess.OPEN: 302, BoardAccess.LINK: 410}[access],
            False,
        )
    assert b"published-words" in ask(f"/board/{present}/").data


@pytest.mark.parametrize("address", ["/board/nobody/", "/board/%00/", f"/board/nobody/{TODAY}", "/board/schools/x/"])
def test_an_unknown_link_is_told_what_to_do(world: World, browser: Browser, address: str) -> None:
    page = browser.get(address)
    assert (page.status, texts(page, "h1")) == (404, ["没有找到"])
    assert "看看字母和数字有没有抄错" in page.text
    assert [link["href"] for link in page.all("a", class_="button ghost")] == ["/board/?choose="]
    assert page.all("script") == []
