"""The Atom feed, read by a library that has not written it."""

from datetime import date, datetime, timedelta
from html import unescape

import feedparser
import pytest
from flask import Flask

from portal.policy.vocabulary import Form
from tests.conftest import NOW
from tests.factories import TODAY, TOMORROW, World, item
from tests.page import Browser, all_asked

FRIDAY = date(2026, 11, 27)


@pytest.fixture
def address(world: World) -> str:
    return f"/board/{world.four_one.code}/feed.atom"


def read(browser: Browser, address: str, **headers: str) -> feedparser.FeedParserDict:
    page = browser.get(address, headers=headers)
    assert (page.status, page.response.headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    feed = feedparser.parse(page.response.data, response_headers={"content-type": "application/atom+xml"})
    assert (feed.bozo, feed.version) == (False, "atom10")
    return feed


def entries(browser: Browser, address: str, **headers: str) -> list[feedparser.FeedParserDict]:
    return read(browser, address, **headers).entries


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def words(entry: feedparser.FeedParserDict) -> list[str]:
    """The lines of an entry's content."""
    (content,) = entry.content
    assert content.type == "text/html"
    return unescape(content.value).replace("<br />", "<br>").split("<br>")


def test_the_feed_says_whose_it_is_and_where(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    feed = read(browser, address).feed
    assert (feed.title, feed.author_detail.name, feed.language) == ("四(1)班 作业公示", "青禾实验学校", "zh-Hans")
    assert moment(feed.updated) == NOW
    assert {link.rel: link.href for link in feed.links} == {
        "self": f"http://localhost{address}",
        "alternate": f"http://localhost/board/{world.four_one.code}/",
    }
    assert feed.id.startswith("urn:uuid:")


def test_a_sheet_is_an_entry_with_its_list(world: World, browser: Browser, address: str) -> None:
    world.file(world.shen, world.chinese, item(25, "背《山行》\n  第<1>课 & 第 2 课"), item(10, form=Form.SPORT))
    world.publish()
    (entry,) = entries(browser, address)
    assert (entry.title, entry.summary) == ("11月24日 星期二 书面作业约 25 分钟", "书面作业约 25 分钟")
    assert [link.href for link in entry.links] == [f"http://localhost/board/{world.four_one.code}/{TODAY}"]
    assert moment(entry.updated) == NOW
    assert words(entry)[:6] == [
        "书面作业约 25 分钟（上限 60，校内 0 + 家庭 25）",
        "",
        "回家完成",
        "· 语文（书面，25 分钟）背《山行》",
        "  第<1>课 & 第 2 课",
        "· 语文（体育，10 分钟）第 42 页第 3–6 题",
    ]


def test_what_looks_like_markup_stays_text(world: World, browser: Browser, address: str) -> None:
    world.file(world.shen, world.chinese, item(5, "<script>alert(1)</script>]]>&lt;b&gt;"))
    world.publish()
    assert b"&amp;lt;script&amp;gt;" in browser.get(address).response.data
    assert "<script>alert(1)</script>]]>&lt;b&gt;" in words(entries(browser, address)[0])[3]


def test_characters_that_xml_cannot_hold_are_left_out(world: World, browser: Browser, address: str) -> None:
    world.school.name = "青禾\x0b\ufffe学校\U0001f3eb"
    assert read(browser, address).feed.author_detail.name == "青禾学校\U0001f3eb"


def test_a_correction_updates_the_entry_and_says_why(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(20, "old words"))
    world.publish()
    (first,) = entries(browser, address)
    world.at = browser.client.application.config["NOW"] = NOW + timedelta(hours=1)
    world.give_back("退回的原因")
    world.file(world.chen, world.maths, item(15, "new words"), reason="题号写错了")
    world.at += timedelta(minutes=30)
    world.publish()
    (second,) = entries(browser, address)
    assert second.id == first.id
    assert moment(second.updated) > moment(first.updated)
    why, total = second.summary.split("\n")
    assert (why.split("：")[0][-2:], total) == ("更正", "书面作业约 15 分钟")
    assert why.endswith("题号写错了")
    assert "退回的原因" not in browser.get(address).html
    assert "old words" not in browser.get(address).html


def test_the_latest_published_comes_first(world: World, browser: Browser, address: str) -> None:
    for minutes, day in enumerate((FRIDAY, TODAY, TOMORROW)):
        world.at = NOW + timedelta(minutes=minutes)
        world.file(world.chen, world.maths, item(20), day=day)
        world.publish(day=day)
    feed = read(browser, address)
    assert [entry.link[-2:] for entry in feed.entries] == ["25", "24", "27"]
    assert len({entry.id for entry in feed.entries}) == 3
    assert moment(feed.feed.updated) == world.at


def test_a_feed_of_nothing_is_still_one(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(20))
    feed = read(browser, address)
    assert feed.entries == []
    assert moment(feed.feed.updated) == datetime(2026, 10, 27, tzinfo=NOW.tzinfo)


def test_it_speaks_the_readers_language(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(45))
    world.publish()
    (entry,) = entries(browser, address, **{"Accept-Language": "en"})
    assert entry.title == "Tuesday, 24 November · Written homework: about 45 min"
    assert read(browser, address, **{"Accept-Language": "en"}).feed.language == "en"


def test_it_takes_two_statements_whatever_it_holds(world: World, app: Flask, address: str) -> None:
    app.config["BOARD_CACHE"] = False
    counts = []
    for day in (TODAY, TOMORROW, FRIDAY):
        world.file(world.chen, world.maths, item(20), day=day)
        world.publish(day=day)
        with all_asked() as seen:
            Browser(app).get(address)
        counts.append(len(seen))
    assert counts == [2, 2, 2]


def test_who_has_it_is_told_so(world: World, browser: Browser, address: str) -> None:
    tag = browser.get(address).response.headers["ETag"]
    assert browser.get(address, headers={"If-None-Match": tag}).status == 304
    world.file(world.chen, world.maths, item(20))
    assert browser.get(address, headers={"If-None-Match": tag}).status == 304
    world.publish()
    assert browser.get(address, headers={"If-None-Match": tag}).status == 200
