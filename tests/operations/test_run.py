"""`make run`: from an empty folder to a served portal, and again; what cannot be right stops it with a sentence."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask_migrate import upgrade

from bench.nginx import free_port
from config import ROOT
from portal.app import create_app
from portal.extensions import db
from portal.operations import backups
from portal.operations.queries import HEAD
from tests.conftest import POSTGRES_URL, test_config
from tests.postgres import NO_POSTGRES, beside, created
from tests.test_serve import ending, environ, opened

PATIENCE = 60  # seconds
RUN = [sys.executable, "-m", "portal.operations.run"]
STARTER = "import sys; from portal.operations.run import stay_with; sys.exit(stay_with(sys.argv[1:]))"
SERVER = """
import time
try:
    print("up", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    raise SystemExit(7)
"""


@contextmanager
def running(folder: Path, port: int, **more: str) -> Iterator[subprocess.Popen]:
    settings = environ(folder, PORTAL_PORT=str(port), PORTAL_LOG="json", GRANIAN_WORKERS="1", **more)
    with (
        (folder / "log").open("wb") as log,
        ending(subprocess.Popen(RUN, env=settings, cwd=ROOT, stdout=log, stderr=log)) as it,
    ):
        yield it


@pytest.fixture
def port() -> int:
    return free_port()


def test_it_makes_the_database_serves_and_comes_back_as_it_was(tmp_path: Path, port: int) -> None:
    for said in (f"The database is now at migration {HEAD}.", f"The database is at migration {HEAD}."):
        with running(tmp_path, port) as server:
            assert opened(f"http://127.0.0.1:{port}/readyz", server) == "ready\n"
        log = (tmp_path / "log").read_text()
        assert said in log
        assert log.count("Spawning worker") == 1
        assert '"route": "/readyz", "status": 200' in log
    assert backups.all_of(tmp_path / "backups") == []  # there was nothing to lose


@pytest.mark.postgres
@pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES)
def test_two_hosts_that_start_at_once_back_up_and_migrate_once(tmp_path: Path) -> None:
    folders, ports = [tmp_path / "one", tmp_path / "two"], [free_port(), free_port()]
    with created(beside(POSTGRES_URL, "at_once")) as url:
        app = create_app(test_config(url))
        with app.app_context():
            upgrade(app.extensions["migrate"].directory, "0008")
            db.engine.dispose()
        for folder in folders:
            folder.mkdir()
        shared = {"PORTAL_DATABASE_URL": url, "PORTAL_BACKUPS": str(tmp_path / "backups")}
        with running(folders[0], ports[0], **shared) as one, running(folders[1], ports[1], **shared) as two:
            said = [opened(f"http://127.0.0.1:{port}/readyz", it) for port, it in zip(ports, (one, two), strict=True)]
    assert said == ["ready\n"] * 2
    logs = "".join((folder / "log").read_text() for folder in folders)
    assert logs.count(f"The database is now at migration {HEAD}.") == 1
    assert logs.count(f"The database is at migration {HEAD}.") == 1
    assert [each.name for each in backups.all_of(tmp_path / "backups")] == [f"before-{HEAD}"]


def test_on_windows_it_stays_until_the_server_has_ended_and_ends_as_it_did() -> None:
    """There it cannot become the server; Ctrl+C reaches both."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, sys.executable, "-c", SERVER],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as it:
        assert it.stdout.readline() == "up\n"
        os.killpg(it.pid, signal.SIGINT)
        assert it.wait(PATIENCE) == 7


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORTAL_SECRET_KEY": "short"}, "PORTAL_SECRET_KEY must be set to a secret"),
        ({"PORTAL_PROXIES": "one"}, "PORTAL_PROXIES is 'one'; set it to a number from 0 to 9."),
        ({"PORTAL_PORT": "http"}, "PORTAL_PORT is 'http'; set it to a number from 1 to 65535."),
        ({"PORTAL_DATABASE_URL": "postgresql+psycopg://x@127.0.0.1:9/x"}, "Error: The database does not answer: "),
    ],
)
def test_what_cannot_be_right_stops_it_with_a_sentence(tmp_path: Path, settings: dict, sentence: str) -> None:
    wrong = {**environ(tmp_path), **settings}
    done = subprocess.run(RUN, env=wrong, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr.startswith(sentence), "Traceback" in done.stderr) == (1, True, False), (
        done.stderr
    )


def test_a_taken_port_is_named_with_another_before_anything_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        done = subprocess.run(
            RUN, env=environ(tmp_path, PORTAL_PORT=str(taken)), cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (
        1,
        f"Port {taken} on 127.0.0.1 is taken. Try the next: make run PORTAL_PORT={taken + 1}\n",
    )
    assert list(tmp_path.iterdir()) == []
