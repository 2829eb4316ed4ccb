"""The week of a class: the totals side by side, their mean in words, then each day in short."""

from datetime import date, timedelta

from flask import Flask

from portal.policy.vocabulary import Form, Place, Tier
from portal.school.models import SchoolClass, TermDates
from tests.approvals.reading import rows, texts
from tests.conftest import NOW
from tests.factories import TODAY, TOMORROW, World, add, item, set_rule
from tests.office.exceptions import except_it
from tests.page import Browser, Page, all_asked

MONDAY = TODAY - timedelta(days=1)
FRIDAY = TODAY + timedelta(days=3)
NEXT_MONDAY = MONDAY + timedelta(days=7)
HEADINGS = ["日期", "在校和回家", "合计"]


def week(browser: Browser, world: World, monday: date = MONDAY, school_class: SchoolClass | None = None) -> Page:
    page = browser.get(f"/board/{(school_class or world.four_one).code}/week/{monday}")
    assert page.status == 200
    return page


def publish(world: World, day: date, *minutes: int) -> None:
    world.file(world.chen, world.maths, *(item(each) for each in minutes), day=day)
    world.publish(day=day)


def set_clock(app: Flask, day: date) -> None:
    app.config["NOW"] = NOW.replace(year=day.year, month=day.month, day=day.day)


def test_each_day_has_its_total_beside_its_bar_and_days_that_wait_say_so(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(25), item(15, place=Place.SCHOOL), day=MONDAY)
    world.publish(day=MONDAY)
    publish(world, TODAY, 60)
    publish(world, FRIDAY, 100)
    page = week(browser, world)
    assert rows(page) == [
        HEADINGS,
        ["周一 23", "", "40 分钟"],
        ["周二 24", "", "60 分钟"],
        ["周三 25", "还没有公示"],
        ["周四 26", "还没有公示"],
        ["周五 27", "", "100 分钟"],
    ]
    assert [svg["aria-label"] for svg in page.all("svg", role="img")] == [
        "在校 15 分钟，回家 25 分钟",
        "在校 0 分钟，回家 60 分钟",
        "在校 0 分钟，回家 100 分钟",
    ]


def test_all_bars_have_one_scale_with_a_mark_at_what_is_allowed(world: World, browser: Browser) -> None:
    publish(world, TODAY, 30)
    publish(world, FRIDAY, 90)
    page = week(browser, world)
    assert [(part["x"], part["width"]) for part in page.all("rect", class_="bar-home")] == [
        ("0.0%", "25.0%"),
        ("0.0%", "50.0%"),
    ]
    assert [part["width"] for part in page.all("rect", class_="bar-stretched")] == ["25.0%"]
    assert [mark["x"] for mark in page.all("rect", class_="bar-cap")] == ["50.0%", "100.0%"]


def test_over_the_cap_is_said_in_words_and_striped(world: World, browser: Browser) -> None:
    publish(world, MONDAY, 60)
    assert week(browser, world).all("rect", fill="url(#stripes)") == []
    world.file(world.chen, world.maths, item(75))
    except_it(world)
    page = week(browser, world)
    assert rows(page)[2] == ["周二 24", "", "75 分钟 超 15 分钟"]
    assert len(page.all("rect", fill="url(#stripes)")) == 1
    assert len(page.all("pattern", id="stripes")) == 1
    assert "超过上限 15 分钟，经教务处批准公示。" in page.text


def test_the_mean_is_that_of_the_published_days_and_says_of_how_many(world: World, browser: Browser) -> None:
    publish(world, MONDAY, 40)
    publish(world, TODAY, 45)
    page = week(browser, world)
    assert texts(page, "p", class_="big num") == ["本周平均每天约 43 分钟 上限 60 分钟"]
    assert texts(page, "p", class_="quiet num") == ["按已经公示的 2 天的书面作业算。"]
    publish(world, FRIDAY, 100)
    page = week(browser, world)
    assert texts(page, "p", class_="big num") == ["本周平均每天约 62 分钟 上限 60 分钟"]
    assert texts(page, "p", class_="quiet num") == [
        "按已经公示的 3 天的书面作业算。 周五的是整个假期的作业，最多可到两天的量。"
    ]


