"""What the composer does under a teacher's hands: rows, drafts, another class."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Response, expect

from tests.browser.composer import expect_row, load_of, minutes_of, open_composer, row, submit, text_of, write
from tests.browser.conftest import Visits
from tests.browser.server import CALENDAR, Server

pytestmark = pytest.mark.browser


def empty_day(school: Server, weeks: int) -> date:
    """A Monday, or the first school day after it, with nothing filed yet; each test takes one of its own."""
    monday = CALENDAR.next_school_day(school.day + timedelta(days=7 - school.day.weekday()))
    return monday + timedelta(weeks=weeks)


def test_rows_come_and_go_and_keep_what_was_typed(school: Server, visit: Visits, javascript: bool) -> None:
    page = open_composer(visit(school, javascript=javascript).sign_in("陈立德"), "数学", empty_day(school, 1))
    if javascript:
        page.evaluate("window.stayed = true")
    poem = "一去二三里，\n烟村四五家。"
    write(page, 1, "第 1 题", 11)
    row(page, 1).get_by_role("radio", name="口头").check()
    page.get_by_role("button", name="再加一项").click()
    write(page, 2, poem, 12)
    row(page, 2).get_by_role("radio", name="校内").check()
    page.get_by_role("button", name="再加一项").click()
    write(page, 3, "<b>第 3 题</b>", 13)
    expect_row(page, 1, "第 1 题", 11)
    expect(row(page, 1).get_by_role("radio", name="口头")).to_be_checked()
    expect_row(page, 2, poem, 12)

    page.get_by_role("button", name="删去第 1 项").click()

    expect(row(page, 3)).to_have_count(0)
    expect_row(page, 1, poem, 12)
    expect(row(page, 1).get_by_role("radio", name="校内")).to_be_checked()
    expect_row(page, 2, "<b>第 3 题</b>", 13)
    expect(load_of(page)).to_contain_text("加上这份 25 分钟")
    if javascript:
        assert page.evaluate("window.stayed"), "htmx exchanges rows, not the page"


def keeps_draft(minutes: int) -> Callable[[Response], bool]:
    """Whether an answer is that of keeping a draft with so many minutes."""
    return lambda answer: answer.url.endswith("/draft") and f"items-0-minutes={minutes}" in answer.request.post_data


@pytest.mark.usefixtures("needs_htmx")
def test_a_draft_is_kept_while_the_teacher_types_and_colleagues_see_it(school: Server, visit: Visits) -> None:
    day = empty_day(school, 2)
    page = open_composer(visit(school).sign_in("陈立德"), "数学", day)
    saved = page.get_by_role("status")
    expect(saved).to_have_text("还没有保存")
    write(page, 1, "口算 20 题", 15)
    page.keyboard.press("Tab")
    expect(saved).to_have_text(f"草稿 {school.now:%m-%d %H:%M}")
    expect_row(page, 1, "口算 20 题", 15)

    with page.expect_response(keeps_draft(22)):
        write(page, 1, "口算 30 题", 22)
        page.keyboard.press("Tab")
    colleague = open_composer(visit(school).sign_in("罗安怡"), "英语", day)
    expect(load_of(colleague).get_by_role("listitem").filter(has_text="数学")).to_contain_text("陈立德 草稿 22")
    expect(load_of(colleague)).to_contain_text("已占 22/60")

    page.reload()
    expect(saved).to_have_text(f"草稿 {school.now:%m-%d %H:%M}")
    expect_row(page, 1, "口算 30 题", 22)
    submit(page)


@pytest.mark.usefixtures("needs_htmx")
def test_a_quick_switch_never_shows_another_class(school: Server, visit: Visits) -> None:
    """The question for one class's load is still open when the teacher is already at the other class."""
    day = empty_day(school, 3)
    page = open_composer(visit(school).sign_in("陈立德"), "数学", day)
    expect(load_of(page).get_by_role("heading")).to_contain_text("四(1)班")
    minutes_of(row(page, 1)).press_sequentially("37")
    page.get_by_role("link", name="四(2)班 数学").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("四(2)班")
    minutes_of(row(page, 1)).press_sequentially("8")
    expect(load_of(page)).to_contain_text("加上这份 8 分钟")
    page.wait_for_load_state("networkidle")
    expect(load_of(page).get_by_role("heading")).to_contain_text(f"四(2)班 {day.month}月{day.day}日")
    expect(load_of(page)).to_contain_text("加上这份 8 分钟")
    expect(minutes_of(row(page, 1))).to_have_value("8")


