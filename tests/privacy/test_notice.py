"""The public page: what it says of cookies and periods is what the code does."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.views import KNOWN
from portal.board.children_views import CHILDREN
from portal.board.views import REMEMBERED
from portal.cookies import A_YEAR
from portal.extensions import db
from portal.operations.commands import KEEP
from portal.policy.links import BoardAccess
from portal.privacy.page import BACKUPS_KEPT, COOKIES, Lifetime
from tests.approvals.reading import texts
from tests.factories import World
from tests.page import Browser

PORTAL = Path(__file__).resolve().parents[2] / "portal"


def test_every_cookie_is_on_the_list(app: Flask) -> None:
    library = {app.config["SESSION_COOKIE_NAME"], app.config.get("REMEMBER_COOKIE_NAME", "remember_token")}
    assert {each.name for each in COOKIES} == {"lang", REMEMBERED, CHILDREN, KNOWN} | library
    year = {each.name for each in COOKIES if each.lifetime == Lifetime.YEAR}
    names = {"'lang'": "lang", "REMEMBERED": REMEMBERED, "CHILDREN": CHILDREN, "KNOWN": KNOWN}
    assert {names[ast.unparse(call.args[1])] for _, call in calls("keep")} == year
    assert A_YEAR == 365 * 24 * 3600
    assert [path.name for path, _ in calls("set_cookie")] == ["cookies.py"]  # by no other way


def calls(name: str) -> list[tuple[Path, ast.Call]]:
    """Where in the portal a cookie is set by this function."""
    return [
        (path, node)
        for path in sorted(PORTAL.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in (f"cookies.{name}", f"response.{name}")
    ]


def test_the_page_names_each_cookie_and_how_many_backups_are_kept(world: World, browser: Browser) -> None:
    page = browser.get("/privacy")
    assert texts(page, "code") == [
        *(each.name for each in COOKIES if not each.staff),
        *(each.name for each in COOKIES if each.staff),
    ]
    assert BACKUPS_KEPT == KEEP
    assert f"最近 {KEEP} 份" in page.text


def test_a_family_that_looks_at_the_board_is_given_no_cookie_it_did_not_ask_for(world: World, app: Flask) -> None:
    for address in ("/board/?choose=", f"/board/{world.four_one.code}/", "/privacy"):
        assert "Set-Cookie" not in Browser(app).get(address).response.headers


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_is_linked_at_the_foot_of_public_and_staff_pages(world: World, app: Flask, language: str) -> None:
    staff = Browser(app).sign_in(world.luo)
    headers = {"Accept-Language": language}
    for page in (
        Browser(app).get(f"/board/{world.four_one.code}/", headers=headers),
        staff.get("/home", headers=headers),
    ):
        assert page.all("a", href="/privacy")


def test_it_says_whom_to_ask_at_each_school_that_may_be_found(world: World, app: Flask) -> None:
    world.school.privacy_contact = "学校办公室 0513-0000 0001"
    world.other_school.board_access = BoardAccess.LINK
    db.session.commit()
    page = Browser(app).get("/privacy")
    assert ("青禾实验学校：学校办公室 0513-0000 0001" in page.text, "远山学校" in page.text) == (True, False)
    own = Browser(app).sign_in(world.zhou).get("/privacy")
    assert ("青禾" in own.text, "远山学校：请找学校教务处或管理员。" in own.text) == (False, True)
