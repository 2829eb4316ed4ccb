"""Families print a day: it is one sheet of A4, with everything on it."""

from datetime import date, timedelta
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.browser.paper import letters, needs_poppler, printed, sheets, words
from tests.browser.server import CALENDAR, Server
from tests.browser.visitor import sticks_out

pytestmark = [pytest.mark.browser, needs_poppler]

CLASSES = ("1(1)", "4(1)", "4(2)", "8(3)")
SHEET = {"width": 703, "height": 1054}  # what board.css leaves of A4 between its margins, in pixels


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


def test_each_published_day_prints_on_one_sheet_with_all_its_words(school: Server, board: Page) -> None:
    faults = []
    for day in last_week(school):
        open_published(board, day)
        pdf = printed(board)
        board.set_viewport_size(SHEET)
        faults += [f"{day}: sticks out: {html}" for html in sticks_out(board)]
        if sheets(pdf) != 1:
            faults.append(f"{day}: {sheets(pdf)} sheets")
        if lost := letters(board.locator("main").inner_text()) - letters(words(pdf)):
            faults.append(f"{day}: lost {lost}")
    assert faults == []


def last_week(school: Server) -> list[date]:
    """The school days of the school week before this one: all published."""
    last = CALENDAR.sheet_date(school.day - timedelta(days=school.day.weekday() + 1))
    monday = last - timedelta(days=last.weekday())
    return [day for day in (monday + timedelta(days=n) for n in range(7)) if CALENDAR.is_school_day(day)]


def open_published(board: Page, day: date) -> None:
    board.goto(urljoin(board.url, str(day)))
    assert board.locator(".stamp").is_visible()
