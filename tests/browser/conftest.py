"""A real Chromium in front of a real server. What is missing on this machine is skipped, with how to enable it."""

from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.server import Server, sample_school, source_of_htmx
from tests.browser.visitor import CHROMIUM, Visitor, launch
from tests.postgres import NO_POSTGRES, POSTGRES_URL, beside, created

NO_HTMX = "no htmx: set PORTAL_TEST_HTMX to the path of its dist/htmx.min.js, or run where its CDN answers, to enable"
A_QUARTER_PAST_THREE = time(15, 15, tzinfo=ZoneInfo("Asia/Shanghai"))

Visits = Callable[..., Visitor]


@pytest.fixture(scope="session")
def now() -> datetime:
    """Today, whatever day of the week that is, at an hour when a school's day is filed and passed."""
    return datetime.combine(datetime.now(A_QUARTER_PAST_THREE.tzinfo), A_QUARTER_PAST_THREE)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    if CHROMIUM is None:
        marks = dict(mark.split(": ", 1) for mark in request.config.getini("markers") if ": " in mark)
        pytest.skip(f"no Chromium: {marks['browser'].rpartition('; ')[2]}")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def htmx() -> str | None:
    return source_of_htmx()


@pytest.fixture
def needs_htmx(htmx: str | None) -> None:
    if htmx is None:
        pytest.skip(NO_HTMX)


@pytest.fixture(params=[True, False], ids=["htmx", "no-script"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Each story is told twice: with htmx, and in a browser that runs no script at all."""
    if request.param:
        request.getfixturevalue("needs_htmx")
    return request.param


@pytest.fixture(scope="session")
def school(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, now: datetime, htmx: str | None
) -> Iterator[Server]:
    """A served sample school for tests that leave its present day as it is."""
    with sample_school(tmp_path_factory.mktemp("school"), now, htmx) as server:
        yield server


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql", marks=[pytest.mark.postgres, pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES)]
        ),
    ]
)
def own_school(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path, now: datetime, htmx: str | None
) -> Iterator[Server]:
    """A served sample school of this test's own."""
    if request.param == "sqlite":
        with sample_school(tmp_path, now, htmx) as server:
            yield server
    else:
        with created(beside(POSTGRES_URL, "browser")) as url, sample_school(tmp_path, now, htmx, url) as server:
            yield server


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visits]:
    """Opens a window at a school: `visit(school, width=390)`. At the end each is asked what went wrong in it."""
    visitors: list[Visitor] = []

    def visit(server: Server, **options: Any) -> Visitor:
        visitors.append(Visitor(chromium, server, **options))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []


@pytest.fixture(scope="session")
def session_of(chromium: Browser, school: Server) -> Callable[[str], Any]:
    """The session of a person who has signed in at the shared school: `visit(school, storage_state=…)`."""

    @cache
    def session_of(name: str) -> Any:
        visitor = Visitor(chromium, school, javascript=False)
        visitor.sign_in(name)
        state = visitor.context.storage_state()
        visitor.context.close()
        return state

    return session_of
