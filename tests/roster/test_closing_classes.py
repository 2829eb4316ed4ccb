"""A class that is none any more is closed: what that touches is said before, who was there is given back after."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Post, RoleGrant
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.policy.permissions import Role
from portal.roster import actions
from portal.roster.people_queries import state_now
from portal.school.models import TeachingAssignment
from tests.approvals.reading import texts
from tests.deputies.lending import grant_of, lent
from tests.factories import TODAY, TOMORROW, World, item
from tests.page import Browser, statements
from tests.roster.test_classes import CLASSES, close, send
from tests.roster.test_person import STALE, refusal, steps

YESTERDAY = TODAY - timedelta(days=1)
CLOSED = "这个班已经停用。要用它，请管理员先在“班级与学科”里恢复。"


@pytest.fixture
def admin(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.admin)


def address(world: World, step: str) -> str:
    return f"{CLASSES}/{world.four_one.id}/{step}"


def there(world: World) -> list[tuple]:
    """Who teaches 四(1) what on which weekdays, and who is its homeroom teacher."""
    db.session.rollback()
    lesson, role = TeachingAssignment, RoleGrant
    lessons = select(lesson.teacher_id, lesson.subject_id, lesson.weekdays).where(lesson.class_id == world.four_one.id)
    roles = select(role.person_id, role.role).where(role.class_id == world.four_one.id)
    return sorted(map(tuple, db.session.execute(lessons))) + sorted(map(tuple, db.session.execute(roles)))


def test_before_closing_it_is_said_what_ends_and_what_stays(world: World, admin: Browser) -> None:
    lent(world, grant_of(world.chen), world.luo)
    page = admin.get(address(world, "close"))
    assert "任课 3 项" in page.text
    assert [f"{name}：{subject}" in page.text for name, subject in (("陈立德", "数学"), ("罗安怡", "英语"))] == [
        True
    ] * 2
    assert "班主任 陈立德 不再协调这个班。" in page.text
    assert "罗安怡 代理班主任（" in page.text
    assert "“几个孩子的作业”会写明这个班已经离校" in page.text
    assert "没有已经填报的。" in page.text
    for day in (YESTERDAY, TODAY, TOMORROW):
        world.file(world.luo, world.english, item(10), day=day, submit=day != TOMORROW)
    for teacher, subject in ((world.chen, world.maths), (world.shen, world.chinese)):
        world.file(teacher, subject, item(5))
    world.file(world.chen, world.maths, item(10), school_class=world.four_two)
    world.publish()
    page = admin.get(address(world, "close"))
    assert "已经填报 4 份" in page.text
    assert "其中 1 份是草稿，停用以后不能再提交，不会公示。" in page.text
    assert texts(page, "li")[-2:] == [f"{TODAY}：语文、数学、英语", f"{TOMORROW}：英语 还没有公示"]
    assert "有 1 天的清单还没有公示。" in page.text
    assert there(world) != []


def test_a_class_that_nobody_is_in_is_closed_as_well(world: World, admin: Browser) -> None:
    page = admin.get(f"{CLASSES}/{world.four_two.id}/close")
    assert ("任课 1 项" in page.text, "现在没有班主任。" in page.text) == (True, True)
    db.session.delete(db.session.scalars(select(TeachingAssignment).filter_by(class_id=world.four_two.id)).one())
    db.session.commit()
    assert "现在没有人任教这个班。" in admin.get(f"{CLASSES}/{world.four_two.id}/close").text
    assert close(admin, world.four_two).status == 303
    assert send(admin, f"{CLASSES}/{world.four_two.id}/open").status == 303
    assert "四(2)班 已恢复。请给它安排班主任和任课。" in admin.get(CLASSES).text


def test_what_was_said_of_its_link_is_so(world: World, admin: Browser) -> None:
    code, family = world.four_one.code, Browser(admin.client.application)
    at = [f"/board/{code}/", f"/board/{code}/wall", f"/board/children?class={code}"]
    assert ["这个班已经离校" in family.get(each).text for each in at] == [False] * 3
    assert "四(1)班" in family.get("/board/schools/qinghe/").text
    close(admin, world.four_one)
    assert ["这个班已经离校" in family.get(each).text for each in at] == [True] * 3
    assert "四(1)班" not in family.get("/board/schools/qinghe/").text


@pytest.mark.parametrize("change", ["filing", "lesson", "homeroom", "loan", "published"])
def test_closing_waits_until_what_is_touched_was_shown(world: World, admin: Browser, change: str) -> None:
    world.file(world.luo, world.english, item(10))
    world.file(world.chen, world.maths)
    world.file(world.shen, world.chinese)
    seen = {"version": admin.get(address(world, "close")).value("version")}
    if change == "filing":
        world.file(world.luo, world.english, item(10), day=TOMORROW)
    elif change == "published":
        world.publish()
    elif change == "loan":
        lent(world, grant_of(world.chen), world.luo)
    else:
        table = TeachingAssignment if change == "lesson" else RoleGrant
        db.session.delete(db.session.scalars(select(table).filter_by(class_id=world.four_one.id)).first())
    db.session.commit()
    before = there(world)
    page = admin.send(address(world, "close"), seen)
    assert (page.status, refusal(page), world.four_one.left_on, there(world)) == (409, STALE, None, before)
    assert admin.send(address(world, "close"), {"version": page.value("version")}).status == 303
    assert (steps()[-1], there(world)) == ("class.close", [])


def test_opened_again_it_has_those_who_were_there(world: World, admin: Browser) -> None:
    before = there(world)
    close(admin, world.four_one)
    assert (there(world), admin.get(address(world, "close")).status) == ([], 303)
    assert send(admin, address(world, "open")).status == 303
    assert "四(1)班 已恢复，任课和班主任恢复了 4 项。" in admin.get(CLASSES).text
    assert (there(world), world.four_one.left_on, world.four_one.ended) == (before, None, None)
    assert "四(1)班" in Browser(admin.client.application).sign_in(world.chen).get("/home").text


def test_who_has_gone_and_what_is_taught_no_more_does_not_come_back(world: World, admin: Browser) -> None:
    close(admin, world.four_one)
    world.chen.active = False
    world.english.closed_on = TODAY
    db.session.commit()
    send(admin, address(world, "open"))
    assert "任课和班主任恢复了 1 项。另有 3 项没有恢复" in admin.get(CLASSES).text
    assert there(world) == [(world.shen.id, world.chinese.id, 31)]


def test_an_old_form_closes_nothing(world: World, admin: Browser) -> None:
    page = admin.send(address(world, "close"), {"version": "0"})
    assert (page.status, refusal(page), steps()) == (409, STALE, [])


def test_nobody_brings_it_back_by_another_door(world: World, admin: Browser) -> None:
    close(admin, world.four_one)
    how = {"seen_version": state_now(world.lin.id), "by": world.admin, "at": world.at}
    with pytest.raises(PolicyError, match=CLOSED):  # forms that were opened before
        actions.assign(world.lin, world.four_one, world.maths, 31, **how)
    with pytest.raises(PolicyError, match=CLOSED):
        actions.grant(world.lin, Post(Role.HOMEROOM, 4, 1), world.four_one.id, **how)
    assert there(world) == []


@pytest.mark.parametrize("filings", [1, 3])
def test_the_page_asks_as_much_for_one_filing_as_for_three(world: World, admin: Browser, filings: int) -> None:
    for teacher, subject in [(world.luo, world.english), (world.chen, world.maths), (world.shen, world.chinese)][
        :filings
    ]:
        world.file(teacher, subject, item(5))
    admin.get(address(world, "close"))
    with statements() as seen:
        assert admin.get(address(world, "close")).status == 200
    assert len(seen) == 5  # the class, and the four of place_queries
