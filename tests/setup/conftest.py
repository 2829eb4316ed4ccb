"""A portal in which nothing is yet, and its code."""

import pytest
from flask import Flask

from portal.extensions import db
from portal.setup import actions
from tests.factories import NOW


@pytest.fixture
def code(app: Flask) -> str:
    """The code of the last start."""
    drawn = actions.draw_code("here", at=NOW)
    db.session.commit()
    return drawn
