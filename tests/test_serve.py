"""`python -m portal.serve`: what is loaded before the workers are forked, and what must not be."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from urllib.request import urlopen

import pytest

from bench.memory import descendants
from bench.nginx import free_port
from portal.serve import listens_at

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 20  # seconds
LOADED = """
import sys, threading
from portal import worker
from portal.extensions import db
with worker.app.app_context():
    print(db.engine.pool.checkedin(), db.engine.pool.checkedout())
seldom = {"alembic", "icalendar", "openpyxl", "prometheus_client", "pypinyin", "segno"}
seldom |= {"sqlalchemy.dialects.postgresql"}
print(threading.active_count(), sorted(seldom & set(sys.modules)))
env = worker.app.jinja_env
print(sorted((name, len(own.cache) == len(env.list_templates())) for name, own in env.languages.items()))
print(worker.start() is worker.app, [each.name for each in threading.enumerate()[1:]])
"""


def environ(folder: Path, **settings: str) -> dict[str, str]:
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "FLASK_", "GRANIAN"))}
    return rest | {"PORTAL_SECRET_KEY": "only-for-the-tests", "PORTAL_INSTANCE": str(folder)} | settings


def test_what_the_workers_share_has_no_connection_no_thread_and_nothing_that_few_ask_for(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=environ(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["0 0", "1 []", "[('zh', True)]", "True ['keeper']"]


def test_it_serves_with_the_options_given(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "portal.serve", "--workers", "1", "--port", str(port), "--log-level", "warning"]
    with ending(subprocess.Popen(command, cwd=ROOT, env=environ(tmp_path))) as server:
        assert "<h1>" in opened(f"http://127.0.0.1:{port}/sign-in", server)


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only on Linux the workers are forked")
BORN = """
import os, signal, sys, time
from portal import master, serve
children = []
for _ in range(2):
    if not (child := os.fork()):
        time.sleep(60)
    children.append(child)
