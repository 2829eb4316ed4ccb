"""The year-group lead's grid: all classes of a grade on one screen, and approving one, several or all clean ones."""

import pytest
from flask import Flask

from portal.approvals import queries
from portal.extensions import db
from portal.homework.locks import recount
from portal.policy.approval import SheetStatus
from portal.policy.permissions import Role
from portal.policy.vocabulary import Form, Place
from portal.school.models import SchoolClass
from tests.approvals.reading import rows, texts
from tests.factories import TODAY, World, assign, grant, item, make_class
from tests.page import Browser, Page, statements

ADDRESS = f"/grades/4/{TODAY}"
CHANGED = "这份清单刚刚有变化，您看到的已经不是最新的。请看过当前内容，再决定。"


@pytest.fixture
def lead(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.shen)


@pytest.fixture
def two(world: World) -> World:
    """Both classes of grade 4 wait for the lead."""
    for school_class in (world.four_one, world.four_two):
        world.file(world.chen, world.maths, item(20), school_class=school_class)
        world.coordinate(school_class)
    return world


def press(browser: Browser, page: Page, *, old: SchoolClass | None = None, **fields: object) -> Page:
    """Send the grid's form as it stands on `page`; the version of `old` is from before."""
    form = {has["name"]: has["value"] for has in page.all("input", type="hidden")}
    if old:
        form[f"version-{old.id}"] = "1"
    return browser.post(f"{ADDRESS}/approve", form | fields)


def change(world: World, minutes: int | None) -> None:
    """The maths of 四(2), behind everybody's back: no action would do it on a sheet that is signed off."""
    class_day = world.day(world.four_two)
    class_day.filing_of(world.maths.id).items[0].minutes = minutes
    recount(world.four_two, [class_day.sheet])


def states(world: World) -> list[tuple[SheetStatus, int]]:
    """For 四(1) and 四(2): where the sheet stands and how many versions of it were published."""
    db.session.rollback()
    return [
        (world.day(each).status, len(queries.versions_of_sheet(each.id, TODAY)))
        for each in (world.four_one, world.four_two)
    ]


WAITING, PUBLISHED = (SheetStatus.COORDINATED, 0), (SheetStatus.PUBLISHED, 1)


def test_it_shows_classes_by_subjects_with_totals_and_states(world: World, lead: Browser) -> None:
    third = make_class(world.school, 4, 3)
    assign(world.luo, third, world.english)
    world.file(world.shen, world.chinese, item(25), item(10, form=Form.READING))
    world.file(world.chen, world.maths, item(10, place=Place.SCHOOL), submit=False)
    world.file(world.luo, world.english)
    world.file(world.chen, world.maths, item(61), school_class=world.four_two)
    world.file(world.luo, world.english, item(None), school_class=third)
    page = lead.get(ADDRESS)
    assert page.status == 200
    assert [row[:7] for row in rows(page)] == [
        ["选择", "班级", "语文", "数学", "英语", "必做书面合计", "状态"],
        [
            "",
            "四(1)班",
            "25 2 项 · 其他 10",
            "10 1 项 · 草稿",
            "今日无作业",
            "35 / 60 分钟 在校 10 + 回家 25",
            "填报中 待班主任签字",
        ],
        ["", "四(2)班", "—", "61 1 项", "—", "61 / 60 分钟，超 1 分钟 在校 0 + 回家 61", "填报中 · 超量 待班主任协调"],
        ["", "四(3)班", "—", "—", "未填分钟 罗安怡", "0 / 60 分钟 在校 0 + 回家 0", "填报中 待班主任签字"],
    ]
    assert texts(page, "p", class_="quiet num") == ["3 个班：0 个可以通过，1 个超量，0 个已公示。 通常 16:30 前公示。"]


def test_who_has_not_filed_stands_in_the_cell(world: World, lead: Browser) -> None:
    assert [row[2:7] for row in rows(lead.get(ADDRESS))[1:]] == [
        ["未填报 沈知微", "未填报 陈立德", "未填报 罗安怡", "0 / 60 分钟 在校 0 + 回家 0", "填报中 缺 3 科"],
        ["—", "未填报 陈立德", "—", "0 / 60 分钟 在校 0 + 回家 0", "填报中 缺 1 科"],
    ]


def test_the_selected_class_is_approved_and_no_other(two: World, lead: Browser) -> None:
    page = lead.get(ADDRESS)
    assert [has["value"] for has in page.all("input", type="checkbox")] == [str(two.four_one.id), str(two.four_two.id)]
    done = press(lead, page, do="selected", **{"class": two.four_two.id})
    assert (done.status, done.response.location) == (303, ADDRESS)
    assert states(two) == [WAITING, PUBLISHED]
    assert texts(lead.get(ADDRESS), "p", class_="said") == ["已通过 1 个班。"]


def test_one_class_is_approved_by_its_own_button_whatever_is_selected(two: World, lead: Browser) -> None:
    done = press(lead, lead.get(ADDRESS), only=two.four_one.id, **{"class": two.four_two.id})
    assert done.status == 303
    assert states(two) == [PUBLISHED, WAITING]


