"""A file of classes, subjects, people and assignments: previewed, imported once or again, and taken back."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import NO_PASSWORD, Person
from portal.extensions import db
from portal.policy.links import cannot_be_guessed
from portal.policy.permissions import Role
from portal.roster.import_models import RosterImport
from portal.school.models import SchoolClass
from tests.approvals.reading import rows, texts
from tests.factories import World, grant
from tests.homework.composing import refusals
from tests.office.test_log_page import told
from tests.page import Browser, by_other_hands, statements
from tests.roster.files import (
    ASSIGNMENTS,
    CLASSES,
    PEOPLE,
    START,
    SUBJECTS,
    bring_in,
    confirm,
    counts,
    new_school,
    send,
    stored,
    workbook,
)
from tests.school.setting import log, rules_version


def person(login: str) -> Person:
    db.session.rollback()
    anew = {"populate_existing": True}
    return db.session.scalars(select(Person).where(Person.login == login).execution_options(**anew)).one()


def problems(page) -> dict[str, str]:
    """What the preview says is wrong, by place."""
    return {row[0]: row[1] for row in rows(page) if len(row) == 2 and "行「" in row[0]}


def test_the_preview_says_what_would_be_new_and_nothing_is_written(world: World, admin: Browser) -> None:
    before = stored()
    page = send(admin, new_school())
    assert counts(page) == {
        "班级": ["2", "0", "0", "0"],
        "学科": ["1", "0", "0", "0"],
        "教师和其他人员": ["4", "0", "0", "0"],
        "任课": ["2", "0", "0", "0"],
    }
    assert stored() == before
    assert "每一行都对" in page.text


def test_confirmed_it_is_written_with_one_row_in_the_log(world: World, admin: Browser) -> None:
    page = bring_in(admin, new_school())
    assert texts(page, "p", class_="said") == ["导入完成。结果在下面。"]
    assert [person(each).name for each in ("t1", "t2", "t3")] == ["王芳"] * 3
    assert (person("t1").password_hash, person("t1").has_password("!"), person("t4").active) == (
        NO_PASSWORD,
        False,
        False,
    )
    new = db.session.scalars(select(SchoolClass).where(SchoolClass.grade == 3)).all()
    assert [cannot_be_guessed(each.code) for each in new] == [True, True]
    assert rules_version(world) == 1
    [(step, who, _, details)] = log()
    assert (step, who, "file" in details) == ("roster.import", "管理员", False)  # a name may stand in it
    assert details["counts"]["person"] == {"new": 4, "changed": 0, "same": 0, "wrong": 0}
    office = Browser(admin.client.application).sign_in(world.zheng)
    assert told(office.get("/office/log"))[0][2:] == [
        "导入名单",
        "全校",
        "班级 新增 2 修改 0；学科 新增 1 修改 0；教师和其他人员 新增 4 修改 0；任课 新增 2 修改 0",
    ]


def test_what_was_imported_has_its_rights(world: World, admin: Browser, app: Flask) -> None:
    bring_in(admin, new_school())
    t1 = person("t1")
    t1.password_hash = world.chen.password_hash
    db.session.commit()
    home = Browser(app).sign_in(t1).get("/home")
    assert "三(1)班" in home.text


def test_the_same_file_again_changes_nothing(world: World, admin: Browser) -> None:
    bring_in(admin, new_school())
    before = stored()
    page = send(admin, new_school())
    assert "文件里的内容和现有名单一样" in page.text
    assert [sum(map(int, numbers[:2])) for numbers in counts(page).values()] == [0, 0, 0, 0]
    assert "确认导入" not in page.text
    assert stored() == before


def test_a_changed_file_changes_what_is_different(world: World, admin: Browser) -> None:
    data = workbook(
        学科=[SUBJECTS, ("数学", "无", ""), ("语文", "", "")],
        教师=[PEOPLE, ("chen", "陈立得", "", ""), ("luo", "罗安怡", "四(2)班班主任", "")],
        任课=[ASSIGNMENTS, ("", "罗安怡", "四(1)班", "英语", "二、四")],
    )
    page = send(admin, data)
    assert counts(page)["学科"] == ["0", "1", "1", "0"]
    assert [row[1:] for row in rows(page) if row[0].endswith(" 行") and len(row) == 4] == [
        ["数学", "修改", "建议用时 15 → 没有"],
        ["陈立得 (chen)", "修改", "姓名 陈立德 → 陈立得"],
        ["罗安怡 (luo)", "修改", "角色 四(2)班班主任"],
        ["罗安怡 (luo) 四(1)班 英语", "修改", "上课日 周一至周五 → 周二、周四"],
    ]
    confirm(admin, page)
    assert person("chen").name == "陈立得"
    assert "没有要改的" in send(admin, data).text


def test_only_the_good_rows(world: World, admin: Browser) -> None:
    data = workbook(
        班级=[CLASSES, (5, 1), ("四年", 2), (6, 0)], 教师=[PEOPLE, ("new", "新人", "", ""), ("", "没号", "", "")]
    )
    page = send(admin, data)
    assert problems(page) == {
        "班级 第 3 行「年级」": "写的是“四年”，应为 1–9 的数字或“四年级”。",
        "班级 第 4 行「班号」": "写的是“0”，应为 1–60 的数字，例如 2。",
        "教师 第 3 行「工号」": "空着，必须填写。",
    }
    refused = confirm(admin, page, "all")
    assert (refused.status, len(refusals(refused))) == (409, 1)
    assert len(stored()["classes"]) == 4
    confirm(admin, page, "good")
    assert len(stored()["classes"]) == 5
    assert person("new").name == "新人"


def test_an_ambiguous_name_is_told_and_a_number_settles_it(world: World, admin: Browser) -> None:
    bring_in(admin, new_school())
    data = workbook(
        任课=[
            ASSIGNMENTS,
            ("", "王芳", "三(1)班", "语文", ""),
            ("", "没有人", "三(1)班", "语文", ""),
            ("t9", "", "三(1)班", "语文", ""),
            ("t2", "李明", "三(1)班", "语文", ""),
            ("t4", "", "三(1)班", "语文", ""),
            ("", "", "三(1)班", "语文", ""),
            ("t1", "王芳", "九(9)班", "天文", ""),
            ("t2", "王芳", "三(1)班", "语文", ""),
        ]
    )
    assert problems(send(admin, data)) == {
        "任课 第 2 行「姓名」": "有 3 位老师叫“王芳”（t1, t2, t3），请在「工号」里写清是哪一位。",
        "任课 第 3 行「姓名」": "没有叫“没有人”的教师，请先加这个人。",
        "任课 第 4 行「工号」": "没有工号是“t9”的教师，请先加这个人。",
        "任课 第 5 行「姓名」": "工号 t2 是王芳，不是“李明”。",
        "任课 第 6 行「工号」": "李明已停用，不能再安排任课。",
        "任课 第 7 行「工号」": "工号和姓名都空着，请至少写一个。",
        "任课 第 8 行「班级」": "还没有九(9)班，请先加这个班。",
        "任课 第 8 行「学科」": "还没有学科“天文”，请先加这个学科。",
    }


def test_rows_that_stand_twice_and_people_who_cannot_be(world: World, admin: Browser) -> None:
    data = workbook(
        班级=[CLASSES, (5, 1), ("五年级", "1班")],
        教师=[
            PEOPLE,
            ("a1", "甲", "", ""),
            ("a1", "乙", "", ""),
            ("zhou", "周远", "", ""),
            ("CHEN", "陈立德", "", ""),
            ("admin", "管理员", "", "停用"),
            ("工号", "丙", "", ""),
            ("a2", "丁", "八(8)班班主任", "病假"),
        ],
    )
    assert problems(send(admin, data)) == {
        "班级 第 3 行「班号」": "和第 2 行重复，请只留一行。",
        "教师 第 3 行「工号」": "和第 2 行重复，请只留一行。",
        "教师 第 4 行「工号」": "“zhou”这个账号已经有人用了，请换一个。",
        "教师 第 5 行「工号」": "已有工号“chen”，只差大小写，请写得一样。",
        "教师 第 6 行「状态」": "不能停用您自己的账号。",
        "教师 第 7 行「工号」": "写的是“工号”，应为工号：字母和数字，最多 64 个。",
        "教师 第 8 行「状态」": "写的是“病假”，应为“在职”或“停用”。",
        "教师 第 8 行「角色」": "还没有八(8)班，请先加这个班。",
    }


def test_a_preview_that_is_no_longer_true_is_shown_anew(world: World, admin: Browser, app: Flask) -> None:
    page = send(admin, workbook(教师=[PEOPLE, ("chen", "陈立得", "", "")]))
    by_other_hands(app, "UPDATE person SET name = '陈大' WHERE login = 'chen'")
    refused = confirm(admin, page)
    assert (refused.status, refusals(refused)) == (
        409,
        ["名单在您看预览以后变了，还没有导入。请看一遍新的预览，再确认。"],
    )
    assert person("chen").name == "陈大"
    confirm(admin, refused)
    assert person("chen").name == "陈立得"


def test_confirming_twice_imports_once(world: World, admin: Browser) -> None:
    page = send(admin, new_school())
    confirm(admin, page)
    before = stored()
    assert confirm(admin, page).status == 404
    assert (stored(), len(log())) == (before, 1)


def test_a_file_that_waits_is_found_again_dropped_and_nobody_elses(world: World, admin: Browser, app: Flask) -> None:
    grant(world.cheng, Role.ADMINISTRATOR)
    grant(world.zhou, Role.ADMINISTRATOR)
    db.session.commit()
    page = send(admin, new_school())
    address = page.all("form", class_="confirm")[0]["action"]
    assert "名单.xlsx" in texts(admin.get(START), "p", class_="notice")[0]
    for who in (world.cheng, world.zhou):
        other = Browser(app).sign_in(who)
        assert (other.get(address).status, other.send(address, {"do": "all"}).status) == (404, 404)
    assert confirm(admin, page, "nothing").status == 422
    confirm(admin, page, "drop")
    db.session.rollback()
    assert db.session.scalars(select(RosterImport)).all() == []


def test_a_file_expires_and_the_next_upload_takes_it_away(world: World, admin: Browser, app: Flask) -> None:
    page = send(admin, new_school())
    by_other_hands(app, "UPDATE roster_import SET expires = at")
    assert confirm(admin, page).status == 404
    grant(world.cheng, Role.ADMINISTRATOR)
    send(Browser(app).sign_in(world.cheng), new_school())
    db.session.rollback()
    assert [each.person_id for each in db.session.scalars(select(RosterImport))] == [world.cheng.id]


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\文件\\名单.xlsx", "a" * 300, "<b>.xlsx", "名\x01单.xlsx"])
def test_any_name_of_a_file_is_shown_as_text(world: World, admin: Browser, name: str) -> None:
    page = send(admin, new_school(), name)
    assert page.status == 200
    assert texts(page, "h1")[0].startswith("导入预览 ")


def test_nobody_but_the_administrator(world: World, admin: Browser, app: Flask) -> None:
    for who in (world.chen, world.zheng, world.cheng):
        browser = Browser(app).sign_in(who)
        addresses = (START, "/roster/export.xlsx", "/roster/export-person.csv", "/roster/import/template.xlsx")
        assert {browser.get(each).status for each in addresses} == {403}


def test_another_school_has_its_own(world: World, admin: Browser, app: Flask) -> None:
    grant(world.zhou, Role.ADMINISTRATOR)
    db.session.commit()
    bring_in(admin, new_school())
    before = stored()
    other = Browser(app).sign_in(world.zhou)
    page = send(other, workbook(任课=[ASSIGNMENTS, ("chen", "", "四(1)班", "数学", "")]))
    assert problems(page) == {"任课 第 2 行「工号」": "没有工号是“chen”的教师，请先加这个人。"}
    assert "王芳" not in other.get("/roster/export-person.csv").html
    assert stored() == before


def test_the_preview_takes_the_same_statements_for_one_row_and_for_three(world: World, admin: Browser) -> None:
    taken = []
    for number in (1, 3):
        people = [(f"p{n}", "新人", "四(1)班班主任", "") for n in range(number)]
        page = send(admin, workbook(教师=[PEOPLE, *people]))
        address = page.all("form", class_="confirm")[0]["action"]
        with statements() as seen:
            admin.get(address)
        taken.append(len(seen))
    assert taken == [7, 7], "\n\n".join(seen)


def test_importing_takes_few_statements_for_many_rows(world: World, admin: Browser) -> None:
    taken = []
    for number in (3, 30):
        people = [(f"p{number}-{n}", f"新人{n}", "四年级年级组长", "") for n in range(number)]
        taught = [(login, "", "四(1)班", "语文", "") for login, *_ in people]
        page = send(admin, workbook(教师=[PEOPLE, *people], 任课=[ASSIGNMENTS, *taught]))
        with statements() as seen:
            confirm(admin, page)
        taken.append(len(seen))
    assert taken[0] == taken[1]


def test_in_english(world: World, admin: Browser) -> None:
    page = send(admin, workbook(班级=[CLASSES, ("四年", 2)]))
    page = admin.get(f"{page.all('form', class_='confirm')[0]['action']}?lang=en")
    assert (texts(page, "h1"), page.all("html")[0]["lang"]) == (["Import preview 名单.xlsx"], "en")


def test_somebody_stopped_by_a_file_and_back_again_has_no_old_session(world: World, admin: Browser, app: Flask) -> None:
    chen, luo = Browser(app).sign_in(world.chen), Browser(app).sign_in(world.luo)
    for status in ("停用", "在职"):
        bring_in(admin, workbook(教师=[PEOPLE, ("chen", "陈立德", "", status)]))
    assert person("chen").active
    assert [each.get("/home").status for each in (chen, luo)] == [303, 200]
    bring_in(admin, workbook(教师=[PEOPLE, ("luo", "罗安怡", "", "停用")]))
    bring_in(admin, workbook(教师=[PEOPLE, ("luo", "罗安怡", "", "在职")]))
    last = db.session.scalars(select(RosterImport).order_by(RosterImport.id.desc())).first()
    signed_in = person("luo").session_version
    assert admin.send(f"{START}/{last.id}/undo", {}).status == 303
    assert (person("luo").active, person("luo").session_version) == (False, signed_in + 1)


def test_a_file_that_is_too_large_is_not_read_and_the_page_leads_back_to_its_form(world: World, admin: Browser) -> None:
    limit = admin.client.application.config["MAX_CONTENT_LENGTH"] = 100_000
    assert int(admin.get(START).all("input", id="file")[0]["data-most"]) in range(limit - 10_000, limit)
    page = send(admin, b"x" * limit)
    assert (page.status, texts(page, "h1")) == (413, ["文件太大"])
    assert "文件超过 2 MB，没有读取，什么都没有改。" in page.text
    assert START in [has["href"] for has in page.all("a", class_="button")]
