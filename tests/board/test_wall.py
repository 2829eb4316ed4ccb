"""The wall screen: one class in large type, and the list of those that take turns. What its script does is told in
tests/browser/test_wall.py.
"""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from portal.extensions import db
from portal.policy.calendar import DayKind
from portal.policy.vocabulary import Form, Level, Place, Tier
from portal.school.models import BoardAccess, CalendarDay, TermDates
from tests.approvals.reading import texts
from tests.conftest import NOW
from tests.factories import TODAY, World, add, item, make_class, set_rule
from tests.page import Browser, Page, all_asked

FRIDAY = date(2026, 11, 27)


def wall(browser: Browser, world: World, query: str = "") -> Page:
    page = browser.get(f"/board/{world.four_one.code}/wall{query}")
    assert page.status == 200
    return page


def turns(browser: Browser, query: str) -> Page:
    return browser.get(f"/board/schools/qinghe/wall{query}")


def classes(page: Page) -> list[str]:
    """The names of the classes that take turns."""
    return texts(page, "li")


def lines(page: Page) -> list[str]:
    """What stands in the list, item by item."""
    return [line for line in texts(page, "li") if "分钟" in line]


def set_day(app: Flask, day: date) -> None:
    app.config["NOW"] = datetime.combine(day, NOW.timetz())


# One class


def test_the_total_comes_first_then_home_then_school_and_the_voluntary_apart(world: World, browser: Browser) -> None:
    diary = item(30, "观察日记", form=Form.PRACTICAL, days=3)
    world.file(world.shen, world.chinese, item(25, "背《山行》", level=Level.BASIC), diary)
    choice = item(5, "剪纸", tier=Tier.OPTIONAL, choice_group="A", choose=1)
    world.file(world.chen, world.maths, item(15, "口算", place=Place.SCHOOL), choice)
    world.publish()
    page = wall(browser, world)
    assert (texts(page, "h1"), texts(page, "p", class_="when num")) == (["四(1)班"], ["11月24日 星期二"])
    assert texts(page, "section", class_="total") == [
        "书面作业约 40 分钟 在校 15 回家 25 上限 60 分钟 朗读、锻炼等另约 10 分钟"
    ]
    assert page.all("svg", role="img")[0]["aria-label"] == "书面：在校 15 分钟，回家 25 分钟，上限 60 分钟"
    assert texts(page, "h2") == ["回家完成", "在校完成", "选做 自愿，不计入合计"]
    assert lines(page) == [
        "语文 基础 背《山行》 25 分钟",
        "语文 实践 第 1/3 天 观察日记 10 分钟",
        "数学 口算 15 分钟",
        "数学 A 选 1 项 剪纸 5 分钟",
    ]
    assert page.html.index('class="total"') < page.html.index("回家完成")


def test_it_says_when_it_was_brought_up_to_date_when_to_sleep_and_who_filed_nothing(
    world: World, browser: Browser
) -> None:
    world.file(world.shen, world.chinese, item(25))
    world.file(world.chen, world.maths)
    world.publish()
    page = wall(browser, world)
    assert texts(page, "p", class_="stamp num") == ["更新于 15:00"]
    assert page.all("main")[0]["class"] == "wall wall--huge"
    assert texts(page, "p", class_="bedtime num") == ["21:20 就寝。做不完也按时睡，不必补做。"]
    assert page.all("main")[0]["data-bedtime"] == "21:20"
    assert texts(page, "p", class_="state") == ["今日无作业：数学", "未填报：英语"]
    assert page.all("section", class_="correction num") == []


