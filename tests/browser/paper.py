"""What a browser prints, and what can be read on it."""

import re
import shutil
import subprocess
from collections import Counter

import pytest
from playwright.sync_api import Page

POPPLER = shutil.which("pdftotext")
needs_poppler = pytest.mark.skipif(POPPLER is None, reason="no pdftotext: `apt-get install poppler-utils` enables it")


def printed(page: Page) -> bytes:
    """The page as PDF, on the paper that its styles ask for."""
    page.emulate_media(media="print")
    return page.pdf(prefer_css_page_size=True)


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def words(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def letters(text: str) -> Counter[str]:
    """How often each letter stands there; how a line is broken or a table read does not matter."""
    return Counter(each for each in text if each.isalnum())


def picture(pdf: bytes) -> memoryview:
    """The first sheet in shades of grey, row by row, 100 dots an inch."""
    options = ["-gray", "-singlefile", "-r", "100"]
    image = subprocess.run(["pdftoppm", *options, "-"], input=pdf, capture_output=True, check=True).stdout
    width, height = map(int, image.split(maxsplit=3)[1:3])
    return memoryview(image[-width * height :]).cast("B", shape=[height, width])
