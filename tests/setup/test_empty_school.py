"""A school without classes and people: each page opens for its first administrator and says what to do."""

import pytest
from flask import Flask

from portal.policy.permissions import Role
from portal.school.models import School
from tests.approvals.reading import texts
from tests.factories import World, add, grant, make_person
from tests.office.test_log_page import told
from tests.page import Browser
from tests.public import LANGUAGES
from tests.school.setting import SETTINGS, press_settings
from tests.setup.founding import found

NOT_THERE = {
    "/homework/": 403,  # who teaches nothing sets no homework
    "/htmx.min.js": 404,
    "/metrics": 404,  # off unless set
    "/office/links/new": 404,  # no link to replace
    "/sign-in/provider/back": 404,  # no provider is set
}
EMPTY = {
    "/board/": "这里现在没有公开列出的班级。学校刚开始使用的，请过几天再来；",
    "/board/schools/qhsyxx/": "学校还没有建立班级。",
    "/board/schools/qhsyxx/totals": "学校还没有建立班级。",
    "/board/schools/qhsyxx/lists": "学校还没有建立班级。",
    "/board/schools/qhsyxx/wall": "学校还没有建立班级。",
    "/people": "和班级、任课写在一个表格里导入更快。 去导入名单",
    "/roster/year": "学校还没有建立班级。 去导入名单 · 一个一个添加",
    "/office/links": "学校还没有建立班级。 去导入名单 · 一个一个添加",
    "/service/content": "学校还没有建立班级。 去导入名单 · 一个一个添加",
    "/roster/classes": "还没有班级。",
    "/roster/import": "下载模板（xlsx）",
    "/people/1": "还没有任课。",
    "/office/": "没有等着看的例外。",
    "/office/approved": "没有等教务处公示的清单。",
    "/office/sample": "这几天还没有通过或公示的清单。",
    "/backups": "还没有备份。",
}


@pytest.fixture
def first(app: Flask, browser: Browser, code: str) -> Browser:
    """The administrator of a school in which nothing is yet."""
    assert found(browser, code).status == 303
    return browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_new_school_opens(app: Flask, first: Browser, language: str) -> None:
    answers = {}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments and rule.endpoint != "static":
            with first.get(rule.rule, headers={"Accept-Language": language}, follow_redirects=True).response as page:
                answers[rule.rule] = page.status_code
    assert {rule: status for rule, status in answers.items() if status != 200} == NOT_THERE
    assert len(answers) > 25


def test_where_nothing_is_yet_it_says_so(first: Browser) -> None:
    silent = {
        address: sentence
        for address, sentence in EMPTY.items()
        if sentence not in texts(first.get(address, follow_redirects=True), "main")[0]
    }
    assert silent == {}


def test_while_there_are_first_steps_left_nothing_says_that_nothing_is_to_do(first: Browser) -> None:
    page = first.get("/home").text
    assert "新学校的步骤，已完成" in page
    assert "没有等您办的事" not in page
    assert "抽样编号" not in first.get("/office/sample", follow_redirects=True).text  # 0 of 0 sheets


def test_what_is_done_leads_on_to_the_next_step_until_nobody_wants_it_any_more(first: Browser) -> None:
    add_class = {"grade": "1", "number": "1"}
    assert first.send("/roster/classes", add_class).status == 303
    assert texts(first.get("/roster/classes"), "p", role="status") == ["已添加班级。 接下来做什么"]
    first.send("/setup/next", {"do": "hide"})
    assert "接下来做什么" in texts(first.get("/setup/next"), "p", role="status")[0]  # the sentence itself
    assert first.send("/roster/classes", add_class | {"number": "2"}).status == 303
    assert texts(first.get("/roster/classes"), "p", role="status") == ["已添加班级。"]


def test_an_administrator_without_the_office_is_told_what_comes_first(app: Flask, browser: Browser, code: str) -> None:
    assert found(browser, code, office="").status == 303
    assert (
        texts(browser.get("/setup/next"), "p", class_="quiet").count("由教务处来做。 还没有人是教务处，请先做第 2 步。")
        == 2
    )
    assert "先给同事角色" in browser.get("/deputies/").text


def test_who_cannot_import_is_told_whom_to_ask(world: World, browser: Browser) -> None:
    new = add(School, code="lonely", name="新校")
    office = make_person(new, "office", "教务")
    grant(office, Role.OFFICE)
    page = browser.sign_in(office).get("/office/links")
    assert texts(page, "p", class_="card empty") == ["学校还没有建立班级。 请管理员导入名单。"]


def test_the_name_can_be_corrected_and_the_board_shows_it(app: Flask, first: Browser) -> None:
    page = press_settings(first, first.get(SETTINGS), name="青禾第一实验学校")
    assert page.status == 303
    assert texts(Browser(app).get("/board/schools/qhsyxx/"), "h1") == ["青禾第一实验学校"]
    assert told(first.get("/office/log"))[0][2:] == ["修改学校设置", "全校", "校名 青禾实验学校 → 青禾第一实验学校"]
    page = press_settings(first, first.get(SETTINGS), name=" ")
    assert (page.status, "请填校名。" in page.text) == (422, True)
