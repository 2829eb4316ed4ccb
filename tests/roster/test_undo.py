"""Taking back the last import: what nobody has used goes, what was changed becomes what it was, the rest is named."""

from flask import Flask
from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.permissions import Role
from portal.roster.import_models import RosterImport
from portal.school.models import SchoolClass, Subject
from tests.approvals.reading import texts
from tests.factories import World, grant, item
from tests.homework.composing import refusals
from tests.page import Browser, by_other_hands
from tests.roster.files import ASSIGNMENTS, CLASSES, PEOPLE, START, SUBJECTS, bring_in, new_school, stored, workbook
from tests.roster.test_import import person
from tests.school.setting import log, rules_version


def last() -> RosterImport:
    db.session.rollback()
    anew = {"populate_existing": True}
    return db.session.scalars(select(RosterImport).order_by(RosterImport.id.desc()).execution_options(**anew)).first()


def undo(browser: Browser, address: str = "") -> str:
    """Take back the last import; what the next page says."""
    done = browser.send(address or f"{START}/{last().id}/undo", {})
    assert done.status == 303, done.text
    return texts(browser.get(done.response.location), "p", class_="said")[0]


def test_an_import_of_new_things_is_taken_back_as_a_whole(world: World, admin: Browser) -> None:
    before = stored()
    bring_in(admin, new_school())
    page = admin.get(f"{START}/{last().id}/undo")
    assert "王芳 (t1) 删去" in page.text
    assert "12 项" in page.text
    assert undo(admin) == "已撤销：12 项。没有撤销：0 项。"
    assert stored() == before
    assert [step for step, *_ in log()] == ["roster.import", "roster.undo"]
    assert rules_version(world) == 2


def test_changes_go_back(world: World, admin: Browser) -> None:
    before = stored()
    bring_in(
        admin,
        workbook(
            学科=[SUBJECTS, ("数学", "无", 9)],
            教师=[PEOPLE, ("chen", "陈立得", "教务处", "停用"), ("luo", "罗安", "", "")],
            任课=[ASSIGNMENTS, ("luo", "", "四(1)班", "英语", "二")],
        ),
    )
    assert stored() != before
    undo(admin)
    assert stored() == before


def test_what_is_in_use_stays_and_is_named(world: World, admin: Browser, app: Flask) -> None:
    bring_in(
        admin,
        workbook(
            班级=[CLASSES, (3, 1), (3, 2)],
            学科=[SUBJECTS, ("科学", "", ""), ("书法", "", "")],
            教师=[
                PEOPLE,
                ("t1", "王芳", "", ""),
                ("t2", "王芳", "", ""),
                ("t3", "王芳", "", ""),
                ("chen", "陈立得", "", ""),
            ],
            任课=[ASSIGNMENTS, ("luo", "", "四(1)班", "科学", ""), ("t3", "", "三(1)班", "书法", "")],
        ),
    )
    science = db.session.scalars(select(Subject).where(Subject.name == "科学")).one()
    three_two = db.session.scalars(select(SchoolClass).where(SchoolClass.grade == 3, SchoolClass.number == 2)).one()
    world.file(world.luo, science, item(10))
    grant(person("t1"), Role.HOMEROOM, school_class=three_two)
    db.session.commit()
    by_other_hands(app, "UPDATE person SET password_hash = 'x$y$z' WHERE login = 't2'")
    by_other_hands(app, "UPDATE person SET name = '陈大' WHERE login = 'chen'")
    page = admin.get(f"{START}/{last().id}/undo")
    stays = texts(page, "ul", class_="log")[0]
    assert stays == (
        "罗安怡 (luo) 四(1)班 科学 已经布置过作业 陈立得 (chen) 之后又改过 王芳 (t1) 已经有人用到 "
        "王芳 (t2) 已经有密码 科学 已经有人用到 三(2)班 已经有人用到"
    )
    assert undo(admin) == "已撤销：4 项。没有撤销：6 项。"
    assert person("chen").name == "陈大"
    [entry] = db.session.scalars(select(LogEntry).where(LogEntry.step == "roster.undo"))
    assert (entry.details["stays"], entry.details["undone"]) == (6, 4)
    assert {each for _, each, *_ in stored()["people"]} & {"t1", "t2", "t3"} == {"t1", "t2"}
    assert (3, 1) not in {(grade, number) for _, grade, number, _ in stored()["classes"]}


def test_only_the_last_import_is_taken_back_and_only_once(world: World, admin: Browser) -> None:
    bring_in(admin, new_school())
    first = f"{START}/{last().id}/undo"
    bring_in(admin, workbook(班级=[CLASSES, (5, 1)]))
    second = f"{START}/{last().id}/undo"
    assert [admin.get(each).status for each in (first, second)] == [404, 200]
    assert admin.send(first, {}).status == 404
    undo(admin)
    assert (admin.get(second).status, admin.send(second, {}).status, admin.get(first).status) == (404, 404, 404)
    assert person("t1").name == "王芳"
    db.session.rollback()
    assert {tuple(each.changes) for each in db.session.scalars(select(RosterImport))} == {()}


def test_an_import_waits_no_more_once_it_is_done_and_keeps_no_rows(world: World, admin: Browser) -> None:
    page = bring_in(admin, new_school())
    assert (last().tables, last().state, "notice" in page.html) == ([], "done", False)
    assert "王芳" not in page.html


def test_another_school_takes_back_its_own(world: World, admin: Browser, app: Flask) -> None:
    grant(world.zhou, Role.ADMINISTRATOR)
    db.session.commit()
    bring_in(admin, new_school())
    address = f"{START}/{last().id}/undo"
    other = Browser(app).sign_in(world.zhou)
    assert (other.get(address).status, other.send(address, {}).status) == (404, 404)
    assert "名单.xlsx" not in other.get(START).html
    assert refusals(admin.get(START)) == []
