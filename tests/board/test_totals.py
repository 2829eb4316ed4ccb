"""作业公示: every class's total against its cap, from published versions, in the order of the classes."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from portal.approvals import actions as approvals
from portal.extensions import db
from portal.policy.calendar import DayKind
from portal.school import actions as school_actions
from portal.school.models import BoardAccess
from tests.approvals.reading import texts
from tests.conftest import NOW
from tests.factories import TODAY, TOMORROW, World, item, make_class, set_rule
from tests.office.exceptions import ask, except_it
from tests.page import Browser, Page, statements

FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
WAITING = "还没有公示，通常 16:30 前公示"


@pytest.fixture
def address(world: World) -> str:
    return f"/board/schools/{world.school.code}/totals"


def told(page: Page) -> list[str]:
    """What is said of each class, in the order of the page."""
    assert page.status == 200
    return texts(page, "li", class_="num")


def publish(world: World, minutes: int, school_class: object, day: date = TODAY, **values: object) -> None:
    """The only teacher of the class files, and another one than that signs off where one has to."""
    subject, by = (world.chinese, world.lin) if school_class is world.one_one else (world.maths, world.chen)
    world.file(by, subject, item(minutes, **values), school_class=school_class, day=day)
    approvals.publish_itself(school_class, day, at=world.at)
    db.session.commit()


def test_classes_stand_by_grade_and_number_whatever_their_totals(world: World, browser: Browser, address: str) -> None:
    make_class(world.school, 4, 10)
    publish(world, 20, world.four_two)
    publish(world, 60, world.four_one)
    publish(world, 10, world.one_one, place="school")
    page = browser.get(address)
    assert told(page) == [
        "一(1)班 回家没有书面作业，在校书面练习约 10 分钟",
        "四(1)班 约 60 分钟，上限 60",
        "四(2)班 约 20 分钟，上限 60",
        f"四(10)班 {WAITING}",
    ]
    assert texts(page, "h2") == ["一年级", "四年级"]
    links = {each["href"] for each in page.all("a")}
    assert [each for each in links if "sort" in each or "order" in each] == []


def test_each_bar_says_in_words_what_it_shows(world: World, browser: Browser, address: str) -> None:
    publish(world, 40, world.four_one)
    [bar] = browser.get(address).all("svg")
    assert bar["aria-label"] == "书面：在校 0 分钟，回家 40 分钟，上限 60 分钟"


def test_the_states_are_told_in_words(world: World, browser: Browser, address: str) -> None:
    make_class(world.school, 4, 3)
    world.file(world.chen, world.maths)
    world.publish()
    world.file(world.chen, world.maths, item(30, form="oral"), school_class=world.four_two)
    approvals.publish_itself(world.four_two, TODAY, at=world.at)
    db.session.commit()
    assert told(browser.get(address)) == [
        f"一(1)班 {WAITING}",
        "四(1)班 没有作业",
        "四(2)班 没有书面作业，上限 60 分钟",
        f"四(3)班 {WAITING}",
    ]


def test_a_correction_takes_the_place_of_what_it_corrects(world: World, browser: Browser, address: str) -> None:
    publish(world, 40, world.four_one)
    world.file(world.chen, world.maths, item(30), reason="写错了")
    assert told(browser.get(address))[1] == "四(1)班 约 30 分钟，上限 60"


def test_over_the_cap_is_told_with_the_offices_exception_and_without_its_reason(
    world: World, browser: Browser, address: str
) -> None:
    ask(world, minutes=75)
    except_it(world)
    page = browser.get(address)
    assert told(page)[1] == "四(1)班 约 75 分钟，上限 60，超过 15 分钟，经教务处批准公示"
    assert [words for words in ("期末统一练习", "明天期末复习") if words in page.html] == []


def test_a_school_that_has_lowered_its_cap_is_measured_by_it(world: World, browser: Browser, address: str) -> None:
    set_rule(world.school, 4, cap=45)
    publish(world, 40, world.four_one)
    assert told(browser.get(address))[1] == "四(1)班 约 40 分钟，上限 45"


def test_the_key_explains_the_colours_that_are_there(world: World, browser: Browser, address: str) -> None:
    assert texts(browser.get(address), "p", class_="key") == []
    publish(world, 20, world.four_one)
    assert texts(browser.get(address), "p", class_="key") == ["回家 还余"]
    publish(world, 80, world.four_two, FRIDAY, place="school")
    assert texts(browser.get(f"{address}/{FRIDAY}"), "p", class_="key") == ["在校 超过一天的上限，假期允许 还余"]


def test_only_one_grade_where_it_is_asked_for(world: World, browser: Browser, address: str) -> None:
    page = browser.get(f"{address}?grade=4")
    assert [each.split()[0] for each in told(page)] == ["四(1)班", "四(2)班"]
    assert texts(page, "h1") == ["各班作业总量 四年级"]
    assert [each["href"] for each in page.all("a", rel="prev")] == [f"{address}/2026-11-23?grade=4"]


@pytest.mark.parametrize("grade", ["5", "0", "x", "04", "4 ", "四", "-1", "9" * 400])
def test_a_grade_that_the_school_has_not_is_unknown(browser: Browser, address: str, grade: str) -> None:
    assert browser.get(f"{address}?grade={grade}").status == 404


@pytest.mark.parametrize("path", ["nowhere/totals", "qinghe/totals/2026-02-30", "qinghe/totals/x", "%00/totals"])
def test_an_unknown_school_or_day_is_unknown(world: World, browser: Browser, path: str) -> None:
    assert browser.get(f"/board/schools/{path}").status == 404


# Days


def test_one_goes_from_school_day_to_school_day_and_not_far_ahead(browser: Browser, address: str) -> None:
    def ways(day: date) -> list[str]:
        page = browser.get(f"{address}/{day}")
        return [each["href"][-10:] for rel in ("prev", "next") for each in page.all("a", rel=rel)]

    assert ways(date(2026, 11, 23)) == ["2026-11-20", "2026-11-24"]
    assert ways(TODAY) == ["2026-11-23", "2026-11-25"]
    assert ways(TOMORROW) == ["2026-11-24"]
    assert ways(date(2000, 1, 1)) == ["2000-01-03"]


def test_a_weekend_shows_what_was_published_for_the_break(
    world: World, app: Flask, browser: Browser, address: str
) -> None:
    publish(world, 80, world.four_one, FRIDAY)
    app.config["NOW"] = datetime.combine(SATURDAY, NOW.timetz())
    page = browser.get(address)
    assert told(page) == ["一(1)班 没有公示作业", "四(1)班 整个假期约 80 分钟，上限 120", "四(2)班 没有公示作业"]
    assert texts(page, "p", class_="said holiday") == ["这一天不上学。下面是放假前公示的、这几天的作业。"]


def test_a_past_day_and_a_day_to_come_say_so(world: World, browser: Browser, address: str) -> None:
    assert told(browser.get(f"{address}/2026-11-23"))[0] == "一(1)班 这一天没有公示"
    assert told(browser.get(f"{address}/{TOMORROW}"))[0] == "一(1)班 还没有公示"


def test_holidays_and_days_out_of_term_have_a_page_without_complaints(
    world: World, browser: Browser, address: str
) -> None:
    how = {"by": world.zheng, "at": world.at}
    version = school_actions.set_days(world.school, TODAY, TODAY, DayKind.HOLIDAY, note="运动会", seen_version=0, **how)
    db.session.commit()
    page = browser.get(address)
    assert (told(page), texts(page, "p", class_="said holiday")) == ([], ["这一天不上学，没有公示作业。"])
    school_actions.set_term(world.school, "秋", TOMORROW, FRIDAY, seen_version=version, **how)
    db.session.commit()
    page = browser.get(f"{address}/2026-11-23")
    assert (told(page), texts(page, "p", class_="said holiday")) == ([], ["这一天不在学期内，没有作业。"])


def test_a_day_without_homework_is_told_at_its_grade(world: World, browser: Browser, address: str) -> None:
    set_rule(world.school, 4, no_homework_weekday=TODAY.weekday())
    page = browser.get(address)
    assert texts(page, "h2") == ["一年级", "四年级 无作业日"]
    assert told(page)[1:] == ["四(1)班 无作业日", "四(2)班 无作业日"]


# What is public


def test_nothing_that_is_not_published_changes_the_page(world: World, app: Flask, address: str) -> None:
    publish(world, 20, world.four_one)
    before = Browser(app).get(address)
    world.file(world.chen, world.maths, item(55), reason="写错了", school_class=world.four_one)
    world.file(world.chen, world.maths, item(33), school_class=world.four_two, submit=False)
    world.file(world.lin, world.chinese, item(11, form="oral"), school_class=world.one_one)
    after = Browser(app).get(address)
    assert (after.html, after.response.headers["ETag"]) == (before.html, before.response.headers["ETag"])
    assert world.day(world.four_one).load.total == 55


def test_two_schools_never_show_each_others_classes(world: World, browser: Browser, address: str) -> None:
    publish(world, 20, world.four_one)
    other = browser.get(f"/board/schools/{world.other_school.code}/totals")
    assert told(other) == [f"四(1)班 {WAITING}"]
    assert world.other_class.code not in browser.get(address).html


def test_a_school_by_link_only_tells_totals_and_leads_to_no_class(world: World, browser: Browser, address: str) -> None:
    publish(world, 20, world.four_one)
    assert world.four_one.code in browser.get(address).html
    world.school.board_access = BoardAccess.LINK
    world.school.rules_version += 1
    db.session.commit()
    page = browser.get(address)
    assert told(page)[1] == "四(1)班 约 20 分钟，上限 60"
    assert [each.code for each in (world.four_one, world.four_two, world.one_one) if each.code in page.html] == []


def test_a_school_without_classes_has_a_page(world: World, browser: Browser, address: str) -> None:
    for table in ("role_grant", "teaching_assignment", "school_class"):
        db.session.execute(db.text(f"DELETE FROM {table}"))
    db.session.commit()
    assert texts(browser.get(address), "p", class_="card empty") == ["学校还没有建立班级。"]


# Light


def test_what_a_reader_has_is_not_sent_again_until_a_class_publishes(
    world: World, browser: Browser, address: str
) -> None:
    tag = browser.get(address).response.headers["ETag"]
    assert browser.get(address, headers={"If-None-Match": tag}).status == 304
    publish(world, 20, world.four_two)
    assert browser.get(address, headers={"If-None-Match": tag}).status == 200


def test_a_new_class_and_a_new_day_change_the_page(world: World, app: Flask, browser: Browser, address: str) -> None:
    tags = [browser.get(address).response.headers["ETag"]]
    make_class(world.school, 4, 3)
    tags.append(browser.get(address).response.headers["ETag"])
    app.config["NOW"] = NOW + timedelta(days=1)
    tags.append(browser.get(address).response.headers["ETag"])
    assert len(set(tags)) == 3


def test_it_takes_two_statements_for_few_classes_and_for_many_and_one_for_a_304(
    world: World, browser: Browser, address: str
) -> None:
    publish(world, 20, world.four_one)
    counts = []
    for number in (3, 9):
        make_class(world.school, 4, number)
        tag = browser.get(address).response.headers["ETag"]
        for headers in ({}, {"If-None-Match": tag}):
            with statements() as seen:
                browser.get(address, headers=headers)
            counts.append(len(seen))
    assert counts == [2, 1, 2, 1]


def test_in_english(world: World, browser: Browser, address: str) -> None:
    publish(world, 20, world.four_one)
    page = browser.get(f"{address}?lang=en")
    assert told(page)[1:] == [
        "Class 4(1) About 20 minutes, cap 60",
        "Class 4(2) Not published yet, usually by 16:30",
    ]
