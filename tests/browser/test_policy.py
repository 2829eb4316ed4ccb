"""Every page in a real browser that keeps to the content security policy: it finds nothing to forbid."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from portal.htmx_file import HTMX_FILE, HTMX_URL
from tests import page as client
from tests import places
from tests.browser.server import CDN
from tests.doors import BY_PEOPLE, ROWS, cast
from tests.factories import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("needs_htmx"),
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]

SITE = "http://localhost"
READERS = ("visitor", "teacher", "office", "administrator")  # each page is opened by the first who may
TELL = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample}`));"""
FORBIDDEN = """<!doctype html><title>Wrong</title><p style="color: red" onclick="alert()">Wrong
    <script>alert()</script><script src="https://cdn.jsdelivr.net/npm/other/index.js"></script>"""


class Reader:
    """A window whose questions the application answers itself, as to somebody who has signed in; and what it says."""

    def __init__(self, chromium: Browser, browser: client.Browser, htmx: str) -> None:
        self.client, self.htmx = browser.client, htmx
        self.said: list[str] = []
        self.context = chromium.new_context()
        self.context.route("**/*", self.answer)
        self.context.on("console", self.hear)
        self.context.add_init_script(TELL)
        self.page: Page = self.context.new_page()

    def answer(self, route: Route) -> None:
        if route.request.url == HTMX_URL:
            if self.htmx == CDN:
                route.continue_()
            else:
                route.fulfill(path=self.htmx, headers={"Access-Control-Allow-Origin": "*"})
            return
        address = route.request.url.removeprefix(SITE)
        with self.client.get(address, headers={"Accept-Encoding": "identity"}) as response:
            body = FORBIDDEN if address == "/nowhere" else response.get_data()
            headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
            route.fulfill(status=response.status_code, headers=headers, body=body)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "the server responded with a status" not in message.text:
            self.said.append(f"{self.page.url}: {message.text}")

    def open(self, addresses: list[str]) -> list[str]:
        """What the browser said of these pages."""
        for each in addresses:
            self.page.goto(f"{SITE}{each}", wait_until="load")
            self.page.wait_for_function("!document.querySelector('script[src*=htmx]') || 'htmx' in window")
        return self.said


@pytest.fixture(params=["cdn", "self"])
def readers(
    request: pytest.FixtureRequest,
    chromium: Browser,
    app: Flask,
    world: World,
    htmx: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[dict[str, Reader], dict[str, list[str]]]]:
    """A window of each reader, and the pages for them."""
    if request.param == "self":
        if htmx == CDN:
            pytest.skip("no file of htmx: set PORTAL_TEST_HTMX to the path of its dist/htmx.min.js to enable")
        (tmp_path / HTMX_FILE).write_bytes(Path(htmx).read_bytes())
    app.config["HTMX"] = request.param
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    here, people = places.fill(world)["here"], cast(world)
    pages: dict[str, list[str]] = {each: [] for each in READERS}
    for method, rule, _ in ROWS:
        found = [each for each in READERS if BY_PEOPLE[each]["here", method, rule] == "200"]
        if method == "GET" and found and is_page(rule):
            pages[found[0]].append(places.address(here, rule))
    browsers = {"visitor": client.Browser(app)}
    browsers |= {each: client.Browser(app).sign_in(people[each]) for each in READERS if people[each]}
    readers = {each: Reader(chromium, browser, htmx) for each, browser in browsers.items()}
    yield readers, pages
    for each in readers.values():
        each.context.close()


def is_page(rule: str) -> bool:
    return not rule.rpartition("/")[2].partition(".")[2] and not rule.startswith(("/static/", "/healthz", "/readyz"))


def test_no_page_holds_what_its_policy_forbids(readers: tuple[dict[str, Reader], dict[str, list[str]]]) -> None:
    windows, pages = readers
    assert [window.open(pages[each]) for each, window in windows.items()] == [[]] * len(READERS)
    assert sum(map(len, pages.values())) > 45


def test_what_the_policy_forbids_would_be_heard(readers: tuple[dict[str, Reader], dict[str, list[str]]]) -> None:
    said = "\n".join(readers[0]["visitor"].open(["/nowhere"]))
    for rule in ("style-src-attr", "script-src-elem", "script-src-attr"):
        assert f"{rule} forbids inline" in said
    assert "script-src-elem forbids https://cdn.jsdelivr.net/npm/other/index.js" in said
