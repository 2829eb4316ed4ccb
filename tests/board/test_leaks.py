"""The public never sees what was not approved: at no address, in no header, in no form of it."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.board import answer, atom_feeds, calendar_feeds, json_feeds
from portal.board.page import Page
from portal.compression import packed
from portal.extensions import db
from portal.policy.links import BoardAccess
from portal.school.models import SchoolClass
from tests.approvals.reading import exact_texts, texts
from tests.board.answers import SHOW_THE_LIST, Answer, addresses, ask, everything, leaks
from tests.board.secrets import CORRECTION, RETIRED, SHOWN, fill, stored
from tests.factories import TODAY, TOMORROW, World, item
from tests.page import Browser
from tests.public import ADDRESSES

sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # for what is the same with every database


def of_the_board(world: World) -> list[tuple[str, str]]:
    """(route, address) of all pages of 四(1) and its school."""
    return [each for each in addresses([world.four_one.code], [world.school.code]) if each[1].startswith("/board/")]


def pages(app: Flask, world: World) -> list[Answer]:
    """All of them, in one language."""
    return [ask(app, *each) for each in of_the_board(world)]


def routes_with(words: str, answers: list[Answer]) -> set[str]:
    return {each.rule for each in answers if words in each.text}


# One school that knows much, and all that anybody may ask it


def test_what_is_not_approved_is_at_no_public_address(world: World, app: Flask) -> None:
    secrets = fill(world)
    known = stored()
    assert {secret for secret in secrets if secret not in known} == set()
    assert f"'teachers': [{world.chen.id}]" in known  # in what is published
    classes = {name: getattr(world, name).code for name in ("four_one", "four_two", "one_one", "other_class")}
    schools = [world.school.code, world.other_school.code]
    answers = everything(app, addresses([*classes.values(), "nobody", RETIRED], [*schools, "nobody"]))
    assert app.wsgi_app.pages._pages  # the step in front of Flask has given out what it kept
    assert leaks(answers, secrets) == set()
    for name, words in SHOWN.items():
        assert routes_with(words, answers) == SHOW_THE_LIST
        assert [each.address for each in answers if words in each.text and classes[name] not in each.address] == []
    assert routes_with(CORRECTION, answers) == SHOW_THE_LIST - {"/board/<code>/week"}
    lead_on = {"/", "/c/<code>", "/board/<code>/month", "/metrics", "/setup", "/sign-in/provider"}
    lead_on |= {"/sign-in/provider/back"}
    assert {each.rule for each in answers if each.status == 200} >= set(ADDRESSES) - lead_on - {"/htmx.min.js"}


@sqlite
def test_signing_in_in_vain_tells_nothing(world: World, app: Flask) -> None:
    secrets = fill(world)
    for login in (world.chen.login, "nobody"):
        page = Browser(app).send("/sign-in", {"login": login, "password": "wrong"})
        assert page.status == 422
        assert {secret for secret in secrets if secret in page.html} <= {login}


def on_a_page(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(Page, "subjects", lambda self, state: ["draft-words"])


def where_a_calendar_folds_its_line(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(calendar_feeds, "plain_text", lambda version, page: "x" * 58 + "draft-words")


def in_an_entry(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(atom_feeds, "corrections", lambda version, day: ["draft-words"])


def as_an_escape_of_json(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(json_feeds, "error_of", lambda name: {"who": "陈立德"})


def in_a_header(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    headers = answer._headers
    monkeypatch.setattr(answer, "_headers", lambda *kind: ((*headers(*kind)[0], ("X-Why", "why-late")), ""))


def in_what_is_kept(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(answer, "packed", lambda content, **how: packed(content + b"<!-- draft-words -->", **how))


BREAKS: list[tuple[Callable, str, str]] = [
    (on_a_page, "{code}/", "draft-words"),
    (where_a_calendar_folds_its_line, "{code}/calendar.ics", "draft-words"),
    (in_an_entry, "{code}/feed.atom", "draft-words"),
    (as_an_escape_of_json, "nobody/today.json", "陈立德"),
    (in_a_header, "{code}/poster", "why-late"),
    (in_what_is_kept, "{code}/week", "draft-words"),
]


@sqlite
def test_a_leak_would_be_found_wherever_it_is(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = fill(world)
    for break_it, place, secret in BREAKS:
        asked = [("", f"/board/{place.format(code=world.four_one.code)}")]
        assert leaks(everything(app, asked), secrets) == set()
        with monkeypatch.context() as broken:
            break_it(broken, app)
            assert leaks(everything(app, asked), secrets) == {(secret, asked[0][1])}, break_it.__name__


# A school whose classes are found by their links


@sqlite
def test_a_link_is_on_no_page_that_is_reached_without_it(world: World, app: Flask) -> None:
    fill(world)
    for each in db.session.query(SchoolClass):
        each.code = f"link{each.id}abcdef"
    db.session.commit()
    ours = {each.code for each in (world.four_one, world.four_two, world.one_one)}
    theirs = {world.other_class.code}
    asked = addresses([*ours, *theirs, "nobody", RETIRED], [world.school.code, world.other_school.code])

    def told() -> set[str]:
        """The codes on pages that are reached without them; what was kept before is there to be given out."""
        return {code for code, _ in leaks([ask(app, *each) for each in asked], ours | theirs)}

    assert told() == ours | theirs
    for school, left in ((world.school, theirs), (world.other_school, set())):
        school.board_access = BoardAccess.LINK
        school.rules_version += 1
        db.session.commit()
        assert told() == left


# How it becomes public, and when


def test_drafts_and_pending_filings_are_not_on_the_board(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "draft-secret"), submit=False)
    world.file(world.shen, world.chinese, item(20, "pending-secret"))
    secrets = ("draft-secret", "pending-secret")
    assert leaks(pages(app, world), secrets) == set()
    world.coordinate()
    assert leaks(pages(app, world), secrets) == set()
    world.approve()
    assert routes_with("pending-secret", pages(app, world)) == SHOW_THE_LIST
    assert routes_with("draft-secret", pages(app, world)) == set()
    assert all(secret in stored() for secret in secrets)


def test_a_draft_left_open_when_the_day_was_signed_off_is_missing_on_the_board(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "draft-secret"), submit=False)
    world.publish()
    assert leaks(pages(app, world), ["draft-secret"]) == set()
    page = Browser(app).get(f"/board/{world.four_one.code}/")
    assert texts(page, "p", class_="states") == ["未填报：语文、数学、英语"]


def test_edits_after_publishing_change_nothing_until_they_are_approved(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "published-words"))
    world.publish()
    before = pages(app, world)
    world.give_back("reason-secret")
    world.file(world.chen, world.maths, item(25, "edit-secret"), item(10, "more-secret"))
    world.file(world.luo, world.english, item(20, "late-secret"))
    world.file(world.luo, world.english, item(30, "tomorrow-secret"), day=TOMORROW)
    world.coordinate(day=TOMORROW)
    for kept in (True, False):
        if not kept:
            app.wsgi_app.forget()
        assert [each.text.partition("\n\n")[2] for each in pages(app, world)] == [
            each.text.partition("\n\n")[2] for each in before
        ]
    world.publish()
    page = Browser(app).get(f"/board/{world.four_one.code}/")
    assert exact_texts(page, "p", class_="typed") == ["edit-secret", "more-secret", "late-secret"]
    assert "reason-secret" not in page.html


def test_staff_read_the_names_that_the_board_does_not_show(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.shen, world.chinese)
    world.publish()
    names = ["沈知微", "罗安怡", "陈立德"]
    staff = Browser(app).sign_in(world.luo).get(f"/classes/{world.four_one.id}/{TODAY}")
    assert [name for name in names if name in staff.html] == names
    assert leaks(pages(app, world), names) == set()


def test_signing_in_shows_no_more_of_the_board(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "draft-secret"), submit=False)
    teacher = Browser(app).sign_in(world.chen)
    assert "draft-secret" in teacher.get(f"/classes/{world.four_one.id}/{TODAY}").html
    for _, address in of_the_board(world):
        if address != "/board/children":  # which opens what the browser remembers
            assert teacher.get(address).html == Browser(app).get(address).html


def test_a_task_over_several_days_is_on_later_days_only_once_they_are_approved(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(30, "span-words", days=3))
    world.publish()
    assert routes_with("span-words", pages(app, world)) == SHOW_THE_LIST
    tomorrow = [each for each in pages(app, world) if str(TOMORROW) in each.address and "week" not in each.address]
    assert routes_with("span-words", tomorrow) == set()
    world.publish(day=TOMORROW)
    page = Browser(app).get(f"/board/{world.four_one.code}/{TOMORROW}")
    assert texts(page, "p", class_="quiet num") == ["第 2/3 天，共 30 分钟，11月26日 完成"]
