"""What every answer carries so that browsers keep to themselves what is ours: pages, refusals, files, feeds, copies."""

import pytest
from flask import Flask

from config import Config
from portal.extensions import db
from portal.headers import headers_of
from portal.htmx_file import HTMX_URL
from tests.factories import PASSWORD, TODAY, World, item
from tests.page import Browser

HTML, FILE = "text/html", "text/css"


@pytest.fixture
def answers(world: World, app: Flask, browser: Browser) -> dict[str, tuple[int, dict]]:
    """Every kind of answer, with its status and headers."""
    app.config["HOSTS"] = ("localhost",)
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    world.file(world.chen, world.maths, item(20))
    world.publish()
    board, signed_in = f"/board/{world.four_one.code}", Browser(app).sign_in(world.chen)
    page = browser.get(f"{board}/{TODAY}")
    tag = {"If-None-Match": page.response.headers["ETag"]}
    css = browser.get("/static/board.css").response
    app.wsgi_app.forget()
    known = browser.get(f"{board}/{TODAY}", headers=tag)
    page = browser.get(f"{board}/{TODAY}")
    found = {
        "a page": page,
        "its copy": browser.get(f"{board}/{TODAY}"),
        "its copy, known": browser.get(f"{board}/{TODAY}", headers=tag),
        "a redirect": browser.get("/"),
        "known": known,
        "a file": browser.get("/static/board.css"),
        "a file, known": browser.get("/static/board.css", headers={"If-None-Match": css.headers["ETag"]}),
        "a calendar": browser.get(f"{board}/calendar.ics"),
        "a feed": browser.get(f"{board}/feed.atom"),
        "data": browser.get(f"{board}/today.json"),
        "signed in": signed_in.get("/home"),
        "health": browser.get("/healthz"),
        "no token": browser.post("/sign-in"),
        "another host": browser.get("/", base_url="http://evil.example"),
        "sign in first": browser.get("/office/"),
        "not allowed": signed_in.get("/office/"),
        "nowhere": browser.get("/nowhere"),
        "not that way": browser.post("/board/"),
        "too large": browser.post("/sign-in", {"login": "x" * 3_000_000}),
    }
    css.close()
    original = app.view_functions["accounts.sign_in"]
    app.view_functions["accounts.sign_in"] = broken
    found["broken"] = browser.get("/sign-in")
    app.view_functions["accounts.sign_in"] = original
    app.testing = True
    for each in found.values():
        each.response.close()
    return {name: (each.status, dict(each.response.headers)) for name, each in found.items()}


def broken() -> None:
    raise ZeroDivisionError


broken.access = "public"


def test_each_kind_of_answer_keeps_to_the_rules(answers: dict[str, tuple[int, dict]]) -> None:
    statuses = {name: status for name, (status, _) in answers.items()}
    assert statuses == {
        "a page": 200, "its copy": 200, "its copy, known": 304, "a redirect": 302, "known": 304,
        "a file": 200, "a file, known": 304, "a calendar": 200, "a feed": 200, "data": 200, "signed in": 200,
        "health": 200, "no token": 400, "another host": 400, "sign in first": 303, "not allowed": 403,
        "nowhere": 404, "not that way": 405, "too large": 413, "broken": 500,
    }  # fmt: skip
    for name, (_, headers) in answers.items():
        if name in ("known", "its copy, known"):
            assert not headers.keys() & told().keys(), "the browser has them with the page"
        else:
            assert told().items() <= headers.items(), name
        assert headers["X-Request-ID"], name
        assert "Cache-Control" in headers, name


def told(**settings: str) -> dict[str, str]:
    return headers_of(Config({"PORTAL_SECRET_KEY": "only-for-the-tests", **settings}))


def policy(**settings: str) -> dict[str, str]:
    rules = told(**settings)["Content-Security-Policy"].split("; ")
    return dict(each.split(" ", 1) for each in rules)


def test_no_other_site_may_frame_a_page_or_look_into_its_window() -> None:
    assert policy()["frame-ancestors"] == "'none'"
    headers = told()
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert (headers["Cross-Origin-Opener-Policy"], headers["Referrer-Policy"]) == ("same-origin", "same-origin")
    assert "camera=(), microphone=(), geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(("htmx", "scripts"), [("self", "'self'"), ("cdn", f"'self' {HTMX_URL}")])
def test_nothing_runs_but_what_the_portal_sends_and_htmx_itself(htmx: str, scripts: str) -> None:
    rules = policy(PORTAL_HTMX=htmx)
    assert (rules["default-src"], rules["script-src"], rules["style-src"]) == ("'none'", scripts, "'self'")
    assert (rules["form-action"], rules["base-uri"]) == ("'self'", "'none'")
    assert not {each for rule in rules.values() for each in rule.split() if "unsafe" in each or "*" in each}


@pytest.mark.parametrize(("https_only", "held_to_it"), [("yes", "max-age=2592000"), ("no", None)])
def test_browsers_are_held_to_https_only_where_that_is_set(https_only: str, held_to_it: str | None) -> None:
    assert told(PORTAL_HTTPS_ONLY=https_only).get("Strict-Transport-Security") == held_to_it


def test_what_is_too_large_is_a_page_in_plain_words(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    large = {"login": "x" * 3_000_000}
    for data in (large, {f"f{number}": "x" for number in range(30_000)} | {"padding": "x" * 2_000_000}):
        page = browser.post("/sign-in", data)
        assert (page.status, page.all("h1")) == (413, [{}])
        assert "一次提交的内容超过 2 MB，没有保存。请分成几次。" in page.text
    many = browser.post("/sign-in", {f"f{n}": "x" for n in range(3000)}, content_type="multipart/form-data")
    assert many.status == 413
    db.session.commit()


@pytest.mark.parametrize("secure", [True, False])
def test_cookies_travel_over_https_only_where_that_is_set(world: World, app: Flask, secure: bool) -> None:
    app.config["SESSION_COOKIE_SECURE"] = app.config["REMEMBER_COOKIE_SECURE"] = secure
    https, browser = {"base_url": "https://localhost"}, Browser(app)
    page = browser.get("/sign-in?lang=en", **https)
    typed = {"csrf_token": page.value("csrf_token"), "login": "chen", "password": PASSWORD, "remember": "y"}
    code = world.four_one.code
    pages = [
        page,
        browser.post("/sign-in", typed, headers={"Referer": "https://localhost/sign-in"}, **https),
        browser.get(f"/board/?class={code}", **https),
        browser.get(f"/board/children?class={code}", **https),
    ]
    cookies = [each for page in pages for each in page.response.headers.getlist("Set-Cookie")]
    names = {each.partition("=")[0] for each in cookies}
    assert names == {"session", "remember_token", "known", "lang", "board_class", "board_children"}
    for each in cookies:
        rules = set(each.split("; "))
        assert ("Secure" in rules, "HttpOnly" in rules, "SameSite=Lax" in rules) == (secure, True, True), each
