"""What was not the daily way, as families read it: corrections, late homework, over the cap, in place of others."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from portal.approvals import actions
from portal.approvals.content import content_of
from portal.approvals.models import SheetVersion
from portal.board.page import Page as Sheet
from portal.extensions import db
from portal.homework import actions as homework
from portal.policy.approval import ExceptionKind
from tests.approvals.reading import rows, texts
from tests.factories import TODAY, TOMORROW, World, item
from tests.page import Browser, Page

REASON = "期末统一练习"


def board(world: World, app: Flask, query: str = "") -> Page:
    page = Browser(app).get(f"/board/{world.four_one.code}/{TODAY}{query}")
    assert page.status == 200
    return page


def notices(page: Page) -> list[str]:
    return texts(page, "section", class_="notice num")


def file_late(world: World, *items: object) -> None:
    """罗安怡 hands in 英语 one hour and a half after the cut-off."""
    homework.file_homework(
        world.four_one,
        world.english,
        TODAY,
        items=items,
        submit=True,
        seen_version=0,
        by=world.luo,
        at=world.at + timedelta(minutes=150),
        reason="外出教研",
    )
    db.session.commit()


def publish_by_office(world: World, named: ExceptionKind) -> SheetVersion:
    version = actions.publish_by_exception(
        world.four_one,
        TODAY,
        named=named,
        reason=REASON,
        seen_version=world.day(world.four_one).version,
        by=world.zheng,
        at=world.at,
    )
    db.session.commit()
    return version


# Corrections


def test_a_first_version_is_no_correction(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    assert notices(board(world, app)) == []


def test_a_correction_shows_its_time_its_reason_and_the_number_above_the_homework(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    world.at += timedelta(minutes=40)
    world.file(world.chen, world.maths, item(15), reason="页码写错了")
    page = board(world, app)
    assert notices(page) == ["15:40 更正：数学 页码写错了 这是第 2 版，已代替之前公示的内容。"]
    assert page.html.index('class="total"') < page.html.index("更正：数学") < page.html.index('class="section-home"')
    assert notices(board(world, app, "?lang=en")) == [
        "15:40 correction: 数学 页码写错了 This is version 2; it replaces what was published before."
    ]


def test_all_that_was_corrected_since_the_last_version_stands_there_line_by_line(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    world.file(world.chen, world.maths, item(25), reason="加一题")
    world.file(world.shen, world.chinese, item(10), reason="<b>补</b>一项")
    assert notices(board(world, app)) == []
    world.publish()
    assert notices(board(world, app)) == [
        "15:00 更正：数学 加一题 15:00 更正：语文 <b>补</b>一项 这是第 2 版，已代替之前公示的内容。"
    ]


def test_a_version_that_only_passed_once_more_says_so_and_not_why(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    world.give_back("reason-secret")
    world.publish()
    page = board(world, app)
    assert notices(page) == ["15:00 重新公示。 这是第 2 版，已代替之前公示的内容。"]
    assert "reason-secret" not in page.html


def test_a_correction_of_another_day_says_which(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20), day=TOMORROW)
    world.publish(day=TOMORROW)
    world.file(world.chen, world.maths, item(15), day=TOMORROW, reason="减一题")
    page = Browser(app).get(f"/board/{world.four_one.code}/{TOMORROW}")
    assert notices(page) == ["11-24 15:00 更正：数学 减一题 这是第 2 版，已代替之前公示的内容。"]


# Late


def test_late_subjects_are_marked_and_why_stays_at_school(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    file_late(world, item(10))
    world.publish()
    page = board(world, app)
    assert [row[0] for row in rows(page)[1:]] == ["数学", "英语 迟交"]
    assert "外出教研" not in page.html
    assert [row[0] for row in rows(board(world, app, "?lang=en"))[1:]] == ["数学", "英语 Late"]


def test_a_late_word_that_there_is_none_is_marked_too(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.shen, world.chinese)
    file_late(world)
    world.publish()
    assert texts(board(world, app), "p", class_="states") == ["今日无作业：语文、英语（迟交：英语）"]


def test_what_is_carried_over_from_an_earlier_day_is_not_late(world: World, app: Flask) -> None:
    file_late(world, item(30, "读一本书", days=3))
    world.publish()
    assert [row[0] for row in rows(board(world, app))[1:]] == ["英语 迟交"]
    world.publish(day=TOMORROW)
    page = Browser(app).get(f"/board/{world.four_one.code}/{TOMORROW}")
    assert [row[0] for row in rows(page)[1:]] == ["英语"]


def test_a_late_task_of_an_earlier_day_leaves_todays_own_homework_alone(world: World, app: Flask) -> None:
    file_late(world, item(30, "读一本书", days=3))
    world.file(world.luo, world.english, item(10, "背单词"), day=TOMORROW)
    world.publish()
    world.publish(day=TOMORROW)
    page = Browser(app).get(f"/board/{world.four_one.code}/{TOMORROW}")
    assert [row[0] for row in rows(page)[1:]] == ["英语", "英语"]


# Exceptions


def test_over_the_cap_is_said_in_red_and_in_words_by_whom_in_office_but_not_why(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(75))
    publish_by_office(world, ExceptionKind.OVER_CAP)
    page = board(world, app)
    assert texts(page, "p", class_="big num is-over") == ["今天书面作业约 75 分钟 上限 60 分钟"]
    assert texts(page, "p", class_="outcome is-over num") == ["超过上限 15 分钟，经教务处批准公示。"]
    assert (REASON in page.html, "郑怀瑾" in page.html) == (False, False)
    assert texts(board(world, app, "?lang=en"), "p", class_="outcome is-over num") == [
        "15 minutes over the cap; published with the approval of the academic affairs office."
    ]


def test_a_sheet_published_in_place_of_others_says_so_and_nothing_is_red(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    publish_by_office(world, ExceptionKind.IN_PLACE)
    page = board(world, app)
    assert texts(page, "p", class_="quiet") == ["由教务处代为公示。"]
    assert "is-over" not in page.html


def test_a_correction_back_within_the_cap_is_no_exception_any_more(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(75))
    publish_by_office(world, ExceptionKind.OVER_CAP)
    world.file(world.chen, world.maths, item(50), reason="减三题")
    page = board(world, app)
    assert notices(page) == ["15:00 更正：数学 减三题 这是第 2 版，已代替之前公示的内容。"]
    assert "is-over" not in page.html
    assert texts(page, "p", class_="quiet") == []


def test_a_version_from_before_there_were_such_marks_is_shown_as_it_was(world: World) -> None:
    file_late(world, item(10), item(5))
    content = content_of(world.day(world.four_one), [], ExceptionKind.IN_PLACE)
    assert (Sheet(content).is_in_place, [line.late for line in Sheet(content).sections[0].lines]) == (True, [True] * 2)
    del content["exception"]
    for subject in content["subjects"]:
        del subject["late"]
    old = Sheet(content)
    assert (old.is_in_place, [line.late for line in old.sections[0].lines]) == (False, [False, False])
    assert (old.late_without, old.over) == ([], 0)


def test_nobody_is_named_whatever_was_done(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(75))
    file_late(world, item(5))
    publish_by_office(world, ExceptionKind.OVER_CAP)
    world.file(world.chen, world.maths, item(50), reason="减三题")
    names = [name for (name,) in db.session.execute(text("SELECT name FROM person"))]
    assert "郑怀瑾" in names
    for query in ("", "?lang=en"):
        page = board(world, app, query)
        assert [name for name in names if name in page.html] == []
        assert REASON not in page.html
