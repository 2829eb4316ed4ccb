"""Families print a day: it is one sheet of A4, with everything on it."""

import re
import shutil
import subprocess
from collections import Counter
from datetime import date, timedelta
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.browser.server import CALENDAR, Server
from tests.browser.visitor import sticks_out

pytestmark = pytest.mark.browser

CLASSES = ("1(1)", "4(1)", "4(2)", "8(3)")
SHEET = {"width": 703, "height": 1054}  # what portal.css leaves of A4 between its margins, in pixels
PDFTOTEXT = shutil.which("pdftotext")


@pytest.fixture(params=["zh-CN", "en-GB"])
def locale(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=CLASSES)
def board(request: pytest.FixtureRequest, school: Server, visit: Visits, locale: str) -> Page:
    """The board of a class."""
    page = visit(school, javascript=False, locale=locale).open("/board/?choose")
    page.locator(".tiles a").nth(CLASSES.index(request.param)).click()
    page.wait_for_url("**/board/*/")
    return page


def test_each_published_day_prints_on_one_sheet(school: Server, board: Page) -> None:
    faults = []
    for day in last_week(school):
        open_published(board, day)
        board.emulate_media(media="print")
        board.set_viewport_size(SHEET)
        faults += [f"{day}: sticks out: {words}" for words in sticks_out(board)]
        sheets = len(re.findall(rb"/Type\s*/Page\b", board.pdf(prefer_css_page_size=True)))
        if sheets != 1:
            faults.append(f"{day}: {sheets} sheets")
    assert faults == []


@pytest.mark.parametrize("page", ["totals", "lists"])
def test_the_pages_of_the_whole_school_print_on_one_sheet(school: Server, visit: Visits, page: str) -> None:
    """Of the sample school; where there are more classes, no table and no row is cut."""
    shown = visit(school, javascript=False).open(f"/board/schools/qinghe/{page}/{last_week(school)[-1]}")
    shown.emulate_media(media="print")
    shown.set_viewport_size(SHEET)
    assert sticks_out(shown) == []
    assert len(re.findall(rb"/Type\s*/Page\b", shown.pdf(prefer_css_page_size=True))) == 1
    assert shown.locator(".totals").first.is_visible()


@pytest.mark.skipif(PDFTOTEXT is None, reason="no pdftotext: `apt-get install poppler-utils` enables it")
def test_the_printed_sheet_holds_all_the_words_of_the_page(school: Server, board: Page) -> None:
    """Friday is the fullest day: the whole weekend, with a poem."""
    open_published(board, last_week(school)[-1])
    board.emulate_media(media="print")
    pdf = board.pdf(prefer_css_page_size=True)
    printed = subprocess.run([PDFTOTEXT, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert letters(board.locator("main").inner_text()) - letters(printed) == Counter()


def last_week(school: Server) -> list[date]:
    """The school days of the school week before this one: all published."""
    last = CALENDAR.sheet_date(school.day - timedelta(days=school.day.weekday() + 1))
    monday = last - timedelta(days=last.weekday())
    return [day for day in (monday + timedelta(days=n) for n in range(7)) if CALENDAR.is_school_day(day)]


def open_published(board: Page, day: date) -> None:
    board.goto(urljoin(board.url, str(day)))
    assert board.locator(".stamp").is_visible()


def letters(words: str) -> Counter[str]:
    """How often each letter stands there; how a line is broken or a table read does not matter."""
    return Counter(each for each in words if each.isalnum())
