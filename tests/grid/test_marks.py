"""What the grid says beside the numbers: differences, what the office looks at, the items of a cell."""

import pytest

from portal.extensions import db
from portal.homework import common_actions
from portal.school.models import SchoolClass
from tests.approvals.reading import rows, texts
from tests.factories import TODAY, World, assign, item, make_class, set_rule
from tests.page import Browser, statements

ADDRESS = f"/grades/4/{TODAY}"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def lead(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.shen)


@pytest.fixture
def third(world: World) -> SchoolClass:
    third = make_class(world.school, 4, 3)
    assign(world.chen, third, world.maths)
    db.session.commit()
    return third


def maths(browser: Browser) -> list[str]:
    page = browser.get(ADDRESS)
    column = rows(page)[0].index("数学")
    return [row[column] for row in rows(page)[1:]]


def test_without_common_content_minutes_are_compared_with_most_classes(
    world: World, lead: Browser, third: SchoolClass
) -> None:
    for school_class, minutes in ((world.four_one, 20), (world.four_two, 20), (third, 35)):
        world.file(world.chen, world.maths, item(minutes, f"{minutes} 题"), school_class=school_class)
    assert maths(lead) == ["20 1 项", "20 1 项", "35 1 项 ≠ 多数班 多 15"]


def test_with_common_content_whatever_is_not_the_same_differs(world: World, lead: Browser, third: SchoolClass) -> None:
    agreed = {"items": [item(20, "口算")], "seen_version": 0, "by": world.shen, "at": world.at}
    common_actions.set_common(world.school, 4, world.maths, TODAY, **agreed)
    for school_class, filed in (
        (world.four_one, item(20, "口 算")),
        (world.four_two, item(20, "竖式")),
        (third, item(5, "口算")),
    ):
        world.file(world.chen, world.maths, filed, school_class=school_class)
    assert maths(lead) == ["20 1 项", "20 1 项 ≠ 统一内容", "5 1 项 ≠ 统一内容 少 15"]
    assert "年级统一内容（1 科）" in lead.get(ADDRESS).text
    taken_back = {"seen_version": 1, "by": world.shen, "at": world.at}
    common_actions.remove_common(world.school, 4, world.maths, TODAY, **taken_back)
    db.session.commit()
    assert maths(lead) == ["20 1 项", "20 1 项", "5 1 项 ≠ 多数班 少 15"]


def test_totals_that_older_rules_have_counted_are_counted_anew(world: World, lead: Browser) -> None:
    world.file(world.chen, world.maths, item(50))
    set_rule(world.school, 4, cap=45)
    db.session.commit()
    assert [row[5] for row in rows(lead.get(ADDRESS))[1:]] == [
        "50 / 45 分钟，超 5 分钟 在校 0 + 回家 50",
        "0 / 45 分钟 在校 0 + 回家 0",
    ]


def test_the_items_of_a_cell_are_one_tap_away(world: World, lead: Browser) -> None:
    world.file(world.chen, world.maths, item(20, "竖式 12 题"), item(None, "思考"))
    [cell] = [has for has in lead.get(ADDRESS).all("a") if "hx-get" in has]
    peek = lead.get(cell["hx-get"], headers=PARTIAL)
    assert (peek.status, peek.all("html")) == (200, [])
    assert "四(1)班 数学 陈立德" in peek.text
    assert "竖式 12 题" in peek.text
    whole = lead.get(cell["href"])
    assert (whole.status, whole.response.location) == (
        303,
        f"/classes/{world.four_one.id}/{TODAY}/subjects/{world.maths.id}",
    )
    assert lead.get(cell["href"].replace(f"subjects/{world.maths.id}", "subjects/999"), headers=PARTIAL).status == 404
    assert Browser(lead.client.application).sign_in(world.gu).get(cell["href"]).status == 404


def test_the_office_s_marks_stand_beside_the_state(world: World, lead: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    world.file(world.chen, world.maths, item(30))
    row = rows(lead.get(ADDRESS))[1]
    assert row[6] == "填报中 缺 2 科 公示栏上是第 1 版 班主任自己的学科 公示后修改"


def test_it_refreshes_itself_and_keeps_what_is_ticked(world: World, lead: Browser) -> None:
    for school_class in (world.four_one, world.four_two):
        world.file(world.chen, world.maths, item(20), school_class=school_class)
        world.coordinate(school_class)
    page = lead.get(ADDRESS)
    offered = [has["value"] for has in page.all("input", name="offered")]
    asked = {"state": page.value("state"), "offered": offered, "class": [str(world.four_two.id)]}
    same = lead.get(ADDRESS, query_string=asked, headers=PARTIAL)
    assert (same.status, same.html) == (204, "")
    world.file(world.lin, world.chinese, school_class=world.one_one)
    assert lead.get(ADDRESS, query_string=asked, headers=PARTIAL).status == 204
    world.give_back("再看一遍", school_class=world.four_one)
    world.coordinate(world.four_one)
    changed = lead.get(ADDRESS, query_string=asked, headers=PARTIAL)
    assert (changed.status, changed.all("html")) == (200, [])
    assert changed.value("state") != page.value("state")
    ticked = [has["value"] for has in changed.all("input", type="checkbox") if "checked" in has]
    assert ticked == [str(world.four_two.id)]
    assert "15:00 有变化，已更新。" in changed.text
    assert "Vary" in changed.response.headers


def test_twenty_classes_take_four_statements(world: World, lead: Browser) -> None:
    for number in range(3, 21):
        assign(world.chen, make_class(world.school, 4, number), world.maths)
    classes = [each.id for each in db.session.query(SchoolClass).filter_by(school_id=world.school.id, grade=4)]
    assert len(classes) == 20
    for school_class in db.session.query(SchoolClass).filter(SchoolClass.id.in_(classes)):
        school_class.school  # noqa: B018 (loaded with the world)
        world.file(world.chen, world.maths, item(20), item(9, days=3), school_class=school_class)
    lead.get("/home")
    with statements() as seen:
        page = lead.get(ADDRESS)
    assert (len(rows(page)), len(texts(page, "th", scope="row"))) == (21, 20)
    assert len(seen) == 4
