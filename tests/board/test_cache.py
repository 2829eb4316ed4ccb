"""What makes the board light: ETag and 304, one or two statements, no cookie, no script."""

import gzip
from datetime import timedelta

import pytest
from flask import Flask

from portal.extensions import db
from portal.page_cache import PageCache
from tests.conftest import NOW
from tests.factories import TODAY, TOMORROW, World, item
from tests.page import Browser, Page, all_asked

PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def published(world: World) -> World:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    return world


@pytest.fixture
def address(published: World) -> str:
    return f"/board/{published.four_one.code}/{TODAY}"


def etag(page: Page) -> str:
    assert page.status == 200
    return page.response.headers["ETag"]


def again(browser: Browser, address: str, tag: str, **headers: str) -> Page:
    return browser.get(address, headers={"If-None-Match": tag, **headers})


def test_what_a_reader_has_already_is_not_sent_again(browser: Browser, address: str) -> None:
    tag = etag(browser.get(address))
    answer = again(browser, address, tag)
    assert (answer.status, answer.html, answer.response.headers["ETag"]) == (304, "", tag)
    assert again(browser, address, f'"other", W/{tag}').status == 304
    assert again(browser, address, '"other"').status == 200


def test_the_tag_stays_the_same_while_nothing_is_published(published: World, app: Flask, address: str) -> None:
    tag = etag(Browser(app).get(address))
    published.give_back("写错了页码")
    published.file(published.chen, published.maths, item(25))
    published.coordinate()
    assert etag(Browser(app).get(address)) == tag


def test_a_new_version_changes_the_tag(published: World, browser: Browser, address: str) -> None:
    tag = etag(browser.get(address))
    published.give_back("写错了页码")
    published.publish()
    answer = again(browser, address, tag)
    assert answer.status == 200
    assert etag(answer) != tag


def test_the_language_changes_the_tag(browser: Browser, address: str) -> None:
    chinese = etag(browser.get(address, headers={"Accept-Language": "zh-CN"}))
    answer = again(browser, address, chinese, **{"Accept-Language": "en"})
    assert (answer.status, answer.all("html")[0]["lang"]) == (200, "en")
    assert again(browser, address, etag(answer), **{"Accept-Language": "en"}).status == 304
    assert answer.response.headers["Vary"] == "Accept-Language, Cookie, Accept-Encoding"


def test_a_neighbouring_day_and_a_new_class_name_change_the_tag(
    published: World, browser: Browser, address: str
) -> None:
    tags = [etag(browser.get(address))]
    published.file(published.chen, published.maths, item(20), day=TOMORROW)
    published.publish(day=TOMORROW)
    tags.append(etag(browser.get(address)))
    published.four_one.number = 9
    tags.append(etag(browser.get(address)))
    assert len(set(tags)) == 3


def test_the_page_of_today_changes_its_tag_at_midnight(published: World, app: Flask) -> None:
    address = f"/board/{published.four_one.code}/"
    tag = etag(Browser(app).get(address))
    app.config["NOW"] = NOW + timedelta(days=1)
    assert again(Browser(app), address, tag).status == 200


def test_caches_may_keep_it_but_ask_each_time_and_search_engines_stay_away(browser: Browser, address: str) -> None:
    for day in (address, f"{address[:-2]}30", address.removesuffix(str(TODAY))):
        page = browser.get(day)
        assert page.status == 200
        headers = page.response.headers
        assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == (
            "public, max-age=0, s-maxage=1, must-revalidate, stale-while-revalidate=10, stale-if-error=10",
            "noindex",
        )
        assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
        assert page.response.headers.getlist("Set-Cookie") == []


def test_no_page_of_the_board_has_a_script(browser: Browser, address: str, published: World) -> None:
    code = published.four_one.code
    expected = {
        "/board/": 200,
        f"/board/{code}/": 200,
        address: 200,
        f"/board/{code}/2026-02-30": 404,
        "/board/x/": 404,
    }
    answers = {each: browser.get(each) for each in expected}
    assert {each: page.status for each, page in answers.items()} == expected
    assert [page.all("script") for page in answers.values()] == [[]] * 5
    assert browser.get("/sign-in").all("script") != []


def test_an_uncached_page_takes_two_statements_and_304_one(published: World, browser: Browser, address: str) -> None:
    browser.client.application.config["BOARD_CACHE"] = False
    counts = []
    tag = etag(browser.get(address))
    for send in (browser.get, lambda address: again(browser, address, tag)):
        with all_asked() as seen:
            send(address)
        counts.append(len(seen))
    with all_asked() as seen:
        browser.get(f"/board/{published.four_one.code}/{TOMORROW}")
    assert [*counts, len(seen)] == [2, 1, 2]


def test_a_kept_page_has_nothing_of_the_visitor_who_came_first(app: Flask, address: str) -> None:
    visitor = Browser(app)

    def links(query: str, **options: object) -> list[str]:
        page = visitor.get(f"{address}{query}", **options)
        return [link["href"] for link in page.all("a", class_="language")]

    visitor.client.head(address)
    assert links("") == [f"{address}?lang=en"]
    links("?_external=1&_scheme=gopher", headers={"Host": "evil.example"})
    assert links("") == [f"{address}?lang=en"]
    assert links("?endpoint=x&_method=POST") == [f"{address}?endpoint=x&_method=POST&lang=en"]


def test_the_cache_forgets_the_page_not_asked_for_the_longest() -> None:
    cache = PageCache(most=2)
    assert cache.keep("a", "A") == "A"
    cache.keep("b", "B")
    assert cache.get("a") == "A"
    cache.keep("c", "C")
    assert [cache.get(each) for each in ("a", "b", "c")] == ["A", None, "C"]


def test_head_tells_the_same_without_the_page(browser: Browser, address: str) -> None:
    tag = etag(browser.get(address))
    answer = browser.client.head(address)
    assert (answer.status_code, answer.headers["ETag"], answer.data) == (200, tag, b"")
    db.session.rollback()


def test_a_stylesheet_is_kept_for_a_year_without_asking_and_travels_packed(browser: Browser, address: str) -> None:
    [sheet] = browser.get(address).all("link", rel="stylesheet")
    with browser.client.get(sheet["href"]) as plain, browser.client.get(sheet["href"], headers=PACKED) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == plain.data
