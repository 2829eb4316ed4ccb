"""From a teacher's desk to a family's phone, without a shortcut: everybody clicks what they see."""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.policy.caps import cap_for
from tests.browser.composer import load_of, minutes_of, open_composer, row, submit, text_of
from tests.browser.conftest import Visits
from tests.browser.server import CALENDAR, Server
from tests.browser.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

TEXT = "作业本第 21 页：量角 6 题。\n第 22 页不做。"


def test_from_the_teacher_to_the_family(own_school: Server, visit: Visits, javascript: bool) -> None:
    limit = limit_of(own_school.day)
    chen = visit(own_school, javascript=javascript).sign_in("陈立德")

    too_much = files_too_much(chen, limit, javascript)
    sees_that_it_cannot_be_signed(chen, too_much, limit)

    luo = visit(own_school, javascript=javascript).sign_in("罗安怡")
    shen = visit(own_school, javascript=javascript).sign_in("沈知微")
    shortens(chen, "数学", to=10, text=TEXT)
    shortens(luo, "英语", to=10)
    shortens(shen, "语文", to=10)
    total = signs(chen)
    assert total <= limit < too_much

    approves(shen, total)
    family = visit(own_school, javascript=javascript, width=PHONE)
    reads(family, total)


def limit_of(day: date) -> int:
    """What may be published for grade 4: on a Friday the weekend is filed with it."""
    return cap_for(4, batch=len(CALENDAR.covered_days(day)) > 1).limit


def number_in(place: Locator, pattern: str) -> int:
    """The number that `pattern` finds in the words of a place."""
    found = re.search(pattern, place.inner_text())
    assert found, f"{pattern} is not in: {place.inner_text()}"
    return int(found[1])


def files_too_much(chen: Visitor, limit: int, javascript: bool) -> int:
    """Types 5 minutes more than fit, sees it before anything is saved, and submits; says what the total is now."""
    page = open_composer(chen, "数学")
    load = load_of(page)
    others = number_in(load, r"已占 (\d+)/60")
    mine = max(limit - others, 0) + 5
    minutes_of(row(page, 1)).fill("")
    minutes_of(row(page, 1)).press_sequentially(str(mine))
    if not javascript:
        load.get_by_role("button", name="算一算").click()
    total = others + mine
    expect(load).to_contain_text(f"已占 {others}/60，加上这份 {mine} 分钟")
    expect(load).to_contain_text(f"共 {total} 分钟，超 {total - limit} 分钟")
    submit(page)
    return total


def sees_that_it_cannot_be_signed(chen: Visitor, total: int, limit: int) -> None:
    page = open_sheet(chen)
    load = page.get_by_role("region", name="必做书面合计")
    expect(load).to_contain_text(f"{total} / {limit} 分钟，超 {total - limit} 分钟")
    expect(load).to_contain_text("可以找：语文 沈知微")
    expect(page.get_by_role("button", name="现在不能签字")).to_be_disabled()
    expect(page.get_by_role("button", name="总量协调好，交年级组")).to_have_count(0)


def open_sheet(homeroom: Visitor) -> Page:
    page = homeroom.open("/home")
    page.get_by_role("link", name="四(1)班", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("四(1)班 每日作业清单")
    return page


def shortens(teacher: Visitor, subject: str, *, to: int, text: str = "") -> None:
    """The teacher sets the first item to `to` minutes."""
    page = open_composer(teacher, subject)
    minutes_of(row(page, 1)).fill(str(to))
    if text:
        text_of(row(page, 1)).fill(text)
    submit(page)
    expect(minutes_of(row(page, 1))).to_have_value(str(to))


def signs(chen: Visitor) -> int:
    """Coordinates the class's day; says its total."""
    page = open_sheet(chen)
    total = number_in(page.get_by_role("region", name="必做书面合计"), r"必做书面 (\d+) / ")
    page.get_by_role("button", name="总量协调好，交年级组").click()
    expect(page.get_by_text("已协调，交给年级组长了。")).to_be_visible()
    expect(page.get_by_text("班主任已协调", exact=True)).to_be_visible()
    return total


def approves(shen: Visitor, total: int) -> None:
    page = shen.open("/home")
    page.get_by_role("link", name="四年级 全年级总量").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="四(1)班"))
    expect(row).to_contain_text(f"{total} / 60 分钟")
    expect(row).to_contain_text("班主任已协调")
    row.get_by_role("button", name="通过 四(1)班").click()
    expect(page.get_by_text("已通过 1 个班。")).to_be_visible()
    expect(row).to_contain_text("已公示")
    other = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="四(2)班"))
    expect(other).to_contain_text("班主任已协调")


def reads(family: Visitor, total: int) -> None:
    """Without an account, from the school's page. On a weekend the board opens on Friday's sheet."""
    page = family.open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("青禾实验学校")
    page.get_by_role("link", name="四(1)班").click()
    if family.server.day != family.server.now.date():
        page.get_by_role("navigation", name="日期").get_by_role("link", name="›").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("四(1)班")
    expect(page.get_by_role("region", name="书面作业合计")).to_contain_text(f"书面作业约 {total} 分钟")
    maths = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="数学"))
    expect(maths).to_contain_text("10 分钟")
    page.wait_for_load_state()  # the lines of a poem are kept by the stylesheet
    assert TEXT in maths.inner_text()
    expect(page.get_by_text("《爬山虎的脚》")).to_be_visible()
    expect(page.get_by_text(f"必做书面合计 {total}/")).to_be_visible()
    expect(page.get_by_text("已审核公示")).to_be_visible()
    expect(page.get_by_text("班主任 15:15")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert not page.get_by_role("link", name="退出").count()
    page.goto("/board/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("四(1)班")
