"""SQLite with several people at once: who writes waits for who writes, who reads waits for nobody, and "database is
locked" is no sentence that a user ever sees.
"""

import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread, Timer
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, text

from portal import extensions
from portal.extensions import db
from tests.factories import PASSWORD, TODAY, World, item
from tests.homework.composing import address, typed
from tests.page import Browser
from tests.roster.files import new_school

SHORT = 0.6  # seconds that somebody else keeps the lock
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@contextmanager
def somebody_writes(path: str) -> Iterator[sqlite3.Connection]:
    """Another process in the middle of writing, as far as SQLite can tell."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    finally:
        if connection.in_transaction:
            connection.rollback()
        connection.close()


@pytest.fixture
def path(app: Flask) -> str:
    return db.engine.url.database


@pytest.fixture
def impatient(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """New connections give up waiting almost at once."""
    monkeypatch.setattr(extensions, "SQLITE_BUSY_TIMEOUT", 20)
    db.session.commit()
    db.engine.dispose()


def test_the_first_thing_a_connection_learns_is_to_wait(tmp_path: Path, app: Flask) -> None:
    heard: list[str] = []
    connection = sqlite3.connect(tmp_path / "new.db", timeout=0)
    connection.set_trace_callback(heard.append)
    extensions._prepare_sqlite(connection, None)
    assert heard[:2] == ["PRAGMA busy_timeout=15000", "PRAGMA journal_mode=WAL"]
    settings = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
    assert [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings] == ["wal", 2, 1, 1, 15000]
    connection.close()


def test_a_connection_that_opens_while_another_has_the_whole_file_waits_for_it(tmp_path: Path, app: Flask) -> None:
    file = tmp_path / "old.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE thing (id INTEGER)")
    other.execute("BEGIN EXCLUSIVE")
    letting_go = Timer(SHORT, other.rollback)
    letting_go.start()
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM thing")).scalar() == 0
    engine.dispose()
    letting_go.join()
    other.close()


def test_a_teacher_who_files_while_somebody_writes_waits_and_is_served(
    world: World, browser: Browser, path: str
) -> None:
    browser.sign_in(world.chen)
    token = browser.token()
    with somebody_writes(path) as other:
        letting_go = Timer(SHORT, other.rollback)
        letting_go.start()
        begun = monotonic()
        fields = {"csrf_token": token, "version": "0", "do": "submit"} | typed()
        page = browser.post(address(world), fields)
        letting_go.join()
    assert (page.status, monotonic() - begun >= SHORT) == (303, True)
    assert world.day(world.four_one).filing_of(world.maths.id).status == "submitted"


def test_two_who_write_at_the_same_moment_are_both_served(world: World, app: Flask) -> None:
    """Each reads before it writes: with a plain BEGIN the second would be thrown out, however long it waits."""
    browsers = [Browser(app).sign_in(person) for person in (world.chen, world.luo)]
    addresses = [address(world), f"/homework/{world.four_one.id}/{world.english.id}/{TODAY}"]
    tokens = [browser.token() for browser in browsers]
    together, statuses = Barrier(2, timeout=10), []

    def file(browser: Browser, where: str, token: str) -> None:
        together.wait()
        for version in range(5):
            fields = {"csrf_token": token, "version": str(version), "do": "submit"} | typed(minutes=str(version + 1))
            with app.app_context():
                statuses.append(browser.post(where, fields).status)

    threads = [Thread(target=file, args=each) for each in zip(browsers, addresses, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 10
    assert world.day(world.four_one).load.total == 10


def test_reading_and_signing_in_and_out_wait_for_nobody_who_writes(
    world: World, app: Flask, path: str, impatient: None
) -> None:
    world.file(world.chen, world.maths, item(20))
    browser = Browser(app).sign_in(world.chen)
    token = browser.token()
    newcomer = Browser(app)
    sign_in = {"csrf_token": newcomer.token(), "login": "shen", "password": PASSWORD}
    with somebody_writes(path):
        assert newcomer.post("/sign-in", sign_in).status == 303
        assert newcomer.get(f"/grades/4/{TODAY}").status == 200
        assert browser.get(f"/classes/{world.four_one.id}/{TODAY}").status == 200
        assert browser.post(address(world, "/load"), {"csrf_token": token} | typed()).status == 200
        assert browser.post("/sign-out", {"csrf_token": token}).status == 303


def is_free(path: str) -> bool:
    """Whether somebody else could write now."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.rollback()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


