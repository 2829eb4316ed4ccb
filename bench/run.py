"""`make bench`: how fast the busiest pages are, next to a Flask route that only says hello.

All servers are Granian with the settings of `make demo`, and each round measures every page in turn, so that
whatever else the machine does touches all of them alike. What travels from one machine to another is the ratio.
The sample school lives in a temporary folder; nothing here is written.
"""

import argparse
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from bench.grade import CLASSES, GRADE, LEAD
from bench.load import requests_per_second
from config import ROOT
from portal.demo.seed import LOGINS, PASSWORD
from portal.serve import GRANIAN

TEACHER = LOGINS["陈立德"]
TYPED_MINUTES = 17  # a number nobody else's homework has: the fragment must show that it was counted
BASE_HEADERS = {"Accept-Language": "zh-CN"}


@dataclass(frozen=True)
class Page:
    """What is asked of which server, and the status it must answer."""

    name: str
    port: int
    request: bytes
    status: int = 200


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2, help="of every page in every round")
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environ = sample_school(Path(folder))
        hello = stack.enter_context(served("bench.hello:app", environ))
        portal = stack.enter_context(served("wsgi:app", environ))
        uncached = stack.enter_context(served("wsgi:app", environ | {"PORTAL_BOARD_CACHE": "no"}))
        pages = [Page("Flask hello", hello, request_bytes("GET", "/")), *portal_pages(portal, uncached)]
        report(pages, measured(pages, options), options)


def sample_school(folder: Path) -> dict[str, str]:
    """The environment of a portal whose database lies in `folder`, filled as the demo's."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environ["PORTAL_SECRET_KEY"] = secrets.token_hex(32)
    environ["PORTAL_DATABASE_URL"] = f"sqlite:///{folder / 'bench.db'}"
    demo = [sys.executable, "-m", "flask", "--app", "wsgi", "demo"]
    for command in (demo, [sys.executable, "-m", "bench.grade"]):
        subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, check=True)
    return environ


@contextmanager
def served(application: str, environ: dict[str, str]) -> Iterator[int]:
    """A Granian of its own for `application`; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", *GRANIAN, "--log-level", "warning", "--port", str(port), application]
    with subprocess.Popen(command, cwd=ROOT, env=environ) as server:
        try:
            wait_for(port, server)
            yield port
        finally:
            server.terminate()


def wait_for(port: int, server: subprocess.Popen) -> None:
    """Until the server answers: workers take connections only when the application is loaded."""
    deadline = monotonic() + 30
    while monotonic() < deadline and server.poll() is None:
        try:
            build_opener().open(f"http://127.0.0.1:{port}/", timeout=5).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise SystemExit(f"{server.args[-1]} does not start.")


def portal_pages(portal: int, uncached: int) -> list[Page]:
    """A published board page in three ways, what the composer asks for while a teacher types, a lead's large grade."""
    board, etag = published_page(portal)
    load, headers, form = typing_teacher(portal)
    grid, lead = grid_of_a_lead(portal)
    return [
        Page("board page, cached", portal, request_bytes("GET", board)),
        Page("board page, unchanged (304)", portal, request_bytes("GET", board, {"If-None-Match": etag}), 304),
        Page("board page, uncached", uncached, request_bytes("GET", board)),
        Page("total while typing", portal, request_bytes("POST", load, headers, form)),
        Page(f"grid of {CLASSES} classes", portal, request_bytes("GET", grid, lead)),
    ]


def published_page(port: int) -> tuple[str, str]:
    """Path and ETag of the newest board page that today's page of a class leads to."""
    site = f"http://127.0.0.1:{port}"
    visitor = build_opener()
    classes = visitor.open(f"{site}/board/?choose").read().decode()
    today = visitor.open(site + first(r'href="(/board/\?class=[^"]+)"><b>四\(1\)班', classes)).read().decode()
    path = first(r'href="(/board/[^/"]+/\d{4}-\d\d-\d\d)"', today)
    answer = visitor.open(Request(site + path, headers=BASE_HEADERS))
    return path, answer.headers["ETag"]