@pytest.mark.usefixtures("needs_htmx")
def test_a_warning_comes_while_typing_and_a_tick_stays_with_what_it_answers(school: Server, visit: Visits) -> None:
    page = open_composer(visit(school).sign_in("陈立德"), "数学", empty_day(school, 3))
    text = text_of(row(page, 1))
    text.press_sequentially("口算一页，每天打卡")
    expect(row(page, 1)).to_contain_text("“打卡”像是要用手机完成或提交。")
    expect(text).to_be_focused()
    keep = row(page, 1).get_by_label("仍然保留这样写")
    keep.check()
    expect(row(page, 1).locator(".is-kept")).to_have_count(1)

    text.press_sequentially("，家长签字")

    expect(row(page, 1).locator(".warning")).to_have_count(2)
    expect(text).to_be_focused()
    expect(text).to_have_value("口算一页，每天打卡，家长签字")
    expect(keep.nth(0)).not_to_be_checked()  # the new one comes first
    expect(keep.nth(1)).to_be_checked()
    text.fill("口算一页，家长签字，扫码")
    expect(row(page, 1)).to_contain_text("“扫码”")
    assert [each.is_checked() for each in keep.all()] == [False, False]


@pytest.mark.usefixtures("needs_htmx")
def test_after_the_session_has_ended_a_quiet_line_says_so_and_a_button_asks_to_sign_in(
    school: Server, visit: Visits
) -> None:
    teacher = visit(school).sign_in("陈立德")
    page = open_composer(teacher, "数学", empty_day(school, 4))
    teacher.expected.add(401)
    teacher.context.clear_cookies()
    write(page, 1, "口算一页", 15)
    expect(page.get_by_text("登录已过期，内容还在；按任何按钮会先请您登录。")).to_be_visible()
    expect_row(page, 1, "口算一页", 15)
    page.get_by_role("button", name="再加一项").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    expect(page.get_by_text("您刚才填写的内容都在，登录后可以继续。")).to_be_visible()


@pytest.mark.usefixtures("needs_htmx")
def test_where_keeping_a_draft_fails_a_quiet_line_says_so_and_the_form_stays(school: Server, visit: Visits) -> None:
    teacher = visit(school).sign_in("陈立德")
    page = open_composer(teacher, "数学", empty_day(school, 4))
    teacher.expected.add(500)
    page.route("**/draft", lambda route: route.fulfill(status=500, content_type="text/html", body="<p>出了问题</p>"))
    write(page, 1, "口算一页", 15)
    expect(page.locator("#unsaved")).to_have_text("出了问题")
    expect_row(page, 1, "口算一页", 15)


@pytest.mark.usefixtures("needs_htmx")
def test_after_the_lessons_have_ended_a_quiet_line_says_so_and_a_button_shows_what_was_written(
    school: Server, visit: Visits
) -> None:
    teacher = visit(school).sign_in("陈立德")
    page = open_composer(teacher, "数学", empty_day(school, 4))
    teacher.expected.add(403)
    teacher.context.clear_cookies()
    teacher.context.add_cookies(visit(school).sign_in("程望舒").context.cookies())  # a principal has no lessons
    write(page, 1, "口算一页", 15)
    expect(page.get_by_text("现在不能再保存：任课或职责可能变了。")).to_be_visible()
    expect_row(page, 1, "口算一页", 15)
    page.get_by_role("button", name="再加一项").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有权限")
    expect(page.get_by_label("您刚才填写的内容")).to_have_value("口算一页\n\n15 分钟")
