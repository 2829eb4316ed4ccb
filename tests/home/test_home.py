"""The page after signing in: everybody finds what is theirs, and the board is everybody's."""

from datetime import date, datetime, time

from flask import Flask

from portal.extensions import db
from portal.policy.calendar import DayKind
from portal.policy.permissions import Role
from portal.school import actions as school
from tests.approvals.reading import texts
from tests.factories import TODAY, World, assign, grant, item, make_class, make_person, set_rule
from tests.home.waiting import home, links, row, taps, waits
from tests.page import Browser, statements

SATURDAY = date(2026, 11, 28)


def set_clock(app: Flask, day: date, hour: int = 10, minute: int = 0) -> None:
    app.config["NOW"] = datetime.combine(day, time(hour, minute), app.config["TIMEZONE"])


def test_everybody_finds_what_is_theirs(world: World, browser: Browser) -> None:
    one, two, first = world.four_one.id, world.four_two.id, world.one_one.id
    sheet, composer = f"/classes/{{}}/{TODAY}", f"/homework/{{}}/{{}}/{TODAY}"
    grade_one = [f"/grades/1/{TODAY}", f"/homework/common/1/{TODAY}"]
    grade_four = [f"/grades/4/{TODAY}", f"/homework/common/4/{TODAY}"]
    office = ["/office/?show=open", "/office/sample", "/office/log"]
    chinese, maths, english = world.chinese.id, world.maths.id, world.english.id
    set_rule(world.school, 1, no_homework_weekday=TODAY.weekday())
    set_rule(world.school, 4, no_homework_weekday=TODAY.weekday())
    found = {
        name: links(home(world, browser, name))
        for name in ("chen", "shen", "luo", "lin", "gu", "zheng", "cheng", "admin")
    }
    assert found == {
        "chen": [sheet.format(one), composer.format(one, maths), composer.format(two, maths), "/deputies/"],
        "shen": [composer.format(one, chinese), *grade_four, "/deputies/"],
        "luo": [composer.format(one, english)],
        "lin": [sheet.format(first), composer.format(first, chinese), "/deputies/"],
        "gu": [*grade_one, "/deputies/"],
        "zheng": [*grade_one, *grade_four, *office, "/deputies/"],
        "cheng": [*grade_one, *grade_four, *office, "/people"],
        "admin": ["/people", "/deputies/"],
    }


def test_every_link_of_the_page_opens(world: World, browser: Browser) -> None:
    world.file(world.luo, world.english, item(10), submit=False)
    for name in ("chen", "shen", "luo", "gu", "zheng", "cheng", "admin", "zhou"):
        mine = Browser(browser.client.application).sign_in(getattr(world, name))
        statuses = {each: mine.get(each, follow_redirects=True).status for each in links(mine.get("/home"))}
        assert set(statuses.values()) == {200}, statuses


def test_another_schools_day_is_not_on_the_page(world: World, browser: Browser) -> None:
    grant(world.zhou, Role.OFFICE)
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    assert row(home(world, browser, "shen"), "四年级").startswith("四年级 全年级总量 填报中 1 班主任已协调 1")
    assert row(home(world, browser, "zhou"), "四年级").startswith("四年级 全年级总量 填报中 1 统一内容")


def test_a_teacher_sees_what_is_filed_and_how_full_the_day_is(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20), submit=False)
    world.file(world.shen, world.chinese, item(45))
    page = home(world, browser, "chen")
    assert row(page, "四(1)班 数学") == "四(1)班 数学 草稿 全班 65 / 60 分钟，超 5 分钟"
    assert row(page, "四(2)班 数学") == "四(2)班 数学 未填报 全班 0 / 60 分钟"
    world.file(world.chen, world.maths, school_class=world.four_two)
    world.file(world.chen, world.maths, item(5))
    page = home(world, browser, "chen")
    assert row(page, "四(1)班 数学") == "四(1)班 数学 已提交 全班 50 / 60 分钟"
    assert row(page, "四(2)班 数学") == "四(2)班 数学 今日无作业 全班 0 / 60 分钟"


def test_where_nothing_is_expected_the_row_says_why(app: Flask, world: World, browser: Browser) -> None:
    world.xu = make_person(world.school, "xu", "许知行")
    assign(world.xu, world.four_two, world.english, weekdays=0b0000001)
    assert row(home(world, browser, "xu"), "四(2)班") == "四(2)班 英语 这天没有课 全班 0 / 60 分钟"
    set_rule(world.school, 4, no_homework_weekday=TODAY.weekday())
    page = home(world, browser, "luo")
    assert row(page, "四(1)班") == "四(1)班 英语 无作业日 全班 0 / 60 分钟"
    assert waits(page) == ["现在没有等您办的事。"]


# What day it is


def test_the_time_that_is_left_until_the_cut_off_stands_above_the_filings(
    app: Flask, world: World, browser: Browser
) -> None:
    said = {}
    for hour, minute in ((14, 55), (15, 50), (16, 0), (16, 1)):
        set_clock(app, TODAY, hour, minute)
        said[hour, minute] = texts(home(world, browser, "luo"), "p", class_="quiet num")
    assert said == {
        (14, 55): ["16:00 截止，还有 1 小时 5 分钟"],
        (15, 50): ["16:00 截止，还有 10 分钟"],
        (16, 0): ["16:00 截止，还有 0 分钟"],
        (16, 1): ["16:00 已截止，现在提交要写原因，并标为“迟交”"],
    }


