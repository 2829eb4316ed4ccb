"""The calendar to subscribe to, read by a library that has not written it."""

from datetime import UTC, date, timedelta

import pytest
import vobject
from flask import Flask

from portal.policy.vocabulary import Form, Level, Tier
from tests.conftest import NOW
from tests.factories import TODAY, TOMORROW, World, item
from tests.office.exceptions import except_it
from tests.page import Browser, all_asked

FRIDAY = date(2026, 11, 27)
POEM = "背《山行》，默写；\\n 不是换行\n  远上寒山石径斜\u2028白云深处👨‍👩‍👧‍👦有人家\x85"


@pytest.fixture
def address(world: World) -> str:
    return f"/board/{world.four_one.code}/calendar.ics"


def read(browser: Browser, address: str, **headers: str) -> vobject.base.Component:
    page = browser.get(address, headers=headers)
    assert (page.status, page.response.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = vobject.readOne(page.html)
    assert calendar.validate(raiseException=True)
    return calendar


def events(browser: Browser, address: str, **headers: str) -> list[vobject.base.Component]:
    return read(browser, address, **headers).contents.get("vevent", [])


def lines(browser: Browser, address: str) -> list[bytes]:
    return browser.client.get(address).data.split(b"\r\n")


def test_a_sheet_is_an_event_of_one_whole_day(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(45))
    world.publish()
    (event,) = events(browser, address)
    assert event.summary.value == "四(1)班 书面作业约 45 分钟"
    assert (event.dtstart.value, event.dtend.value) == (TODAY, TOMORROW)
    assert (event.sequence.value, event.transp.value) == ("1", "TRANSPARENT")
    assert event.dtstamp.value == event.last_modified.value == NOW.astimezone(UTC)
    assert event.url.value == f"http://localhost/board/{world.four_one.code}/{TODAY}"


def test_the_description_is_the_list_as_it_was_typed(world: World, browser: Browser, address: str) -> None:
    world.file(
        world.shen,
        world.chinese,
        item(25, POEM, level=Level.BASIC),
        item(30, "读一本书", form=Form.READING, days=3),
        item(5, "看图说话", form=Form.ORAL, tier=Tier.OPTIONAL, choice_group="A", choose=1),
    )
    world.file(world.luo, world.english)
    world.publish()
    (event,) = events(browser, address)
    assert event.description.value.split("\n") == [
        "书面作业约 25 分钟（上限 60，校内 0 + 家庭 25）",
        "",
        "回家完成",
        "· 语文（书面，基础，25 分钟）背《山行》，默写；\\n 不是换行",
        "  远上寒山石径斜",
        "白云深处👨‍👩‍👧‍👦有人家",
        "· 语文（阅读，10 分钟，第 1/3 天，11月26日 完成）读一本书",
        "",
        "选做",
        "· 语文（口头，A 选 1 项，5 分钟）看图说话",
        "",
        "今日无作业：英语",
        "未填报：数学",
        "21:20 就寝。个别学生经努力仍完不成，也应按时就寝，不必补做。",
        "监督电话 0513-0000 0000",
    ]


def test_no_line_is_longer_than_75_bytes_nor_cuts_a_character(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(20, "一二三，四；五👨‍👩‍👧‍👦" * 40))
    world.publish()
    folded = lines(browser, address)
    assert max(len(line) for line in folded) <= 75
    assert [line.decode() for line in folded if line.startswith(b" ")] != []
    assert not any(b"\n" in line or b"\r" in line for line in folded)


def test_a_correction_is_the_same_event_with_a_higher_sequence(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(20, "old words"))
    world.publish()
    (first,) = events(browser, address)
    world.at = NOW + timedelta(hours=3, minutes=40)
    browser.client.application.config["NOW"] = world.at
    world.file(world.chen, world.maths, item(15, "new words"))
    (second,) = events(browser, address)
    assert second.uid.value == first.uid.value
    assert (first.sequence.value, second.sequence.value) == ("1", "2")
    assert second.dtstamp.value > first.dtstamp.value
    assert "更正：数学 写错了页码" in second.description.value.split("\n")[1]
    assert "old words" not in second.description.value


def test_the_uid_outlives_address_and_name_of_the_class(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    world.publish(world.four_two)
    (first,) = events(browser, address)
    world.four_one.code, world.four_one.grade = "elsewhere", 5
    (second,) = events(browser, "/board/elsewhere/calendar.ics")
    assert second.uid.value == first.uid.value
    assert second.summary.value == "四(1)班 书面作业约 20 分钟"
    (other,) = events(browser, f"/board/{world.four_two.code}/calendar.ics")
    assert other.uid.value != first.uid.value


def test_the_batch_before_a_break_is_one_event_of_all_its_days(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(100), day=FRIDAY)
    world.publish(day=FRIDAY)
    (event,) = events(browser, address)
    assert (event.dtstart.value, event.dtend.value) == (FRIDAY, FRIDAY + timedelta(days=3))
    assert event.description.value.split("\n")[:2] == [
        "书面作业约 100 分钟（整个假期不超过 120）",
        "这一份是 11月27日 星期五 到 11月29日 星期日 整个假期的作业。",
    ]


def test_it_holds_the_last_four_weeks_and_what_lies_ahead(world: World, browser: Browser, address: str) -> None:
    for day in (TODAY, TOMORROW, FRIDAY):
        world.file(world.chen, world.maths, item(20), day=day)
        world.publish(day=day)
    held = {}
    for later in (0, 1, 28, 29, 30, 33, 34):
        browser.client.application.config["NOW"] = NOW + timedelta(days=later)
        held[later] = [event.dtstart.value.day for event in events(browser, address)]
    weekend, after_it = [27], []
    assert held == {
        0: [24, 25, 27],
        1: [24, 25, 27],
        28: [24, 25, 27],
        29: [25, 27],
        30: [27],
        33: weekend,
        34: after_it,
    }


def test_over_the_cap_is_said_in_words(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(75))
    except_it(world)
    (event,) = events(browser, address)
    assert event.summary.value == "四(1)班 书面作业约 75 分钟，超过上限 15 分钟"


def test_grades_1_and_2_have_no_written_homework_in_the_calendar(world: World, browser: Browser) -> None:
    world.file(world.lin, world.chinese, item(8, "读儿歌", form=Form.ORAL), school_class=world.one_one)
    world.coordinate(world.one_one, by=world.lin)
    world.approve(world.one_one, by=world.gu)
    (event,) = events(browser, f"/board/{world.one_one.code}/calendar.ics")
    assert event.summary.value == "一(1)班 回家没有书面作业"


def test_the_calendar_has_a_name_and_says_how_often_to_ask(world: World, browser: Browser, address: str) -> None:
    calendar = read(browser, address)
    assert (calendar.version.value, calendar.method.value) == ("2.0", "PUBLISH")
    assert calendar.x_wr_calname.value == "四(1)班 作业公示"
    assert calendar.x_wr_timezone.value == "Asia/Shanghai"
    assert {b"REFRESH-INTERVAL;VALUE=DURATION:PT1H", b"X-PUBLISHED-TTL:PT1H"} <= set(lines(browser, address))


def test_a_calendar_of_nothing_is_still_one(world: World, browser: Browser, address: str) -> None:
    calendar = read(browser, address)
    assert [each.name for each in calendar.components()] == ["VTIMEZONE"]


def test_it_speaks_the_readers_language(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(45))
    world.publish()
    (event,) = events(browser, address, **{"Accept-Language": "en"})
    assert event.summary.value == "Class 4(1) · Written homework: about 45 min"


def test_it_takes_two_statements_whatever_it_holds(world: World, app: Flask, address: str) -> None:
    app.config["BOARD_CACHE"] = False
    counts = []
    for day in (TODAY, TOMORROW, FRIDAY):
        world.file(world.chen, world.maths, item(20), day=day)
        world.publish(day=day)
        with all_asked() as seen:
            Browser(app).get(address)
        counts.append(len(seen))
    assert counts == [2, 2, 2]


def test_who_has_it_is_told_so(world: World, browser: Browser, address: str) -> None:
    tag = browser.get(address).response.headers["ETag"]
    assert browser.get(address, headers={"If-None-Match": tag}).status == 304


def test_an_unknown_class_has_no_calendar(world: World, browser: Browser) -> None:
    for address in ("/board/nobody/calendar.ics", "/board/nobody/feed.atom"):
        assert browser.get(address).status == 404
