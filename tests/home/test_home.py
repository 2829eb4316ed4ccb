"""The page after signing in: everybody finds what is theirs, and the board is everybody's."""

from datetime import datetime

from flask import Flask

from portal.policy.permissions import Role
from tests.approvals.reading import texts
from tests.factories import TODAY, World, assign, grant, item, make_class, make_person
from tests.page import Browser, Page, statements


def home(world: World, browser: Browser, name: str) -> Page:
    page = Browser(browser.client.application).sign_in(getattr(world, name)).get("/home")
    assert page.status == 200
    return page


def links(page: Page) -> list[str]:
    """Where the page leads, without header and languages."""
    ours = ("/classes/", "/grades/", "/homework/", "/people")
    return [has["href"] for has in page.all("a") if has["href"].startswith(ours) and "lang" not in has]


def test_everybody_finds_what_is_theirs(world: World, browser: Browser) -> None:
    one, two, first = world.four_one.id, world.four_two.id, world.one_one.id
    sheet, composer = f"/classes/{{}}/{TODAY}", f"/homework/{{}}/{{}}/{TODAY}"
    grade_one, grade_four = f"/grades/1/{TODAY}", f"/grades/4/{TODAY}"
    chinese, maths, english = world.chinese.id, world.maths.id, world.english.id
    found = {
        name: links(home(world, browser, name))
        for name in ("chen", "shen", "luo", "lin", "gu", "zheng", "cheng", "admin", "zhou")
    }
    assert found == {
        "chen": [sheet.format(one), composer.format(one, maths), composer.format(two, maths)],
        "shen": [grade_four, composer.format(one, chinese)],
        "luo": [composer.format(one, english)],
        "lin": [sheet.format(first), composer.format(first, chinese)],
        "gu": [grade_one],
        "zheng": [grade_one, grade_four],
        "cheng": [grade_one, grade_four, "/people"],
        "admin": ["/people"],
        "zhou": [
            sheet.format(world.other_class.id),
            grade_four,
            composer.format(world.other_class.id, world.other_maths.id),
        ],
    }


def test_every_link_of_the_page_opens(world: World, browser: Browser) -> None:
    for name in ("chen", "shen", "gu", "cheng", "zhou"):
        mine = Browser(browser.client.application).sign_in(getattr(world, name))
        statuses = {address: mine.get(address).status for address in links(mine.get("/home"))}
        assert set(statuses.values()) == {200}, statuses


def test_a_teacher_sees_what_is_filed_and_how_full_the_day_is(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20), submit=False)
    world.file(world.shen, world.chinese, item(45))
    page = home(world, browser, "chen")
    assert texts(page, "li") == [
        "四(1)班 我的班今天",
        "四(1)班 数学 草稿 全班 65 / 60 分钟，超 5 分钟",
        "四(2)班 数学 未填报 全班 0 / 60 分钟",
    ]
    world.file(world.chen, world.maths, school_class=world.four_two)
    assert texts(home(world, browser, "chen"), "li")[2] == "四(2)班 数学 已提交 今日无作业 全班 0 / 60 分钟"


def test_a_subject_without_a_lesson_that_day_is_not_missed(world: World, browser: Browser) -> None:
    world.xu = make_person(world.school, "xu", "许知行")
    assign(world.xu, world.four_two, world.english, weekdays=0b0000001)
    assert texts(home(world, browser, "xu"), "li") == ["四(2)班 英语 这天没有课 全班 0 / 60 分钟"]


def test_on_a_weekend_the_next_school_day_is_shown(app: Flask, world: World, browser: Browser) -> None:
    assert texts(home(world, browser, "luo"), "p", class_="quiet")[0] == "今天 11月24日 星期二"
    app.config["NOW"] = datetime(2026, 11, 28, 10, 0, tzinfo=app.config["TIMEZONE"])
    page = home(world, browser, "luo")
    assert texts(page, "p", class_="quiet")[0] == "下一个上学日 11月30日 星期一"
    assert links(page) == [f"/homework/{world.four_one.id}/{world.english.id}/2026-11-30"]


def test_somebody_without_any_task_is_told_whom_to_ask(world: World, browser: Browser) -> None:
    world.new = make_person(world.school, "new", "新老师")
    page = home(world, browser, "new")
    assert links(page) == []
    assert "您的账号还没有任课或角色，请联系管理员。" in texts(page, "p")


def test_one_person_may_have_several_roles(world: World, browser: Browser) -> None:
    grant(world.chen, Role.LEAD, grade=1)
    grant(world.chen, Role.HOMEROOM, school_class=world.four_two)
    sheets = [f"/classes/{each.id}/{TODAY}" for each in (world.four_one, world.four_two)]
    assert links(home(world, browser, "chen"))[:3] == [*sheets, f"/grades/1/{TODAY}"]


def test_the_home_page_takes_the_same_statements_for_one_class_and_three(world: World, browser: Browser) -> None:
    assign(world.chen, make_class(world.school, 4, 3), world.maths)
    world.file(world.chen, world.maths, item(20), item(10, days=3))
    world.file(world.luo, world.english, item(5))
    counts = {}
    for name in ("luo", "chen"):
        mine = Browser(browser.client.application).sign_in(getattr(world, name))
        with statements() as seen:
            rows = len(mine.get("/home").all("a", class_="row-link"))
        counts[name] = (rows, len(seen))
    assert counts == {"luo": (1, 7), "chen": (3, 7)}


def test_the_first_page_is_the_board_for_the_public_and_home_for_staff(world: World, browser: Browser) -> None:
    assert browser.get("/").response.location == "/board/"
    assert browser.get("/home").response.location == "/sign-in?next=/home"
    assert browser.sign_in(world.chen).get("/").response.location == "/home"
