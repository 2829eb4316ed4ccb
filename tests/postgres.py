"""PostgreSQL for tests: the database that PORTAL_TEST_POSTGRES_URL names, and those that are made beside it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

NAMED_URL = os.environ.get("PORTAL_TEST_POSTGRES_URL", "")
NO_POSTGRES = "no PostgreSQL: set PORTAL_TEST_POSTGRES_URL to an empty database (postgresql+psycopg://…) to enable"
MAY_NOT_CREATE = "PostgreSQL for several processes: a user of PORTAL_TEST_POSTGRES_URL who has CREATEDB enables it"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # "gw0"; empty where one process runs all tests


def beside(address: str, name: str) -> str:
    """The address of a database beside this one: `…/portal` and "gw0" are `…/portal_gw0`."""
    url = make_url(address)
    return url.set(database=f"{url.database}_{name}").render_as_string(hide_password=False)


# Processes that test at the same time have a database each. Tests ask for the fixture `postgres_url`, which makes it.
POSTGRES_URL = beside(NAMED_URL, WORKER) if NAMED_URL and WORKER else NAMED_URL


@contextmanager
def created(address: str, template: str = "template0") -> Iterator[str]:
    """A database at this address, empty or a copy, gone afterwards. What it holds need not outlive a power cut."""
    name = make_url(address).database
    engine = create_engine(NAMED_URL, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}" ENCODING \'UTF8\' TEMPLATE "{template}"'))
            connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    except ProgrammingError as error:
        engine.dispose()
        if getattr(error.orig, "sqlstate", None) == "42501":  # insufficient_privilege
            pytest.skip(MAY_NOT_CREATE)
        raise
    try:
        yield address
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()
