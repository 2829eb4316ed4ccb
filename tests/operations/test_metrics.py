"""/metrics: what Prometheus reads, who may read it, and that all processes of a server are counted together."""

import os
import re
import shutil
import subprocess
import sys
from email.message import Message
from pathlib import Path
from time import time
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families as parsed
from sqlalchemy import make_url

from portal import metrics
from portal.app import create_app
from portal.door import Door
from portal.extensions import db
from portal.operations import backups
from tests.conftest import test_config
from tests.factories import NOW, TODAY, World, item, make_world
from tests.test_serve import ROOT, environ, serving

TOKEN = "a-token-for-the-tests"
Numbers = dict[tuple, float]


@pytest.fixture
def world(tmp_path: Path, migrated_sqlite: Path) -> World:
    """A school that has published a page, in a database of its own in the instance folder `tmp_path`."""
    path = shutil.copy(migrated_sqlite, tmp_path / "portal.db")
    app = create_app(test_config(f"sqlite:///{path}"))
    with app.app_context():
        world = make_world()
        db.session.commit()
        world.file(world.chen, world.maths, item(20, "first words"))
        world.publish()
        db.session.remove()
        db.engine.dispose()
    return world


class Answer(NamedTuple):
    status: int
    headers: Message
    text: str


def ask(address: str, **headers: str) -> Answer:
    try:
        with urlopen(Request(address, headers=headers), timeout=20) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read().decode())


def text(site: str) -> str:
    answer = ask(f"{site}/metrics", Authorization=f"Bearer {TOKEN}")
    assert (answer.status, answer.headers["Content-Type"][:10]) == (200, "text/plain")
    return answer.text


def numbers(site: str) -> Numbers:
    """By the name and the values of the labels, in the order of their names."""
    return {
        (each.name, *(value for _, value in sorted(each.labels.items()))): each.value
        for family in parsed(text(site))
        for each in family.samples
    }


def test_all_processes_count_together(tmp_path: Path, world: World) -> None:
    with serving(tmp_path, PORTAL_METRICS_TOKEN=TOKEN) as (_, site):
        asked = 1
        while len(list((tmp_path / "metrics").glob("counter_*.db"))) < 2:
            assert ask(f"{site}/healthz").status == 200
            asked += 1
            assert asked < 2000
        board = f"{site}/board/{world.four_one.code}/{TODAY}"
        assert {ask(board).status for _ in range(8)} == {200}
        assert ask(f"{site}/nowhere/{world.four_one.code}").status == 404
        now = numbers(site)
    assert now["portal_requests_total", "GET", "/healthz", "200"] == asked
    assert now["portal_request_seconds_count", "GET", "/healthz"] == asked
    made, kept = (now["portal_requests_total", "GET", each, "200"] for each in ("/board/<code>/<day:day>", "kept"))
    assert made + kept == 8
    assert made in (1, 2)  # once by each process that was asked
    assert now["portal_requests_total", "GET", "unknown", "404"] == 1
    assert now["portal_publications_total",] == 1


def test_nothing_of_anybody_stands_in_it_and_nobody_reads_it_without_the_token(tmp_path: Path, world: World) -> None:
    with serving(tmp_path, PORTAL_METRICS_TOKEN=TOKEN) as (_, site):
        assert ask(f"{site}/board/{world.four_one.code}/{TODAY}?secret=1", User_Agent="secret").status == 200
        said = text(site)
        given = [{}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Basic {TOKEN}"}]
        refused = [ask(f"{site}/metrics", **headers) for headers in given]
        elsewhere = ask(f"{site}/metrics", Authorization=f"Bearer {TOKEN}", Host="10.0.0.1")
    assert 'route="/board/<code>/<day:day>"' in said
    assert [word for word in ("secret", world.four_one.code, "127.0.0.1") if word in said] == []
    assert [(each.status, each.headers["WWW-Authenticate"]) for each in refused] == [(401, "Bearer")] * 3
    assert [each.text for each in refused] == ["the token of PORTAL_METRICS_TOKEN is missing\n"] * 3
    assert elsewhere.status == 200


def test_wrong_passwords_and_the_newest_backup_are_seen(tmp_path: Path, world: World) -> None:
    with serving(tmp_path, PORTAL_METRICS_TOKEN=TOKEN) as (_, site):
        before = numbers(site)
        browser = build_opener(HTTPCookieProcessor())
        with browser.open(f"{site}/sign-in") as answer:
            page = answer.read().decode()
        csrf = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]
        form = urlencode({"csrf_token": csrf, "login": world.chen.login, "password": "not the one"})
        with pytest.raises(HTTPError, match="422") as refused:
            browser.open(f"{site}/sign-in", form.encode())
        refused.value.close()
        made = backups.write(make_url(f"sqlite:///{tmp_path}/portal.db"), tmp_path / "backups", at=NOW).made
        after = numbers(site)
    assert [name for name, *_ in before if name.startswith(("portal_passwords", "portal_backup"))] == []
    assert after["portal_passwords_refused_total",] == 1
    assert after["portal_backup_timestamp_seconds",] == made.timestamp()
    assert after["portal_requests_total", "POST", "/sign-in", "422"] == 1


WAKES = """
from portal import keeper, metrics
from portal.app import create_app
app = create_app()
keeper.wake(app)
print(metrics.exposition({"published": None, "backup": None})[0].decode())
"""


def test_the_keeper_is_seen_when_it_has_done_its_work(tmp_path: Path, world: World) -> None:
    def seen() -> list[float]:
        settings = environ(tmp_path, PORTAL_METRICS_TOKEN=TOKEN)
        done = subprocess.run([sys.executable, "-c", WAKES], cwd=ROOT, env=settings, capture_output=True, text=True)
        return [each.samples[0].value for each in parsed(done.stdout) if each.name == "portal_keeper_timestamp_seconds"]

    (tmp_path / "portal.db").rename(tmp_path / "away.db")
    assert seen() == []
    (tmp_path / "portal.db").unlink()
    (tmp_path / "away.db").rename(tmp_path / "portal.db")
    before = time()
    assert before <= seen()[0] <= time()


def test_a_server_that_begins_forgets_what_processes_have_counted_that_are_gone(app: Flask, tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = tmp_path / "metrics"
    folder.mkdir()
    files = {name: folder / name for name in (f"counter_{gone.pid}.db", f"gauge_max_{os.getpid()}.db", "notes.db")}
    for each in files.values():
        each.touch()
    app.config["INSTANCE_PATH"] = tmp_path
    metrics.tidy(app)
    assert [name for name, file in files.items() if file.exists()] == [f"gauge_max_{os.getpid()}.db", "notes.db"]


def test_without_the_setting_there_is_no_step_that_counts(app: Flask) -> None:
    assert type(app.door) is Door
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
