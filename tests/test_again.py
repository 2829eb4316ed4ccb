"""A page of somebody signed in is given out again to the same session, as long as all it stands on is the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, Response, abort
from sqlalchemy.exc import OperationalError

from portal import access, again, asking
from portal.again import Again, give_again
from tests.factories import TODAY, World, item
from tests.page import Browser, by_other_hands, questions, statements

GRID = f"/grades/4/{TODAY}"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def lead(world: World, browser: Browser) -> Browser:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    return browser.sign_in(world.shen)


@pytest.fixture
def behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that reach Flask."""
    step: Again = app.wsgi_app.behind
    seen: list[str] = []
    through = step.behind

    def listen(environ: dict, start_response: Callable) -> object:
        seen.append(environ["PATH_INFO"])
        return through(environ, start_response)

    monkeypatch.setattr(step, "behind", listen)
    return seen


def test_a_page_given_again_takes_two_small_questions_no_statement_and_no_flask(
    lead: Browser, behind: list[str]
) -> None:
    first = lead.get(GRID)
    behind.clear()
    with statements() as stated, questions() as asked:
        second = lead.get(GRID)
    assert (len(stated), len(asked), behind) == (0, 2, [])
    assert (second.status, second.html) == (200, first.html)
    headers = [dict(page.response.headers) for page in (first, second)]
    assert headers[0].pop("X-Request-ID") != headers[1].pop("X-Request-ID")
    assert headers[0] == headers[1]


def test_the_refresh_that_finds_nothing_new_is_given_again_until_there_is_something(
    world: World, lead: Browser, behind: list[str]
) -> None:
    asked = {"state": lead.get(GRID).value("state")}
    behind.clear()
    assert [lead.get(GRID, query_string=asked, headers=PARTIAL).status for _ in range(3)] == [204] * 3
    assert behind == [GRID]
    world.give_back("再看一遍")
    assert lead.get(GRID, query_string=asked, headers=PARTIAL).status == 200


def test_nobody_gets_what_was_made_for_another_session(world: World, app: Flask, lead: Browser) -> None:
    again_lead, office = (Browser(app).sign_in(person) for person in (world.shen, world.zheng))
    pages = [browser.get(GRID) for browser in (lead, again_lead, office, Browser(app))]
    assert [page.status for page in pages] == [200, 200, 200, 303]
    assert len({page.value("csrf_token") for page in pages[:3]}) == 3
    assert ("沈知微" in pages[1].text, "沈知微" in pages[2].html.split("</header>")[0]) == (True, False)


def test_another_language_and_another_day_are_another_page(app: Flask, lead: Browser, behind: list[str]) -> None:
    lead.get(GRID)
    behind.clear()
    assert "Class 4(1)" in lead.get(GRID, headers={"Accept-Language": "en"}).text
    assert ("四(1)班" in lead.get(GRID).text, "今天" in lead.get(GRID).text) == (True, True)
    app.config["NOW"] += timedelta(days=1)
    assert "今天" not in lead.get(GRID).text
    assert len(behind) == 2


def test_an_answer_that_sets_a_cookie_is_not_given_again(lead: Browser, behind: list[str]) -> None:
    behind.clear()
    for _ in range(3):
        assert lead.get(f"{GRID}?lang=en").response.headers.getlist("Set-Cookie") != []
    assert len(behind) == 3


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("DELETE FROM role_grant WHERE role = 'lead' AND grade = 4", 403),
        ("UPDATE person SET active = false WHERE login = 'shen'", 303),
        ("UPDATE school_class SET grade = 5 WHERE code LIKE 'qinghe-4-%'", 404),
    ],
)
def test_what_other_hands_change_holds_in_the_next_request(
    app: Flask, lead: Browser, behind: list[str], statement: str, status: int
) -> None:
    pages = [lead.get(GRID) for _ in range(2)]
    assert [page.status for page in pages] == [200, 200]
    behind.clear()
    by_other_hands(app, statement)
    assert lead.get(GRID).status == status
    assert behind == [GRID]


def test_a_session_that_is_too_old_gets_nothing_any_more(
    app: Flask, lead: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead.get(GRID)
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(seconds=-1)
    assert lead.get(GRID).status == 200
    later = again.monotonic() + again.HOLD
    monkeypatch.setattr(again, "monotonic", lambda: later)
    assert lead.get(GRID).status == 303


def test_what_is_said_once_is_said_once(world: World, lead: Browser) -> None:
    assert lead.send(f"{GRID}/approve", {"do": "selected"}).status == 303
    assert ["没有选中" in lead.get(GRID).text for _ in range(3)] == [True, False, False]


def test_only_what_says_so_is_given_again(lead: Browser, behind: list[str]) -> None:
    for address in ("/home", f"{GRID}/classes/1/subjects/1", f"/classes/1/{TODAY}"):
        behind.clear()
        assert lead.get(address).status == lead.get(address).status != 404
        assert behind == [address] * 2


def test_a_form_that_is_sent_to_its_address_gets_no_page(lead: Browser) -> None:
    assert (lead.get(GRID).status, lead.send(GRID).status) == (200, 405)


def test_an_answer_that_failed_after_all_is_not_given_again(world: World, app: Flask, behind: list[str]) -> None:
    app.view_functions["grid.grid"], view = view_that_fails(), app.view_functions["grid.grid"]
    try:
        lead = Browser(app).sign_in(world.shen)
        behind.clear()
        assert [lead.get(GRID).status for _ in range(2)] == [500, 500]
        assert behind == [GRID] * 2
    finally:
        app.view_functions["grid.grid"] = view


def view_that_fails() -> Callable:
    @access.requires("grades.open")
    def fails(**_: object) -> Response:
        give_again(Response("as good as done"))
        abort(500)

    return fails


def test_a_database_that_does_not_answer_is_told_by_flask(
    lead: Browser, behind: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lead.get(GRID)
    behind.clear()
    gone = OperationalError("SELECT", {}, OSError("gone"))
    monkeypatch.setattr(asking._Line, "rows", lambda *_: (_ for _ in ()).throw(gone))
    assert lead.get(GRID).status == 503
    assert behind == [GRID]


def test_a_connection_that_broke_is_made_anew(app: Flask, lead: Browser, behind: list[str]) -> None:
    page = lead.get(GRID)
    lead.get(GRID)
    asking._line(app)._connection.close()
    behind.clear()
    assert [lead.get(GRID).text for _ in range(3)] == [page.text] * 3
    assert len(behind) <= 1  # the pool's connection gives the values in other words
