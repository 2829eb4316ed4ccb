"""A screen at the school gate, from the afternoon until the next morning: nobody touches it but once."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.nginx import free_port
from tests.browser.conftest import Visits
from tests.browser.server import Server, filled, serving
from tests.browser.visitor import Visitor, violations

pytestmark = pytest.mark.browser

SCHOOL_TIME = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 15, 42, tzinfo=SCHOOL_TIME)
WIDE, HIGH = 1920, 1080
TWO_CLASSES = "/board/schools/qinghe/wall?grade=4"
SET_CLOCK = """(time) => {
    const get = Headers.prototype.get
    Headers.prototype.get = function (name) { return name === "Date" ? time : get.call(this, name) }
}"""  # of the server, as the screen hears it
REFUSED = re.compile(r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")


@pytest.fixture
def environ(chromium: Browser, tmp_path: Path) -> dict[str, str]:
    return filled(tmp_path, NOW, None)


@pytest.fixture
def port() -> int:
    return free_port()


def test_a_screen_keeps_itself_up_to_date(environ: dict[str, str], port: int, visit: Visits) -> None:
    with serving(environ, port) as url:
        server = Server(url, NOW, None)
        screen = visit(server, width=WIDE)
        screen.page.set_viewport_size({"width": WIDE, "height": HIGH})
        screen.page.clock.install(time=datetime(2001, 1, 1, tzinfo=SCHOOL_TIME))  # a box whose battery is empty
        shows_what_is_published(screen, visit(server, javascript=False).sign_in("沈知微"))
        takes_turns_and_pauses(screen)
    keeps_what_it_had(screen)
    environ["PORTAL_TEST_NOW"] = (NOW + timedelta(days=1)).isoformat()
    with serving(environ, port):
        goes_on_with_the_new_day(screen)
        says_what_it_is_told_instead_of_the_classes(screen)
        screen.page.close()
    screen.faults = [fault for fault in screen.faults if not REFUSED.search(fault)]


def hurry(page: Page) -> None:
    """Ask twice a second, turn after a second and a half."""
    page.evaluate("Object.assign(document.body.dataset, { second: 250, every: 2, longest: 3, turn: 5 })")


def fits(page: Page) -> None:
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [
        HIGH,
        WIDE,
    ]
    cut = """() => [...document.querySelectorAll(".day, .list")]
        .filter((it) => it.scrollHeight > it.clientHeight + 1 || it.scrollWidth > it.clientWidth + 1)
        .map((it) => it.className)"""
    assert page.evaluate(cut) == []


def shows_what_is_published(screen: Visitor, lead: Visitor) -> None:
    """By itself: the page is never loaded again. The time is the server's."""
    page = screen.open("/board/2023-2/wall")
    expect(page.get_by_text("还在审核")).to_be_visible()
    hurry(page)
    page.evaluate("window.stays = true")
    lead.page.get_by_role("link", name="四年级 全年级总量").click()
    lead.page.get_by_role("button", name="通过 四(2)班").click()
    expect(page.locator(".figure b")).to_have_text(re.compile(r"^\d+$"))
    assert page.evaluate("window.stays")
    expect(page.get_by_role("heading", name="回家完成")).to_be_visible()
    now = [f"{datetime.now(SCHOOL_TIME) + timedelta(minutes=late):%H:%M}" for late in (-1, 0)]
    assert page.locator(".clock").inner_text() in now
    fits(page)
    page.emulate_media(reduced_motion="reduce")
    for time, paper in (("20:25", "rgb(251, 248, 241)"), ("21:30", "rgb(25, 30, 27)")):
        page.evaluate(SET_CLOCK, f"Tue, 24 Nov 2026 {time}:00 +0800")
        expect(page.locator("html")).to_have_class("is-live is-evening")
        expect(page.locator("html")).to_have_css("background-color", paper)
        assert page.locator(".clock").inner_text() == time
        assert violations(page, WIDE) == []
    turns_the_pages_of_a_long_list(page)


def turns_the_pages_of_a_long_list(page: Page) -> None:
    page.evaluate("""() => {
        const item = document.querySelector(".list li")
        for (let n = 0; n < 40; n += 1) item.after(item.cloneNode(true))
        window.dispatchEvent(new Event("resize"))
    }""")
    first = page.locator(".list h2").first
    expect(page.locator("#number")).to_have_text(re.compile(r"第 1/[2-9] 页"))
    expect(first).to_be_in_viewport()
    expect(page.locator("#number")).to_have_text(re.compile(r"第 2/[2-9] 页"))
    expect(first).not_to_be_in_viewport()
    expect(page.locator(".figure b")).to_be_in_viewport()


def takes_turns_and_pauses(screen: Visitor) -> None:
    page = screen.open(TWO_CLASSES)
    current = page.locator("#names [aria-current=true]")
    expect(page.locator("h1")).to_have_text("四(1)班")
    expect(current).to_have_text("四(1)班")
    hurry(page)
    expect(page.locator("h1")).to_have_text("四(2)班")
    expect(current).to_have_text("四(2)班")
    page.keyboard.press("Tab")
    expect(page.locator("#said")).to_have_text("")
    page.keyboard.press("a")
    expect(page.locator("#said")).to_contain_text("已暂停")
    page.wait_for_timeout(2000)
    assert page.locator("h1").inner_text() == "四(2)班"
    page.get_by_role("button", name="继续").press("Enter")
    expect(page.locator("#said")).to_have_text("")
    expect(page.locator("h1")).to_have_text("四(1)班")
    fits(page)
    assert violations(page, WIDE) == []


def keeps_what_it_had(screen: Visitor) -> None:
    """Without a connection both classes still take turns."""
    page = screen.page
    expect(page.locator("#said")).to_contain_text(re.compile(r"^\d\d:\d\d 起没有连接"))
    for name in ("四(2)班", "四(1)班"):
        expect(page.locator("h1")).to_have_text(name)
        expect(page.locator(".when")).to_contain_text("11月24日")


def goes_on_with_the_new_day(screen: Visitor) -> None:
    expect(screen.page.locator(".when")).to_contain_text("11月25日")
    expect(screen.page.locator("#said")).to_have_text("")
    expect(screen.page.get_by_text("还在审核")).to_be_visible()


def says_what_it_is_told_instead_of_the_classes(screen: Visitor) -> None:
    """A link that was replaced, a school that went off the list: 404 and 410 come with words. Then all is as it was."""
    screen.expected = {410}
    words = "<!doctype html><main><h1>请换新的链接</h1></main>"
    screen.page.route("**/wall**", lambda route: route.fulfill(status=410, body=words, content_type="text/html"))
    expect(screen.page.locator("h1")).to_have_text("请换新的链接")
    screen.page.unroute("**/wall**")
    expect(screen.page.locator("h1")).to_have_text(re.compile("四.+班"))
