"""Every public page, on the smallest phone and twice as large: nothing for axe-core to say, nothing sticks out."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from tests import page as client
from tests.browser.visitor import SMALL_PHONE, sticks_out, violations
from tests.factories import World
from tests.public import LANGUAGES, examples, fill

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

ZOOMED = 640  # pixels of a page that are left of 1280 at 200 %
SITE = "http://localhost"


@pytest.fixture(params=LANGUAGES)
def window(request: pytest.FixtureRequest, chromium: Browser, app: Flask) -> Iterator[Page]:
    """A window whose questions the application answers itself."""

    def answer(route: Route) -> None:
        address = route.request.url.removeprefix(SITE)
        with app.test_client().get(address, headers={"Accept-Language": request.param}) as response:
            route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.get_data())

    context = chromium.new_context(locale=request.param, device_scale_factor=2, reduced_motion="reduce")
    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def test_each_page_is_for_everybody(app: Flask, world: World, window: Page) -> None:
    fill(world)
    addresses = [
        each.address for each in examples(world) if each.status not in (302, 303) and is_page(app, each.address)
    ]
    assert len(addresses) > 25
    faults = []
    for address in addresses:
        window.goto(f"{SITE}{address}")
        faults += faults_of(window, address)
    assert not faults, "\n".join(faults)


def is_page(app: Flask, address: str) -> bool:
    with client.Browser(app).get(address).response as response:
        return response.mimetype == "text/html"


def faults_of(page: Page, address: str) -> list[str]:
    faults = []
    for width in (ZOOMED, SMALL_PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        faults += [f"{address}, {width} px: the page is {needed} px wide"] if needed > width else []
        faults += [f"{address}, {width} px: sticks out: {html}" for html in sticks_out(page)]
    faults += violations(page, address)
    page.emulate_media(color_scheme="dark")
    faults += violations(page, f"{address}, dark", "color-contrast")
    page.emulate_media(color_scheme="light")
    return faults
