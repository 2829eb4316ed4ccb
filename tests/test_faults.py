"""A fault of ours while somebody writes: the page says so, and what was written stands on it, to be copied."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import event

from portal import errors
from portal.extensions import db
from tests.approvals.reading import texts
from tests.factories import World
from tests.homework.composing import address, typed
from tests.page import Browser
from tests.test_rights_that_ended import POEM, sentences, shown

SAID = {
    "zh": ("系统出了问题", "已经记录下来。刚才这一步可能没有保存，您可以返回上一页再试一次。", "20 分钟"),
    "en": (
        "Something went wrong",
        "It has been recorded. This step may not have been saved; you can go back and try again.",
        "20 min",
    ),
}
WORD = {
    "zh": "系统出了问题，刚才这一步可能没有保存。您填写的内容还在这一页，请过一会儿再试。",
    "en": "Something went wrong, and this step may not have been saved. What you wrote is still on this page; "
    "please try again in a moment.",
}
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
SECRET = "我的 密码"


class Fault(Exception):
    """What nobody has thought of."""


@pytest.fixture
def breaks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable]:
    """`breaks("homework.file")`: this view fails, as it would on a server."""
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def fail(endpoint: str, happens: Callable = lambda: None) -> None:
        def broken(**where: object) -> None:
            happens()
            raise Fault

        broken.access = app.view_functions[endpoint].access
        monkeypatch.setitem(app.view_functions, endpoint, broken)

    return fail


@pytest.mark.parametrize("language", SAID)
def test_what_was_written_stands_on_the_page(world: World, browser: Browser, breaks: Callable, language: str) -> None:
    browser.sign_in(world.chen)
    breaks("homework.file")
    title, sentence, minutes = SAID[language]
    sent = {"version": "0", "do": "submit", "reason": "停电", **typed(text=POEM)}
    page = browser.send(address(world), sent, headers={"Accept-Language": language})
    assert (page.status, texts(page, "h1"), sentences(page)[0]) == (500, [title], sentence)
    assert shown(page) == f"停电 床前明月光 疑是地上霜 {minutes}"
    assert page.posts_to() == set()
    assert world.day(world.four_one).filing_of(world.maths.id) is None


def test_a_button_that_htmx_sends_gets_the_same_page(world: World, browser: Browser, breaks: Callable) -> None:
    browser.sign_in(world.chen)
    breaks("homework.file")
    headers = {"HX-Request": "true", "HX-Request-Type": "full"}
    page = browser.send(address(world), {"do": "add", **typed(text=POEM)}, headers=headers)
    assert (page.status, shown(page)) == (500, "床前明月光 疑是地上霜 20 分钟")


@pytest.mark.parametrize("language", WORD)
@pytest.mark.parametrize(("endpoint", "part"), [("homework.keep_draft", "/draft"), ("homework.load", "/load")])
def test_what_htmx_keeps_by_itself_gets_the_word_and_leaves_the_form_alone(
    world: World, browser: Browser, breaks: Callable, endpoint: str, part: str, language: str
) -> None:
    browser.sign_in(world.chen)
    page = browser.get(address(world))
    says = [has["hx-status:500"] for has in page.all("section") + page.all("div") if "hx-status:500" in has]
    assert (says, len(page.all("div", id="unsaved"))) == (["target:#unsaved swap:innerHTML"] * 2, 1)
    breaks(endpoint)
    page = browser.send(address(world, part), typed(text=POEM), headers={"Accept-Language": language, **PARTIAL})
    assert (page.status, page.text) == (500, WORD[language])


def test_no_secret_and_no_file_is_shown(world: World, browser: Browser, breaks: Callable) -> None:
    browser.sign_in(world.chen)
    breaks("homework.file")
    sent = dict.fromkeys(("password", "present", "again"), SECRET)
    sent |= {"file": (BytesIO(SECRET.encode()), f"{SECRET}.csv"), "note": "看一看"}
    token = browser.token()
    page = browser.post(address(world), {"csrf_token": token, **sent}, content_type="multipart/form-data")
    assert (page.status, shown(page)) == (500, "看一看")
    assert (SECRET in page.html, token in page.html, page.all("input")) == (False, False, [])


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Referer": "https://elsewhere.example/"}]
)
def test_nothing_that_another_site_sends_is_shown(
    world: World, browser: Browser, breaks: Callable, headers: dict[str, str]
) -> None:
    browser.sign_in(world.chen)
    breaks("homework.file")
    sent = {"csrf_token": browser.token(), **typed(text="别处写的")}
    pages = [browser.post(address(world), sent, headers=each) for each in ({"Origin": "http://localhost"}, headers)]
    assert [(page.status, shown(page)) for page in pages] == [(500, "别处写的 20 分钟"), (500, None)]


def test_a_page_that_is_only_read_says_what_it_always_said(world: World, browser: Browser, breaks: Callable) -> None:
    browser.sign_in(world.chen)
    breaks("home.home")
    page = browser.get("/home")
    assert (page.status, sentences(page)[0], shown(page)) == (
        500,
        "已经记录下来。您可以返回上一页再试一次。",
        None,
    )
    assert sentences(page)[1].startswith("编号 ")


def test_the_page_asks_nothing_of_the_database(world: World, browser: Browser, breaks: Callable) -> None:
    browser.sign_in(world.chen)
    token, dead = browser.token(), []

    def refuse(*_: object) -> None:
        raise Fault("the database is broken")

    def die() -> None:
        event.listen(db.engine, "before_cursor_execute", refuse)
        dead.append(db.engine)

    breaks("homework.file", die)
    try:
        page = browser.post(address(world), {"csrf_token": token, **typed(text=POEM)})
    finally:
        for each in dead:
            event.remove(each, "before_cursor_execute", refuse)
    assert len(dead) == 1  # it died while the page was asked for
    assert (page.status, shown(page)) == (500, "床前明月光 疑是地上霜 20 分钟")


def test_a_fault_before_anybody_was_known_asks_nobody_who_they_are(
    world: World, app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch, breaks: Callable
) -> None:
    browser.sign_in(world.chen)
    token = browser.token()

    def broken(_: str) -> None:
        raise Fault

    monkeypatch.setattr(app.login_manager, "_user_callback", broken)
    page = browser.post(address(world), {"csrf_token": token, **typed(text=POEM)})
    assert (page.status, shown(page)) == (500, "床前明月光 疑是地上霜 20 分钟")


@pytest.mark.parametrize("piece", ["_page", "_written_here", "let_go"])
def test_where_the_page_fails_too_there_is_the_plain_one(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch, breaks: Callable, piece: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise Fault

    browser.sign_in(world.chen)
    breaks("homework.file")
    token = browser.token()
    monkeypatch.setattr(errors, piece, broken)
    answer = browser.client.post(address(world), data={"csrf_token": token, **typed(text=POEM)})
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Internal Server Error" in answer.text
    assert POEM not in answer.text
