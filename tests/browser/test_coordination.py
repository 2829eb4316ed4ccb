"""Two people at once: one asks for less and the other agrees with one tap; the lead's screen follows what happens."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.composer import minutes_of, open_composer, row
from tests.browser.conftest import Visits
from tests.browser.server import Server
from tests.browser.test_story import open_sheet
from tests.browser.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser


def test_ten_minutes_less_please(own_school: Server, visit: Visits, javascript: bool) -> None:
    chen = visit(own_school, javascript=javascript, width=PHONE).sign_in("陈立德")
    page = open_sheet(chen)
    page.get_by_role("link", name="协调英语：请减、改分钟、退回").click()
    page.get_by_text("请减分钟…").first.click()
    page.get_by_role("radio", name="10 分钟").check(force=True)  # the label lies over it
    page.get_by_role("textbox", name="想说的话").fill("今天语文也多")
    page.get_by_role("button", name="请同事考虑").click()
    expect(page.get_by_text("等答复", exact=True)).to_be_visible()

    luo = visit(own_school, javascript=javascript, width=PHONE).sign_in("罗安怡")
    page = open_composer(luo, "英语")
    before = int(minutes_of(row(page, 1)).input_value())
    expect(page.get_by_text("今天语文也多")).to_be_visible()
    page.get_by_role("region", name="班主任请您减少").get_by_role("button").click()
    expect(page.get_by_text(f"已改为 {before - 10} 分钟，班主任会看到。")).to_be_visible()
    expect(minutes_of(row(page, 1))).to_have_value(str(before - 10))

    page = open_sheet(chen)
    expect(page.get_by_text("已同意", exact=True)).to_be_visible()


@pytest.mark.usefixtures("needs_htmx")
def test_the_grid_follows_and_keeps_the_selection(own_school: Server, visit: Visits) -> None:
    shen = visit(own_school)
    shen.page.clock.install()
    page = shen.sign_in("沈知微").page
    page.get_by_role("link", name="四年级 全年级总量").click()
    box = page.get_by_role("checkbox", name="选择 四(2)班")
    box.uncheck()
    box.focus()

    shorten_english(visit(own_school).sign_in("沈知微"))
    page.clock.run_for(21_000)
    expect(page.get_by_text("有变化，已更新。")).to_be_visible()
    changed = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="四(1)班"))
    expect(changed).to_contain_text("审核人改过分钟数")
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()

    changed.get_by_role("link", name="语文").click()
    expect(page.locator("#peek").get_by_role("heading")).to_contain_text("四(1)班 语文")
    page.clock.run_for(21_000)  # nothing has changed: what is open stays open
    expect(page.locator("#peek").get_by_role("heading")).to_contain_text("四(1)班 语文")


def shorten_english(lead: Visitor) -> Page:
    """The lead changes an item's minutes in another window."""
    page = lead.page
    page.get_by_role("link", name="四年级 全年级总量").click()
    page.get_by_role("link", name="打开 四(1)班").click()
    page.get_by_role("link", name="协调英语：请减、改分钟、退回").click()
    page.get_by_text("改分钟数…").first.click()
    page.get_by_role("textbox", name="改成（分钟）").first.fill("1")
    page.get_by_role("textbox", name="为什么改").first.fill("合计超了")
    page.get_by_role("button", name="改分钟数").first.click()
    expect(page.get_by_text("分钟数已改，原因记在记录里。")).to_be_visible()
    return page
