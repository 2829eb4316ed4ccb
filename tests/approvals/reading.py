"""Reading a page closely: the words of single elements, and tables row by row."""

import re
from html.parser import HTMLParser

from tests.page import VOID, Page

CELLS = ("td", "th")
BLOCKS = ("div", "em", "h1", "h2", "h3", "li", "p", "section", "td", "th", "tr")  # start on a line of their own


class _Reader(HTMLParser):
    """Collects the words of every element that `wanted` picks by name and attributes."""

    def __init__(self, tags: tuple[str, ...], attributes: dict[str, str]) -> None:
        super().__init__()
        self.tags = tags
        self.attributes = attributes
        self.found: list[tuple[str, list[str]]] = []
        self.open: list[tuple[str, list[str] | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        if tag in BLOCKS:
            self.handle_data(" ")
        words = None
        if tag in self.tags and self.attributes.items() <= {name: value or "" for name, value in attrs}.items():
            words = []
            self.found.append((tag, words))
        self.open.append((tag, words))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for _, words in self.open:
            if words is not None:
                words.append(data)


def exact_texts(page: Page, tag: str, **attributes: str) -> list[str]:
    """The text of every element of this name with these attributes (`class_` for class), character by character."""
    reader = _Reader((tag,), {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()})
    reader.feed(page.html)
    return ["".join(words) for _, words in reader.found]


def texts(page: Page, tag: str, **attributes: str) -> list[str]:
    """The same with white space folded, as a reader sees it."""
    return [fold(text) for text in exact_texts(page, tag, **attributes)]


def rows(page: Page) -> list[list[str]]:
    """The cells of all table rows of a page, heading rows included."""
    reader = _Reader(("tr", *CELLS), {})
    reader.feed(page.html)
    table: list[list[str]] = []
    for tag, words in reader.found:
        if tag == "tr":
            table.append([])
        else:
            table[-1].append(fold("".join(words)))
    return table


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