def test_a_cap_that_was_changed_within_the_week_is_named_beside_the_other(world: World, browser: Browser) -> None:
    publish(world, MONDAY, 40)
    set_rule(world.school, 4, cap=45)
    publish(world, TODAY, 45)
    page = week(browser, world)
    assert texts(page, "p", class_="big num") == ["本周平均每天约 43 分钟 上限 60、45 分钟"]
    assert [mark["x"] for mark in page.all("rect", class_="bar-cap")] == ["100.0%", "75.0%"]


def test_each_day_lists_its_items_in_short_and_leads_to_its_page(world: World, browser: Browser) -> None:
    world.file(
        world.shen,
        world.chinese,
        item(20, "背《山行》\n  远上寒山石径斜" + "，白云生处有人家" * 9, form=Form.ORAL),
        item(5, "看图说话", tier=Tier.OPTIONAL),
    )
    world.file(world.chen, world.maths)
    world.publish()
    page = week(browser, world)
    assert texts(page, "h2") == [
        "11月23日 星期一",
        "11月24日 星期二 书面 0/60 分钟",
        "11月25日–11月27日",
        "11月28日–11月29日",
    ]
    assert texts(page, "li") == [
        "语文 背《山行》 远上寒山石径斜" + "，白云生处有人家" * 5 + "，白云生处有… 必做 20 分钟",
        "语文 看图说话 选做 5 分钟",
    ]
    assert texts(page, "section", class_="week-day")[1].endswith("今日无作业：数学 未填报：英语")
    assert f"/board/{world.four_one.code}/{TODAY}" in {link["href"] for link in page.all("a")}


def test_only_the_latest_version_of_a_day_is_shown_and_marked_as_corrected(world: World, browser: Browser) -> None:
    publish(world, TODAY, 40)
    world.file(world.chen, world.maths, item(30, "改正以后"))
    publish(world, TOMORROW, 20)
    page = week(browser, world)
    assert rows(page)[2:4] == [["周二 24", "", "30 分钟"], ["周三 25", "", "20 分钟"]]
    assert texts(page, "li")[0] == "数学 改正以后 必做 30 分钟"
    assert texts(page, "p", class_="num") == ["有更正：第 2 版"]


def test_days_without_a_sheet_say_why(world: World, browser: Browser, app: Flask) -> None:
    set_rule(world.school, 4, no_homework_weekday=3)
    publish(world, FRIDAY, 100)
    set_clock(app, TOMORROW)
    page = week(browser, world)
    assert texts(page, "section", class_="week-day") == [
        "11月23日–11月24日 没有公示",
        "11月25日 星期三 还没有公示，通常 16:30 前公示。",
        "11月26日 星期四 无作业日",
        "11月27日 星期五 书面 100/120 分钟 整个假期的作业，到11月29日"
        " 数学 第 42 页第 3–6 题 必做 100 分钟 未填报：语文、英语",
    ]
    assert texts(page, "section", class_="week-day is-free") == ["11月28日–11月29日 作业在11月27日的清单里"]
    assert rows(page)[1:5] == [
        ["周一 23", "没有公示"],
        ["周二 24", "没有公示"],
        ["周三 25", "还没有公示"],
        ["周四 26", "无作业日"],
    ]


def test_a_week_without_anything_says_so_without_a_chart(world: World, browser: Browser) -> None:
    expected = {
        MONDAY: "这一周还没有公示 每个上学日通常 16:30 前公示。",
        MONDAY - timedelta(days=7): "这一周没有公示作业",
        date(2026, 2, 16): "这一周不上学",  # 春节
    }
    for monday, said in expected.items():
        page = week(browser, world, monday)
        assert (monday, texts(page, "section", class_="total"), rows(page)) == (monday, [said], [])


