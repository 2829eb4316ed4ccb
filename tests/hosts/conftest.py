"""Two hosts of one portal: two servers with their workers, over one PostgreSQL and one Redis of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.extensions import db
from tests import redis_server
from tests.conftest import test_config
from tests.hosts.people import Staff, make_staff
from tests.redis_server import NO_REDIS, RedisServer
from tests.stress.engines import NO_PROGRAMS, Postgres, postgres, server_programs
from tests.stress.load import Server, prepare, start

HERE = str(Path(__file__).parent)
_schools = count(1)


@dataclass
class Pair:
    """Two hosts, what is behind them, and an application beside them that looks at the rows."""

    one: Server
    two: Server
    database: Postgres
    redis: RedisServer
    app: Flask


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for each in items:
        if str(each.path).startswith(HERE):
            each.add_marker(pytest.mark.stress)
            each.add_marker(pytest.mark.skipif(server_programs() is None, reason=NO_PROGRAMS))
            each.add_marker(pytest.mark.skipif(not redis_server.program(), reason=NO_REDIS))


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Started once; each test has a school of its own."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        redis = stack.enter_context(redis_server.running())
        prepare(database.url)
        servers = start(database.url, tmp_path_factory.mktemp("hosts"), 2, redis)
        for server in servers:
            stack.callback(server.stop)
        app = create_app(test_config(database.url))
        yield Pair(*servers, database, redis, app)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def staff(pair: Pair) -> Staff:
    """A school with one class and its people."""
    with pair.app.app_context():
        staff = make_staff(f"s{next(_schools)}")
        db.session.remove()
        db.engine.dispose()
    return staff
