"""PostgreSQL that is restarted while people work: a page that says so, and everything goes on afterwards."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from portal.extensions import db
from tests.conftest import NO_POSTGRES, POSTGRES_URL
from tests.factories import World
from tests.homework.composing import address, typed
from tests.page import Browser

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES),
    pytest.mark.parametrize("app", ["postgresql"], indirect=True),
]


def cut() -> None:
    """The server ends the connection that this request reads over."""
    pid = db.session.scalar(text("SELECT pg_backend_pid()"))
    engine = create_engine(POSTGRES_URL)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    engine.dispose()


@pytest.fixture
def before(app: Flask) -> Iterator[Callable]:
    """`before("board.start", cut)`: something happens just before a view runs."""
    views = dict(app.view_functions)

    def change(endpoint: str, happens: Callable, *, after: bool = False) -> None:
        view = app.view_functions[endpoint]

        def changed(**where: object) -> object:
            if not after:
                happens()
            answer = view(**where)
            if after:
                happens()
            return answer

        changed.access = view.access
        app.view_functions[endpoint] = changed

    yield change
    app.view_functions.update(views)


def test_a_connection_that_dies_in_the_middle_is_a_page_that_keeps_what_was_typed(
    world: World, browser: Browser, app: Flask, before: Callable
) -> None:
    browser.sign_in(world.chen)
    fields = {"csrf_token": browser.token(), "version": "0", "do": "submit"} | typed(text="第 7 页")
    whole = app.view_functions["homework.file"]
    before("homework.file", cut)
    page = browser.post(address(world), fields)
    assert (page.status, page.response.headers["Retry-After"]) == (503, "5")
    kept = {each["name"]: each["value"] for each in page.all("input", type="hidden")}
    assert kept == fields | {"csrf_token": kept["csrf_token"]}
    assert world.day(world.four_one).filing_of(world.maths.id) is None
    app.view_functions["homework.file"] = whole
    assert browser.post(address(world), kept).status == 303


def test_an_answer_that_is_made_already_is_given(world: World, browser: Browser, before: Callable) -> None:
    browser.sign_in(world.chen)
    before("home.home", cut, after=True)
    assert browser.get("/home").status == 200


def test_who_comes_after_the_restart_notices_nothing(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    db.session.commit()
    engine = create_engine(POSTGRES_URL)
    all_others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
    with engine.connect() as connection:
        ended = connection.scalars(text(all_others + "AND pid <> pg_backend_pid()")).all()
    engine.dispose()
    assert ended != []
    assert browser.get("/home").status == 200
