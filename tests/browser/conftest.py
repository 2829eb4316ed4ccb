"""A real Chromium in front of a real server. What is missing on this machine is skipped, with how to enable it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import make_url

from tests.browser.server import Server, environment, filled, served, source_of_htmx
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
def filled_sqlite(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Path:
    """The folder of a sample school, to be copied: filling one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("filled")
    filled(folder, now, None)
    return folder


@pytest.fixture(scope="session")
def filled_postgresql(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Iterator[str]:
    """The same as a database: its name."""
    with created(beside(POSTGRES_URL, "filled")) as url:
        filled(tmp_path_factory.mktemp("filled"), now, None, url)
        yield make_url(url).database


@pytest.fixture(scope="session")
def school(
    tmp_path_factory: pytest.TempPathFactory, filled_sqlite: Path, now: datetime, htmx: str | None
) -> Iterator[Server]:
    """A served sample school for tests that leave its present day as it is."""
    folder = tmp_path_factory.mktemp("school")
    shutil.copytree(filled_sqlite, folder, dirs_exist_ok=True)
    with served(environment(folder, now, htmx), now, htmx) as server:
        yield server


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql", marks=[pytest.mark.postgres, pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES)]
        ),
    ]
)
def own_school(request: pytest.FixtureRequest, tmp_path: Path, now: datetime, htmx: str | None) -> Iterator[Server]:
    """A served sample school of this test's own."""
    original = request.getfixturevalue(f"filled_{request.param}")
    if request.param == "sqlite":
        shutil.copytree(original, tmp_path, dirs_exist_ok=True)
        with served(environment(tmp_path, now, htmx), now, htmx) as server:
            yield server
    else:
        with (
            created(beside(POSTGRES_URL, "browser"), original) as url,
            served(environment(tmp_path, now, htmx, url), now, htmx) as server,
        ):
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
