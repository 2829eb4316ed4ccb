"""The rules a process keeps, forgotten before each test: every database counts versions from 0 again."""

import pytest

from portal.school.rules import forget_rules
from tests.factories import World
from tests.page import Browser


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    forget_rules()


@pytest.fixture
def office(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.zheng)
