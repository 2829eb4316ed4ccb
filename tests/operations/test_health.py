"""/healthz and /readyz: whether the process answers, and whether people may be sent to it."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from portal.app import create_app
from portal.asking import hang_up
from portal.extensions import db
from portal.operations.queries import HEAD
from tests.conftest import test_config
from tests.page import Browser, questions, statements


def test_both_are_well_and_nothing_keeps_their_answers(app: Flask, browser: Browser) -> None:
    for address, word in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        page = browser.get(address)
        assert (page.status, page.html) == (200, word)
        assert page.response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert page.response.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.response.headers


def test_health_asks_the_database_nothing_and_readiness_one_question(app: Flask, browser: Browser) -> None:
    counts = []
    for address in ("/healthz", "/readyz"):
        with statements() as seen, questions() as asked:
            browser.get(address)
        counts.append((len(seen), len(asked)))
    assert counts == [(0, 0), (0, 1)]


def test_the_head_is_what_the_migrations_say(app: Flask) -> None:
    assert ScriptDirectory(app.extensions["migrate"].directory).get_current_head() == HEAD


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "UPDATE alembic_version SET version_num = '0001'",
            f"the database is at migration 0001, the portal needs {HEAD}\n",
        ),
        ("DELETE FROM alembic_version", f"the database is at migration none, the portal needs {HEAD}\n"),
        (
            "ALTER TABLE alembic_version RENAME TO moved",
            f"the database is at migration none, the portal needs {HEAD}\n",
        ),
    ],
)
def test_a_database_that_is_not_migrated_is_not_ready(app: Flask, browser: Browser, change: str, said: str) -> None:
    db.session.execute(text(change))
    db.session.commit()
    try:
        page = browser.get("/readyz")
        assert (page.status, page.html, browser.get("/healthz").status) == (503, said, 200)
    finally:
        if "RENAME" in change:
            db.session.execute(text("ALTER TABLE moved RENAME TO alembic_version"))
        else:
            db.session.execute(text("DELETE FROM alembic_version"))
            db.session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        db.session.commit()
    assert browser.get("/readyz").status == 200


@pytest.mark.parametrize("url", ["sqlite:///{folder}/nowhere/portal.db", "postgresql+psycopg://x@127.0.0.1:9/x"])
def test_a_database_that_does_not_answer_is_not_ready(url: str, tmp_path: Path) -> None:
    app = create_app(test_config(url.format(folder=tmp_path)))
    client = app.test_client()
    page = client.get("/readyz")
    assert (page.status_code, page.text) == (503, "the database does not answer\n")
    assert client.get("/healthz").status_code == 200
    hang_up(app)
