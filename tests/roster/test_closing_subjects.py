"""A subject that the school teaches no more is closed: offered nowhere, read wherever it was, and opened again."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.homework import common_actions
from portal.policy.errors import PolicyError
from portal.roster import actions
from portal.roster.people_queries import state_now
from portal.school.models import Subject, TeachingAssignment
from tests.factories import TODAY, TOMORROW, World, assign, item, move_up
from tests.homework.composing import complaints
from tests.page import Browser, Page, by_other_hands
from tests.roster.files import ASSIGNMENTS, SUBJECTS, bring_in, workbook
from tests.roster.files import send as upload
from tests.roster.test_classes import CLASSES, send
from tests.roster.test_classes import SUBJECTS as PAGE
from tests.roster.test_import import problems
from tests.roster.test_person import STALE, refusal, steps
from tests.roster.test_year import AUGUST, roll

YESTERDAY = TODAY - timedelta(days=1)
CLOSED = "学科“英语”已经停用。要用它，请管理员先在“班级与学科”里恢复。"


def address(world: World, step: str) -> str:
    return f"{PAGE}/{world.english.id}/{step}"


def close(browser: Browser, world: World) -> Page:
    """As the page says, after reading it."""
    where = address(world, "close")
    return browser.send(where, {"version": browser.get(where).value("version")})


def taught(world: World) -> list[tuple[int, int, int]]:
    db.session.rollback()
    columns = (TeachingAssignment.teacher_id, TeachingAssignment.class_id, TeachingAssignment.weekdays)
    return sorted(map(tuple, db.session.execute(select(*columns).where(columns[0] == world.luo.id))))


def test_before_closing_it_is_said_what_ends_and_what_stays(world: World, admin: Browser) -> None:
    page = admin.get(address(world, "close"))
    assert "任课 1 项" in page.text
    assert "罗安怡：四(1)班" in page.text
    assert "没有已经填报的。" in page.text
    for day in (YESTERDAY, TODAY, TOMORROW):
        world.file(world.luo, world.english, item(10), day=day, submit=day != TOMORROW)
    world.file(world.chen, world.maths, item(10))
    common = (world.school, 4, world.english, TOMORROW)
    common_actions.set_common(*common, items=[item(5)], seen_version=0, by=world.shen, at=world.at)
    db.session.commit()
    page = admin.get(address(world, "close"))
    assert "已经填报 2 份" in page.text
    assert "其中 1 份是草稿，停用以后不能再提交，不会公示。" in page.text
    assert [f"{day}：四(1)班" in page.text for day in (YESTERDAY, TODAY, TOMORROW)] == [False, True, True]
    assert f"年级统一内容 1 份，没有班级再来采用： {TOMORROW}：四年级" in page.text
    assert (steps()[-1], taught(world) != []) == ("common.set", True)


def test_closing_waits_until_what_is_touched_was_shown(world: World, admin: Browser) -> None:
    seen = {"version": admin.get(address(world, "close")).value("version")}
    world.file(world.luo, world.english, item(10))
    page = admin.send(address(world, "close"), seen)
    assert (page.status, refusal(page), "已经填报 1 份" in page.text) == (409, STALE, True)
    assert world.english.closed_on is None
    assert admin.send(address(world, "close"), {"version": page.value("version")}).status == 303
    assert steps()[-1] == "subject.close"


def test_a_closed_subject_is_offered_nowhere(world: World, admin: Browser) -> None:
    assign(world.luo, world.four_one, world.chinese)
    filing = world.file(world.luo, world.english, item(10, "背单词"))
    assert close(admin, world).status == 303
    page = admin.get(CLASSES)
    assert ("“英语”已停用。以前的作业都还在。" in page.text, "已经停用的 1 个学科" in page.text) == (True, True)
    luo, zheng = (Browser(admin.client.application).sign_in(each) for each in (world.luo, world.zheng))
    composer = luo.get(f"/homework/{world.four_one.id}/{world.chinese.id}/{TODAY}")
    assert f"/homework/{world.four_one.id}/{world.english.id}/" not in composer.html
    assert luo.get(f"/homework/{world.four_one.id}/{world.english.id}/{TODAY}").status == 403
    assert ">英语</option>" not in admin.get(f"/people/{world.luo.id}").html
    settings = zheng.get("/school/settings")
    assert (settings.all("input", name=f"budget_{world.english.id}"), "数学" in settings.text) == ([], True)
    assert "英语" not in admin.get("/roster/export-subject.csv").response.get_data(as_text=True)
    assert filing.status == "submitted"  # and stays
    assert "背单词" in zheng.get(f"/classes/{world.four_one.id}/{TODAY}").text


def test_what_was_set_in_it_is_read_and_published_and_nobody_waits_for_more(world: World, admin: Browser) -> None:
    world.file(world.luo, world.english, item(10, "背单词"))
    world.file(world.chen, world.maths, item(10))
    world.file(world.shen, world.chinese, item(10))
    close(admin, world)
    world.publish()
    page = Browser(admin.client.application).get(f"/board/{world.four_one.code}/{TODAY}")
    assert ("英语" in page.text, "背单词" in page.text) == (True, True)
    shen = Browser(admin.client.application).sign_in(world.shen)
    assert "英语" in shen.get(f"/grades/4/{TODAY}").text
    assert "英语" not in shen.get(f"/grades/4/{TOMORROW}").text
    assert "英语" not in shen.get(f"/classes/{world.four_one.id}/{TOMORROW}").text
    log = Browser(admin.client.application).sign_in(world.zheng).get("/office/log").text
    assert re.search("停用学科.{1,9}英语", log)


def test_nobody_can_bring_it_back_by_another_door(world: World, admin: Browser) -> None:
    close(admin, world)
    english = db.session.get(Subject, world.english.id)
    how = {"seen_version": state_now(world.luo.id), "by": world.admin, "at": world.at}
    with pytest.raises(PolicyError) as error:  # a form that was opened before
        actions.assign(world.luo, world.four_one, english, 31, **how)
    assert str(error.value) == CLOSED
    where = {"school_class": str(world.four_one.id), "subject": str(world.english.id), "weekdays": "0"}
    page = admin.send(f"/people/{world.luo.id}/teaching", {"version": str(state_now(world.luo.id)), **where})
    assert (page.status, complaints(page)) == (422, {"subject": "请从列出的里面选一项。"})
    page = send(admin, PAGE, name="英语")
    assert (page.status, refusal(page)) == (409, CLOSED)
    page = send(admin, f"{PAGE}/{world.maths.id}", name="英语")
    assert (page.status, refusal(page)) == (409, CLOSED)
    common = f"/homework/common/4/{world.english.id}/{TODAY}"
    sent = {"do": "save", "version": "0", "items-0-text": "背", "items-0-minutes": "5", "items-0-tier": "mandatory"}
    sent |= {"items-0-form": "oral", "items-0-place": "home", "items-0-every": "1"}
    page = Browser(admin.client.application).sign_in(world.shen).send(common, sent)
    assert (page.status, refusal(page)) == (409, CLOSED)
    assert (taught(world), steps()) == ([], ["subject.close"])


def test_a_file_is_told_that_the_subject_is_closed(world: World, admin: Browser) -> None:
    close(admin, world)
    rows = [ASSIGNMENTS, ("luo", "", "四(1)班", "英语", ""), ("luo", "", "四(1)班", "数学", "")]
    page = upload(admin, workbook(学科=[SUBJECTS, ("英语", 20, 1)], 任课=rows))
    assert problems(page) == {"学科 第 2 行「学科」": CLOSED, "任课 第 2 行「学科」": CLOSED}
    bring_in(admin, workbook(学科=[SUBJECTS, ("英语", 20, 1)], 任课=rows), do="good")
    db.session.refresh(world.english)
    assert (world.english.closed_on, world.english.budget) == (TODAY, 15)
    assert [each[1] for each in taught(world)] == [world.four_one.id]  # 数学


def test_opened_again_it_is_taught_as_before(world: World, admin: Browser) -> None:
    assign(world.luo, world.four_two, world.english, weekdays=5)
    db.session.commit()
    before = taught(world)
    close(admin, world)
    assert taught(world) == []
    assert send(admin, address(world, "open")).status == 303
    assert "“英语”已恢复，任课恢复了 2 项。" in admin.get(CLASSES).text
    assert (taught(world), world.english.closed_on, world.english.ended) == (before, None, None)
    assert steps() == ["subject.close", "subject.open"]
    assert Browser(admin.client.application).sign_in(world.luo).get("/homework/").status in (302, 303)


def test_lessons_come_back_only_where_teacher_and_class_are_as_they_were(world: World, admin: Browser) -> None:
    for place in (world.four_two, world.one_one):
        assign(world.luo, place, world.english)
    assign(world.lin, world.four_one, world.english)
    close(admin, world)
    move_up(world.four_two, TODAY)
    world.lin.active = False
    world.one_one.left_on = TODAY
    db.session.commit()
    send(admin, address(world, "open"))
    assert "任课恢复了 1 项。另有 3 项没有恢复" in admin.get(CLASSES).text
    assert [each[1] for each in taught(world)] == [world.four_one.id]


def test_an_old_form_opens_and_closes_nothing(world: World, admin: Browser) -> None:
    for step in ("close", "open"):
        page = admin.send(address(world, step), {"version": "0"})
        assert (page.status, refusal(page), steps()) == (409, STALE, [])
    close(admin, world)
    by_other_hands(admin.client.application, "UPDATE subject SET closed_on = NULL WHERE name = '英语'")
    assert admin.get(address(world, "close")).status == 200
    close(admin, world)
    assert (admin.get(address(world, "close")).status, steps()) == (303, ["subject.close", "subject.close"])


def test_another_schools_subject_is_not_closed(world: World, admin: Browser) -> None:
    other = f"{PAGE}/{world.other_maths.id}"
    assert admin.get(f"{other}/close").status == 404
    for step in ("close", "open"):
        assert admin.send(f"{other}/{step}", {"version": "0"}).status == 404
    assert world.other_maths.closed_on is None


def test_a_new_year_goes_on_without_it_and_is_not_taken_back_over_it(world: World, admin: Browser) -> None:
    close(admin, world)
    admin.get(CLASSES)  # says that it is closed
    assert "英语" not in admin.get("/roster/year").text
    send(admin, address(world, "open"))
    admin.get(CLASSES)
    assert "英语" in admin.get("/roster/year").text
    [lesson] = db.session.scalars(select(TeachingAssignment.id).where(TeachingAssignment.teacher_id == world.luo.id))
    kept = roll(world, at=AUGUST, **{f"les-{lesson}": ""})
    close(admin, world)
    undo = f"/roster/year/{kept.id}/undo"
    page = admin.send(undo, {})
    assert (page.status, "学科“英语”在升年级以后停用了，不能撤销。请先恢复它。" in page.text) == (409, True)
    send(admin, address(world, "open"))
    assert admin.send(undo, {}).status == 303
    db.session.refresh(world.four_one)
    assert world.four_one.grade == 4


def test_a_new_school_counts_only_what_it_teaches(world: World, admin: Browser) -> None:
    world.school.first_steps = True
    db.session.commit()
    assert "学科 3，" in admin.get("/setup/next").text
    close(admin, world)
    assert "学科 2，" in admin.get("/setup/next").text
