"""The office says who finds the board, and whether teachers are named on it."""

import pytest

from portal.extensions import db
from portal.policy.links import BoardAccess, cannot_be_guessed
from tests.approvals.reading import texts
from tests.factories import World, item
from tests.homework.composing import complaints, fields
from tests.page import Browser
from tests.school.setting import SETTINGS, log, press_settings

ASKED = "还没有保存。改为“凭链接”要换掉班级的旧地址，确认请打勾，再保存一次。"
LINK = {"board_access": "link"}


def stored(world: World) -> tuple[str, bool]:
    db.session.refresh(world.school)
    return world.school.board_access, world.school.shows_teachers


def code(world: World) -> str:
    db.session.refresh(world.four_one)
    return world.four_one.code


def test_by_link_only_is_asked_back_before_anything_is_replaced(world: World, office: Browser) -> None:
    page = press_settings(office, office.get(SETTINGS), **LINK, cutoff="15:30")
    assert (page.status, complaints(page)) == (422, {"new_links": ASKED})
    assert (stored(world), code(world), log()) == (("open", False), "qinghe-4-1", [])
    assert fields(page, SETTINGS)["board_access"] == "link"
    assert press_settings(office, page, new_links="y").status == 303
    assert stored(world) == ("link", False)
    assert cannot_be_guessed(code(world))
    assert [step for step, *_ in log()] == ["settings.set", "link.replace"]
    assert texts(office.get(SETTINGS), "p", class_="said") == ["设置已保存。"]


def test_the_question_is_asked_only_where_something_is_replaced(world: World, office: Browser) -> None:
    assert "new_links" not in office.get(SETTINGS).html
    press_settings(office, office.get(SETTINGS), **LINK, new_links="y")
    kept = code(world)
    for typed in ({"cutoff": "15:30"}, {"board_access": "open"}):
        assert press_settings(office, office.get(SETTINGS), **typed).status == 303
    assert (stored(world)[0], code(world)) == ("open", kept)


def test_whoever_ticks_and_then_stays_open_changes_nothing(world: World, office: Browser) -> None:
    page = press_settings(office, office.get(SETTINGS), **LINK)
    assert press_settings(office, page, board_access="open", new_links="y").status == 303
    assert (stored(world), code(world), log()) == (("open", False), "qinghe-4-1", [])


@pytest.mark.parametrize("access", ["", "secret"])
def test_an_access_that_is_none_is_said_at_its_field(world: World, office: Browser, access: str) -> None:
    page = press_settings(office, office.get(SETTINGS), board_access=access, new_links="y")
    assert (page.status, set(complaints(page))) == (422, {"board_access"})
    assert stored(world) == ("open", False)


def test_teachers_are_named_where_it_is_ticked_and_the_log_says_who_ticked_it(world: World, office: Browser) -> None:
    assert press_settings(office, office.get(SETTINGS), shows_teachers="y").status == 303
    assert stored(world) == ("open", True)
    page = office.get(SETTINGS)
    assert "checked" in page.all("input", name="shows_teachers")[0]
    rest = {name: value for name, value in fields(page, SETTINGS).items() if name != "shows_teachers"}
    assert office.post(SETTINGS, rest).status == 303
    assert stored(world) == ("open", False)
    assert [details for *_, details in log()] == [
        {"shows_teachers": ["False", "True"]},
        {"shows_teachers": ["True", "False"]},
    ]
    assert "写教师姓名 是 → 否" in office.get("/office/log").text


def test_the_log_tells_of_new_links_in_words(world: World, office: Browser) -> None:
    press_settings(office, office.get(SETTINGS), **LINK, new_links="y")
    page = office.get("/office/log")
    assert "公示栏怎样打开 公开 → 凭链接" in page.text
    assert "更换班级链接 全校 一(1)班、四(1)班、四(2)班" in page.text


def test_a_board_by_link_works_on_under_the_new_links(world: World, office: Browser) -> None:
    world.file(world.chen, world.maths, item(20, "words of today"))
    world.publish()
    press_settings(office, office.get(SETTINGS), **LINK, new_links="y")
    assert office.get("/board/qinghe-4-1/").status == 410
    assert "words of today" in office.get(f"/board/{code(world)}/").html
    db.session.refresh(world.school)
    world.school.board_access = BoardAccess.OPEN
    assert office.get("/board/qinghe-4-1/").response.location == f"/board/{code(world)}/"