def test_a_correction_stands_above_the_list_with_time_and_reason(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    world.at += timedelta(minutes=40)
    world.file(world.chen, world.maths, item(15), reason="页码写错了")
    page = wall(browser, world)
    assert texts(page, "section", class_="correction num") == ["15:40 更正：数学 页码写错了"]
    assert texts(page, "p", class_="stamp num") == ["更新于 15:40"]
    world.give_back("reason-secret")
    world.publish()
    assert texts(wall(browser, world), "section", class_="correction num") == ["15:40 重新公示。"]


def test_a_weekend_shows_the_batch_of_friday(world: World, browser: Browser, app: Flask) -> None:
    world.file(world.chen, world.maths, item(100), day=FRIDAY)
    world.publish(day=FRIDAY)
    set_day(app, FRIDAY + timedelta(days=1))
    page = wall(browser, world)
    assert texts(page, "p", class_="when num") == ["11月28日 星期六"]
    assert texts(page, "section", class_="total") == [
        "11月27日至11月29日 书面作业约 100 分钟 在校 0 回家 100 整个假期不超过 120 分钟"
    ]
    assert texts(page, "p", class_="stamp num") == ["更新于 11-24 15:00"]


def test_grades_1_and_2_have_no_written_homework(world: World, browser: Browser) -> None:
    words = item(10, "写字", place=Place.SCHOOL)
    world.file(world.lin, world.chinese, words, school_class=world.one_one)
    world.coordinate(world.one_one, by=world.lin)
    world.approve(world.one_one, by=world.gu)
    page = browser.get(f"/board/{world.one_one.code}/wall")
    assert texts(page, "section", class_="total") == ["今天回家没有书面作业 在校书面练习约 10 分钟"]


def test_a_day_on_which_nobody_set_anything_says_so(world: World, browser: Browser) -> None:
    for teacher, subject in ((world.shen, world.chinese), (world.chen, world.maths), (world.luo, world.english)):
        world.file(teacher, subject)
    world.publish()
    page = wall(browser, world)
    assert texts(page, "p", class_="none") == ["今天没有书面作业", "今天没有作业"]
    assert texts(page, "p", class_="state") == ["今日无作业：语文、数学、英语"]


# Nothing published


def said(page: Page) -> list[str]:
    return texts(page, "div", class_="list quiet num")


def test_before_publication_it_says_when_to_expect_it_and_shows_nothing_of_it(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20, "draft-secret"))
    world.coordinate()
    page = wall(browser, world)
    assert said(page) == ["还在审核 通常 16:30 前公示，公示后这里自动出现。"]
    assert "draft-secret" not in page.html


def test_a_weekend_without_homework_and_a_holiday_say_when_school_goes_on(
    world: World, browser: Browser, app: Flask
) -> None:
    set_day(app, FRIDAY + timedelta(days=1))
    assert said(wall(browser, world)) == ["周末没有公示作业 好好休息。下一个上学日是 11月30日 星期一。"]
    set_day(app, date(2026, 10, 1))
    assert said(wall(browser, world)) == ["假日没有公示作业 好好休息。下一个上学日是 10月8日 星期四。"]
    add(CalendarDay, school_id=world.school.id, date=TODAY, kind=DayKind.HOLIDAY, note="校庆")
    world.school.rules_version += 1
    set_day(app, TODAY)
    assert said(wall(browser, world)) == ["假日没有公示作业 好好休息。下一个上学日是 11月25日 星期三。"]


def test_outside_of_term_it_says_when_the_next_one_begins(world: World, browser: Browser) -> None:
    for name, first, last in (
        ("autumn", date(2026, 9, 1), date(2026, 11, 20)),
        ("spring", date(2027, 3, 1), date(2027, 7, 2)),
    ):
        add(TermDates, school_id=world.school.id, name=name, first=first, last=last)
    world.school.rules_version += 1
    assert said(wall(browser, world)) == ["现在不在学期内 好好休息。下一个上学日是 3月1日 星期一。"]


def test_a_day_without_homework_of_the_grade_says_so(world: World, browser: Browser) -> None:
    set_rule(world.school, 4, no_homework_weekday=TODAY.weekday())
    assert said(wall(browser, world)) == ["今天是无作业日 这一天不布置必做的书面作业。多运动，多读书，早些休息。"]
    assert said(browser.get(f"/board/{world.one_one.code}/wall"))[0].startswith("还在审核")


def test_an_unknown_class_is_not_found(world: World, browser: Browser) -> None:
    for code in ("nobody", "%00", "schools/nobody"):
        assert browser.get(f"/board/{code}/wall").status == 404


# Light, and alive without anything


def test_it_takes_two_statements_a_304_one_and_a_kept_page_asks_for_its_face_only(
    world: World, browser: Browser, app: Flask
) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    address = f"/board/{world.four_one.code}/wall"
    tag = ""
    counts = []
    for _ in range(2):
        app.wsgi_app.forget()
        with all_asked() as seen:
            page = browser.get(address, headers={"If-None-Match": tag})
        counts.append((page.status, len(seen)))
        tag = page.response.headers["ETag"]
    assert counts == [(200, 2), (304, 1)]
    browser.get(address)
    with all_asked() as seen:
        assert browser.get(address).status == 200
    assert len(seen) == 1
    world.give_back("写错了")
    world.publish()
    assert browser.get(address, headers={"If-None-Match": tag}).status == 200


