"""A published day arranged for a wall screen: how large it may stand there, so that all of it fits.

Measured in rem, a hundredth of the screen's width (static/wall.css): the list is LIST_WIDTH by LIST_HEIGHT of them.
What does not fit even in the smallest size, or only in another font, is shown by static/wall.js in pages.
"""

from math import ceil
from unicodedata import east_asian_width

from portal.board.page import Line, Page

SIZES = {"huge": 3.1, "large": 2.6, "normal": 2.2, "compact": 1.85, "dense": 1.55, "small": 1.3}  # rem of a letter
IN_PAGES = "dense"
LIST_WIDTH = 65
LIST_HEIGHT = 49.5
BESIDE = 8.5  # letters that subject and minutes take from the width
TAG = 2.8  # letters
LINE, GAP, HEADING = 1.35, 0.65, 2.2  # heights, in letters
LATIN = 0.56  # of a letter: the width of one that is not Chinese


def size_of(page: Page, notices: list[str]) -> str:
    """The name of the largest size in which the day and the `notices` around its list fit; IN_PAGES where none does."""
    return next((name for name, letter in SIZES.items() if _fits(page, notices, letter)), IN_PAGES)


def _fits(page: Page, notices: list[str], letter: float) -> bool:
    width = LIST_WIDTH / letter
    height = sum(HEADING + sum(_height(line, width) for line in section.lines) for section in page.sections)
    height += sum(GAP + LINE * _rows(notice, width) for notice in notices)
    return height * letter <= LIST_HEIGHT


def _height(line: Line, width: float) -> float:
    item = line.item
    tags = TAG * (bool(item["level"]) + bool(item["group"]) + (item["form"] != "written") + bool(item["span"]))
    return GAP + LINE * _rows(item["text"], width - BESIDE, begun=tags)


def _rows(text: str, width: float, begun: float = 0) -> int:
    """In how many rows of `width` letters a text is set, each of its own lines apart."""
    first, *others = text.splitlines() or [""]
    return ceil((_width(first) + begun) / width or 1) + sum(ceil(_width(each) / width) or 1 for each in others)


def _width(text: str) -> float:
    return sum(1 if east_asian_width(each) in "WFA" else LATIN for each in text)
