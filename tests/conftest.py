"""The stage of all tests: an application on a fresh database, on SQLite and (where there is one) on PostgreSQL."""

import gc
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from config import Config
from portal.accounts.readers import forget_people
from portal.app import create_app
from portal.asking import hang_up
from portal.extensions import db
from portal.school.rules import forget_rules, rules_of
from tests.factories import World, make_world
from tests.page import Browser
from tests.postgres import NO_POSTGRES, POSTGRES_URL, WORKER, created

pytest_plugins = ["tests.skips", "tests.processes"]

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Tuesday, before the cut-off


def test_config(database_url: str) -> Config:
    """Settings of a test: the given database, a fixed moment, no setting of the developer's shell."""
    config = Config({"PORTAL_SECRET_KEY": "only-for-the-tests", "PORTAL_DATABASE_URL": database_url})
    config.NOW = NOW
    config.TESTING = True
    config.BOARD_HOLD = 0
    config.IDLE = 0  # many tests let days go by
    config.PROPAGATE_EXCEPTIONS = True
    return config


test_config.__test__ = False


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not look at all of it again and again."""
    gc.collect()
    gc.freeze()


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
def postgres_url() -> Iterator[str]:
    """The address of the database of this process: the named one, or where several test, one made beside it."""
    if WORKER:
        with created(POSTGRES_URL) as url:
            yield url
    else:
        yield POSTGRES_URL


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_url: str) -> str:
    """The same, emptied and brought to the head of the migrations."""
    app = create_app(test_config(postgres_url))
    with app.app_context():
        db.session.execute(text("DROP SCHEMA public CASCADE"))
        db.session.execute(text("CREATE SCHEMA public"))
        db.session.commit()
        upgrade(app.extensions["migrate"].directory)
        db.engine.dispose()
    return postgres_url


@pytest.fixture(scope="session")
def apps() -> Iterator[dict[str, Flask]]:
    """One application for each kind of database: making one, and its templates, takes longer than most tests."""
    apps: dict[str, Flask] = {}
    yield apps
    for app in apps.values():
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql", marks=[pytest.mark.postgres, pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES)]
        ),
    ]
)
def app(request: pytest.FixtureRequest, apps: dict[str, Flask], tmp_path_factory: pytest.TempPathFactory):
    """The application on an empty database, within an application context. Its settings are put back afterwards."""
    kind = request.param
    empty = request.getfixturevalue(f"migrated_{kind}")
    if kind not in apps:
        path = tmp_path_factory.mktemp("app") / "portal.db"
        apps[kind] = create_app(test_config(empty if kind == "postgresql" else f"sqlite:///{path}"))
    app = apps[kind]
    settings = dict(app.config)
    app.wsgi_app.forget()
    app.wsgi_app.behind.forget()
    hang_up(app)
    forget_people()
    forget_rules()
    app.extensions["attempts"].forget()
    with app.app_context():
        _empty(kind, empty)
        yield app
        db.session.remove()
        if kind == "sqlite":  # another file is next; PostgreSQL's connections know their tables by now
            db.engine.dispose()
    app.config.clear()
    app.config.update(settings)


def _empty(kind: str, empty: Path | str) -> None:
    """SQLite: a fresh copy of the migrated file (rows of the log cannot be deleted). PostgreSQL: all rows deleted,
    with the triggers that refuse it switched off; TRUNCATE would make a new file for each table and wait for the disk.
    """
    if kind == "sqlite":
        path = Path(db.engine.url.database)
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(empty, path)
        return
    triggers = text("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    guarded = db.session.scalars(triggers).all()
    steps = [f'ALTER TABLE "{name}" DISABLE TRIGGER USER' for name in guarded]
    steps += [f'DELETE FROM "{table.name}"' for table in reversed(db.metadata.sorted_tables)]
    steps += [f'ALTER TABLE "{name}" ENABLE TRIGGER USER' for name in guarded]
    db.session.execute(text(";".join(steps)))
    db.session.execute(text("SELECT setval(seqrelid, 1, false) FROM pg_sequence"))
    db.session.commit()


@pytest.fixture(scope="module")
def stage() -> Iterator[Flask]:
    """The portal over a database in memory, for machines of random steps that begin anew again and again."""
    app = create_app(test_config("sqlite://"))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def clear_stage() -> None:
    """Nothing has happened yet: all tables empty, the log too, for the triggers come with the migrations."""
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.expunge_all()
    forget_rules()


@pytest.fixture
def world(app: Flask) -> World:
    """Two schools with named people; nothing is filed yet. See tests.factories."""
    world = make_world()
    db.session.commit()
    for school in (world.school, world.other_school):  # as in a process that has served a page before
        rules_of(school)
    return world


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A client without an account that judges every page it opens. `browser.sign_in(world.chen)`."""
    return Browser(app)
