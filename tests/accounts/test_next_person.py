"""The next person in the same browser finds nothing of the one before; the language stays."""

import pytest
from flask import Flask

from portal.accounts.models import Person
from portal.extensions import db
from portal.policy.permissions import Role
from tests.accounts.test_own_account import FOUR_HOURS, wait
from tests.accounts.test_sign_in import signed_in_as
from tests.factories import PASSWORD, World, grant
from tests.page import Browser

PEOPLE, OFFICE = "/people?q=chen&page=1", "/office/?show=all&grade=4"


def looks_around(browser: Browser) -> None:
    assert [browser.get(each).status for each in (PEOPLE, OFFICE)] == [200, 200]


def finds(browser: Browser) -> list[str | None]:
    """Where the list of people and the office's queue lead back to."""
    return [browser.get(each).response.location for each in ("/people?last=1", "/office/")]


FOUND, NOTHING = [PEOPLE, "/office/?grade=4&show=all"], ["/people", None]


@pytest.fixture
def next_one(world: World) -> Person:
    """A second principal."""
    grant(world.luo, Role.PRINCIPAL)
    db.session.commit()
    return world.luo


@pytest.fixture
def principal(world: World, browser: Browser) -> Browser:
    """Has looked around."""
    looks_around(browser.sign_in(world.cheng))
    assert finds(browser) == FOUND
    return browser


def test_signing_out_forgets_what_was_shown_last(world: World, principal: Browser) -> None:
    principal.get("/home?lang=en")
    assert principal.send("/sign-out").status == 303
    with principal.client.session_transaction() as session:
        assert list(session) == []
    assert "Sign in" in principal.get("/sign-in").text
    assert finds(principal.sign_in(world.cheng)) == NOTHING


def test_whoever_signs_in_over_a_session_finds_nothing_of_it(next_one: Person, principal: Browser) -> None:
    typed = {"csrf_token": principal.token(), "login": next_one.login}
    assert principal.post("/sign-in", typed | {"password": "wrong"}).status == 422
    assert finds(principal) == FOUND
    assert principal.post("/sign-in", typed | {"password": PASSWORD}).status == 303
    assert finds(principal) == NOTHING
    assert principal.post("/sign-out", typed).status == 303  # a form that was open beside it


def test_after_an_idle_time_only_the_same_person_finds_it(
    world: World, next_one: Person, principal: Browser, app: Flask
) -> None:
    app.config["IDLE"] = FOUR_HOURS
    looks_around(principal)
    wait(app, 241)
    assert signed_in_as(principal) is None
    assert finds(principal.sign_in(world.cheng)) == FOUND
    wait(app, 241)
    assert finds(principal.sign_in(next_one)) == NOTHING
