"""Signing in and out."""

import pytest
from flask import Flask
from werkzeug.security import check_password_hash

from portal.accounts.readers import forget_people
from portal.extensions import db
from tests.approvals.reading import texts
from tests.factories import PASSWORD, World, make_person
from tests.homework.composing import complaints, fields
from tests.page import Browser, Page, statements

WRONG = {"password": "账号或密码不对。忘记密码请找管理员。"}


def enter(browser: Browser, login: str, password: str, wanted: str = "") -> Page:
    """Open the sign-in page (on the way to `wanted`) and send it filled in."""
    page = browser.get("/sign-in", query_string={"next": wanted} if wanted else {})
    return browser.post("/sign-in", fields(page, "/sign-in") | {"login": login, "password": password})


def signed_in_as(browser: Browser) -> str | None:
    """The name in the header of the home page; None for the public."""
    page = browser.get("/home")
    return texts(page, "h1")[0].removeprefix("您好，") if page.status == 200 else None


def test_signing_in_leads_home_and_out_to_the_board(world: World, browser: Browser) -> None:
    assert signed_in_as(browser) is None
    page = enter(browser, "chen", PASSWORD)
    assert (page.status, page.response.location) == (303, "/")
    assert browser.get("/").response.location == "/home"
    assert signed_in_as(browser) == "陈立德"
    assert browser.get("/sign-in").response.location == "/"
    page = browser.send("/sign-out")
    assert (page.status, page.response.location) == (303, "/board/")
    assert signed_in_as(browser) is None


def test_spaces_around_the_account_name_do_not_matter(world: World, browser: Browser) -> None:
    assert enter(browser, "  chen ", PASSWORD).status == 303
    assert signed_in_as(browser) == "陈立德"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("chen", "a wrong password"),
        ("chen", PASSWORD + " "),
        ("chen", PASSWORD.upper()),
        ("nobody", PASSWORD),
        ("CHEN ' OR 1=1 --", PASSWORD),
        ("陈立德", PASSWORD),
        ("\x00", PASSWORD),
        ("chen", "\x00"),
    ],
    ids=ascii,
)
def test_a_wrong_password_and_an_unknown_account_are_answered_alike(
    world: World, browser: Browser, login: str, password: str
) -> None:
    page = enter(browser, login, password)
    assert (page.status, complaints(page)) == (422, WRONG)
    assert password not in page.html
    assert signed_in_as(browser) is None


@pytest.mark.parametrize(
    ("login", "password", "sentences"),
    [
        ("", "", {"login": "请填账号。", "password": "请填密码。"}),
        ("chen", "", {"password": "请填密码。"}),
        ("c" * 65, PASSWORD, {"login": "账号最多 64 个字符。"}),
        ("chen", "p" * 257, {"password": "密码最多 256 个字符。"}),
    ],
    ids=["nothing", "no password", "a long account", "a long password"],
)
def test_what_is_missing_or_too_long_is_said_at_its_field(
    world: World, browser: Browser, login: str, password: str, sentences: dict[str, str]
) -> None:
    page = enter(browser, login, password)
    assert (page.status, complaints(page)) == (422, sentences)
    assert fields(page, "/sign-in") == {
        "csrf_token": page.value("csrf_token"),
        "next": "",
        "login": login,
        "password": "",
    }


def test_an_inactive_account_cannot_sign_in(world: World, browser: Browser) -> None:
    world.chen.active = False
    page = enter(browser, "chen", PASSWORD)
    assert (page.status, complaints(page)) == (422, WRONG)


def test_the_session_of_a_deactivated_person_ends(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    assert signed_in_as(browser) == "陈立德"
    world.chen.active = False
    db.session.commit()
    page = browser.get("/home")
    assert (page.status, page.response.location) == (303, "/sign-in?next=/home")


def test_a_session_with_nobody_behind_it_is_nobodys(app: Flask, world: World, browser: Browser) -> None:
    for person_id in ("999.0", f"{world.chen.id}", f"{world.chen.id}.", f"{world.chen.id}.1", "x", "", "-1"):
        with browser.client.session_transaction() as session:
            session["_user_id"] = person_id
        assert browser.get("/home").status == 303


@pytest.mark.parametrize("wanted", ["/home", "/classes/1/2026-11-24?lang=en", "/homework/?date=2026-11-24&class=1"])
def test_after_signing_in_the_wanted_page_opens(world: World, browser: Browser, wanted: str) -> None:
    page = browser.get(wanted)
    assert page.status == 303
    page = browser.get(page.response.location)
    sent = fields(page, "/sign-in") | {"login": "chen", "password": PASSWORD}
    assert browser.post("/sign-in", sent).response.location == wanted


ELSEWHERE = (
    "//evil.example", "/\\evil.example", "https://evil.example/home", "http:evil.example", "javascript:alert(1)",
    "evil.example", "\\\\evil.example", "/\n/evil.example", "/\t/evil.example", "//[", "///evil.example",
)  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=ascii)
def test_nobody_is_sent_elsewhere_after_signing_in(world: World, browser: Browser, wanted: str) -> None:
    """Neither by the link to the sign-in page nor by a forged field of its form."""
    page = browser.get("/sign-in", query_string={"next": wanted})
    sent = fields(page, "/sign-in")
    assert sent["next"] == ""
    page = browser.post("/sign-in", sent | {"next": wanted, "login": "chen", "password": PASSWORD})
    assert (page.status, page.response.location) == (303, "/")


def test_a_password_is_stored_as_its_scrypt_hash(world: World, browser: Browser) -> None:
    xu = make_person(world.school, "xu", "许知行")
    xu.set_password("春眠不觉晓 处处闻啼鸟")
    db.session.commit()
    assert xu.password_hash.startswith("scrypt:32768:8:1$")
    assert "春眠不觉晓" not in xu.password_hash
    assert check_password_hash(xu.password_hash, "春眠不觉晓 处处闻啼鸟")
    other = make_person(world.school, "he", "何晏清")
    other.set_password("春眠不觉晓 处处闻啼鸟")
    assert other.password_hash != xu.password_hash
    assert enter(browser, "xu", PASSWORD).status == 422
    assert enter(browser, "xu", "春眠不觉晓 处处闻啼鸟").status == 303


def test_the_session_is_kept_from_scripts_and_other_sites(world: World, browser: Browser) -> None:
    cookies = enter(browser, "chen", PASSWORD).response.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["known", "session"]
    for cookie, path in zip(cookies, ("Path=/sign-in", "Path=/"), strict=True):
        assert {"HttpOnly", "SameSite=Lax", path} <= set(cookie.split("; "))


def test_whoever_is_signed_in_costs_one_statement(world: World, browser: Browser) -> None:
    """The person with the school, the roles, those lent to them, the classes: where they are not kept."""
    browser.sign_in(world.chen)
    forget_people()
    with statements() as seen:
        assert browser.get("/people").status == 403
    assert len(seen) == 1


def test_signing_out_needs_a_form_of_our_own(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    assert browser.get("/sign-out").status == 405
    assert browser.post("/sign-out").status == 400
    assert signed_in_as(browser) == "陈立德"