SLOW = {  # what takes long, and how it is asked for
    "comparing passwords": ("portal.accounts.models.check_password_hash", "/account"),
    "hashing a password": ("portal.accounts.actions.hash_of", "/account"),
    "hashing passwords for slips": ("portal.accounts.actions.quick_hash_of", "/people/passwords"),
    "reading a file": ("portal.roster.import_reading.read", "/roster/import"),
}


@pytest.mark.parametrize("what", SLOW)
def test_what_takes_long_is_done_before_the_lock_is_taken(
    world: World, app: Flask, path: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, where = SLOW[what]
    browser = Browser(app).sign_in(world.admin)
    forms = {
        "/account": {"present": PASSWORD, "password": "purple lamp river", "again": "purple lamp river"},
        "/people/passwords": {"do": "ticked", "person": [world.chen.get_id(), world.luo.get_id()]},
        "/roster/import": {"file": (BytesIO(new_school()), "名单.xlsx")},
    }
    sent = {"csrf_token": browser.token(), **forms[where]}
    db.session.commit()
    done, original = [], pkgutil.resolve_name(slow)

    def watched(*arguments: object, **more: object) -> object:
        done.append(("slow", is_free(path)))
        return original(*arguments, **more)

    def note(connection, cursor, statement: str, *rest: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            done.append(("writing", is_free(path)))

    monkeypatch.setattr(slow, watched)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page = browser.post(where, sent, content_type="multipart/form-data")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert page.status == (200 if where == "/people/passwords" else 303)
    assert sorted(set(done)) == [("slow", True), ("writing", False)]
    kinds = [kind for kind, _ in done]
    assert kinds == sorted(kinds)  # all of it before


def test_who_waits_too_long_is_asked_to_try_again_and_has_everything_still(
    world: World, app: Flask, path: str, impatient: None
) -> None:
    browser = Browser(app).sign_in(world.chen)
    token = browser.token()
    fields = {"csrf_token": token, "version": "0", "do": "submit"} | typed(text="第 7 页 <三>")
    with somebody_writes(path):
        page = browser.post(address(world), fields)
    assert (page.status, page.response.headers["Retry-After"]) == (503, "5")
    assert "请过一会儿再试" in page.text
    assert "locked" not in page.html
    assert page.all("form")[0]["action"] == address(world)
    kept = {each["name"]: each["value"] for each in page.all("input", type="hidden")}
    assert kept == fields | {"csrf_token": kept["csrf_token"]}
    assert browser.post(address(world), kept).status == 303
    assert world.day(world.four_one).filing_of(world.maths.id).items[0].text == "第 7 页 <三>"


def test_a_statement_that_is_wrong_is_no_busy_database(app: Flask) -> None:
    def wrong() -> str:
        db.session.execute(text("SELECT * FROM no_such_table"))
        return ""

    app.view_functions["board.start"], view = wrong, app.view_functions["board.start"]
    wrong.access = "public"
    try:
        with pytest.raises(Exception, match="no such table"):
            Browser(app).get("/board/")
    finally:
        app.view_functions["board.start"] = view


def test_what_was_written_is_carried_into_the_file_while_people_read(world: World, app: Flask, path: str) -> None:
    """The write-ahead log does not grow without end: past a thousand pages it is carried over and begun anew."""
    log, page_size = Path(f"{path}-wal"), 4096
    world.file(world.chen, world.maths, item(20))
    sizes = []
    reader = sqlite3.connect(path, isolation_level=None)
    for number in range(60):
        if number % 5:  # somebody still reads when this commits; now and then nobody does
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM homework").fetchone()
        world.file(world.chen, world.maths, item(20, chr(ord("一") + number) * 80_000))
        reader.rollback()
        sizes.append(log.stat().st_size)
    reader.close()
    assert 0 < max(sizes) <= 1500 * page_size
    assert sizes[-20:] == [max(sizes)] * 20  # written over from its beginning, it keeps its size
