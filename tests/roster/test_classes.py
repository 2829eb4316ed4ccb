"""Classes and subjects, one by one."""

import pytest
from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.links import cannot_be_guessed
from portal.school.models import SchoolClass, Subject
from tests.factories import World
from tests.homework.composing import complaints
from tests.page import Browser, Page
from tests.roster.test_person import STALE, refusal, steps, version

CLASSES, SUBJECTS = "/roster/classes", "/roster/subjects"


@pytest.fixture
def admin(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.admin)


def send(browser: Browser, address: str, **typed: str) -> Page:
    return browser.send(address, {"version": version(browser), **typed})


def test_a_class_is_added_with_an_address_of_its_own(world: World, admin: Browser) -> None:
    assert "五(1)班" not in admin.get("/board/schools/qinghe/").text
    assert send(admin, CLASSES, grade="5", number="１").status == 303
    [added] = db.session.scalars(select(SchoolClass).where(SchoolClass.grade == 5))
    assert (added.school_id, added.number, cannot_be_guessed(added.code)) == (world.school.id, 1, True)
    assert "五(1)班 还没有班主任" in admin.get(CLASSES).text
    assert "四(1)班 班主任 陈立德" in admin.get(CLASSES).text
    assert "五(1)班" in admin.get("/board/schools/qinghe/").text
    page = send(admin, CLASSES, grade="5", number="1")
    assert (page.status, refusal(page)) == (409, "这个班已经有了。")
    assert steps() == ["class.add"]
    assert "五(1)班" in Browser(admin.client.application).sign_in(world.zheng).get("/office/log").text


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({"grade": "", "number": ""}, {"grade": "请选择。", "number": "班号请填 1 到 60 的整数。"}),
        ({"grade": "10", "number": "0"}, {"grade": "请从列出的里面选一项。", "number": "班号请填 1 到 60 的整数。"}),
        ({"grade": "5", "number": "61"}, {"number": "班号请填 1 到 60 的整数。"}),
        ({"grade": "5", "number": "x"}, {"number": "班号请填 1 到 60 的整数。"}),
    ],
)
def test_there_is_no_such_class(world: World, admin: Browser, typed: dict[str, str], sentences: dict[str, str]) -> None:
    page = send(admin, CLASSES, **typed)
    assert (page.status, complaints(page)) == (422, sentences)


def test_a_subject_is_added_after_the_others_and_renamed(world: World, admin: Browser) -> None:
    assert send(admin, SUBJECTS, name="信息科技").status == 303
    added = db.session.scalars(select(Subject).where(Subject.name == "信息科技")).one()
    assert (added.school_id, added.position) == (world.school.id, 3)
    page = send(admin, SUBJECTS, name="信息科技")
    assert (page.status, refusal(page)) == (409, "这个学科已经有了。")
    assert send(admin, f"{SUBJECTS}/{added.id}", name="科学").status == 303
    assert "科学" in admin.get(CLASSES).text
    page = send(admin, f"{SUBJECTS}/{added.id}", name="数学")
    assert (page.status, refusal(page)) == (409, "这个学科已经有了。")
    assert steps() == ["subject.add", "subject.rename"]
    [renamed] = db.session.scalars(select(LogEntry).where(LogEntry.step == "subject.rename"))
    assert renamed.details == {"called": ["信息科技", "科学"]}


def test_a_subject_has_a_name(world: World, admin: Browser) -> None:
    page = send(admin, SUBJECTS, name=" ")
    assert (page.status, complaints(page)) == (422, {"name": "请填学科名称。"})
    page = send(admin, f"{SUBJECTS}/{world.maths.id}", name="数" * 41)
    assert (page.status, refusal(page)) == (422, "学科名称最多 40 个字。")


def test_another_schools_subject_is_not_found(world: World, admin: Browser) -> None:
    assert send(admin, f"{SUBJECTS}/{world.other_maths.id}", name="科学").status == 404


@pytest.mark.parametrize("address", [CLASSES, SUBJECTS])
def test_an_old_form_does_nothing(world: World, admin: Browser, address: str) -> None:
    page = admin.send(address, {"version": "0", "grade": "5", "number": "1", "name": "科学"})
    assert (page.status, refusal(page), steps()) == (409, STALE, [])