def test_all_clean_ones_are_approved_at_once(two: World, lead: Browser) -> None:
    assert press(lead, lead.get(ADDRESS), do="clean").status == 303
    assert states(two) == [PUBLISHED, PUBLISHED]
    page = lead.get(ADDRESS)
    assert texts(page, "p", class_="said") == ["已通过 2 个班。"]
    assert page.all("input", type="checkbox") == []


def test_a_class_over_its_cap_is_not_clean_and_is_left_alone(two: World, lead: Browser) -> None:
    change(two, 61)
    page = lead.get(ADDRESS)
    assert [has["value"] for has in page.all("input", type="checkbox")] == [str(two.four_one.id)]
    assert press(lead, page, do="clean").status == 303
    assert states(two) == [PUBLISHED, WAITING]


@pytest.mark.parametrize(("minutes", "sentence"), [(61, "超过上限 60 分钟，超 1 分钟"), (None, "合计不完整")])
def test_one_refused_among_several_is_told_apart(two: World, lead: Browser, minutes: int | None, sentence: str) -> None:
    page = lead.get(ADDRESS)
    change(two, minutes)
    answer = press(lead, page, do="selected", **{"class": [two.four_one.id, two.four_two.id]})
    assert answer.status == 409
    assert states(two) == [PUBLISHED, WAITING]
    assert texts(answer, "p", class_="said") == ["已通过 1 个班。"]
    [refused] = texts(answer, "ul", class_="refusal")
    assert refused.startswith("四(2)班")
    assert sentence in refused
    assert rows(answer)[1][6] == "已公示 班主任自己的学科"


def test_an_old_version_of_one_class_holds_back_that_class_only(two: World, lead: Browser) -> None:
    answer = press(lead, lead.get(ADDRESS), do="clean", old=two.four_one)
    assert answer.status == 409
    assert states(two) == [WAITING, PUBLISHED]
    assert texts(answer, "ul", class_="refusal") == [f"四(1)班 {CHANGED}"]
    assert press(lead, answer, do="clean").status == 303
    assert states(two) == [PUBLISHED, PUBLISHED]


def test_the_lead_does_not_approve_what_they_signed_off_themselves(two: World, lead: Browser) -> None:
    grant(two.shen, Role.HOMEROOM, school_class=two.four_two)
    two.give_back("再看看", two.four_two)
    two.coordinate(two.four_two, by=two.shen)
    answer = press(lead, lead.get(ADDRESS), do="clean")
    assert answer.status == 409
    assert states(two) == [PUBLISHED, WAITING]
    said = "这份清单是您以班主任身份协调的，请由另一位年级组长或教务处通过。"
    assert texts(answer, "ul", class_="refusal") == [f"四(2)班 {said}"]


@pytest.mark.parametrize("chosen", [[], ["abc"], ["99999"], ["other"]])
def test_choosing_nothing_of_this_grade_changes_nothing(two: World, lead: Browser, chosen: list[str]) -> None:
    chosen = [str(two.other_class.id) if each == "other" else each for each in chosen]
    answer = press(lead, lead.get(ADDRESS), do="selected", **{"class": chosen})
    assert answer.status == 303
    assert states(two) == [WAITING, WAITING]
    assert texts(lead.get(ADDRESS), "p", class_="said") == ["没有选中可以通过的班。"]


def test_the_principal_reads_the_grid_without_buttons(two: World, app: Flask) -> None:
    def buttons(page: Page) -> list[str]:
        return texts(page, "button")[1:]  # the first signs out

    assert buttons(Browser(app).sign_in(two.shen).get(ADDRESS)) == [
        "通过选中的班",
        "通过可通过的 2 个班",
        "通过",
        "通过",
    ]
    page = Browser(app).sign_in(two.cheng).get(ADDRESS)
    assert (page.status, buttons(page)) == (200, [])


def test_the_days_around_are_school_days(lead: Browser) -> None:
    page = lead.get("/grades/4/2026-11-27")
    assert texts(page, "nav", class_="days") == ["‹ 周四 26 11月27日 星期五 周一 30 ›"]


def test_the_grid_takes_the_same_statements_for_one_class_and_for_three(world: World, browser: Browser) -> None:
    third = make_class(world.school, 4, 3)
    world.file(world.lin, world.chinese, item(10, form=Form.ORAL), school_class=world.one_one)
    for school_class in (world.four_one, world.four_two, third):
        world.file(world.chen, world.maths, item(10), item(10, days=3), school_class=school_class)
    browser.sign_in(world.zheng).get("/home")
    counts = []
    for grade, classes in ((1, 1), (4, 3)):
        with statements() as seen:
            page = browser.get(f"/grades/{grade}/{TODAY}")
        assert len(rows(page)) == 1 + classes
        counts.append(len(seen))
    assert counts == [4, 4], "\n\n".join(seen)


def test_the_grid_of_another_school_shows_its_own_classes(world: World, browser: Browser) -> None:
    page = browser.sign_in(world.zhou).get(ADDRESS)
    assert [row[1:3] for row in rows(page)] == [["班级", "数学"], ["四(1)班", "未填报 周远"]]


def test_a_form_that_does_not_say_what_to_approve_approves_nothing(two: World, lead: Browser) -> None:
    page = press(lead, lead.get(ADDRESS))
    assert page.status == 400
    assert states(two) == [(SheetStatus.COORDINATED, 0)] * 2
