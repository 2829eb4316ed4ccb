"""三单公开: timetable, content and the day's sheets on one page."""

from datetime import time

import pytest
from flask import Flask

from portal.extensions import db
from portal.policy.service import Band, Period
from portal.school.models import BoardAccess
from portal.service import actions
from tests.approvals.reading import rows, texts
from tests.factories import TODAY, World, item
from tests.page import Browser, statements

SPORT = Period(Band.LOWEST, "体锻时光", time(15, 40), time(16, 20), ("跳绳", "", "", "", "游戏"))
HELP = Period(Band.UPPER, "作业辅导", time(16, 30), time(17, 10), ("作业辅导",) * 5)


@pytest.fixture
def address(world: World) -> str:
    return f"/board/schools/{world.school.code}/lists"


def write(world: World, *periods: Period, version: int = 0, **content: tuple[str, ...]) -> None:
    """The office writes the timetable and, by name of the class, the content."""
    how = {"seen_version": version, "by": world.zheng, "at": world.at}
    actions.set_timetable(world.school, periods, **how)
    classes = [world.one_one, world.four_one, world.four_two]
    actions.set_content(
        world.school, {getattr(world, name).id: texts for name, texts in content.items()}, classes, **how
    )
    db.session.commit()


def test_what_the_office_has_not_written_yet_is_told(world: World, browser: Browser, address: str) -> None:
    page = browser.get(address)
    assert (page.status, texts(page, "h2")) == (200, ["延时服务时间表", "服务内容安排表", "每日作业清单"])
    assert texts(page, "p", class_="card empty") == [
        "学校还没有公布延时服务时间表。",
        "学校还没有公布服务内容安排表。",
    ]


def test_the_timetable_by_grades_and_the_content_by_class(world: World, browser: Browser, address: str) -> None:
    write(world, HELP, SPORT, four_two=("作业辅导", "", "阅读", "", ""), one_one=("绘本", "", "", "", ""))
    page = browser.get(address)
    days = ["周一", "周二", "周三", "周四", "周五"]
    assert texts(page, "caption") == ["一、二年级", "三至六年级", "一年级", "四年级"]
    assert rows(page) == [
        ["时段", *days],
        ["体锻时光 15:40–16:20", "跳绳", "—", "—", "—", "游戏"],
        ["时段", *days],
        ["作业辅导 16:30–17:10", *["作业辅导"] * 5],
        ["班级", *days],
        ["一(1)班", "绘本", "—", "—", "—", "—"],
        ["班级", *days],
        ["四(2)班", "作业辅导", "—", "阅读", "—", "—"],
    ]


def test_the_days_sheets_of_all_classes_with_their_links(world: World, browser: Browser, address: str) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    page = browser.get(address)
    assert texts(page, "li") == [
        "一(1)班 还没有公示，通常 16:30 前公示",
        "四(1)班 约 20 分钟，上限 60",
        "四(2)班 还没有公示，通常 16:30 前公示",
    ]
    assert f"/board/{world.four_one.code}/{TODAY}" in {each["href"] for each in page.all("a")}
    assert texts(browser.get(f"{address}/2026-11-23"), "li")[1] == "四(1)班 这一天没有公示"


def test_a_school_by_link_only_leads_to_no_class(world: World, browser: Browser, address: str) -> None:
    world.school.board_access = BoardAccess.LINK
    world.school.rules_version += 1
    write(world, HELP, four_one=("作业辅导",) * 5)
    page = browser.get(address)
    assert rows(page)[-1][0] == "四(1)班"
    assert [each.code for each in (world.four_one, world.four_two, world.one_one) if each.code in page.html] == []


def test_a_change_is_public_at_once(world: World, browser: Browser, address: str) -> None:
    write(world, HELP)
    tag = browser.get(address).response.headers["ETag"]
    assert browser.get(address, headers={"If-None-Match": tag}).status == 304
    actions.set_timetable(world.school, [SPORT], seen_version=1, by=world.zheng, at=world.at)
    db.session.commit()
    page = browser.get(address, headers={"If-None-Match": tag})
    assert (page.status, "作业辅导" in page.text, "体锻时光" in page.text) == (200, False, True)


def test_each_school_has_its_own(world: World, browser: Browser, address: str) -> None:
    write(world, HELP, four_one=("作业辅导",) * 5)
    other = browser.get(f"/board/schools/{world.other_school.code}/lists")
    assert (rows(other), len(texts(other, "p", class_="card empty"))) == ([], 2)


def test_no_draft_and_no_name_is_on_it(world: World, app: Flask, address: str) -> None:
    write(world, HELP, four_one=("作业辅导",) * 5)
    before = Browser(app).get(address).html
    world.file(world.chen, world.maths, item(33, "draft-secret"), submit=False)
    page = Browser(app).get(address)
    assert page.html == before
    assert [each.name for each in (world.zheng, world.chen) if each.name in page.html] == []


@pytest.mark.parametrize("path", ["nowhere/lists", "qinghe/lists/2026-02-30", "%00/lists"])
def test_an_unknown_school_or_day_is_unknown(world: World, browser: Browser, path: str) -> None:
    assert browser.get(f"/board/schools/{path}").status == 404


def test_it_takes_the_same_statements_whatever_is_written(world: World, browser: Browser, address: str) -> None:
    counts = []
    for more in ({}, {"four_one": ("作业辅导",) * 5, "four_two": ("阅读",) * 5}):
        write(world, *([HELP, SPORT] if more else []), **more)
        browser.get(address)
        with statements() as seen:
            browser.get(address)
        counts.append(len(seen))
    assert counts == [3, 3]
