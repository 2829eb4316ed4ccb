"""The stage of all tests: an application on a fresh database, on SQLite and (where there is one) on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.engine import make_url

from config import Config
from portal.app import create_app
from portal.extensions import db
from tests.factories import World, make_world
from tests.page import Browser

pytest_plugins = ["tests.skips"]

POSTGRES_URL = os.environ.get("PORTAL_TEST_POSTGRES_URL", "")
NO_POSTGRES = "no PostgreSQL: set PORTAL_TEST_POSTGRES_URL to an empty database (postgresql+psycopg://…) to enable"
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Tuesday, before the cut-off


def test_config(database_url: str) -> Config:
    """Settings of a test: the given database, a fixed moment, no setting of the developer's shell."""
    config = Config({"PORTAL_SECRET_KEY": "only-for-the-tests", "PORTAL_DATABASE_URL": database_url})
    config.NOW = NOW
    config.TESTING = True
    config.PROPAGATE_EXCEPTIONS = True
    return config


test_config.__test__ = False


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the head of the migrations, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    app = create_app(test_config(f"sqlite:///{path}"))
    with app.app_context():
        upgrade(app.extensions["migrate"].directory)
        db.session.remove()
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres() -> str:
    """The address of the PostgreSQL test database, emptied and brought to the head of the migrations."""
    app = create_app(test_config(POSTGRES_URL))
    with app.app_context():
        db.session.execute(text("DROP SCHEMA public CASCADE"))
        db.session.execute(text("CREATE SCHEMA public"))
        db.session.commit()
        upgrade(app.extensions["migrate"].directory)
        db.engine.dispose()
    return POSTGRES_URL


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql", marks=[pytest.mark.postgres, pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES)]
        ),
    ]
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "portal.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    return request.getfixturevalue("migrated_postgres")


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application on an empty database, within an application context."""
    app = create_app(test_config(database_url))
    with app.app_context():
        if make_url(database_url).get_backend_name() == "postgresql":
            tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            db.session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
            db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """Two schools with named people; nothing is filed yet. See tests.factories."""
    world = make_world()
    db.session.commit()
    return world


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A client without an account that judges every page it opens. `browser.sign_in(world.chen)`."""
    return Browser(app)
