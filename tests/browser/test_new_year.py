"""The school moves into its next year: previewed, corrected, confirmed once, and taken back."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visits
from tests.browser.roster_pages import ADMINISTRATOR
from tests.browser.server import Server
from tests.browser.visitor import PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_htmx"),
    pytest.mark.parametrize("own_school", ["sqlite"], indirect=True),
]


def test_the_classes_move_up_once_and_back(own_school: Server, visit: Visits) -> None:
    admin = visit(own_school, width=PHONE).sign_in(ADMINISTRATOR)
    page = admin.page
    page.get_by_role("link", name="账号与角色").click()
    page.get_by_role("link", name="班级与学科").click()
    page.get_by_role("link", name="升年级").click()
    expect(outcome(page)).to_contain_text("四年级 → 五年级：四(1)班、四(2)班")
    admin.judge()

    of_class(page, "四(1)班").get_by_label("班主任").fill("王二")
    page.get_by_role("button", name="改过了，再看一遍").last.click()
    expect(outcome(page)).to_contain_text("有 1 处要改：")
    expect(page.get_by_role("button", name="确认升年级")).to_be_disabled()
    assert page.locator("[aria-invalid=true]").count() == 1
    admin.judge()

    of_class(page, "四(1)班").get_by_label("班主任").fill("陈立德")
    of_class(page, "四(1)班").get_by_label("班号").fill("3")
    page.get_by_role("button", name="改过了，再看一遍").first.click()
    expect(outcome(page)).to_contain_text("四(1)班 → 五(3)班")

    other = visit(own_school).sign_in(ADMINISTRATOR)
    other.open("/roster/year")
    page.get_by_role("button", name="确认升年级").click()
    expect(page.get_by_role("status")).to_contain_text("现在起生效。")
    admin.judge()
    other.expected = {409}
    other.page.get_by_role("button", name="确认升年级").click()
    expect(other.page.get_by_role("alert")).to_have_text("本学年已经升过年级了，没有再升一次。")
    assert {"五(3)班", "五(2)班"} < set(classes(page))

    page.get_by_role("link", name="升年级").click()
    page.get_by_text("撤销升年级…").click()
    page.get_by_role("button", name="确认撤销，恢复原来的样子").click()
    expect(page.get_by_role("status")).to_have_text("升年级已撤销，一切和原来一样。")
    assert {"四(1)班", "四(2)班"} < set(classes(page))


def outcome(page: Page) -> Locator:
    return page.get_by_role("region", name="会怎样")


def of_class(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))


def classes(page: Page) -> list[str]:
    page.goto("/roster/classes")
    return page.get_by_role("listitem").get_by_role("link").all_inner_texts()
