"""Every door and every kind of person: who gets through which, and who does not."""

from pathlib import Path

import pytest
from flask import Flask

from portal.extensions import db
from portal.policy.approval import ApprovalMode
from portal.policy.permissions import LENDABLE, Role
from tests.doors import (
    BY_PEOPLE,
    DAYS,
    OF_A_CLASS,
    OF_A_GRADE,
    PEOPLE,
    ROWS,
    TABLES,
    browser_of,
    cast,
    is_public,
    pages_of,
    token_of,
    walk,
)
from tests.factories import World, item
from tests.page import Browser, statements
from tests.places import MARK, address, fill, names

ONES_OWN = {"/sign-out", "/account/sessions"}  # they end the session that would send the next form
sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def app(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """With an instance folder in which htmx lies."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    (tmp_path / "htmx.min.js").write_text("// a stand-in for htmx\n")
    return app


def test_the_table_knows_every_route(app: Flask) -> None:
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods & {"GET", "POST"}}
    assert {(method, rule) for method, rule, _ in ROWS} == routes
    assert len(ROWS) == len(routes)


def test_the_tables_know_every_route_to_a_class_or_a_grade(app: Flask) -> None:
    for place, wanted in (("beside", OF_A_CLASS), ("far", OF_A_GRADE)):
        of_it = [(method, rule) for method, rule, _ in ROWS if names(rule) & wanted and not is_public(app, rule)]
        assert [(method, rule) for method, rule, _ in TABLES[place]] == of_it, place


def test_the_tables_know_every_role() -> None:
    others = {"visitor", "teacher", "stopped", "one-time", "elsewhere"}
    assert set(PEOPLE) == others | set(Role) | {f"for {role}" for role in LENDABLE}
    assert {len(statuses) for rows in TABLES.values() for _, _, statuses in rows} == {len(PEOPLE)}


def test_no_route_takes_another_method(app: Flask) -> None:
    assert {method for rule in app.url_map.iter_rules() for method in rule.methods} == {
        "GET",
        "POST",
        "HEAD",
        "OPTIONS",
    }


def test_the_table_ends_with_signing_out() -> None:
    assert list(TABLES)[-1] == "here"
    assert ROWS[-1][:2] == ("POST", "/sign-out")


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_person_gets_through_their_own_doors_only(world: World, app: Flask, kind: str) -> None:
    places, who = fill(world), cast(world)[kind]
    answers = list(walk(browser_of(app, who, kind), places))
    got = {(each.place, each.method, each.rule): str(each.status) for each in answers}
    assert got == BY_PEOPLE[kind]
    if kind != "elsewhere":
        assert [(each.place, each.rule) for each in answers if MARK in each.text] == []


@sqlite
@pytest.mark.parametrize("kind", ["visitor", "office"])
def test_asking_for_the_head_only_opens_the_same_doors(world: World, app: Flask, kind: str) -> None:
    places, who = fill(world), cast(world)[kind]
    browser = browser_of(app, who, kind)
    doors = [("here", method, rule) for method, rule, _ in ROWS if method == "GET"]
    heads = {door: browser.open("HEAD", address(places["here"], door[2])) for door in doors}
    assert {door: str(page.status) for door, page in heads.items()} == {door: BY_PEOPLE[kind][door] for door in doors}
    assert {page.html for page in heads.values()} == {""}


def test_no_get_writes_anything(world: World, app: Flask) -> None:
    places, people = fill(world), cast(world)
    reading = [address(places["here"], rule) for method, rule, _ in ROWS if method == "GET"]
    with statements() as seen:
        for kind in ("teacher", "lead", "office", "administrator"):
            browser = Browser(app).sign_in(people[kind])
            for each in reading:
                browser.get(each).response.close()
    assert {statement.split()[0] for statement in seen} == {"SELECT"}
    assert len(seen) > 100


def test_without_a_token_no_form_is_taken(world: World, app: Flask) -> None:
    places, all_powerful = fill(world), cast(world)["one-time"]
    browser = Browser(app).sign_in(all_powerful)
    posts = [address(places["here"], rule) for method, rule, _ in ROWS if method == "POST"]
    assert {each: browser.post(each, {"version": "0"}).status for each in posts} == dict.fromkeys(posts, 400)
    assert token_of(browser)


@sqlite
def test_nobody_is_shown_a_form_that_they_may_not_send(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, people = fill(world), cast(world)
    wait_for_the_lead_and_for_the_office(world)
    browsers = {kind: browser_of(app, people[kind], kind) for kind in ("teacher", *Role)}
    shown = {
        (kind, form): page
        for kind, browser in browsers.items()
        for page in pages_of(app, kind, places)
        for form in browser.get(page, follow_redirects=True).posts_to() - ONES_OWN
    }
    tokens = {kind: token_of(browser) for kind, browser in browsers.items()}
    monkeypatch.setattr(db.session, "commit", db.session.flush)  # nothing that one sends takes a thing from another
    answers = {
        (kind, form): browsers[kind].post(form, {"csrf_token": tokens[kind]}).status for kind, form in sorted(shown)
    }
    refused = {who: (status, shown[who]) for who, status in answers.items() if status in (401, 403, 404)}
    assert refused == {}
    assert {kind for kind, _ in answers} == set(browsers)


def wait_for_the_lead_and_for_the_office(world: World) -> None:
    """Two more days of 四(1): one is signed off, one is approved in a school whose office passes every sheet."""
    world.school.approval_mode = ApprovalMode.ALL
    for day in DAYS[-2:]:
        world.file(world.luo, world.english, item(20), day=day)
        world.coordinate(day=day)
    world.approve(day=DAYS[-2])
