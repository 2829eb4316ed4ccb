"""The first step of every request: its number, its line in the log, whose host was asked for, and what proxies say."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, request
from sqlalchemy.exc import IntegrityError, OperationalError

from portal import access, logs
from portal.app import create_app
from portal.board.front import BoardFront
from tests.conftest import test_config
from tests.factories import TODAY, World, item
from tests.homework.composing import address, typed
from tests.page import Browser

SECRET = "小明的作业本"


def made(**settings: object) -> Flask:
    """A portal of its own with these settings and a few views; its database is never asked."""
    config = test_config("sqlite://")
    vars(config).update(settings)
    app = create_app(config)
    views = {"/who": who, "/broken/<code>": broken, "/row": row, "/gone": gone}
    for rule, view in views.items():
        app.add_url_rule(rule, view_func=view, endpoint=rule)
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@access.public
def who() -> dict:
    return {"host": request.host, "scheme": request.scheme, "from": request.remote_addr}


@access.public
def broken(code: str) -> None:
    raise ValueError(SECRET)


@access.public
def row() -> None:
    raise IntegrityError("INSERT INTO person", {"name": SECRET}, Exception(f"Key (name)=({SECRET}) exists"))


@access.public
def gone() -> None:
    raise OperationalError("SELECT", {"name": SECRET}, Exception("connection refused"))


@pytest.fixture(autouse=True)
def _put_the_log_back() -> Iterator[None]:
    handlers, level = logs.LOGGER.handlers, logs.LOGGER.level
    yield
    logs.LOGGER.handlers = handlers
    logs.LOGGER.setLevel(level)


@pytest.fixture
def told(app: Flask, capsys: pytest.CaptureFixture) -> Callable[[], list[dict]]:
    """The app's log as JSON; each call gives what was told since the last one."""
    app.config["LOG"] = "json"
    logs.init_app(app)
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


# Numbers


def test_each_answer_carries_a_number_of_its_own_given_again_or_not(world: World, app: Flask, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    front: BoardFront = app.wsgi_app
    asked = ["/healthz", "/nowhere", "/static/board.css", *[f"/board/{world.four_one.code}/{TODAY}"] * 3]
    numbers = [browser.get(each).response.headers["X-Request-ID"] for each in asked]
    assert len(front.pages._pages) == 1
    assert len(set(numbers)) == len(numbers)
    assert {len(each) for each in numbers} == {16}


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, "a1b2c3d4-e5", True),
        (0, "a1b2c3d4-e5", False),
        (1, "short", False),
        (1, "a b c d e f g h", False),
        (1, "x" * 65, False),
    ],
)
def test_a_number_is_taken_from_a_proxy_of_ours_only(proxies: int, given: str, is_taken: bool) -> None:
    answer = made(PROXIES=proxies).test_client().get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) == is_taken


@pytest.mark.parametrize(("path", "status"), [("/broken/2023-1", 500), ("/gone", 503)])
def test_a_page_of_a_fault_names_the_number_to_look_for(path: str, status: int) -> None:
    answer = made().test_client().get(path)
    assert answer.status_code == status
    assert f"编号 {answer.headers['X-Request-ID']}" in answer.text
    assert "编号" not in made().test_client().get("/nowhere").text


# The log


def test_a_request_is_one_line_that_names_its_rule_and_no_address(
    world: World, told: Callable, browser: Browser
) -> None:
    code = world.four_one.code
    world.file(world.chen, world.maths, item(20))
    world.publish()
    told()
    numbers = [browser.get(f"/board/{code}/{TODAY}?x={SECRET}").response.headers["X-Request-ID"]]
    numbers += [
        browser.get(path).response.headers["X-Request-ID"]
        for path in (f"/board/{code}/", f"/board/{code}/", f"/{SECRET}")
    ]
    lines = told()
    assert [set(line) for line in lines] == [
        {"time", "level", "message", "request", "method", "route", "status", "ms"}
    ] * 4
    assert [line["request"] for line in lines] == numbers
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/board/<code>/<day:day>", 200),
        ("GET", "/board/<code>/", 200),
        ("GET", None, 200),  # given out again without asking Flask
        ("GET", None, 404),
    ]
    assert all(line["time"].endswith("Z") and line["ms"] >= 0 and line["level"] == "INFO" for line in lines)


