"""The start page read closely: what waits, where each tap leads, and the rows below."""

from tests.approvals.reading import texts
from tests.factories import World
from tests.page import Browser, Page

OURS = ("/classes/", "/grades/", "/homework/", "/people", "/office/", "/deputies/")


def home(world: World, browser: Browser, name: str, address: str = "/home") -> Page:
    """The page as this person finds it on their own computer."""
    page = Browser(browser.client.application).sign_in(getattr(world, name)).get(address)
    assert page.status == 200
    return page


def waits(page: Page) -> list[str]:
    """What the page says is waiting, with counts, or the sentence that nothing is."""
    (calm,) = texts(page, "p", class_="said calm") or [""]
    found = texts(page, "ul", class_="tiles waits")
    assert bool(calm) != bool(found)
    return [calm] if calm else [text for text in texts(page, "li") if text in found[0] and text[0].isdigit()]


def taps(page: Page) -> list[str]:
    """Where the counts lead."""
    start = page.html.index('<ul class="tiles waits"')
    piece = page.html[start : page.html.index("</ul>", start)]
    return [each.split('"')[0] for each in piece.split('href="')[1:]]


def row(page: Page, beginning: str) -> str:
    """The one row that begins so."""
    (found,) = (text for text in texts(page, "li") if text.startswith(beginning))
    return found


def links(page: Page) -> list[str]:
    """Where the page leads, each address once, without its header."""
    main = page.html[page.html.index("<main") :].split('href="')[1:]
    found = [each.split('"')[0] for each in main if each.startswith(OURS)]
    return list(dict.fromkeys(found))
