"""Signing in at the school's own provider: a real one, as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import ROOT
from portal import oidc
from portal.accounts import actions
from portal.accounts.models import NO_PASSWORD, Person
from portal.extensions import db
from tests import provider_server
from tests.accounts.test_own_account import FOUR_HOURS, NEW, wait
from tests.accounts.test_sign_in import ELSEWHERE, enter, signed_in_as
from tests.approvals.reading import texts
from tests.factories import NOW, PASSWORD, TODAY, World
from tests.homework.composing import complaints, fields, refusals
from tests.page import Browser, Page
from tests.provider_server import CLIENT_ID, CLIENT_SECRET, NO_PROVIDER, Guest, ProviderServer

pytestmark = pytest.mark.skipif(not provider_server.is_there(), reason=NO_PROVIDER)

PORTAL = "http://localhost"  # as the test client asks
BUTTON = "/sign-in/provider"
AWAY = "统一身份认证现在没有回应。请过一会儿再试，或者用账号和密码登录。"
LOST = "登录没有完成：页面放得太久，或者浏览器没有保存 Cookie。请再试一次。"
DOUBTED = "统一身份认证的答复不能确认，所以没有登录。请再试一次；还是不行，请告诉管理员。"
NAMELESS = "统一身份认证没有说出您的账号名，所以无法登录。请告诉管理员。"
UNKNOWN = "您在统一身份认证的账号“{}”在这里没有，或者已经停用。请找教务处或管理员开通；也可以换一个账号再试。"


@pytest.fixture(scope="module")
def server() -> Iterator[ProviderServer]:
    with provider_server.running(PORTAL) as server:
        yield server


def turn_on(app: Flask, issuer: str, **more: str) -> None:
    app.config.update(OIDC_ISSUER=issuer, OIDC_CLIENT_ID=CLIENT_ID, OIDC_CLIENT_SECRET=CLIENT_SECRET, **more)
    oidc.init_app(app)


@pytest.fixture
def provider(app: Flask, server: ProviderServer) -> Iterator[ProviderServer]:
    """The provider, to which the portal is bound for this test."""
    turn_on(app, server.issuer)
    yield server
    app.extensions["provider"] = None


def set_out(browser: Browser, wanted: str = "", **ticked: str) -> Page:
    page = browser.get("/sign-in", query_string={"next": wanted} if wanted else {})
    return _followed(browser, browser.post(BUTTON, fields(page, "/sign-in") | ticked))


def _followed(browser: Browser, page: Page) -> Page:
    """The answer, or the sign-in page if that is where it leads."""
    assert page.status in (200, 303)
    if page.status == 303 and page.response.location.startswith("/sign-in"):
        return browser.get(page.response.location)
    return page


def there(page: Page) -> str:
    """Where the page leads: at once, and by a link."""
    address = page.response.headers["Refresh"].removeprefix("0; url=")
    assert page.status == 200
    assert page.all("a", rel="noreferrer") == [{"href": address, "rel": "noreferrer"}]
    return address


def path_of(address: str) -> str:
    assert address.startswith(f"{PORTAL}/")
    return address.removeprefix(PORTAL)


def come_in(browser: Browser, login: str, wanted: str = "", guest: Guest | None = None, **ticked: str) -> Page:
    """The whole way: to the provider, where `login` signs in, and back."""
    return come_back(
        browser, (guest or Guest()).follow(there(set_out(browser, wanted, **ticked)), login=login, do="in")
    )


def come_back(browser: Browser, address: str) -> Page:
    return _followed(browser, browser.get(path_of(address)))


def test_the_button_is_there_only_where_the_setting_is(world: World, browser: Browser, server, app: Flask) -> None:
    assert "统一身份认证" not in browser.get("/sign-in").text
    assert browser.send(BUTTON).status == 404
    assert browser.get(f"{BUTTON}/back").status == 404
    turn_on(app, server.issuer)
    assert [has["formaction"] for has in browser.get("/sign-in").all("button", class_="ghost")] == [BUTTON]
    app.config["OIDC_NAME"] = "青禾通行证"
    assert "用青禾通行证登录" in browser.get("/sign-in").text
    app.extensions["provider"] = None


def test_signing_in_at_the_provider_leads_home(world: World, browser: Browser, provider: ProviderServer) -> None:
    page = come_in(browser, "chen")
    assert (page.status, page.response.location) == (303, "/")
    assert signed_in_as(browser) == "陈立德"
    cookies = page.response.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["known", "session"]
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    with browser.client.session_transaction() as session:
        assert [key for key in session if key.startswith("_state")] == []


def test_the_way_there_carries_state_nonce_and_the_hash_of_a_secret(
    world: World, browser: Browser, provider: ProviderServer
) -> None:
    page = set_out(browser)
    address = there(page)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{provider.issuer}/auth?")
    with browser.client.session_transaction() as session:
        [(key, begun)] = [(key, session[key]["data"]) for key in session if key.startswith("_state")]
    assert key.endswith(asked["state"])
    assert asked["nonce"] == begun["nonce"]
    assert begun["code_verifier"] not in address
    assert {name: asked[name] for name in ("response_type", "client_id", "redirect_uri", "scope")} == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": f"{PORTAL}{BUTTON}/back",
        "scope": "openid profile",
    }
    assert asked["code_challenge_method"] == "S256"
    assert min(map(len, (asked["state"], asked["nonce"], asked["code_challenge"]))) >= 20
    assert "form-action 'self';" in page.response.headers["Content-Security-Policy"]


def test_every_way_has_numbers_of_its_own_and_few_are_kept(
    world: World, browser: Browser, provider: ProviderServer
) -> None:
    ways = [there(set_out(browser, wanted="/home?" + "x" * 400)) for _ in range(8)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({parse_qs(urlsplit(each).query)[name][0] for each in ways}) == 8
    assert len(browser.client.get_cookie("session").value) < 4000
    for way, said in ((ways[0], [LOST]), (ways[7], [])):
        assert refusals(come_back(browser, Guest().follow(way, login="chen", do="in"))) == said
    assert signed_in_as(browser) == "陈立德"


@pytest.mark.parametrize("wanted", ["/home", f"/homework/?date={TODAY}&class=1"])
def test_after_signing_in_the_wanted_page_opens(
    world: World, browser: Browser, provider: ProviderServer, wanted: str
) -> None:
    assert come_in(browser, "chen", wanted).response.location == wanted


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=ascii)
def test_nobody_is_sent_elsewhere_after_signing_in(
    world: World, browser: Browser, provider: ProviderServer, wanted: str
) -> None:
    assert come_in(browser, "chen", next=wanted).response.location == "/"


def test_an_endless_address_is_forgotten_rather_than_the_way(
    world: World, browser: Browser, provider: ProviderServer
) -> None:
    assert come_in(browser, "chen", "/home?" + "x" * 5000).response.location == "/"


def test_who_has_no_account_is_told_whom_to_ask_and_gets_none(
    world: World, browser: Browser, provider: ProviderServer, app: Flask
) -> None:
    people = db.session.scalar(select(func.count(Person.id)))
    page = come_in(browser, "<b>nobody</b>", "/home")
    assert refusals(page) == [UNKNOWN.format("<b>nobody</b>")]
    assert "<b>nobody" not in page.html
    assert page.value("next") == "/home"
    assert signed_in_as(browser) is None
    assert db.session.scalar(select(func.count(Person.id))) == people
    assert "prompt=login" in there(browser.post(BUTTON, fields(page, "/sign-in")))
    assert "prompt" not in there(set_out(Browser(app)))


@pytest.mark.parametrize("login", ["CHEN", "chen2", "c" * 300])
def test_only_the_very_name_counts(world: World, browser: Browser, provider: ProviderServer, login: str) -> None:
    page = come_in(browser, login)
    assert refusals(page) == [UNKNOWN.format(login[:64])]


def test_who_is_deactivated_is_refused_and_what_they_had_ends(
    world: World, browser: Browser, provider: ProviderServer
) -> None:
    come_in(browser, "chen")
    assert signed_in_as(browser) == "陈立德"
    world.chen.active = False
    db.session.commit()
    assert signed_in_as(browser) is None
    page = come_in(browser, "chen")
    assert refusals(page) == [UNKNOWN.format("chen")]
    assert signed_in_as(browser) is None


def test_people_of_another_school_come_to_theirs(world: World, browser: Browser, provider: ProviderServer) -> None:
    come_in(browser, "zhou")
    assert "远山学校" in browser.get("/home").text


def test_who_has_no_password_gets_in(world: World, browser: Browser, provider: ProviderServer) -> None:
    world.chen.password_hash = NO_PASSWORD
    db.session.commit()
    assert come_in(browser, "chen").status == 303
    page = browser.get("/account")
    assert "您在统一身份认证登录，在这里没有密码。" in page.text
    assert page.all("input", name="password") == []


def test_who_cancels_is_told_so(world: World, browser: Browser, provider: ProviderServer, caplog) -> None:
    page = come_back(browser, Guest().follow(there(set_out(browser, "/home")), login="chen", do="not"))
    sentence = "您没有在统一身份认证登录。可以再试一次，或者用账号和密码登录。"
    assert (refusals(page), page.value("next")) == ([sentence], "/home")
    assert "cancelled" not in page.html
    assert refusals(browser.get("/sign-in")) == []  # said once
    assert caplog.text == ""


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(
    world: World, browser: Browser, provider: ProviderServer, app: Flask
) -> None:
    answer, back = Guest().follow(there(set_out(Browser(app))), login="chen", do="in"), f"{PORTAL}{BUTTON}/back"
    set_out(browser)
    for address in (answer, back, f"{back}?state=&code=x", f"{back}?error=access_denied"):
        page = come_back(browser, address)
        assert refusals(page) == [LOST]
    assert signed_in_as(browser) is None


def test_an_answer_counts_once(world: World, browser: Browser, provider: ProviderServer) -> None:
    answer = Guest().follow(there(set_out(browser)), login="chen", do="in")
    assert [come_back(browser, answer).response.location for _ in range(2)] == ["/", "/"]
    browser.client.delete_cookie("session")
    assert refusals(come_back(browser, answer)) == [LOST]
    assert signed_in_as(browser) is None


def test_a_way_that_was_begun_long_ago_is_begun_anew(
    world: World, browser: Browser, provider: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Guest().follow(there(set_out(browser)), login="chen", do="in")
    monkeypatch.setattr(oidc, "time", lambda: 2**32)
    assert refusals(come_back(browser, answer)) == [LOST]


def test_the_code_is_worth_nothing_without_the_secret_of_this_browser(
    world: World, browser: Browser, provider: ProviderServer, caplog
) -> None:
    answer = Guest().follow(there(set_out(browser)), login="chen", do="in")
    with browser.client.session_transaction() as session:
        [key] = [key for key in session if key.startswith("_state")]
        session[key] |= {"data": session[key]["data"] | {"code_verifier": "x" * 48}}
    assert refusals(come_back(browser, answer)) == [DOUBTED]
    assert "invalid_grant" in caplog.text


SPOILED = {
    "for another": {"aud": "another"},
    "for another by us": {"aud": "another", "azp": CLIENT_ID},
    "for two, by another": {"aud": [CLIENT_ID, "another"], "azp": "another"},
    "of another": {"iss": "https://another.example"},
    "too old": {"exp": 1_700_000_000, "iat": 1_699_999_000},
    "without end": {"exp": None},
    "of another way": {"nonce": "another"},
    "signed by a stranger": {"signed": "strangers"},
    "signed with an unknown key": {"signed": "unknown"},
    "not signed": {"signed": "none"},
    "missing": {"missing": True},
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_token_that_is_not_right_signs_nobody_in(
    world: World, browser: Browser, provider: ProviderServer, how: str, caplog
) -> None:
    provider.spoil(**SPOILED[how])
    page = come_in(browser, "chen")
    assert refusals(page) == [DOUBTED]
    assert signed_in_as(browser) is None
    assert "The OIDC provider let nobody in" in caplog.text
    assert "chen" not in caplog.text
    assert come_in(browser, "chen").status == 303


def test_a_provider_with_new_keys_is_believed(world: World, browser: Browser, app: Flask) -> None:
    with provider_server.running(PORTAL) as server:
        turn_on(app, server.issuer)
        assert come_in(browser, "chen").status == 303
        known = app.extensions["provider"]._known
        server.stop()
        server.start()
        assert come_in(Browser(app), "shen").status == 303
        assert app.extensions["provider"]._known is known
    app.extensions["provider"] = None


def test_while_the_provider_is_down_the_password_works(
    world: World, browser: Browser, app: Flask, caplog, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [float(oidc.time())]
    monkeypatch.setattr(oidc, "time", lambda: now[0])
    with provider_server.running(PORTAL) as server:
        turn_on(app, server.issuer)
        server.stop()
        for _ in range(3):
            page = set_out(browser, "/home")
            assert (refusals(page), page.value("next")) == ([AWAY], "/home")
        assert caplog.text.count("does not answer as it should: ConnectionError") == 1  # asked once
        assert enter(Browser(app), "chen", PASSWORD).status == 303
        server.start()
        assert refusals(set_out(browser)) == [AWAY]
        now[0] += oidc.PAUSE
        back = Guest().follow(there(set_out(browser)), login="chen", do="in")
        server.stop()
        assert refusals(come_back(browser, back)) == [AWAY]
        assert signed_in_as(browser) is None
        assert there(set_out(browser))  # its addresses are known
        now[0] += oidc.AN_HOUR
        assert refusals(set_out(browser)) == [AWAY]  # no longer
        server.start()
        now[0] += oidc.PAUSE
        assert there(set_out(browser))
    app.extensions["provider"] = None


def test_a_provider_that_calls_itself_otherwise_is_not_asked(
    world: World, browser: Browser, provider: ProviderServer, app: Flask, caplog
) -> None:
    turn_on(app, provider.issuer.replace("127.0.0.1", "localhost"))
    page = set_out(browser)
    assert refusals(page) == [AWAY]
    assert f"and it calls itself {provider.issuer}" in caplog.text
    turn_on(app, f"{provider.issuer}/nowhere")
    assert refusals(set_out(browser)) == [AWAY]
    turn_on(app, f"{provider.issuer}/")
    assert come_in(browser, "chen").status == 303


def test_a_safe_provider_with_an_unsafe_address_is_not_asked() -> None:
    metadata = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), "https://login.example/x")
    metadata["issuer"] = "https://login.example"
    oidc._check(metadata, "https://login.example")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        for address in ("http://login.example/x", "javascript:alert(1)", None):
            with pytest.raises(oidc.Unlike):
                oidc._check(metadata | {name: address}, "https://login.example")


def test_signatures_that_need_no_key_of_the_providers_are_none() -> None:
    metadata = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), "https://login.example/x")
    metadata |= {
        "issuer": "https://login.example",
        "id_token_signing_alg_values_supported": ["none", "HS256", "ES256", "RS256"],
    }
    oidc._check(metadata, "https://login.example")
    assert metadata["id_token_signing_alg_values_supported"] == ["ES256", "RS256"]


@pytest.mark.parametrize(
    ("claim", "says", "login"),
    [
        ("sub", {}, "chen"),
        ("email", {"email": "chen"}, "chen"),
        ("staff_number", {"staff_number": "chen"}, "chen"),
        ("staff_number", {"staff_number": 4711}, "4711"),
        ("staff_number", {"staff_number": " chen "}, "chen"),
    ],
)
def test_a_setting_says_what_names_the_account(
    world: World, browser: Browser, provider: ProviderServer, app: Flask, claim: str, says: dict, login: str
) -> None:
    world.chen.login = login
    db.session.commit()
    provider.know("chen", **says)
    app.config["OIDC_LOGIN_CLAIM"] = claim
    oidc.init_app(app)
    assert come_in(browser, "chen").status == 303
    assert signed_in_as(browser) == "陈立德"
    provider.know("chen")


@pytest.mark.parametrize(
    ("claim", "says", "sentence"),
    [
        ("staff_number", {}, NAMELESS),
        ("staff_number", {"staff_number": ["chen", "shen"]}, NAMELESS),
        ("staff_number", {"staff_number": ""}, NAMELESS),
        ("staff_number", {"staff_number": True}, NAMELESS),
        ("staff_number", {"staff_number": "chen\x00"}, NAMELESS),
        ("staff_number", {"staff_number": "chen\ud800"}, NAMELESS),
        ("email", {"email": "chen", "email_verified": False}, DOUBTED),
    ],
)
def test_who_is_not_named_clearly_is_not_let_in(
    world: World, browser: Browser, provider: ProviderServer, app: Flask, claim: str, says: dict, sentence: str
) -> None:
    provider.know("chen", **says)
    app.config["OIDC_LOGIN_CLAIM"] = claim
    oidc.init_app(app)
    page = come_in(browser, "chen")
    assert refusals(page) == [sentence]
    assert signed_in_as(browser) is None
    provider.know("chen")


def test_a_name_in_the_token_itself_is_read_there(world: World, browser: Browser, app: Flask) -> None:
    with provider_server.running(PORTAL, CLAIMS_IN="token") as server:
        turn_on(app, server.issuer)
        assert come_in(browser, "chen").status == 303
        server.spoil(preferred_username="shen")
        assert come_in(Browser(app), "chen").response.location == "/"
    app.extensions["provider"] = None


def test_a_secret_goes_the_way_the_provider_takes_it(world: World, browser: Browser, app: Flask) -> None:
    with provider_server.running(PORTAL, SECRET_IN="client_secret_post") as server:
        turn_on(app, server.issuer)
        assert come_in(browser, "chen").response.location == "/"
        app.config["OIDC_CLIENT_SECRET"] = "another secret"
        oidc.init_app(app)
        assert refusals(come_in(Browser(app), "chen")) == [DOUBTED]
    app.extensions["provider"] = None


def one_time(world: World) -> str:
    [slip] = actions.give_one_time_passwords(
        [world.chen.get_id()], actions.draw_passwords(1), last=TODAY, by=world.admin, at=NOW
    )
    db.session.commit()
    return slip.password


def test_a_slip_in_the_drawer_asks_nothing_of_who_comes_from_the_provider(
    world: World, browser: Browser, provider: ProviderServer, app: Flask
) -> None:
    slip = one_time(world)
    assert come_in(browser, "chen", remember="y").response.location == "/"
    for _ in range(2):
        assert signed_in_as(browser) == "陈立德"
        browser.client.delete_cookie("session")  # remembered, it is still who came from the provider
    sent = fields(browser.get("/account"), "/account") | {"password": NEW, "again": NEW}
    page = browser.post("/account", sent | {"present": PASSWORD})
    assert (page.status, complaints(page)) == (422, {"present": "现在的密码不对。"})
    assert texts(enter(Browser(app), "chen", slip), "h1") == ["先换一个自己的密码"]
    assert browser.post("/account", sent | {"present": slip}).status == 303
    assert signed_in_as(browser) == "陈立德"
    assert enter(Browser(app), "chen", NEW).status == 303


def test_a_remembered_browser_is_remembered_until_everything_is_ended(
    world: World, browser: Browser, provider: ProviderServer, app: Flask
) -> None:
    page = come_in(browser, "chen", remember="y")
    [remembering] = [each for each in page.response.headers.getlist("Set-Cookie") if each.startswith("remember")]
    assert {"HttpOnly", "SameSite=Lax"} <= set(remembering.split("; "))
    browser.client.delete_cookie("session")
    assert signed_in_as(browser) == "陈立德"
    assert Browser(app).sign_in(world.chen).send("/account/sessions").status == 303
    assert signed_in_as(browser) is None
    browser.client.delete_cookie("session")
    assert signed_in_as(browser) is None


def test_who_is_not_remembered_signs_in_again(world: World, browser: Browser, provider: ProviderServer) -> None:
    come_in(browser, "chen")
    browser.client.delete_cookie("session")
    assert signed_in_as(browser) is None


def test_ending_the_other_sessions_keeps_this_one(
    world: World, browser: Browser, provider: ProviderServer, app: Flask
) -> None:
    other = Browser(app)
    for each in (other, browser):
        come_in(each, "chen")
    assert browser.send("/account/sessions").status == 303
    assert [signed_in_as(each) for each in (browser, other)] == ["陈立德", None]
    assert there(browser.send("/sign-out"))  # it is still known where it began


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reset_ends_what_began_at_the_provider(
    world: World, browser: Browser, provider: ProviderServer, method: str
) -> None:
    come_in(browser, "chen", remember="y")
    token = browser.token()
    one_time(world)
    page = browser.get("/home") if method == "get" else browser.post("/account/sessions", {"csrf_token": token})
    assert page.status == {"get": 303, "post": 401}[method]
    assert signed_in_as(browser) is None


@pytest.mark.parametrize(("minutes", "name"), [(239, "陈立德"), (240, None)])
def test_an_idle_session_ends(
    world: World, browser: Browser, provider: ProviderServer, app: Flask, minutes: int, name: str | None
) -> None:
    app.config["IDLE"] = FOUR_HOURS
    come_in(browser, "chen")
    wait(app, minutes)
    assert signed_in_as(browser) == name


def test_signing_out_ends_the_session_at_the_provider_too(
    world: World, browser: Browser, provider: ProviderServer, app: Flask
) -> None:
    guest = Guest()
    come_in(browser, "chen", guest=guest)
    other = Browser(app)
    come_in(other, "shen", guest=guest)  # is not asked, for the provider knows who sits there
    assert signed_in_as(other) == "陈立德"
    out = there(browser.send("/sign-out"))
    assert signed_in_as(browser) is None
    assert out.startswith(f"{provider.issuer}/session/end?")
    assert path_of(guest.follow(out, logout="yes")).partition("?")[0] == "/sign-in"
    assert come_in(browser, "shen", guest=guest).status == 303
    assert signed_in_as(browser) == "沈知微"


def test_who_came_in_by_password_goes_out_as_ever(world: World, browser: Browser, provider: ProviderServer) -> None:
    browser.sign_in(world.chen)
    assert browser.send("/sign-out").response.location == "/board/"


def test_where_the_provider_cannot_be_left_the_page_says_so(world: World, browser: Browser, app: Flask) -> None:
    said = "已经退出。您在统一身份认证可能还登录着：用的是公用电脑，请也在那里退出，或者关掉浏览器。"
    with provider_server.running(PORTAL, WITHOUT="logout") as server:
        turn_on(app, server.issuer)
        for stop in (lambda: None, server.stop):
            come_in(browser, "chen")
            assert signed_in_as(browser) == "陈立德"
            token = browser.token()
            stop()
            oidc.init_app(app)
            page = _followed(browser, browser.post("/sign-out", {"csrf_token": token}))
            assert texts(page, "p", class_="notice") == [said]
            assert signed_in_as(browser) is None
    app.extensions["provider"] = None


def test_what_was_typed_stays_in_its_window_while_the_provider_opens_in_another(
    world: World, browser: Browser, provider: ProviderServer
) -> None:
    address = f"/homework/{world.four_one.id}/{world.maths.id}/{TODAY}"
    page = browser.post(address, {"items-0-text": "第 42 页"})
    typed = fields(page, "/sign-in")
    buttons = {has.get("formaction"): has.get("formtarget") for has in page.all("button", formnovalidate="")}
    assert buttons == {BUTTON: "_blank", "/sign-in/go-on": None}
    early = browser.post("/sign-in/go-on", typed)
    assert (early.status, fields(early, "/sign-in")["carried.items-0-text"]) == (401, "第 42 页")
    assert refusals(early) == ["还没有登录。请先在新窗口里登录，再回到这里按“继续”。"]
    out = there(browser.post(BUTTON, typed))
    page = come_back(browser, Guest().follow(out, login="chen", do="in"))
    assert texts(page, "h1") == ["已经登录"]
    page = browser.post("/sign-in/go-on", typed)
    assert (page.status, texts(page, "h1")) == (200, ["欢迎回来"])
    assert fields(page, address)["items-0-text"] == "第 42 页"


@pytest.mark.parametrize("on", [False, True])
def test_the_library_is_loaded_only_where_the_setting_is_on(on: bool) -> None:
    environ = {"PORTAL_SECRET_KEY": "only-for-the-tests"}
    if on:
        environ |= {f"PORTAL_OIDC_{name}": "x" for name in ("CLIENT_ID", "CLIENT_SECRET")}
        environ |= {"PORTAL_OIDC_ISSUER": "https://login.example"}
    made = "import sys; from portal.app import create_app; create_app(commands=False); "
    told = "print(sorted({'authlib', 'joserfc', 'cryptography', 'requests'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", made + told], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{sorted(['authlib', 'cryptography', 'joserfc', 'requests']) if on else []}\n"
