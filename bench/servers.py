"""What the bench measures: servers with the options of `python -m portal.serve`, on databases of their own."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

from bench.nginx import free_port
from config import ROOT
from portal.serve import GRANIAN

PATIENCE = 30  # seconds until a server that does not start is a fault
POSTGRES = "PORTAL_BENCH_POSTGRES_URL"
NO_POSTGRES = f"{POSTGRES} names no database (postgresql+psycopg://…; it is emptied)"
MORE_ITEMS = 30_000  # beside the sample school's


@dataclass(frozen=True)
class Server:
    """Where it listens, and the process that all of its processes come from."""

    port: int
    pid: int


def environ(database_url: str) -> dict[str, str]:
    """Settings of one installation; none of the shell's."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "GRANIAN"))}
    ours = {"PORTAL_SECRET_KEY": secrets.token_hex(32), "PORTAL_DATABASE_URL": database_url}
    return rest | ours | {"PORTAL_IDLE_MINUTES": "0"}  # wrk keeps no new cookie that says when a session was used


def run(settings: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, check=True)


def sample_school(database_url: str, *, items: int = MORE_ITEMS) -> dict[str, str]:
    """Fill an empty database: the demo's school, a large grade, and schools with so many items. Gives the settings."""
    settings = environ(database_url)
    run(settings, "flask", "--app", "wsgi", "demo")
    run(settings, "bench.grade")
    run(settings, "bench.items", str(items))
    return settings


def sqlite(folder: Path, name: str = "bench") -> str:
    return f"sqlite:///{folder / name}.db"


def emptied_postgres() -> str | None:
    """The database that PORTAL_BENCH_POSTGRES_URL names, with nothing in it any more; None where it names none."""
    url = os.environ.get(POSTGRES)
    if url:
        from sqlalchemy import create_engine, text

        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    return url or None


@contextmanager
def portal(settings: dict[str, str], **more: str) -> Iterator[Server]:
    with _started(["portal.serve"], settings | more) as server:
        yield server


@contextmanager
def application(name: str, settings: dict[str, str]) -> Iterator[Server]:
    """Any WSGI application, on a Granian with the portal's options."""
    with _started(["granian", *GRANIAN, name], settings) as server:
        yield server


@contextmanager
def _started(module: list[str], settings: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", *module, "--log-level", "warning", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=settings) as process:
        try:
            wait_for(port, process)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen) -> None:
    """Until the server answers anything: workers take connections only when the application is loaded."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline and process.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return
        except OSError:
            sleep(0.1)
    raise SystemExit(f"{' '.join(process.args)} does not start.")