def test_on_a_weekend_the_page_says_so_and_shows_the_next_school_day(
    app: Flask, world: World, browser: Browser
) -> None:
    assert texts(home(world, browser, "luo"), "p", id="today") == ["今天 11月24日 星期二"]
    set_clock(app, SATURDAY)
    page = home(world, browser, "luo")
    assert texts(page, "p", id="today") == ["今天 11月28日 星期六 · 周末"]
    assert texts(page, "p", class_="next-day") == ["下一个上学日 11月30日 星期一"]
    assert waits(page) == ["今天没有等您办的事。"]
    assert row(page, "四(1)班 英语") == "四(1)班 英语 未填报 全班 0 / 60 分钟"
    assert links(page) == [f"/homework/{world.four_one.id}/{world.english.id}/2026-11-30"]
    assert texts(page, "p", class_="quiet num") == []  # no cut-off of another day


def test_a_make_up_day_is_a_school_day_and_a_holiday_is_none(app: Flask, world: World, browser: Browser) -> None:
    who = {"by": world.zheng, "at": world.at}
    version = school.set_days(world.school, SATURDAY, SATURDAY, DayKind.MAKEUP, seen_version=0, **who)
    school.set_days(world.school, TODAY, date(2026, 11, 27), DayKind.HOLIDAY, seen_version=version, **who)
    db.session.commit()
    page = home(world, browser, "luo")
    assert texts(page, "p", id="today") == ["今天 11月24日 星期二 · 放假"]
    assert texts(page, "p", class_="next-day") == ["下一个上学日 11月28日 星期六"]
    set_clock(app, SATURDAY)
    page = home(world, browser, "luo")
    assert texts(page, "p", id="today") == ["今天 11月28日 星期六 · 调休上学"]
    assert texts(page, "p", class_="next-day") == []
    assert texts(page, "p", class_="quiet num") == ["16:00 截止，还有 6 小时 0 分钟"]


def test_between_terms_the_first_school_day_of_the_next_one_is_shown(
    app: Flask, world: World, browser: Browser
) -> None:
    who = {"by": world.zheng, "at": world.at}
    version = school.set_term(world.school, "上学期", date(2026, 9, 1), date(2026, 11, 20), seen_version=0, **who)
    page_without_a_next_one = home_after_commit(world, browser)
    assert texts(page_without_a_next_one, "p", id="today") == ["今天 11月24日 星期二 · 学期外"]
    assert row(page_without_a_next_one, "四(1)班") == "四(1)班 英语 学期外 全班 0 / 60 分钟"
    school.set_term(world.school, "下学期", date(2027, 2, 28), date(2027, 7, 2), seen_version=version, **who)
    page = home_after_commit(world, browser)
    assert texts(page, "p", id="today") == ["今天 11月24日 星期二 · 学期外"]
    assert texts(page, "p", class_="next-day") == ["下一个上学日 3月1日 星期一"]


def home_after_commit(world: World, browser: Browser):
    db.session.commit()
    return home(world, browser, "luo")


# Roles


def test_somebody_without_any_task_is_told_whom_to_ask(world: World, browser: Browser) -> None:
    world.new = make_person(world.school, "new", "新老师")
    page = home(world, browser, "new")
    assert links(page) == []
    assert "您的账号还没有任课或角色，请联系管理员。" in texts(page, "p")


def test_one_person_may_have_several_roles(world: World, browser: Browser) -> None:
    grant(world.chen, Role.LEAD, grade=1)
    grant(world.chen, Role.HOMEROOM, school_class=world.four_two)
    page = home(world, browser, "chen")
    assert [text.split("班")[0] for text in texts(page, "h3")] == ["四(1)", "四(2)"]
    assert row(page, "一年级") == "一年级 全年级总量 填报中 1 统一内容 一年级"
    assert taps(page) == ["#filings"]


def test_the_home_page_takes_the_same_statements_for_one_class_and_three(world: World, browser: Browser) -> None:
    for number in (3, 4):
        assign(world.chen, make_class(world.school, 4, number), world.maths)
    world.file(world.chen, world.maths, item(20), item(10, days=3))
    world.file(world.luo, world.english, item(5))
    world.file(world.lin, world.chinese, item(5, place="school"), school_class=world.one_one)
    world.file(world.chen, world.maths, item(5), school_class=world.four_two)
    counts = {}
    for name in ("luo", "lin", "chen", "gu", "shen", "zheng", "cheng", "admin"):
        mine = Browser(browser.client.application).sign_in(getattr(world, name))
        with statements() as seen:
            rows = len(mine.get("/home").all("a", class_="row-link"))
        counts[name] = (rows, len(seen))
    assert counts == {
        "luo": (1, 8),
        "lin": (1, 9),
        "chen": (4, 9),
        "gu": (1, 3),
        "shen": (2, 9),
        "zheng": (2, 5),
        "cheng": (2, 5),
        "admin": (0, 2),
    }


def test_the_page_speaks_english_too(world: World, browser: Browser) -> None:
    page = home(world, browser, "luo", "/home?lang=en")
    assert waits(page) == ["1 not filed yet"]
    assert row(page, "Class 4(1)") == "Class 4(1) 英语 Not filed Whole class 0 / 60 min"


def test_the_first_page_is_the_board_for_the_public_and_home_for_staff(world: World, browser: Browser) -> None:
    assert browser.get("/").response.location == "/board/"
    assert browser.get("/home").response.location == "/sign-in?next=/home"
    assert browser.sign_in(world.chen).get("/").response.location == "/home"
