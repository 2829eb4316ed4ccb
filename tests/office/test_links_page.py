"""The links of the classes: the office reads them, replaces one or all behind a confirmation, and sees the old ones."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.policy.links import BoardAccess
from portal.policy.permissions import Role
from portal.school.models import RetiredCode
from tests.approvals.reading import texts
from tests.factories import World, grant
from tests.homework.composing import complaints, fields, refusals
from tests.page import Browser, Page, statements

LINKS = "/office/links"
NEW = f"{LINKS}/new"
SURE = {"sure": "y"}


@pytest.fixture
def office(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.zheng)


def press(browser: Browser, page: Page, **typed: str) -> Page:
    return browser.post(LINKS, fields(page, LINKS) | typed)


def retired() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(RetiredCode.code)))


def shown(page: Page) -> list[str]:
    return texts(page, "a", class_="link")


def test_every_class_stands_there_with_its_short_address(world: World, office: Browser) -> None:
    page = office.get(LINKS)
    assert shown(page) == [f"http://localhost/c/qinghe-{each}" for each in ("1-1", "4-1", "4-2")]
    office.client.application.config["ADDRESS"] = "https://homework.example"
    assert shown(office.get(LINKS))[0] == "https://homework.example/c/qinghe-1-1"


@pytest.mark.parametrize("access", BoardAccess)
def test_the_screens_of_classes_and_grades_are_found_there(
    world: World, office: Browser, app: Flask, access: BoardAccess
) -> None:
    world.school.board_access = access
    screens = [has["href"] for has in office.get(LINKS).all("a") if "/wall" in has["href"]]
    pages = [Browser(app).get(screen) for screen in screens]
    assert [texts(page, "h1") for page in pages] == [["一(1)班"], ["四(1)班"], ["四(2)班"], ["一年级"], ["四年级"]]
    assert texts(pages[-1], "li") == ["四(1)班", "四(2)班"]


def test_one_class_gets_a_new_link_behind_a_confirmation(world: World, office: Browser) -> None:
    [link] = [has["href"] for has in office.get(LINKS).all("a") if has["href"].endswith("4-1") and "new" in has["href"]]
    page = office.get(link)
    assert texts(page, "h1") == ["换新链接 四(1)班"]
    assert "不能撤销" in page.text
    refused = press(office, page)
    assert (refused.status, complaints(refused), retired()) == (422, {"sure": "确认要换，请打勾。"}, [])
    assert texts(refused, "h1") == ["换新链接 四(1)班"]
    done = press(office, refused, **SURE)
    assert (done.status, done.response.location, retired()) == (303, LINKS, ["qinghe-4-1"])
    page = office.get(LINKS)
    assert texts(page, "p", class_="said") == ["链接已换新：1 个班。请打印新海报，发给家长。"]
    assert [each for each in shown(page) if "qinghe-4-1" in each] == []
    assert texts(page, "ul", class_="log num") == ["11-24 15:00 四(1)班 qinghe-4-1"]


def test_all_classes_get_new_links_at_once(world: World, office: Browser) -> None:
    page = office.get(NEW)
    assert "一(1)班、四(1)班、四(2)班" in page.text
    assert press(office, page, **SURE).status == 303
    assert retired() == ["qinghe-1-1", "qinghe-4-1", "qinghe-4-2"]


def test_a_form_from_before_is_refused_with_the_present_links(world: World, office: Browser) -> None:
    one, every = office.get(f"{NEW}?code=qinghe-4-1"), office.get(NEW)
    assert press(office, one, **SURE).status == 303
    for old in (one, every):
        page = press(office, old, **SURE)
        assert (page.status, refusals(page)) == (409, ["有的链接刚刚换过，没有再换一次。现在的链接在下面。"])
    assert retired() == ["qinghe-4-1"]


@pytest.mark.parametrize("codes", ["", "nobody", "yuanshan-4-1", "qinghe-4-1 yuanshan-4-1", "\x00"])
def test_what_is_no_class_of_the_school_is_refused(world: World, office: Browser, codes: str) -> None:
    page = office.send(LINKS, {"codes": codes, **SURE})
    assert (page.status, retired()) == (409, [])


@pytest.mark.parametrize("code", ["nobody", "yuanshan-4-1", "", "%00"])
def test_there_is_no_confirmation_for_what_is_no_class(world: World, office: Browser, code: str) -> None:
    assert office.get(f"{NEW}?code={code}").status == 404


def test_it_says_what_an_old_link_does_now(world: World, office: Browser) -> None:
    press(office, office.get(NEW), **SURE)
    assert "转到这个班现在的地址" in office.get(LINKS).text
    assert "旧链接会转到新地址" in office.get(NEW).text
    world.school.board_access = BoardAccess.LINK
    assert "请向班主任要新的" in office.get(LINKS).text
    assert "旧海报马上打不开" in office.get(NEW).text


def test_the_principal_reads_them_and_replaces_nothing(world: World, app: Flask) -> None:
    principal = Browser(app).sign_in(world.cheng)
    page = principal.get(LINKS)
    assert (page.status, len(shown(page)), "new" in page.html) == (200, 3, False)
    assert (principal.get(NEW).status, principal.send(LINKS, {"codes": "qinghe-4-1", **SURE}).status) == (403, 403)
    assert retired() == []


def test_another_school_sees_its_own(world: World, browser: Browser) -> None:
    grant(world.zhou, Role.OFFICE)
    browser.sign_in(world.zhou)
    assert shown(browser.get(LINKS)) == ["http://localhost/c/yuanshan-4-1"]
    press(browser, browser.get(NEW), **SURE)
    assert retired() == ["yuanshan-4-1"]


def test_the_page_takes_the_same_statements_for_one_replaced_link_and_three(world: World, office: Browser) -> None:
    counts = []
    for address in (f"{NEW}?code=qinghe-4-1", NEW):
        press(office, office.get(address), **SURE)
        office.get(LINKS)
        with statements() as seen:
            office.get(LINKS)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4, "\n\n".join(seen)