def test_midnight_brings_the_new_day(world: World, browser: Browser, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    tag = wall(browser, world).response.headers["ETag"]
    set_day(app, TODAY + timedelta(days=1))
    page = browser.get(f"/board/{world.four_one.code}/wall", headers={"If-None-Match": tag})
    assert (page.status, texts(page, "p", class_="when num")) == (200, ["11月25日 星期三"])


def test_without_scripts_the_page_comes_again_by_itself(world: World, browser: Browser) -> None:
    page = wall(browser, world)
    assert page.all("meta", http_equiv="refresh") == [{"http-equiv": "refresh", "content": "60"}]
    assert "<noscript><meta http-equiv" in page.html
    assert [script["src"].split("?")[0] for script in page.all("script")] == ["/static/wall.js"]
    assert page.all("footer")[0].keys() >= {"hidden"}


# The classes of a school in turn


def test_the_start_lists_grades_and_classes(world: World, browser: Browser) -> None:
    page = turns(browser, "")
    assert (page.status, texts(page, "h1")) == (200, ["大屏"])
    assert [texts(page, "ul", class_="tiles")[0], texts(page, "label")] == ["一年级 四年级", ["一年级", "四年级"]]
    assert page.all("input", name="grade", value="4") != []
    assert "远山" not in page.html
    hrefs = [link["href"] for link in page.all("a") if "wall" in link["href"]]
    assert "/board/schools/qinghe/wall?grade=4" in hrefs
    assert [browser.get(href).status for href in hrefs] == [200] * 6


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?grade=4", ["四(1)班", "四(2)班"]),
        ("?grade=4&grade=1", ["一(1)班", "四(1)班", "四(2)班"]),
        ("?grade=4&grade=x&grade=99", ["四(1)班", "四(2)班"]),
        ("?class=qinghe-4-2&class=nobody&class=%00", ["四(2)班"]),
        ("?class=qinghe-4-1&class=yuanshan-4-1", ["四(1)班"]),
    ],
)
def test_the_classes_asked_for_take_turns(world: World, browser: Browser, query: str, shown: list[str]) -> None:
    page = turns(browser, query)
    assert (page.status, classes(page)) == (200, shown)
    assert [browser.get(link["href"]).status for link in page.all("a")] == [200] * len(shown)


@pytest.mark.parametrize("query", ["?grade=9", "?grade=", "?grade=x", "?class=nobody", "?class=yuanshan-4-1"])
def test_classes_that_are_not_there_are_not_found(world: World, browser: Browser, query: str) -> None:
    page = turns(browser, query)
    assert (page.status, texts(page, "h1")) == (404, ["没有找到"])


@pytest.mark.parametrize("code", ["nobody", "%00"])
def test_an_unknown_school_is_not_found(world: World, browser: Browser, code: str) -> None:
    assert browser.get(f"/board/schools/{code}/wall").status == 404


def test_a_school_by_link_only_lists_nothing_but_shows_the_classes_whose_links_one_has(
    world: World, browser: Browser
) -> None:
    world.school.board_access = BoardAccess.LINK
    for query in ("", "?grade=4"):
        page = turns(browser, query)
        assert (page.status, texts(page, "h1")) == (404, ["这所学校的班级凭链接打开"])
        assert world.four_one.code not in page.html
    assert classes(turns(browser, "?class=qinghe-4-1&class=qinghe-4-2")) == ["四(1)班", "四(2)班"]
    assert wall(browser, world).status == 200


def test_the_list_stays_the_same_whatever_is_published_and_changes_with_the_classes(
    world: World, browser: Browser
) -> None:
    tag = turns(browser, "?grade=4").response.headers["ETag"]
    world.file(world.chen, world.maths, item(20))
    world.publish()
    assert turns(browser, "?grade=4").response.headers["ETag"] == tag
    make_class(world.school, 4, 3)
    db.session.commit()
    with all_asked() as seen:
        page = browser.get("/board/schools/qinghe/wall?grade=4", headers={"If-None-Match": tag})
    assert (page.status, classes(page)) == (200, ["四(1)班", "四(2)班", "四(3)班"])
    assert len(seen) == 1
