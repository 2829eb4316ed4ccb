"""What a phone has to load: the first visit is small, the next one is a word, and no script is needed."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.browser.server import Server
from tests.browser.visitor import PHONE

pytestmark = pytest.mark.browser

MOST_BYTES = 12 * 1024  # heads and bodies as they travel
MOST_REQUESTS = 3


@dataclass
class Traffic:
    """What a window asked for, and the bytes it took."""

    urls: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    size: float = 0

    def watch(self, page: Page) -> None:
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.requestWillBeSent", lambda event: self.urls.append(event["request"]["url"]))
        network.on("Network.responseReceivedExtraInfo", lambda event: self.statuses.append(event["statusCode"]))
        network.on("Network.loadingFinished", self._add)

    def _add(self, event: dict) -> None:
        self.size += event["encodedDataLength"]


@pytest.mark.parametrize("day", ["today", "published"])
def test_the_first_visit_is_three_small_answers_and_the_next_one_a_304(school: Server, visit: Visits, day: str) -> None:
    family = visit(school, javascript=False, width=PHONE)
    page = family.open("/board/?choose")
    page.get_by_role("link", name="四(2)班").click()
    if day == "published":
        page.get_by_role("navigation", name="日期").get_by_role("link", name="‹").click()
    address = page.url
    newcomer = visit(school, javascript=False, width=PHONE)
    first = Traffic()
    first.watch(newcomer.page)
    newcomer.page.goto(address, wait_until="networkidle")
    assert len(first.urls) <= MOST_REQUESTS, first.urls
    assert 2000 < first.size <= MOST_BYTES
    assert [each for each in first.urls if not each.startswith(school.url)] == []
    newcomer.page.goto("about:blank")
    again = Traffic()
    again.watch(newcomer.page)
    newcomer.page.goto(address, wait_until="networkidle")
    assert again.statuses == [304]
    assert 0 < again.size < 1000
