"""The composer as a teacher sees it: by what stands on it, not by how it is built."""

from datetime import date

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import Visitor


def open_composer(teacher: Visitor, subject: str, day: date | None = None) -> Page:
    """The composer of 四(1)班 by the link on the start page; from there to another day, if one is named."""
    page = teacher.open("/home")
    page.get_by_role("link", name=f"四(1)班 {subject}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"布置{subject}作业 四(1)班")
    if day:
        page.get_by_label("其他日期").fill(day.isoformat())
        page.get_by_role("button", name="换日期").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{day.month}月{day.day}日")
    return page


def load_of(page: Page) -> Locator:
    """The panel that says how full the class's day is."""
    return page.get_by_role("complementary", name="全班这一天的总量")


def row(page: Page, number: int) -> Locator:
    """One item."""
    return page.get_by_role("group", name=f"第 {number} 项", exact=True)


def text_of(item: Locator) -> Locator:
    return item.get_by_label("内容")


def minutes_of(item: Locator) -> Locator:
    return item.get_by_label("分钟数", exact=True)


def write(page: Page, number: int, text: str, minutes: int) -> None:
    text_of(row(page, number)).fill(text)
    minutes_of(row(page, number)).fill(str(minutes))


def expect_row(page: Page, number: int, text: str, minutes: int) -> None:
    expect(text_of(row(page, number))).to_have_value(text)
    expect(minutes_of(row(page, number))).to_have_value(str(minutes))


def submit(page: Page) -> None:
    page.get_by_role("button", name="提交给班主任").click()
    expect(page.get_by_text("已提交给班主任。")).to_be_visible()