def typing_teacher(port: int) -> tuple[str, dict[str, str], bytes]:
    """Path, headers and form of the composer's question for the day's total, by a teacher who has signed in."""
    site, browser, cookies = signed_in(port, TEACHER)
    composer = browser.open(f"{site}/homework/").read().decode()
    path = first(r'hx-post="(/homework/[^"]+/load)"', composer)
    item = {"text": "练习册第 30 页", "tier": "mandatory", "form": "written", "place": "home", "minutes": TYPED_MINUTES}
    typed = {f"items-0-{name}": value for name, value in item.items()}
    form = urlencode({"csrf_token": token(composer), "version": 0} | typed).encode()
    headers = {
        "Cookie": carried(cookies),
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
        "HX-Request-Type": "partial",
    }
    answer = browser.open(Request(site + path, form, BASE_HEADERS | headers)).read().decode()
    first(rf"\b({TYPED_MINUTES})\b", re.sub(r'="[^"]*"', "", answer))
    return path, headers, form


def grid_of_a_lead(port: int) -> tuple[str, dict[str, str]]:
    """Path and headers of the grid of the large grade, for its lead who has signed in."""
    site, browser, cookies = signed_in(port, LEAD)
    path = first(rf'href="(/grades/{GRADE}/[^"/]+)"', browser.open(f"{site}/home").read().decode())
    grid = browser.open(Request(site + path, headers=BASE_HEADERS)).read().decode()
    if grid.count('<tr id="class-') != CLASSES:
        raise SystemExit(f"The grid of grade {GRADE} has not {CLASSES} classes.")
    return path, {"Cookie": carried(cookies)}


def signed_in(port: int, login: str) -> tuple[str, OpenerDirector, CookieJar]:
    """The address of the portal, a browser in which somebody has signed in, and its cookies."""
    site = f"http://127.0.0.1:{port}"
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    sign_in = {"csrf_token": token(browser.open(f"{site}/sign-in").read().decode()), "login": login}
    browser.open(f"{site}/sign-in", urlencode(sign_in | {"password": PASSWORD}).encode())
    return site, browser, cookies


def carried(cookies: CookieJar) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)


def token(html: str) -> str:
    return first(r'name="csrf_token"[^>]* value="([^"]+)"', html)


def first(pattern: str, html: str) -> str:
    found = re.search(pattern, html)
    if found is None:
        raise SystemExit(f"The portal has changed and the bench has not: {pattern} is not in the page.")
    return found[1]


def request_bytes(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    lines = {"Host": "127.0.0.1"} | BASE_HEADERS | (headers or {}) | ({"Content-Length": len(body)} if body else {})
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def measured(pages: list[Page], options: argparse.Namespace) -> dict[str, list[float]]:
    """Requests per second of every page in every round; a first round warms up and is forgotten."""
    rates: dict[str, list[float]] = {page.name: [] for page in pages}
    for number in range(options.rounds + 1):
        print(f"round {number} of {options.rounds}" if number else "warming up", file=sys.stderr)
        for page in pages:
            seconds = options.seconds if number else 0.5
            rate = requests_per_second(
                page.port, page.request, page.status, seconds=seconds, connections=options.connections
            )
            if number:
                rates[page.name].append(rate)
    return rates


def report(pages: list[Page], rates: dict[str, list[float]], options: argparse.Namespace) -> None:
    hello = median(rates[pages[0].name])
    print(f"\n{'':<30}{'requests/s':>12}{'ratio':>8}   lowest to highest round")
    for page in pages:
        own = rates[page.name]
        print(f"{page.name:<30}{median(own):>12,.0f}{median(own) / hello:>8.3f}   {min(own):,.0f} to {max(own):,.0f}")
    print(
        f"\nMedian of {options.rounds} rounds of {options.seconds:g} s, {options.connections} connections; "
        f"granian {' '.join(GRANIAN)}.\nThe load generator shares the machine's {os.cpu_count()} cores, "
        "which slows the fastest page most."
    )


if __name__ == "__main__":
    main()
