"""Classes and subjects, one by one."""

import re

import pytest
from sqlalchemy import select

from portal.accounts.models import RoleGrant
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.links import cannot_be_guessed
from portal.policy.permissions import Role
from portal.school import link_actions
from portal.school.models import RetiredCode, SchoolClass, Subject, TeachingAssignment
from tests.deputies.lending import grant_of, lent
from tests.factories import NOW, World, add, grant, make_person
from tests.homework.composing import complaints
from tests.page import Browser, Page
from tests.roster.test_person import STALE, refusal, steps

CLASSES, SUBJECTS = "/roster/classes", "/roster/subjects"


@pytest.fixture
def admin(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.admin)


def send(browser: Browser, address: str, **typed: str) -> Page:
    """With the version that the page shows beside this form."""
    page = browser.get(CLASSES)
    shown = (
        re.search(rf'action="{address}"[^>]*>.*?name="version" value="(\d+)"', page.html)
        if page.status == 200
        else None
    )
    return browser.send(address, {"version": shown[1] if shown else "", **typed})


def close(browser: Browser, school_class: SchoolClass) -> Page:
    """As the page says, after reading it."""
    where = f"{CLASSES}/{school_class.id}/close"
    return browser.send(where, {"version": browser.get(where).value("version")})


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


def test_an_old_form_does_nothing(world: World, admin: Browser) -> None:
    old = {"version": "0", "grade": "5", "number": "1", "name": "科学"}
    one = f"{CLASSES}/{world.four_one.id}"
    for address in (one, f"{one}/open", f"{SUBJECTS}/{world.maths.id}"):
        page = admin.send(address, old)
        assert (page.status, refusal(page), steps()) == (409, STALE, [])


def test_a_name_that_was_entered_wrongly_is_corrected(world: World, admin: Browser) -> None:
    one = f"{CLASSES}/{world.four_one.id}"
    assert send(admin, one, grade="4", number="2").status == 409
    assert refusal(send(admin, one, grade="4", number="2")) == "这个班已经有了。"
    assert refusal(send(admin, one, grade="4", number="x")) == "班号请填 1 到 60 的整数。"
    assert send(admin, one, grade="4", number="3").status == 303
    assert "四(3)班 班主任 陈立德" in admin.get(CLASSES).text
    assert "四(3)班" in admin.get("/board/schools/qinghe/").text
    assert send(admin, one, grade="4", number="3").status == 303
    assert steps() == ["class.correct"]
    assert "四(1)班 → 四(3)班" in Browser(admin.client.application).sign_in(world.zheng).get("/office/log").text


def test_a_class_is_closed_and_opened_again(world: World, admin: Browser) -> None:
    one = f"{CLASSES}/{world.four_one.id}"
    lent(world, grant_of(world.chen), world.luo)
    assert close(admin, world.four_one).status == 303
    page = admin.get(CLASSES)
    assert "已经离校的 1 个班" in page.text
    assert world.four_one.id not in {
        *db.session.scalars(select(TeachingAssignment.class_id)),
        *db.session.scalars(select(RoleGrant.class_id)),
    }
    chen = Browser(admin.client.application).sign_in(world.chen)
    assert "四(1)班" not in chen.get("/home").text
    assert "四(2)班" in chen.get("/home").text
    assert send(admin, CLASSES, grade="4", number="1").status == 303
    page = send(admin, f"{one}/open")
    assert (page.status, refusal(page)) == (409, "这个班已经有了。")
    [new] = db.session.scalars(
        select(SchoolClass).where(
            SchoolClass.school_id == world.school.id,
            SchoolClass.number == 1,
            SchoolClass.grade == 4,
            SchoolClass.left_on.is_(None),
        )
    )
    assert send(admin, f"{CLASSES}/{new.id}", grade="4", number="9").status == 303
    assert send(admin, f"{one}/open").status == 303
    assert "已经离校的" not in admin.get(CLASSES).text
    assert steps() == ["class.close", "class.add", "class.correct", "class.open"]


def test_another_schools_class_is_not_found(world: World, admin: Browser) -> None:
    other = f"{CLASSES}/{world.other_class.id}"
    for address in (other, f"{other}/close", f"{other}/open"):
        assert send(admin, address, grade="5", number="1").status == 404


# Two schools in one installation


def test_two_schools_have_the_same_classes_and_addresses_of_their_own(world: World, admin: Browser) -> None:
    boss = make_person(world.other_school, "boss", "远山管理员")
    grant(boss, Role.ADMINISTRATOR)
    db.session.commit()
    theirs = Browser(admin.client.application).sign_in(boss)
    for browser in (admin, theirs):
        assert send(browser, CLASSES, grade="5", number="1").status == 303
    ours, other = db.session.scalars(select(SchoolClass).where(SchoolClass.grade == 5).order_by(SchoolClass.school_id))
    assert (ours.school_id, other.school_id) == (world.school.id, world.other_school.id)
    assert cannot_be_guessed(ours.code)
    assert ours.code != other.code
    assert "青禾实验学校" in admin.get(f"/board/{ours.code}/").text
    assert "远山学校" in admin.get(f"/board/{other.code}/").text
    assert ours.code not in admin.get("/board/schools/yuanshan/").html


def test_a_code_that_the_other_school_has_or_had_is_drawn_once_more(
    world: World, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.other_class.code, had, new = "a" * 10, "b" * 10, "c" * 10
    add(RetiredCode, school_id=world.other_school.id, class_id=world.other_class.id, code=had, retired_at=NOW)
    db.session.commit()
    letters = iter(world.other_class.code + had + new)
    monkeypatch.setattr(link_actions, "choice", lambda _: next(letters))
    assert send(admin, CLASSES, grade="5", number="1").status == 303
    assert db.session.scalars(select(SchoolClass.code).where(SchoolClass.grade == 5)).all() == [new]
