"""The sample school behind a real server: Granian as `make demo` starts it, with a folder and a database of its own."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from bench.nginx import free_port
from config import ROOT
from portal.htmx_file import HTMX_URL, fetch_htmx
from portal.policy.calendar import Calendar
from portal.school.holidays import national_kind
from portal.serve import GRANIAN

APPLICATION = "tests.browser.served"
PATIENCE = 20  # seconds until a server that does not start or stop is a fault
CDN = "cdn"  # where htmx comes from, if not from a file
CALENDAR = Calendar(national=national_kind)  # the sample school has no days of its own


@dataclass(frozen=True)
class Server:
    """A portal that answers at `url`, where it is always `now`. `htmx`: a file, the CDN or nowhere (None)."""

    url: str
    now: datetime
    htmx: str | None

    @property
    def day(self) -> date:
        """What its demo calls today: the next school day, if today is none."""
        return CALENDAR.next_school_day(self.now.date())

    @property
    def hosts(self) -> set[str]:
        """Whom a page may ask for anything."""
        return {urlsplit(self.url).netloc} | ({urlsplit(HTMX_URL).netloc} if self.htmx == CDN else set())


def source_of_htmx() -> str | None:
    """The file PORTAL_TEST_HTMX names, else the CDN if it answers; None where browsers have to do without."""
    if file := os.environ.get("PORTAL_TEST_HTMX"):
        return file
    try:
        urlopen(HTMX_URL, timeout=5).close()
    except OSError:
        return None
    return CDN


@contextmanager
def sample_school(folder: Path, now: datetime, htmx: str | None, database_url: str = "") -> Iterator[Server]:
    """Fill a sample school as of `now` and serve it. The database is SQLite in `folder`, if no other is named."""
    with served(filled(folder, now, htmx, database_url), now, htmx) as server:
        yield server


@contextmanager
def served(environ: dict[str, str], now: datetime, htmx: str | None) -> Iterator[Server]:
    """Serve what is there already."""
    with serving(environ, free_port()) as url:
        yield Server(url, now, htmx)


def filled(folder: Path, now: datetime, htmx: str | None, database_url: str = "") -> dict[str, str]:
    """Fill a sample school as of `now`; the environment in which it is served."""
    environ = environment(folder, now, htmx, database_url)
    demo = [sys.executable, "-m", "flask", "--app", APPLICATION, "demo"]
    subprocess.run(demo, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, check=True)
    return environ


def environment(folder: Path, now: datetime, htmx: str | None, database_url: str = "") -> dict[str, str]:
    """In which a portal of this folder and database is served; the database is SQLite in `folder`, if not named."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environ |= {
        "PORTAL_INSTANCE": str(folder),
        "PORTAL_SECRET_KEY": secrets.token_hex(32),
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_TEST_NOW": now.isoformat(),
        "PORTAL_TEST_PID": str(os.getpid()),
        "PORTAL_HTMX": "self" if htmx not in (None, CDN) else "cdn",
    }
    folder.mkdir(parents=True, exist_ok=True)
    if environ["PORTAL_HTMX"] == "self":
        fetch_htmx(folder, htmx)
    return environ


@contextmanager
def serving(environ: dict[str, str], port: int) -> Iterator[str]:
    """Granian in our process group: whatever ends the tests from outside ends it too."""
    log = Path(environ["PORTAL_INSTANCE"], "granian.log")
    options = ["--port", str(port), "--workers-kill-timeout", str(PATIENCE // 2)]
    command = [sys.executable, "-m", "granian", *GRANIAN, *options, f"{APPLICATION}:app"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    """Until the server answers: it takes connections only when the application is loaded."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline and process.poll() is None:
        try:
            urlopen(f"{url}/sign-in", timeout=5).close()
        except HTTPError as error:
            with error:
                raise RuntimeError(f"The sign-in page answers {error.code}. {log.read_text()}") from error
        except OSError:
            sleep(0.1)
        else:
            return
    raise RuntimeError(f"The server does not start. {log.read_text()}")
