"""The step in front of Flask gives out what was made before, and never what is no longer so."""

import gzip
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal import asking
from portal.board.front import BoardFront
from portal.extensions import db
from tests.conftest import NOW
from tests.factories import TODAY, World, item
from tests.page import Browser, statements


@pytest.fixture
def published(world: World) -> World:
    world.file(world.chen, world.maths, item(20, "first words"))
    world.publish()
    return world


@pytest.fixture
def address(published: World) -> str:
    return f"/board/{published.four_one.code}/{TODAY}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes of the classes whose face the front step asks for, as it asks."""
    codes: list[str] = []
    face = BoardFront._face
    monkeypatch.setattr(BoardFront, "_face", lambda self, code: codes.append(code) or face(self, code))
    return codes


@pytest.fixture
def behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that reach Flask."""
    front: BoardFront = app.wsgi_app
    seen: list[str] = []
    through = front.behind

    def listen(environ: dict, start_response: Callable) -> object:
        seen.append(environ["PATH_INFO"])
        return through(environ, start_response)

    monkeypatch.setattr(front, "behind", listen)
    return seen


def send(app: Flask, address: str, **headers: str) -> TestResponse:
    """Ask as a stranger, outside of the test's own application context."""
    named = {name.replace("_", "-"): each for name, each in headers.items()}
    return Context().run(app.test_client().get, address, headers=named)


def test_a_kept_page_and_its_304_take_one_statement_and_no_flask(
    app: Flask, address: str, asked: list[str], behind: list[str]
) -> None:
    first = send(app, address)
    behind.clear()
    with statements() as seen:
        second = send(app, address)
        third = send(app, address, If_None_Match=second.headers["ETag"])
    assert (len(asked), behind, list(seen)) == (2, [], [])
    assert (second.status_code, second.data) == (200, first.data)
    assert first.headers.pop("X-Request-ID") != second.headers.pop("X-Request-ID")
    assert sorted(second.headers) == sorted(first.headers)
    assert (third.status_code, third.data, third.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert set(third.headers.keys()) == {"Cache-Control", "Vary", "ETag", "X-Request-ID"}, "the reader has the rest"


def test_a_page_held_is_not_even_asked_for(app: Flask, address: str, asked: list[str], published: World) -> None:
    app.config["BOARD_HOLD"] = 3600
    words = send(app, address).data
    published.give_back("写错了")
    published.publish()
    assert (send(app, address).data, asked) == (words, [])
    app.config["BOARD_HOLD"] = 0
    assert send(app, address).data != words


def test_what_is_published_is_seen_by_the_next_reader(app: Flask, address: str, published: World) -> None:
    old = send(app, address)
    published.give_back("写错了页码")
    published.file(published.chen, published.maths, item(25, "second words"))
    assert send(app, address).data == old.data
    published.publish()
    new = send(app, address, If_None_Match=old.headers["ETag"])
    assert (new.status_code, b"second words" in new.data, b"first words" in new.data) == (200, True, False)


@pytest.mark.parametrize("column", ["name", "code", "rules_version", "board_access"])
def test_a_change_of_the_school_is_seen_by_the_next_reader(
    column: str, app: Flask, address: str, published: World, behind: list[str]
) -> None:
    send(app, address)
    new = {"name": "新校名", "code": "new", "rules_version": 77, "board_access": "link"}[column]
    setattr(published.school, column, new)
    db.session.commit()
    behind.clear()
    send(app, address)
    assert behind == [address]


def test_a_class_that_has_another_address_is_gone_from_the_old_one(app: Flask, address: str, published: World) -> None:
    assert send(app, address).status_code == 200
    published.four_one.code = "elsewhere"
    db.session.commit()
    assert send(app, address).status_code != 200
    assert send(app, f"/board/elsewhere/{TODAY}").status_code == 200


def test_each_language_each_host_and_each_day_has_its_own_page(app: Flask, published: World, behind: list[str]) -> None:
    today = f"/board/{published.four_one.code}/"
    pages = {
        send(app, today, **headers).data
        for headers in (
            {"Accept_Language": "zh-CN,zh;q=0.9"},
            {"Accept_Language": "en-GB,en;q=0.5"},
            {"Accept_Language": "zh-CN", "Cookie": "lang=en"},
            {"Accept_Language": "en", "Cookie": "lang=zh_Hans; board_class=x"},
            {"Accept_Language": "zh-TW", "Cookie": "lang=klingon"},
        )
    }
    assert len(pages) == 2
    assert len(behind) == 2  # one for each language
    send(app, today, Host="other.example")
    assert len(behind) == 3
    app.config["NOW"] = NOW + timedelta(days=1)
    assert send(app, today).data not in pages


def test_everybody_gets_the_encoding_they_take_with_its_own_tag(app: Flask, address: str) -> None:
    plain = send(app, address)
    for _ in range(2):  # made by Flask, then kept
        packed = send(app, address, Accept_Encoding="gzip, deflate, br")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]
        again = send(app, address, Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", packed.headers["ETag"])
        app.wsgi_app.forget()
        assert send(app, address, Accept_Encoding="gzip;q=0").data == plain.data


def test_a_304_before_any_page_keeps_nothing_that_could_be_shown(app: Flask, address: str) -> None:
    first = send(app, address)
    app.wsgi_app.forget()
    assert send(app, address, If_None_Match=first.headers["ETag"]).status_code == 304
    assert send(app, address).data == first.data


def test_what_carries_a_cookie_or_a_question_or_is_wrong_is_not_kept(
    app: Flask, address: str, behind: list[str]
) -> None:
    for asked in (f"{address}?lang=en", f"{address}?from=singlemessage", "/board/nobody/", "/board/?choose="):
        for _ in range(2):
            send(app, asked)
        assert len(behind) == 2
        behind.clear()


def test_signed_in_or_not_the_page_is_the_same_and_a_post_is_never_answered(app: Flask, published: World) -> None:
    address = f"/board/{published.four_one.code}/"
    staff = Browser(app).sign_in(published.chen)
    assert staff.get(address).html == Browser(app).get(address).html
    assert app.test_client().post(address).status_code == 405


def test_head_tells_what_get_would_send(app: Flask, address: str) -> None:
    page = send(app, address)
    head = app.test_client().head(address)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", page.headers["Content-Length"])


def test_a_connection_that_broke_is_made_anew(app: Flask, address: str, behind: list[str]) -> None:
    page = send(app, address).data
    send(app, address)
    asking._line(app)._connection.close()
    behind.clear()
    assert [send(app, address).data for _ in range(2)] == [page] * 2
    assert behind == []


def test_a_database_that_does_not_answer_is_told_by_flask(
    app: Flask, address: str, behind: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(app, address)
    gone = OperationalError("SELECT", {}, OSError("gone"))
    monkeypatch.setattr(asking._Line, "rows", lambda *_: (_ for _ in ()).throw(gone))
    behind.clear()
    assert (send(app, address).status_code, behind) == (503, [address])
    monkeypatch.undo()
    assert send(app, address).status_code == 200


def test_the_session_of_a_person_never_travels_with_a_public_page(app: Flask, published: World) -> None:
    staff = Browser(app).sign_in(published.chen)
    for path in (f"/board/{published.four_one.code}/", f"/board/{published.four_one.code}/{TODAY}", "/board/nobody/"):
        app.wsgi_app.forget()
        assert staff.get(path).response.headers.getlist("Set-Cookie") == []
