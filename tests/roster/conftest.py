"""The administrator of the school."""

import pytest

from tests.factories import World
from tests.page import Browser


@pytest.fixture
def admin(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.admin)
