"""The office of the school, with nothing kept from the test before."""

import pytest

from tests.factories import World
from tests.page import Browser


@pytest.fixture
def office(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.zheng)
