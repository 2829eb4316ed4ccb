"""The administrator, and somebody who has left a trace wherever a person can."""

import pytest
from flask import Flask

from portal.accounts.models import Person
from tests.factories import World
from tests.page import Browser
from tests.privacy.leaving import leave


@pytest.fixture
def admin(world: World, app: Flask) -> Browser:
    return Browser(app).sign_in(world.admin)


@pytest.fixture
def leaver(world: World, admin: Browser) -> Person:
    leave(world, admin)
    return world.chen
