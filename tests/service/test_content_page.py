"""服务内容安排表: what each class does on each weekday, in one grid by grades, saved at once."""

import pytest
from flask import Flask

from portal.extensions import db
from portal.policy.permissions import Role
from portal.policy.service import ListKind
from portal.school.models import SchoolClass
from tests.approvals.reading import rows, texts
from tests.factories import World, grant, make_class
from tests.homework.composing import complaints, fields, refusals
from tests.office.test_log_page import told
from tests.page import Browser, Page, statements
from tests.school.setting import log, rules_version
from tests.service.lists import CONTENT, press, stored, week
from tests.service.test_timetable_page import STALE


def saved(world: World) -> dict[str, list[str]]:
    return stored(world, ListKind.CONTENT)[1]


def typed(page: Page, school_class: SchoolClass) -> list[str]:
    """The row of a class in the grid."""
    values = fields(page, CONTENT)
    return [values[f"c{school_class.id}_{n}"] for n in range(5)]


def test_every_class_has_a_row_under_its_grade(world: World, office: Browser) -> None:
    page = office.get(CONTENT)
    assert (page.status, texts(page, "caption")) == (200, ["一年级", "四年级"])
    assert [row[0] for row in rows(page)] == ["班级", "一(1)班", "班级", "四(1)班", "四(2)班"]
    assert typed(page, world.four_one) == [""] * 5
    assert "不要写教师或学生的姓名" in page.text


def test_what_was_typed_is_stored_shown_and_logged(world: World, office: Browser) -> None:
    done = press(office, office.get(CONTENT), CONTENT, **week(world.four_one, "作业辅导", " 篮球社团 "))
    assert (done.status, done.response.location) == (303, f"{CONTENT}#main")
    assert stored(world, ListKind.CONTENT) == (1, {str(world.four_one.id): ["作业辅导", "篮球社团", "", "", ""]})
    page = office.get(CONTENT)
    assert typed(page, world.four_one) == ["作业辅导", "篮球社团", "", "", ""]
    press(office, page, CONTENT, **week(world.four_one, "作业辅导", "书法"))
    was, now = (["作业辅导", each, "", "", ""] for each in ("篮球社团", "书法"))
    assert log()[-1] == ("service.content", "郑怀瑾", "", {"classes": [[world.four_one.id, 4, 1, was, now]]})
    assert rules_version(world) == 2
    assert [each[2:] for each in told(office.get("/office/log"))] == [
        ["修改服务内容安排表", "全校", "四(1)班 周二 篮球社团 → 书法"],
        ["修改服务内容安排表", "全校", "四(1)班 周一 没有 → 作业辅导，周二 没有 → 篮球社团"],
    ]


def test_a_row_is_copied_to_the_other_classes_of_its_grade_and_not_saved_yet(world: World, office: Browser) -> None:
    texts_of_week = ("作业辅导", "", "阅读", "", "棋类")
    page = press(
        office, office.get(CONTENT), CONTENT, f"copy-{world.four_one.id}", **week(world.four_one, *texts_of_week)
    )
    assert (page.status, typed(page, world.four_two), typed(page, world.one_one)) == (200, [*texts_of_week], [""] * 5)
    assert texts(page, "p", class_="said") == ["四(1)班的安排已抄给本年级其他班，还没有保存。"]
    assert (saved(world), log()) == ([], [])
    assert press(office, page, CONTENT).status == 303
    assert saved(world) == {str(each.id): [*texts_of_week] for each in (world.four_one, world.four_two)}


def test_only_classes_of_the_school_are_copied_from(world: World, office: Browser) -> None:
    for wrong in (world.other_class.id, 99999, "x", ""):
        assert press(office, office.get(CONTENT), CONTENT, f"copy-{wrong}").status == 400


def test_the_first_button_of_the_grid_saves_so_that_enter_does(office: Browser) -> None:
    page = office.get(CONTENT)
    assert next(each["value"] for each in page.all("button") if each.get("name") == "do") == "save"


def test_only_a_grade_with_several_classes_offers_to_copy(world: World, office: Browser) -> None:
    offered = {each["value"] for each in office.get(CONTENT).all("button") if each.get("value", "").startswith("copy")}
    assert offered == {f"copy-{world.four_one.id}", f"copy-{world.four_two.id}"}


def test_saving_what_is_stored_changes_nothing(world: World, office: Browser) -> None:
    press(office, office.get(CONTENT), CONTENT)
    assert (saved(world), log(), rules_version(world)) == ([], [], 0)


def test_a_class_whose_row_did_not_come_with_the_form_keeps_what_it_has(world: World, office: Browser) -> None:
    press(office, office.get(CONTENT), CONTENT, **week(world.four_one, "作业辅导") | week(world.four_two, "阅读"))
    sent = {"do": "save", "version": "1", **week(world.four_two, "", "", "", "", "")}
    assert office.send(CONTENT, sent).status == 303
    assert saved(world) == {str(world.four_one.id): ["作业辅导", "", "", "", ""]}


