"""The board's pages are rendered anew in each test: pages kept for one database would hide those of the next."""

import pytest
from flask import Flask


@pytest.fixture
def app(app: Flask) -> Flask:
    app.config["BOARD_CACHE"] = False
    return app
