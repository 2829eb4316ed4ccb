"""Access marks: who may open a route; silence means nobody. Routes are made here, in an application of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal import access
from portal.app import create_app
from portal.extensions import db
from portal.policy.permissions import Scope
from tests.approvals.reading import texts
from tests.conftest import test_config
from tests.factories import World
from tests.page import Browser

SECRET = "nobody said who may read this"


@pytest.fixture
def fresh(world: World, app: Flask) -> Iterator[Flask]:
    """A second application on the same database, to which routes may be added."""
    fresh = create_app(test_config(app.config["SQLALCHEMY_DATABASE_URI"]))
    yield fresh
    with fresh.app_context():
        db.engine.dispose()


def test_a_route_without_a_mark_answers_403_to_everybody(world: World, fresh: Flask) -> None:
    fresh.add_url_rule("/unmarked", "unmarked", lambda: SECRET)
    for browser in (Browser(fresh), Browser(fresh).sign_in(world.admin)):
        page = browser.get("/unmarked")
        assert (page.status, texts(page, "h1")) == (403, ["没有权限"])
        assert SECRET not in page.html


@pytest.mark.parametrize(
    ("mark", "statuses"),
    [
        (access.public, {"nobody": 200, "luo": 200, "zheng": 200, "admin": 200}),
        (access.signed_in, {"nobody": 303, "luo": 200, "zheng": 200, "admin": 200}),
        (access.requires("people.read"), {"nobody": 303, "luo": 403, "zheng": 403, "admin": 200}),
        (access.requires("composer.open"), {"nobody": 303, "luo": 200, "zheng": 403, "admin": 403}),
        (access.requires("grades.open"), {"nobody": 303, "luo": 403, "zheng": 200, "admin": 403}),
    ],
    ids=["public", "signed in", "people.read", "composer.open", "grades.open"],
)
def test_a_mark_says_who_may_open_a_route(world: World, fresh: Flask, mark, statuses: dict[str, int]) -> None:
    fresh.add_url_rule("/marked", "marked", mark(lambda: SECRET))
    browsers = {name: Browser(fresh) for name in statuses}
    for name, browser in browsers.items():
        if name != "nobody":
            browser.sign_in(getattr(world, name))
    pages = {name: browser.get("/marked") for name, browser in browsers.items()}
    assert {name: page.status for name, page in pages.items()} == statuses
    assert {name: SECRET in page.html for name, page in pages.items()} == {
        name: status == 200 for name, status in statuses.items()
    }


def test_an_unknown_address_is_not_found_for_everybody(app: Flask, world: World) -> None:
    for browser in (Browser(app), Browser(app).sign_in(world.chen)):
        page = browser.get("/nowhere")
        assert (page.status, texts(page, "h1")) == (404, ["没有找到"])


def test_authorize_tells_not_found_from_not_allowed(world: World, fresh: Flask) -> None:
    """404 where the person may not know of it, 403 where they may read it and not do this."""
    here = Scope(world.school.id, class_id=world.four_one.id, grade=4, subject_id=world.maths.id)

    def ask() -> str:
        return str(access.authorize("homework.write", here, known_by="sheet.read") is here)

    fresh.add_url_rule("/asked", "asked", access.signed_in(ask))
    people = (world.chen, world.luo, world.zheng, world.lin, world.gu, world.admin, world.zhou)
    statuses = {person.login: Browser(fresh).sign_in(person).get("/asked").status for person in people}
    assert statuses == {"chen": 200, "luo": 403, "zheng": 403, "lin": 404, "gu": 404, "admin": 404, "zhou": 404}