def test_grades_1_and_2_have_no_cap_and_the_week_says_what_they_do_at_school(world: World, browser: Browser) -> None:
    for day, minutes in ((MONDAY, 10), (TODAY, 5)):
        items = item(minutes, "写字", place=Place.SCHOOL), item(8, "读儿歌", form=Form.ORAL)
        world.file(world.lin, world.chinese, *items, school_class=world.one_one, day=day)
        world.coordinate(world.one_one, day, by=world.lin)
        world.approve(world.one_one, day, by=world.gu)
    page = week(browser, world, school_class=world.one_one)
    assert texts(page, "section", class_="total")[0].startswith(
        "回家没有书面作业 在校书面练习平均每天约 8 分钟，按已经公示的 2 天算。 在校 "
    )
    assert page.all("rect", class_="bar-cap") == []
    assert texts(page, "h2")[0] == "11月23日 星期一 在校书面 10 分钟"


def test_another_day_of_the_week_leads_to_its_monday_and_no_day_to_this_week(world: World, browser: Browser) -> None:
    code = world.four_one.code
    publish(world, TODAY, 40)
    sunday = browser.get(f"/board/{code}/week/{MONDAY + timedelta(days=6)}")
    assert (sunday.status, sunday.response.location) == (302, f"/board/{code}/week/{MONDAY}")
    now = browser.get(f"/board/{code}/week")
    assert rows(now) == rows(week(browser, world))
    for address in ("/board/nobody/week", f"/board/nobody/week/{MONDAY}", f"/board/{code}/week/2026-02-30"):
        assert (address, browser.get(address).status) == (address, 404)


def test_the_weeks_beside_it_are_those_with_something_published(world: World, browser: Browser) -> None:
    publish(world, FRIDAY, 100)
    publish(world, FRIDAY + timedelta(days=10), 20)
    beside = {
        rel: f"/board/{world.four_one.code}/week/{MONDAY + timedelta(days=days)}"
        for rel, days in (("prev", 0), ("next", 14))
    }
    page = week(browser, world)
    assert texts(page, "nav", class_="days") == ["11月23日–11月29日 12月7日 ›"]
    assert [link["href"] for link in page.all("a", rel="next")] == [beside["next"]]
    page = week(browser, world, NEXT_MONDAY)
    assert texts(page, "nav", class_="days") == ["‹ 11月23日 11月30日–12月6日 12月7日 › 本周"]
    assert [link["href"] for link in page.all("a", rel="prev")] == [beside["prev"]]
    page = week(browser, world, MONDAY + timedelta(days=14))
    assert texts(page, "nav", class_="days") == ["‹ 11月23日 12月7日–12月13日 本周"]


def test_a_break_leads_back_to_the_sheet_before_it_and_a_saturday_of_school_is_a_day_like_others(
    world: World, browser: Browser, app: Flask
) -> None:
    before, saturday = date(2026, 9, 30), date(2026, 10, 10)
    publish(world, before, 100)
    publish(world, saturday, 30)
    page = week(browser, world, date(2026, 10, 5))
    assert rows(page)[1:] == [["周四 8", "没有公示"], ["周五 9", "没有公示"], ["周六 10", "", "30 分钟"]]
    assert texts(page, "section", class_="week-day is-free") == [
        "10月5日–10月7日 作业在9月30日的清单里",
        "10月11日 星期日 作业在10月10日的清单里",
    ]
    assert [link["href"] for link in page.all("a", rel="prev")] == [f"/board/{world.four_one.code}/week/2026-09-28"]


def test_a_week_outside_of_the_term_is_put_in_one_line(world: World, browser: Browser) -> None:
    add(TermDates, school_id=world.school.id, name="秋季", first=date(2026, 9, 1), last=TODAY)
    world.school.rules_version += 1
    publish(world, MONDAY, 20)
    page = week(browser, world)
    assert rows(page)[1:] == [["周一 23", "", "20 分钟"], ["周二 24", "还没有公示"]]
    assert texts(page, "section", class_="week-day is-free") == ["11月25日–11月29日 不在学期内"]


def test_two_statements_make_a_week_and_who_has_it_is_not_sent_it_again(world: World, browser: Browser) -> None:
    publish(world, MONDAY, 40)
    publish(world, TODAY, 45)
    with all_asked() as seen:
        tag = week(browser, world).response.headers["ETag"]
    assert len(seen) == 2
    address = f"/board/{world.four_one.code}/week/{MONDAY}"
    assert browser.get(address, headers={"If-None-Match": tag}).status == 304
    publish(world, FRIDAY, 20)
    assert browser.get(address, headers={"If-None-Match": tag}).status == 200
