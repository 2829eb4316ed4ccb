"""Each page of the story: nothing for axe-core to say, and nothing that sticks out of a small screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.roster_pages import ROSTER_PAGES
from tests.browser.server import Server
from tests.browser.visitor import DESK, PHONE, SMALL_PHONE, Visitor, sticks_out, violations

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("needs_htmx")]

LOCALES = {"zh-CN": "zh-Hans", "en-GB": "en"}


def from_home(link: str) -> Callable[[Visitor], None]:
    """By the link on the start page whose address holds this."""

    def go(visitor: Visitor) -> None:
        visitor.open("/home").locator(f"main a[href*='{link}']").first.click()

    return go


def composer_with_errors(visitor: Visitor) -> None:
    from_home("/homework/")(visitor)
    visitor.expected = {422}
    visitor.page.locator("[name=items-0-minutes]").fill("二十")
    visitor.page.locator("button[name=do][value=submit]").click()
    expect(visitor.page.locator("[aria-invalid=true]")).to_have_count(1)


def composer_over(visitor: Visitor) -> None:
    from_home("/homework/")(visitor)
    visitor.page.locator("[name=items-0-minutes]").fill("200")
    visitor.page.locator("aside button[value=check]").click()
    expect(visitor.page.locator("aside .is-over")).to_be_visible()


def composer_with_warnings(visitor: Visitor) -> None:
    from_home("/homework/")(visitor)
    visitor.page.locator("[name=items-0-text]").fill("每天打卡，家长签字")
    expect(visitor.page.locator(".warning")).to_have_count(2)
    visitor.page.locator(".warning input").first.check()
    expect(visitor.page.locator(".warning.is-kept")).to_have_count(1)


def common_content(visitor: Visitor) -> None:
    from_home("/homework/")(visitor)
    visitor.page.locator(".common a[href*='/homework/common/']").click()
    expect(visitor.page.locator("button[value=save]")).to_be_visible()


def new_common_content(visitor: Visitor) -> None:
    from_home("/homework/")(visitor)
    visitor.page.locator("button[value=bring]").click()
    expect(visitor.page.locator("button[value=save]")).to_be_visible()


def common_list(visitor: Visitor) -> None:
    common_content(visitor)
    visitor.page.locator("main a[href*='/homework/common/']").first.click()
    expect(visitor.page.locator(".commons")).to_be_visible()


def board_today(visitor: Visitor) -> None:
    visitor.open("/board/?choose").locator("main .tiles a").nth(1).click()


def board_of_a_day(visitor: Visitor) -> None:
    board_today(visitor)
    visitor.page.locator("a[rel=prev]").click()


def subject_page(visitor: Visitor) -> None:
    """With a form open that has something wrong."""
    from_home("/classes/")(visitor)
    visitor.page.locator("a[href*='/subjects/']").first.click()
    visitor.page.locator("details summary").first.click()
    visitor.page.locator("details input[inputmode]").first.fill("很少")
    visitor.expected = {422}
    visitor.page.locator("details button").first.click()
    expect(visitor.page.locator("[aria-invalid]").first).to_be_visible()


def grid_cell(visitor: Visitor) -> None:
    from_home("/grades/")(visitor)
    visitor.page.locator("td.number a").first.click()


def earlier_version(visitor: Visitor) -> None:
    from_home("/classes/")(visitor)
    visitor.page.locator(".days a").first.click()
    visitor.page.locator("a[href*='/versions/']").first.click()


def deputies(visitor: Visitor) -> None:
    """With somebody standing in, and the question whether to end it open."""
    page = visitor.open("/deputies/")
    today = page.locator("#first").input_value()
    if not page.locator(".loans").count():
        page.locator("#grant").select_option(index=1)
        page.locator("#to").fill("吴悠")
        page.locator("#last").fill(today)
        page.locator("#lend button").click()
    page.locator(".loans summary").first.click()
    expect(page.locator(".loans .danger").first).to_be_visible()


def deputies_with_errors(visitor: Visitor) -> None:
    visitor.expected = {422}
    page = visitor.open("/deputies/")
    page.locator("#to").fill("无名氏")
    page.locator("#lend button").click()
    expect(page.locator("#to[aria-invalid=true]")).to_be_visible()


def exception(visitor: Visitor) -> None:
    """The office's page about a sheet that is over its cap."""
    page = visitor.open("/home")
    page.locator("main a[href*='/grades/4/']").first.click()
    page.locator("td.buttons a").first.click()
    page.locator("a[href*='/office/exceptions/']").first.click()
    expect(page.locator("#words")).to_be_visible()


def exception_wrong(visitor: Visitor) -> None:
    exception(visitor)
    visitor.expected = {422}
    visitor.page.locator("button[value=next]").click()
    expect(visitor.page.locator("#words[aria-invalid=true]")).to_be_visible()


def exception_confirmed(visitor: Visitor) -> None:
    """With a number that is not the right one."""
    exception(visitor)
    visitor.page.locator("#reason-0").check()
    visitor.page.locator("#words").fill("期末统一复习")
    visitor.page.locator("button[value=next]").click()
    visitor.expected = {422}
    visitor.page.locator("#over").fill("1")
    visitor.page.locator("button[value=publish]").click()
    expect(visitor.page.locator("#over[aria-invalid=true]")).to_be_visible()


def sample(visitor: Visitor) -> None:
    page = visitor.open("/office/sample")
    page.locator("#first").fill("2026-01-01")
    page.locator(".filter button").click()
    expect(page.locator(".queue > li").first).to_be_visible()


