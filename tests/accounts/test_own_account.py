"""A password of one's own: at the first sign-in, and later; what is signed in elsewhere ends."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import actions
from portal.accounts.actions import draw_passwords
from portal.accounts.models import hash_of
from portal.app import create_app
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.errors import StaleForm
from tests.accounts.test_sign_in import enter, signed_in_as
from tests.approvals.reading import texts
from tests.conftest import test_config
from tests.factories import NOW, PASSWORD, TODAY, World
from tests.homework.composing import complaints, fields, refusals
from tests.page import Browser, Page, by_other_hands

NEW = "purple lamp river"
RUN_OUT = "这张纸条上的密码只能用到 11月24日，已经过期。请找学校的管理员重新发一张。"


@pytest.fixture
def elsewhere(world: World, app: Flask) -> Iterator[Flask]:
    """A second application on the same database."""
    elsewhere = create_app(test_config(app.config["SQLALCHEMY_DATABASE_URI"]))
    yield elsewhere
    with elsewhere.app_context():
        db.engine.dispose()


def slip(world: World) -> str:
    """A one-time password for 陈立德."""
    [given] = actions.give_one_time_passwords(
        [world.chen.get_id()], draw_passwords(1), last=TODAY, by=world.admin, at=NOW
    )
    db.session.commit()
    return given.password


def change(browser: Browser, **typed: str) -> Page:
    sent = fields(browser.get("/account"), "/account")
    return browser.post("/account", sent | {"present": PASSWORD, "password": NEW, "again": NEW} | typed)


def test_the_first_sign_in_asks_for_a_password_of_ones_own(world: World, browser: Browser) -> None:
    page = enter(browser, "chen", slip(world), wanted="/deputies/")
    assert (page.status, texts(page, "h1")) == (200, ["先换一个自己的密码"])
    for address in ("/home", "/deputies/", f"/classes/{world.four_one.id}/{TODAY}"):
        assert browser.get(address).response.location == "/account"
    assert browser.get("/board/").status == 200
    sent = fields(page, "/account") | {"password": NEW, "again": NEW}
    page = browser.post("/account", sent)
    assert (page.status, page.response.location) == (303, "/deputies/")
    assert signed_in_as(browser) == "陈立德"
    db.session.refresh(world.chen, ["one_time_last"])
    assert not world.chen.one_time
    assert enter(Browser(browser.client.application), "chen", NEW).status == 303


def test_a_slip_holds_until_the_end_of_its_last_day(world: World, browser: Browser, app: Flask) -> None:
    password = slip(world)
    app.config["NOW"] = NOW.replace(hour=23, minute=59)
    assert texts(enter(browser, "chen", password), "h1") == ["先换一个自己的密码"]
    app.config["NOW"] += timedelta(minutes=1)
    page = enter(Browser(app), "chen", password)
    assert (page.status, complaints(page)) == (422, {"password": RUN_OUT})
    assert browser.get("/account").response.location == "/sign-in?next=/account"  # what began with it is over too


def test_only_who_has_the_slip_learns_that_it_has_run_out(world: World, app: Flask) -> None:
    slip(world)
    app.config["NOW"] = NOW + timedelta(days=1)
    for login in ("chen", "nobody"):
        wrong = {"password": "账号或密码不对。忘记密码请找管理员。"}
        assert complaints(enter(Browser(app), login, "k7mw-x3ph-9tqe")) == wrong


def test_a_form_that_is_sent_before_the_password_is_changed_changes_nothing(world: World, browser: Browser) -> None:
    enter(browser, "chen", slip(world))
    token = browser.get("/account").value("csrf_token")
    page = browser.post(f"/classes/{world.four_one.id}/{TODAY}/coordinate", {"csrf_token": token, "version": "0"})
    assert (page.status, page.response.location) == (303, "/account")


def test_what_was_typed_before_goes_through_the_first_sign_in(world: World, browser: Browser) -> None:
    password = slip(world)
    page = browser.post(f"/homework/{world.four_one.id}/{world.maths.id}/{TODAY}", {"items-0-text": "第 42 页"})
    page = browser.post("/sign-in", fields(page, "/sign-in") | {"login": "chen", "password": password})
    sent = fields(page, "/account") | {"password": NEW, "again": "other"}
    page = browser.post("/account", sent)
    assert (page.status, complaints(page)) == (422, {"again": "两次写的新密码不一样。"})
    page = browser.post("/account", fields(page, "/account") | {"password": NEW, "again": NEW})
    assert (page.status, texts(page, "h1")) == (200, ["欢迎回来"])
    assert page.value("items-0-text") == "第 42 页"
    assert NEW not in page.html


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({"present": "wrong"}, {"present": "现在的密码不对。"}),
        ({"present": ""}, {"present": "请填现在的密码。"}),
        ({"password": "", "again": ""}, {"password": "请填新密码。", "again": "请把新密码再写一遍。"}),
        ({"again": "purple lamp rivers"}, {"again": "两次写的新密码不一样。"}),
        (
            {"password": "short", "again": "short"},
            {"password": "密码至少 10 个字符。几个不相干的词连在一起，又长又好记。"},
        ),
        (
            {"password": "password2026", "again": "password2026"},
            {"password": "这个密码太常见，别人很容易猜到，请换一个。"},
        ),
        ({"password": PASSWORD, "again": PASSWORD}, {"password": "新密码和现在的一样，请换一个。"}),
        ({"password": "p" * 257, "again": "p" * 257}, dict.fromkeys(("password", "again"), "密码最多 256 个字符。")),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World, browser: Browser, typed: dict[str, str], sentences: dict[str, str]
) -> None:
    browser.sign_in(world.chen)
    page = change(browser, **typed)
    assert (page.status, complaints(page)) == (422, sentences)
    assert 'value="purple' not in page.html
    assert enter(Browser(browser.client.application), "chen", PASSWORD).status == 303


def test_a_change_ends_the_other_sessions_in_every_application(
    world: World, browser: Browser, elsewhere: Flask
) -> None:
    others = [Browser(browser.client.application).sign_in(world.chen), Browser(elsewhere).sign_in(world.chen)]
    browser.sign_in(world.chen)
    assert [signed_in_as(each) for each in others] == ["陈立德"] * 2
    page = change(browser)
    assert (page.status, page.response.location) == (303, "/account")
    assert [signed_in_as(each) for each in (browser, *others)] == ["陈立德", None, None]
    assert enter(Browser(elsewhere), "chen", PASSWORD).status == 422
    assert enter(Browser(elsewhere), "chen", NEW).status == 303


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reset_ends_every_session_and_what_remembers_it(
    world: World, browser: Browser, elsewhere: Flask, method: str
) -> None:
    browsers = [browser, Browser(elsewhere)]
    tokens = []
    for each in browsers:
        sent = fields(each.get("/sign-in"), "/sign-in") | {"login": "chen", "password": PASSWORD, "remember": "y"}
        assert each.post("/sign-in", sent).status == 303
        tokens.append(each.token())
    slip(world)
    for each, token in zip(browsers, tokens, strict=True):
        page = each.get("/home") if method == "get" else each.post("/account/sessions", {"csrf_token": token})
        assert page.status == {"get": 303, "post": 401}[method]
        assert signed_in_as(each) is None


def test_a_remembered_browser_needs_no_second_sign_in_until_everything_is_ended(
    world: World, browser: Browser, elsewhere: Flask
) -> None:
    sent = fields(browser.get("/sign-in"), "/sign-in") | {"login": "chen", "password": PASSWORD, "remember": "y"}
    cookies = browser.post("/sign-in", sent).response.headers.getlist("Set-Cookie")
    [remembering] = [each for each in cookies if each.startswith("remember_token=")]
    assert {"HttpOnly", "SameSite=Lax"} <= set(remembering.split("; "))
    browser.client.delete_cookie("session")  # the browser was closed
    assert signed_in_as(browser) == "陈立德"
    other = Browser(elsewhere).sign_in(world.chen)
    assert other.send("/account/sessions").status == 303
    assert signed_in_as(other) == "陈立德"
    assert signed_in_as(browser) is None
    browser.client.delete_cookie("session")
    assert signed_in_as(browser) is None


def test_who_is_not_remembered_signs_in_again(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    browser.client.delete_cookie("session")
    assert signed_in_as(browser) is None


def test_the_cookie_of_a_known_device_signs_nobody_in(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    known = browser.client.get_cookie("known", path="/sign-in").value
    browser.client.delete_cookie("session")
    browser.client.set_cookie("remember_token", known)
    assert signed_in_as(browser) is None


def test_somebody_deactivated_and_back_again_has_no_old_session(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    actions.end_sessions(world.chen)
    db.session.commit()
    assert signed_in_as(browser) is None


FOUR_HOURS = 4 * 3600  # seconds


@pytest.mark.parametrize(("minutes", "name"), [(239, "陈立德"), (240, None)])
def test_an_idle_session_ends(world: World, browser: Browser, app: Flask, minutes: int, name: str | None) -> None:
    app.config["IDLE"] = FOUR_HOURS
    browser.sign_in(world.chen)
    wait(app, minutes)
    assert signed_in_as(browser) == name
    wait(app, -minutes)
    assert signed_in_as(browser) == name  # it does not come back


def test_using_the_portal_keeps_the_session_and_what_a_page_asks_by_itself_does_not(
    world: World, browser: Browser, app: Flask
) -> None:
    app.config["IDLE"] = FOUR_HOURS
    browser.sign_in(world.shen)
    wait(app, 200)
    assert browser.get("/home").status == 200
    wait(app, 200)
    grid = f"/grades/4/{TODAY}"
    polled = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert browser.get(grid, headers=polled).status == 200
    wait(app, 100)
    assert browser.get(grid, headers=polled).status in (204, 303)
    assert signed_in_as(browser) is None


def test_an_idle_time_of_none_lasts(world: World, browser: Browser, app: Flask) -> None:
    browser.sign_in(world.chen)
    wait(app, 600)
    assert signed_in_as(browser) == "陈立德"


def wait(app: Flask, minutes: int) -> None:
    app.config["NOW"] += timedelta(minutes=minutes)


def test_a_password_changed_meanwhile_is_not_changed_again(world: World, browser: Browser, app: Flask) -> None:
    chen = world.chen
    db.session.commit()
    by_other_hands(app, "UPDATE person SET session_version = 7 WHERE login = 'chen'")
    with pytest.raises(StaleForm):
        actions.change_password(chen, hash_of(NEW), at=NOW)
    db.session.rollback()


def test_a_reset_between_the_hash_and_the_lock_wins(
    world: World, browser: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(world.chen)
    sent = fields(browser.get("/account"), "/account") | {"present": PASSWORD, "password": NEW, "again": NEW}

    def slowly(password: str) -> str:
        by_other_hands(app, "UPDATE person SET session_version = 7, password_hash = 'reset' WHERE login = 'chen'")
        return hash_of(password)

    monkeypatch.setattr(actions, "hash_of", slowly)
    page = browser.post("/account", sent)
    assert (page.status, refusals(page)) == (409, ["密码刚刚在别处改过，这一次没有保存。请重新登录。"])
    assert signed_in_as(browser) is None
    db.session.refresh(world.chen)
    assert world.chen.password_hash == "reset"


def test_the_log_tells_of_passwords_and_holds_none(world: World, browser: Browser) -> None:
    password = slip(world)
    page = enter(browser, "chen", password)
    browser.post("/account", fields(page, "/account") | {"password": NEW, "again": NEW})
    browser.send("/account/sessions")
    rows = db.session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    assert [(row.step, row.actor_name) for row in rows] == [
        ("password.give", "管理员"),
        ("password.change", "陈立德"),
        ("session.end", "陈立德"),
    ]
    told = repr([vars(row) for row in rows])
    assert password not in told
    assert NEW not in told
    page = Browser(browser.client.application).sign_in(world.zheng).get("/office/log")
    assert "发一次性密码" in page.text
    assert "陈立德 (chen)" in page.text
