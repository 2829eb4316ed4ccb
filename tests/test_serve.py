"""`python -m portal.serve`: what is loaded before the workers are forked, and what must not be."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 20  # seconds
LOADED = """
import sys, threading
from portal import worker
from portal.extensions import db
with worker.app.app_context():
    print(db.engine.pool.checkedin(), db.engine.pool.checkedout())
print(threading.active_count(), "alembic" in sys.modules)
env = worker.app.jinja_env
print(sorted((name, len(own.cache) == len(env.list_templates())) for name, own in env.languages.items()))
print(worker.start() is worker.app, [each.name for each in threading.enumerate()[1:]])
"""


def environ(folder: Path, **settings: str) -> dict[str, str]:
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "FLASK_", "GRANIAN"))}
    return rest | {"PORTAL_SECRET_KEY": "only-for-the-tests", "PORTAL_INSTANCE": str(folder)} | settings


def test_what_the_workers_share_has_no_connection_no_thread_and_no_commands(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=environ(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["0 0", "1 False", "[('en', True), ('zh', True)]", "True ['keeper']"]


def test_it_serves_with_the_options_given(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "portal.serve", "--workers", "1", "--port", str(port), "--log-level", "warning"]
    with subprocess.Popen(command, cwd=ROOT, env=environ(tmp_path)) as server:
        try:
            assert "<h1>" in opened(f"http://127.0.0.1:{port}/sign-in", server)
        finally:
            server.terminate()
            server.wait(PATIENCE)


def opened(url: str, server: subprocess.Popen) -> str:
    """The page, as soon as the server answers."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            with urlopen(url, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            if monotonic() > deadline or server.poll() is not None:
                raise
            sleep(0.05)


def test_a_setting_that_cannot_be_used_stops_it_with_a_sentence(tmp_path: Path) -> None:
    wrong = environ(tmp_path, PORTAL_SECRET_KEY="short")
    done = subprocess.run(
        [sys.executable, "-m", "portal.serve"], cwd=ROOT, env=wrong, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("PORTAL_SECRET_KEY must be set")
