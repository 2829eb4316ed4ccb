"""A school's page: its classes where they may be found, and the way to one's class where they may not."""

import pytest

from portal.extensions import db
from portal.policy.links import BoardAccess
from portal.school import link_actions
from portal.school.models import School
from tests.approvals.reading import texts
from tests.factories import World, add
from tests.page import Browser, statements

ADDRESS = "/board/schools/qinghe/"


def test_an_open_school_shows_its_classes_by_grade(world: World, browser: Browser) -> None:
    page = browser.get(ADDRESS)
    assert (texts(page, "h1"), texts(page, "h2")) == (["青禾实验学校"], ["一年级", "四年级"])
    assert texts(page, "ul", class_="tiles") == ["一(1)班", "四(1)班 四(2)班"]
    [link] = [link["href"] for link in page.all("a") if "4-2" in link["href"]]
    assert browser.get(link).response.location == "/board/qinghe-4-2/"
    assert browser.get("/board/").response.location == "/board/qinghe-4-2/"


def test_by_link_only_it_names_no_class_and_says_how_to_get_there(world: World, browser: Browser) -> None:
    world.school.board_access = BoardAccess.LINK
    page = browser.get(ADDRESS)
    assert (page.status, texts(page, "h2"), page.all("ul", class_="tiles")) == (200, [], [])
    assert "班级海报" in texts(page, "ul", class_="advice")[0]
    assert "班主任" in texts(page, "ul", class_="advice")[0]
    assert [each.code for each in (world.four_one, world.four_two, world.one_one) if each.code in page.html] == []


def test_a_school_without_classes_says_so(world: World, browser: Browser) -> None:
    add(School, code="new", name="新学校")
    assert "学校还没有建立班级。" in browser.get("/board/schools/new/").text


@pytest.mark.parametrize("access", BoardAccess)
def test_it_leads_to_what_the_school_makes_public_as_a_whole(
    world: World, browser: Browser, access: BoardAccess
) -> None:
    world.school.board_access = access
    links = [has["href"] for has in browser.get(ADDRESS).all("a") if "/schools/" in has["href"]]
    pages = [link for link in links if "?" not in link]
    screens = [f"{ADDRESS}wall"] if access == BoardAccess.OPEN else []
    assert pages == [f"{ADDRESS}totals", f"{ADDRESS}lists", *screens]
    assert {browser.get(page).status for page in pages} == {200}


def test_it_takes_one_statement_and_is_a_304_for_who_has_it(world: World, browser: Browser) -> None:
    with statements() as seen:
        page = browser.get(ADDRESS)
        again = browser.get(ADDRESS, headers={"If-None-Match": page.response.headers["ETag"]})
    assert (len(seen), again.status) == (2, 304)
    assert page.response.headers["X-Robots-Tag"] == "noindex"


def test_a_new_link_or_another_access_changes_it(world: World, browser: Browser) -> None:
    def tag() -> str:
        return browser.get(ADDRESS).response.headers["ETag"]

    tags = [tag()]
    link_actions.replace_links(world.school, [world.four_one.code], by=world.zheng, at=world.at)
    db.session.commit()
    tags.append(tag())
    assert world.four_one.code in browser.get(ADDRESS).html
    world.school.board_access = BoardAccess.LINK
    tags.append(tag())
    assert len(set(tags)) == 3