def test_nothing_that_was_written_gets_into_the_log(world: World, told: Callable, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = browser.send(
        address(world),
        {"version": "0", "do": "submit"} | typed(text=SECRET),
        headers={"Referer": f"http://localhost/{SECRET}"},
    )
    assert page.status == 303
    browser.get("/sign-in", headers={"User-Agent": SECRET, "X-Forwarded-For": SECRET})
    browser.client.open("/sign-in", method="PROPFIND")
    said = json.dumps(told(), ensure_ascii=False)
    assert "/homework/<int:class_id>/<int:subject_id>/<day:day>" in said
    assert '"other"' in said
    for secret in (SECRET, "chen", world.chen.name, world.four_one.code, "session", "csrf", "127.0.0.1"):
        assert secret not in said


@pytest.mark.parametrize("kind", ["errors", "text", "json"])
@pytest.mark.parametrize("path", ["/broken/2023-1", "/row", "/gone"])
def test_a_fault_tells_its_kind_and_its_place_and_not_what_it_quotes(
    path: str, kind: str, capsys: pytest.CaptureFixture
) -> None:
    answer = made(LOG=kind).test_client().get(path)
    said = capsys.readouterr().err
    assert SECRET not in said
    assert "2023-1" not in said
    assert answer.headers["X-Request-ID"] in said
    named = {"/broken/2023-1": "ValueError", "/row": "IntegrityError", "/gone": "OperationalError: connection refused"}[
        path
    ]
    assert named in said
    assert "tests/test_door.py:" in said
    assert said.count(" status=" if kind != "json" else '"status"') == (kind != "errors")
    if kind == "json":
        fault = json.loads(said.splitlines()[0])
        assert (fault["level"], fault["error"]) == ("ERROR", named)
        assert any(each.startswith("tests/test_door.py:") for each in fault["trace"])


def test_without_the_setting_only_faults_are_told(capsys: pytest.CaptureFixture) -> None:
    made(LOG="errors").test_client().get("/healthz")
    assert capsys.readouterr().err == ""
    logging.getLogger("portal").error("The keeper")
    assert capsys.readouterr().err.endswith("Z ERROR The keeper\n")


# Hosts


def test_a_host_that_is_not_ours_gets_a_page_that_leads_to_ours(world: World, app: Flask, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    path = f"/board/{world.four_one.code}/{TODAY}"
    evil = {"base_url": "http://evil.example"}
    assert [browser.get(path, **evil).status for _ in range(2)] == [200, 200]  # unset: any; and a page is kept for it
    app.config["HOSTS"] = ("homework.school.cn", "10.0.0.5")
    for each in (path, "/", "/nowhere", "/static/board.css", "/sign-in"):
        page = browser.get(each, **evil)
        assert (page.status, page.all("h1")) == (400, [{}])
        assert "本站不用这个网址" in page.text
        assert page.all("a", class_="button ghost")[0]["href"] == "http://homework.school.cn/"
        assert "evil" not in page.html
        assert "Set-Cookie" not in page.response.headers
        assert page.response.headers["Cache-Control"] == "no-store"
    assert browser.post("/sign-in", **evil).status == 400
    for ours in ("http://homework.school.cn", "http://HOMEWORK.school.cn:8000", "http://10.0.0.5:8000"):
        assert browser.get(path, base_url=ours).status == 200
    for near in ("http://xhomework.school.cn", "http://homework.school.cn.evil.example"):
        assert browser.get(path, base_url=near).status == 400
    assert browser.get("/healthz", **evil).status == 200
    app.config["ADDRESS"] = "https://homework.school.cn"
    assert browser.get(path, **evil).all("a", class_="button ghost")[0]["href"] == "https://homework.school.cn"


def test_a_host_that_makes_no_sense_is_refused_in_words() -> None:
    client = made(HOSTS=("homework.school.cn",)).test_client()
    for host in ("", "a b", "<script>", "[::1", "homework.school.cn@evil.example", "x" * 5000):
        answer = client.get("/who", headers={"Host": host})
        assert (answer.status_code, "本站不用这个网址" in answer.text) == (400, True)


# Proxies

FORWARDED = {
    "X-Forwarded-For": "6.6.6.6, 10.9.9.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "homework.school.cn",
}


def test_what_a_proxy_says_is_believed_only_where_there_is_one() -> None:
    seen = made().test_client().get("/who", headers=FORWARDED).json
    assert seen == {"host": "localhost", "scheme": "http", "from": "127.0.0.1"}
    seen = made(PROXIES=1).test_client().get("/who", headers=FORWARDED).json
    assert seen == {"host": "homework.school.cn", "scheme": "https", "from": "10.9.9.9"}  # not what the client made up


def test_the_list_of_hosts_is_held_against_what_the_proxy_says() -> None:
    client = made(PROXIES=1, HOSTS=("homework.school.cn",)).test_client()
    assert client.get("/who", headers=FORWARDED).status_code == 200
    assert client.get("/who", headers=FORWARDED | {"X-Forwarded-Host": "evil.example"}).status_code == 400