def timetable_with_errors(visitor: Visitor) -> None:
    visitor.expected = {422}
    page = visitor.open("/service/timetable")
    page.locator("[name=periods-0-name]").fill("")
    page.locator("#timetable button").first.click()
    expect(page.locator(".errors").first).to_be_visible()


def new_links_with_errors(visitor: Visitor) -> None:
    visitor.expected = {422}
    page = visitor.open("/office/links/new")
    page.locator("main form button").click()
    expect(page.locator(".errors")).to_be_visible()


def error(visitor: Visitor) -> None:
    visitor.expected = {404}
    visitor.open("/board/1999-1/")


PAGES = {
    "sign-in": ("", lambda visitor: visitor.open("/sign-in")),
    "home": ("陈立德", lambda visitor: visitor.open("/home")),
    "home, a teacher": ("罗安怡", lambda visitor: visitor.open("/home")),
    "home, office": ("郑怀瑾", lambda visitor: visitor.open("/home")),
    "deputies": ("郑怀瑾", deputies),
    "deputies, wrong": ("陈立德", deputies_with_errors),
    "composer": ("陈立德", from_home("/homework/")),
    "composer, wrong": ("陈立德", composer_with_errors),
    "composer, over": ("陈立德", composer_over),
    "composer, warnings": ("陈立德", composer_with_warnings),
    "common content": ("陈立德", common_content),
    "common content, new": ("罗安怡", new_common_content),
    "common content, list": ("陈立德", common_list),
    "sheet": ("陈立德", from_home("/classes/")),
    "sheet, returned": ("唐若溪", from_home("/classes/")),
    "sheet, a subject": ("陈立德", subject_page),
    "sheet, a version": ("陈立德", earlier_version),
    "grid": ("沈知微", from_home("/grades/")),
    "grid, a cell": ("沈知微", grid_cell),
    "office": ("郑怀瑾", lambda visitor: visitor.open("/office/?show=all")),
    "office, exception": ("郑怀瑾", exception),
    "office, exception, wrong": ("郑怀瑾", exception_wrong),
    "office, exception, confirmed": ("郑怀瑾", exception_confirmed),
    "office, approved": ("郑怀瑾", lambda visitor: visitor.open("/office/approved")),
    "office, sample": ("郑怀瑾", sample),
    "office, log": ("程望舒", lambda visitor: visitor.open("/office/log")),
    "office, class links": ("郑怀瑾", lambda visitor: visitor.open("/office/links")),
    "office, new links, wrong": ("郑怀瑾", new_links_with_errors),
    "service, timetable": ("郑怀瑾", timetable_with_errors),
    "service, content": ("郑怀瑾", lambda visitor: visitor.open("/service/content")),
    "people": ("程望舒", from_home("/people")),
    **ROSTER_PAGES,
    "calendar": ("郑怀瑾", lambda visitor: visitor.open("/school/calendar")),
    "settings": ("郑怀瑾", lambda visitor: visitor.open("/school/settings")),
    "board, choose": ("", lambda visitor: visitor.open("/board/?choose")),
    "board, a day": ("", board_of_a_day),
    "board, today": ("", board_today),
    "error": ("", error),
}


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=PAGES)
def opened(request: pytest.FixtureRequest, school: Server, visit: Visits, session_of: Callable, locale: str) -> Page:
    """A page as its reader has it, in either language."""
    name, go = PAGES[request.param]
    session = session_of(name) if name else None
    visitor = visit(school, locale=locale, storage_state=session)
    go(visitor)
    visitor.page.wait_for_load_state()
    assert visitor.page.locator("html").get_attribute("lang") == LOCALES[locale]
    return visitor.page


def test_axe_finds_nothing_and_nothing_sticks_out(opened: Page) -> None:
    faults = []
    for width in (DESK, PHONE, SMALL_PHONE):
        opened.set_viewport_size({"width": width, "height": 800})
        if width != SMALL_PHONE:
            faults += violations(opened, f"{width} px")
        if width != DESK:
            faults += [f"{width} px: sticks out: {html}" for html in sticks_out(opened)]
        needed = opened.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            faults.append(f"{width} px: the page is {needed} px wide")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("opened", ["grid"], indirect=True)
def test_a_label_in_the_grid_stays_with_its_number(opened: Page) -> None:
    for width in (DESK, 1180, 1000, PHONE, SMALL_PHONE):
        opened.set_viewport_size({"width": width, "height": 800})
        assert (width, broken(opened)) == (width, [])
        if width == DESK:
            assert opened.evaluate("(it => it.scrollWidth - it.clientWidth)(document.querySelector('.scroll'))") == 0


def broken(page: Page) -> list[str]:
    """The small words beside a number that stand in another line of their cell than the number."""
    found = page.evaluate(
        """() => [...document.querySelectorAll(".grid :is(em, small)")].flatMap(it => {
            const walker = document.createTreeWalker(it, NodeFilter.SHOW_TEXT), seen = [];
            for (let node; (node = walker.nextNode());) {
                for (const each of node.data.matchAll(/\\S+\\s\\d+|\\d+\\s\\S+/g)) {
                    const range = document.createRange();
                    range.setStart(node, each.index);
                    range.setEnd(node, each.index + each[0].length);
                    const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
                    seen.push([each[0], lines.size]);
                }
            }
            return seen;
        })"""
    )
    assert found, "nothing to break"
    return [words for words, lines in found if lines > 1]
