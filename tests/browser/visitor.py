"""Somebody in front of a browser, and the eyes that judge every page they open."""

import shutil
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response, WebError

from portal.demo.seed import ADMINISTRATOR, LOGINS, PASSWORD
from tests.browser.server import Server

# The first one has no windows to draw: it opens pages three times as fast.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
QUIET = (
    "--no-sandbox",  # containers have no user namespaces
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK, PHONE, SMALL_PHONE = 1280, 390, 320  # pixels
PATIENCE = 10_000  # milliseconds until a page that does not change as it should is a fault
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
ANSWERED = "Failed to load resource: the server responded with a status"  # judged as the answer itself


def launch(playwright: Playwright) -> Browser:
    """Chromium as the system has it, headless."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))


class Visitor:
    """A window of one person: nothing may go wrong on a console, no stranger be asked, no error answer surprise.

    `expected` holds the error statuses that belong to the story.
    """

    def __init__(
        self,
        chromium: Browser,
        server: Server,
        *,
        javascript: bool = True,
        width: int = DESK,
        locale: str = "zh-CN",
        **options: Any,
    ) -> None:
        self.server = server
        self.javascript = javascript
        self.faults: list[str] = []
        self.expected: set[int] = set()
        self.context: BrowserContext = chromium.new_context(
            base_url=server.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            locale=locale,
            **options,
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self._hear)
        self.context.on("weberror", self._catch)
        self.context.on("request", self._watch)
        self.context.on("requestfailed", self._miss)
        self.context.on("response", self._read)
        self.page: Page = self.context.new_page()

    def open(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def sign_in(self, name: str) -> "Visitor":
        """Sign in as a person of the sample school."""
        page = self.open("/sign-in")
        page.get_by_role("textbox", name="账号").fill(dict((*LOGINS.items(), ADMINISTRATOR))[name])
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name=f"您好，{name}").wait_for()
        return self

    def judge(self) -> None:
        """Nothing for axe-core (a script itself) to say, and nothing that sticks out of a small screen."""
        page, size = self.page, self.page.viewport_size
        if self.javascript:
            assert violations(page, page.url) == []
        page.set_viewport_size({"width": SMALL_PHONE, "height": size["height"]})
        assert sticks_out(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE
        page.set_viewport_size(size)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ANSWERED):
            self._note(f"the console says: {message.text}")

    def _catch(self, error: WebError) -> None:
        self._note(f"a script failed: {error.error}")

    def _watch(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc not in self.server.hosts:
            self._note(f"a stranger was asked: {request.url}")

    def _miss(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what is typed on overtakes a question, or the page is left
            self._note(f"{request.method} {request.url} failed: {request.failure}")

    def _read(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._note(f"{response.request.method} {response.url} answered {response.status}")

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url}: {fault}")


def sticks_out(page: Page) -> list[str]:
    """What lies beyond the right edge of the page, or of its own box, and so cannot be read without a sideways move."""
    page.wait_for_load_state()  # its styles too
    return page.evaluate(
        """() => [...document.querySelectorAll("main, main *")]
            .filter(it => it.checkVisibility() && !(it instanceof SVGElement) && !it.closest("thead, .hidden"))
            .filter(it => it.getBoundingClientRect().right > innerWidth + 0.5
                       || it.clientWidth && it.scrollWidth > it.clientWidth + 1)
            .map(it => it.outerHTML.slice(0, 200))"""
    )


def violations(page: Page, where: object, *rules: str) -> list[str]:
    """What axe-core has to say, by all its rules or these: the rule, why, and the HTML it is about."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(rules.length ? { runOnly: rules } : {})", rules)
    assert found["passes"] or rules, "axe-core looked at nothing"
    return [
        f"{where}: {rule['id']} ({rule['help']}): {node['html']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