def test_what_is_too_long_is_said_at_its_cell_and_what_was_typed_stays(world: World, office: Browser) -> None:
    wrong = week(world.four_one, "长" * 41, "阅读")
    page = press(office, office.get(CONTENT), CONTENT, **wrong)
    assert (page.status, complaints(page)) == (422, {f"c{world.four_one.id}_0": "最多 40 个字，请精简。"})
    assert typed(page, world.four_one)[:2] == ["长" * 41, "阅读"]
    assert (saved(world), log()) == ([], [])


@pytest.mark.parametrize("do", ["", "burn", "clean"])
def test_a_button_that_is_none_is_refused(world: World, office: Browser, do: str) -> None:
    assert press(office, office.get(CONTENT), CONTENT, do).status == 400


def test_a_stale_form_shows_in_each_cell_what_is_stored_now(world: World, office: Browser) -> None:
    mine = office.get(CONTENT)
    press(office, office.get(CONTENT), CONTENT, **week(world.four_one, "作业辅导", "书法", "阅读"))
    page = press(office, mine, CONTENT, **week(world.four_one, "篮球", "书法"))
    assert (page.status, refusals(page)) == (409, [STALE])
    assert texts(page, "p", class_="check") == ["现在已保存的是：作业辅导", "现在已保存的是：阅读"]
    assert typed(page, world.four_one)[:3] == ["篮球", "书法", ""]
    assert saved(world)[str(world.four_one.id)][0] == "作业辅导"
    assert press(office, page, CONTENT).status == 303
    assert saved(world)[str(world.four_one.id)] == ["篮球", "书法", "", "", ""]


def test_the_grid_is_filled_with_what_was_before_a_change(world: World, office: Browser) -> None:
    """The log keeps what each change has changed; going back takes all later ones away as well."""
    press(office, office.get(CONTENT), CONTENT, **week(world.four_one, "作业辅导"))
    press(office, office.get(CONTENT), CONTENT, **week(world.four_two, "阅读"))
    press(office, office.get(CONTENT), CONTENT, **week(world.four_one, "篮球") | week(world.four_two, "棋类"))
    ways = [each["href"] for each in office.get(CONTENT).all("a") if "before=" in each["href"]]
    pages = [office.get(each) for each in ways]
    seen = [[typed(page, each)[0] for each in (world.four_one, world.four_two)] for page in pages]
    assert seen == [["作业辅导", "阅读"], ["作业辅导", ""], ["", ""]]
    press(office, pages[1], CONTENT)
    assert saved(world) == {str(world.four_one.id): ["作业辅导", "", "", "", ""]}


def test_a_school_without_classes_says_so(world: World, app: Flask) -> None:
    db.session.execute(db.text("DELETE FROM role_grant WHERE class_id IS NOT NULL"))
    db.session.execute(db.text("DELETE FROM teaching_assignment"))
    db.session.execute(db.text("DELETE FROM school_class"))
    db.session.commit()
    page = Browser(app).sign_in(world.zheng).get(CONTENT)
    assert (page.status, texts(page, "p", class_="card empty")) == (200, ["学校还没有建立班级。 请管理员导入名单。"])


def test_the_principal_reads_and_others_do_not(world: World, app: Flask, office: Browser) -> None:
    principal = Browser(app).sign_in(world.cheng)
    assert texts(principal.get(CONTENT), "p", class_="card empty") == ["还没有填写。"]
    press(office, office.get(CONTENT), CONTENT, **week(world.four_one, "作业辅导"))
    page = principal.get(CONTENT)
    assert (page.all("form", id="content"), rows(page)[1]) == ([], ["四(1)班", "作业辅导", "—", "—", "—", "—"])
    for who in (world.cheng, world.chen, world.shen, world.admin, world.zhou):
        assert Browser(app).sign_in(who).send(CONTENT, {"do": "save", "version": "1"}).status == 403


def test_a_forged_cell_of_another_school_is_not_even_read(world: World, app: Flask, office: Browser) -> None:
    grant(world.zhou, Role.OFFICE)
    db.session.commit()
    press(office, office.get(CONTENT), CONTENT, **week(world.other_class, "forged"))
    assert saved(world) == []
    browser = Browser(app).sign_in(world.zhou)
    press(browser, browser.get(CONTENT), CONTENT, **week(world.other_class, "阅读") | week(world.four_one, "forged"))
    assert saved(world) == []
    assert typed(browser.get(CONTENT), world.other_class)[0] == "阅读"


def test_the_page_takes_the_same_statements_for_few_classes_and_for_many(world: World, office: Browser) -> None:
    counts = []
    for number in (3, 9):
        make_class(world.school, 4, number)
        db.session.commit()
        office.get(CONTENT)
        with statements() as seen:
            office.get(CONTENT)
        counts.append(len(seen))
    assert counts == [3, 3], "\n\n".join(seen)


def test_in_english(world: World, office: Browser) -> None:
    assert texts(office.get(f"{CONTENT}?lang=en"), "h1") == ["Three public lists Service by class and day"]
