"""The fullest paper there is, for a few subjects, for more and for nine: each is one sheet of A4 with all its words."""

from collections import Counter
from collections.abc import Iterator
from contextvars import Context
from datetime import date, timedelta

import pytest
import zxingcpp
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from portal.school.models import Subject
from tests.browser.paper import letters, needs_poppler, picture, printed, sheets, words
from tests.browser.visitor import sticks_out
from tests.conftest import clear_stage
from tests.factories import TODAY, World, add, assign, item, make_world

pytestmark = [pytest.mark.browser, needs_poppler]

SITE = "https://homework.qinghe-experimental.edu.cn"
MORE_SUBJECTS = ("道德与法治", "科学", "体育与健康", "音乐", "美术", "综合实践活动")
LONG_TEXT = "读《三峡》第 2、3 段，解释加点词；\n重点是“略无阙处”“沿溯阻绝”，写在练习本上，字迹端正，不必抄题。" * 2
ONE_LINE = LONG_TEXT.replace("\n", "") * 2
WEEKS = {  # by their Monday: how many subjects set what on each day
    TODAY - timedelta(days=15): (3, (ONE_LINE[:150], ONE_LINE[:150])),
    TODAY - timedelta(days=8): (6, (ONE_LINE[:130], ONE_LINE[:105])),
    TODAY - timedelta(days=1): (9, (LONG_TEXT, LONG_TEXT)),
}
PORTRAIT, LANDSCAPE = {"width": 703, "height": 1054}, {"width": 1047, "height": 733}  # A4 without margins, pixels


@pytest.fixture(scope="module")
def world(stage: Flask) -> World:
    """Published from Monday to Friday, for the weekend too; of today there is a correction."""
    clear_stage()
    stage.config |= {"ADDRESS": SITE, "BOARD_CACHE": False}
    world = make_world()
    subjects = [world.chinese, world.maths, world.english]
    for position, name in enumerate(MORE_SUBJECTS, start=len(subjects)):
        subjects.append(add(Subject, school_id=world.school.id, name=name, position=position))
        assign(world.chen, world.four_one, subjects[-1])
    for monday, (number, texts) in WEEKS.items():
        for day in days_of(monday):
            for subject in subjects[:number]:
                world.file(world.chen, subject, *(item(3, text) for text in texts), day=day)
            world.publish(day=day)
    world.file(world.chen, world.maths, item(3, LONG_TEXT), item(2, LONG_TEXT))
    return world


def days_of(monday: date) -> list[date]:
    return [monday + timedelta(days=n) for n in range(5)]


@pytest.fixture(params=["zh-CN", "en-GB"])
def paper(request: pytest.FixtureRequest, chromium: Browser, stage: Flask, world: World) -> Iterator[Page]:
    """A window at the portal itself: its answers come without a server."""
    client = stage.test_client()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        found = Context().run(client.get, path, headers=route.request.headers, buffered=True)
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.get_data())

    context = chromium.new_context(base_url=SITE, java_script_enabled=False, locale=request.param)
    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def faults(paper: Page, address: str, size: dict, shown: str) -> list[str]:
    """What is wrong with an address on paper: `shown` is the address that has to stand there."""
    paper.emulate_media(media="screen")
    paper.goto(address)
    ways = paper.locator("nav a:visible")
    assert ways.count() > 2
    pdf = printed(paper)
    on_paper = words(pdf)
    for_listeners = "".join(paper.locator("main table .hidden").all_inner_texts())
    lost = letters(paper.locator("main").inner_text()) - letters(on_paper) - letters(for_listeners)
    paper.set_viewport_size(size)
    wrong = {
        "is not one sheet": sheets(pdf) != 1,
        "has lost words": lost != Counter(),
        "sticks out": sticks_out(paper) != [],
        "does not say where it is found": shown not in on_paper,
        "shows its ways": ways.count() > 0,
    }
    return [f"{address} {fault}" for fault, is_so in wrong.items() if is_so]


def test_days_and_weeks_are_one_sheet_each_with_all_their_words_and_their_address(paper: Page, world: World) -> None:
    board = f"/board/{world.four_one.code}"
    weeks = [f"{board}/week/{monday}" for monday in WEEKS]
    days = [f"{board}/{day}" for day in (TODAY, *(days_of(monday)[-1] for monday in WEEKS))]
    found = [fault for each in weeks for fault in faults(paper, each, LANDSCAPE, SITE + each)]
    found += [fault for each in days for fault in faults(paper, each, PORTRAIT, SITE + each)]
    assert found == []


def test_the_poster_is_one_sheet_whose_code_can_be_scanned(paper: Page, world: World) -> None:
    code = world.four_one.code
    assert faults(paper, f"/board/{code}/poster", PORTRAIT, f"{SITE}/c/{code}".removeprefix("https://")) == []
    [read] = zxingcpp.read_barcodes(picture(printed(paper)))
    assert read.text == f"{SITE}/c/{code}"
