"""What a new school does next: ticked off by what there is, on the start page until all is done or it is put away."""

from datetime import date, time

import pytest
from flask import Flask

from portal.accounts.models import NO_PASSWORD
from portal.policy.permissions import Role
from portal.policy.service import Band, Period
from portal.school import actions as school_actions
from portal.school.models import School
from portal.service import actions as service_actions
from portal.setup.page import Step
from tests.approvals.reading import texts
from tests.factories import World, add, grant, item, make_person
from tests.homework.composing import fields
from tests.page import Browser, statements
from tests.setup.founding import NEXT, found

TITLES = ["上传名单", "说好谁是教务处", "打印密码条", "核对校历", "学校设置", "延时服务", "告诉家长公示栏"]


def ticked(browser: Browser) -> list[str]:
    """The steps that the page says are done."""
    page = browser.get(NEXT)
    titles = [each.split() for each in texts(page, "h2")]
    assert [each[0] for each in titles] == TITLES
    return [name for name, *mark in titles if mark == ["✓", "已完成"]]


def reminder(browser: Browser) -> list[str]:
    return [each for each in texts(browser.get("/home"), "p", class_="notice") if "接下来做什么" in each]


def test_a_new_school_has_its_office_and_its_term(app: Flask, browser: Browser, code: str) -> None:
    found(browser, code)
    assert ticked(browser) == ["说好谁是教务处", "核对校历"]
    assert reminder(browser) == ["接下来做什么 新学校的步骤，已完成 2/7"]


def test_each_step_is_ticked_off_by_what_it_leaves_and_then_nobody_is_reminded(world: World, browser: Browser) -> None:
    """Names and roles are there in the world already."""
    world.school.first_steps = True
    grant(world.admin, Role.OFFICE)
    browser.sign_in(world.admin)
    assert ticked(browser) == ["上传名单", "说好谁是教务处", "打印密码条"]
    new = make_person(world.school, "new", "新人")
    new.password_hash = NO_PASSWORD
    assert ticked(browser) == ["上传名单", "说好谁是教务处"]
    assert texts(browser.get(NEXT), "p", class_="num quiet")[1] == "还没有密码的：1 人"
    new.active = False
    assert "打印密码条" in ticked(browser)
    who = {"by": world.zheng, "at": world.at}
    version = school_actions.set_term(world.school, "学期", date(2026, 2, 1), date(2026, 11, 23), seen_version=0, **who)
    assert "核对校历" not in ticked(browser)
    version = school_actions.set_term(
        world.school, "新学期", date(2026, 11, 24), date(2027, 1, 20), seen_version=version, **who
    )
    assert "核对校历" in ticked(browser)
    school_actions.set_grade_rule(world.school, 4, cap=50, no_homework_weekday=None, seen_version=version, **who)
    assert "学校设置" in ticked(browser)
    period = Period(Band.ALL, "辅导", time(15, 40), time(16, 20), ("作业辅导",) * 5)
    service_actions.set_timetable(world.school, [period], seen_version=0, **who)
    assert "延时服务" in ticked(browser)
    world.file(world.chen, world.maths, item(20))
    assert len(reminder(browser)) == 1
    world.publish()
    assert ticked(browser) == TITLES
    assert reminder(browser) == []


def test_another_schools_rows_tick_nothing(world: World, browser: Browser) -> None:
    lonely = add(School, code="lonely", name="新校", first_steps=True)
    only = make_person(lonely, "only", "独")
    grant(only, Role.ADMINISTRATOR)
    assert ticked(browser.sign_in(only)) == []
    assert reminder(browser) == ["接下来做什么 新学校的步骤，已完成 0/7"]


def test_it_can_be_put_away_and_brought_back(app: Flask, browser: Browser, code: str) -> None:
    found(browser, code)
    for do, said, shown in (
        ("hide", "首页上不再显示“接下来做什么”。", 0),
        ("show", "首页上又有“接下来做什么”了。", 1),
    ):
        page = browser.get(NEXT)
        done = browser.post(NEXT, fields(page, NEXT) | {"do": do})
        assert (done.status, done.response.location) == (303, f"{NEXT}#main")
        assert texts(browser.get(NEXT), "p", class_="said") == [said]
        assert len(reminder(browser)) == shown


def test_others_are_not_reminded(world: World, app: Flask) -> None:
    world.school.first_steps = True
    reminded = [
        len(reminder(Browser(app).sign_in(each)))
        for each in (world.admin, world.zheng, world.chen, world.shen, world.cheng)
    ]
    assert reminded == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("who", "leads", "whose"), [("admin", "/roster/import", "教务处"), ("zheng", "/school/settings", "管理员")]
)
def test_each_is_led_to_what_they_may_do(world: World, browser: Browser, who: str, leads: str, whose: str) -> None:
    page = browser.sign_in(getattr(world, who)).get(NEXT)
    links = [has["href"] for has in page.all("a")]
    assert (leads in links, "/roster/import" in links and "/school/settings" in links) == (True, False)
    assert f"由{whose}来做。" in page.text
    for link in links:
        if link.startswith("/") and "lang=" not in link:
            assert browser.get(link, follow_redirects=True).status == 200, link


def test_it_costs_one_statement_and_none_once_put_away(world: World, browser: Browser) -> None:
    def cost() -> int:
        with statements() as seen:
            browser.get("/home")
        return len(seen)

    browser.sign_in(world.admin)
    browser.get("/home")
    before = cost()
    world.school.first_steps = True
    browser.get("/home")
    assert cost() == before + 1


def test_the_steps_are_all_there() -> None:
    assert len(Step) == len(TITLES)