print(*children, flush=True)
signal.pthread_sigmask(signal.SIG_BLOCK, master.SIGNALS)
"""


@LINUX
def test_the_process_that_forked_the_workers_holds_nothing_of_the_portal_and_ends_with_them(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, _):
        workers = descendants(server.pid)
        assert len(workers) == 2
        assert "sqlite" in mapped(workers[0])
        assert "sqlite" not in mapped(server.pid)
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
        assert [each for each in workers if is_alive(each)] == []


@LINUX
def test_where_a_worker_ends_by_itself_the_server_ends_and_says_so(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, _):
        first, second = descendants(server.pid)
        os.kill(first, signal.SIGKILL)
        assert server.wait(PATIENCE) == 1
        assert not is_alive(second)
        assert server.stderr.read() == "A worker has ended by itself: the server stops.\n"


@LINUX
def test_granian_stays_where_it_shall_start_workers_anew(tmp_path: Path) -> None:
    with serving(tmp_path, GRANIAN_RESPAWN_FAILED_WORKERS="true", GRANIAN_WORKERS="1") as (server, _):
        before = descendants(server.pid)
        os.kill(before[0], signal.SIGKILL)
        until(lambda: (now := descendants(server.pid)) and now != before)


@LINUX
@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("os.kill(os.getpid(), signal.SIGTERM)", 0),  # while nobody listens
        ("os.kill(children[0], signal.SIGKILL); os.wait()", 1),  # before the master is there
    ],
)
def test_nothing_is_lost_while_one_becomes_the_other(last: str, code: int) -> None:
    script = f"{BORN}{last}\nserve.become_master(children)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == code
    assert [each for each in map(int, done.stdout.split()) if is_alive(each)] == []


@LINUX
@pytest.mark.parametrize("settings", [{}, {"GRANIAN_RESPAWN_FAILED_WORKERS": "true"}])  # the second stays Granian
@pytest.mark.parametrize("born", [1, 2])
def test_told_to_end_while_its_workers_begin_the_server_ends(
    tmp_path: Path, settings: dict[str, str], born: int
) -> None:
    command = [sys.executable, "-m", "portal.serve", "--port", str(free_port()), "--log-level", "critical"]
    with ending(subprocess.Popen(command, cwd=ROOT, env=environ(tmp_path, **settings))) as server:
        while len(descendants(server.pid)) < born:
            assert server.poll() is None
    assert server.returncode == 0


SLOW = """
import sys, time
from portal import serve
from portal.worker import app
answer = app.wsgi_app
def slowly(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(3)
        environ["PATH_INFO"] = "/healthz"
    return answer(environ, start_response)
app.wsgi_app = slowly
serve.main()
"""


@LINUX
def test_who_is_being_answered_is_answered_however_often_the_server_is_told_to_end(tmp_path: Path) -> None:
    """As systemd and Ctrl+C do, which tell the workers as well."""
    port, answers = free_port(), []
    command = [sys.executable, "-c", SLOW, "--port", str(port), "--log-level", "critical"]
    with ending(subprocess.Popen(command, cwd=ROOT, env=environ(tmp_path))) as server:
        opened(f"http://127.0.0.1:{port}/healthz", server)
        workers = descendants(server.pid)
        asked = Thread(target=lambda: answers.append(opened(f"http://127.0.0.1:{port}/slow", server)))
        asked.start()
        sleep(1)
        for each in (server.pid, *workers) * 2:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGTERM)
            sleep(0.1)
        asked.join()
        assert server.wait(PATIENCE) == 0
    assert answers == ["ok\n"]


@contextmanager
def ending(server: subprocess.Popen) -> Iterator[subprocess.Popen]:
    """Told to end when left. One that does not is a fault, and is killed with its workers: nobody waits for ever."""
    with server:
        try:
            yield server
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                for each in (*descendants(server.pid), server.pid):
                    os.kill(each, signal.SIGKILL)
                raise


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """A server that has answered, and its address."""
    port = free_port()
    command = [sys.executable, "-m", "portal.serve", "--port", str(port), "--log-level", "critical"]
    started = subprocess.Popen(command, cwd=ROOT, env=environ(folder, **settings), stderr=subprocess.PIPE, text=True)
    with ending(started) as server:
        assert opened(f"http://127.0.0.1:{port}/healthz", server) == "ok\n"
        yield server, f"http://127.0.0.1:{port}"


def mapped(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline
        sleep(0.05)


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


@pytest.mark.parametrize(
    ("options", "variables", "where"),
    [
        ([], {}, ("127.0.0.1", "8000")),
        (["--workers", "1", "--host", "0.0.0.0", "--port", "80"], {}, ("0.0.0.0", "80")),
        (["--port=81"], {"GRANIAN_HOST": "10.0.0.5", "GRANIAN_PORT": "82"}, ("10.0.0.5", "81")),
        ([], {"GRANIAN_PORT": "82"}, ("127.0.0.1", "82")),
    ],
)
def test_it_knows_where_it_will_listen(
    monkeypatch: pytest.MonkeyPatch, options: list[str], variables: dict[str, str], where: tuple[str, str]
) -> None:
    for name in ("GRANIAN_HOST", "GRANIAN_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert listens_at(options) == where


def test_asked_for_help_it_draws_no_code(tmp_path: Path) -> None:
    prepared = [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"]
    subprocess.run(prepared, cwd=ROOT, env=environ(tmp_path), capture_output=True, check=True)
    helped = [sys.executable, "-m", "portal.serve", "--help"]
    done = subprocess.run(helped, cwd=ROOT, env=environ(tmp_path), capture_output=True, text=True, check=True)
    assert ("Usage: python -m portal.serve" in done.stdout, "/setup" in done.stdout) == (True, False)
    with closing(sqlite3.connect(tmp_path / "portal.db")) as database:
        assert database.execute("SELECT count(*) FROM setup_code").fetchall() == [(0,)]
