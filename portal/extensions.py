"""Bare instances of the libraries; `portal.app.create_app` binds them. Also how the database behaves."""

from datetime import UTC, datetime
from enum import StrEnum

from flask import current_app, g, has_request_context, request
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, DateTime, Engine, Index, MetaData, event, text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SQLITE_BUSY_TIMEOUT = 15_000  # milliseconds a writer waits for another before it gives up
SQLITE_CACHE = 256  # kB for each connection; what is read stands in the cache of the system, once for all processes

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of all models."""

    metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator):
    """A moment in time: aware in Python, stored in UTC (SQLite knows no time zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def one_while(name: str, *columns: str, where: str) -> Index:
    """A unique index of the rows for which the SQL `where` holds.

    Its database is told so when tables are made of the models, as tests do: to name PostgreSQL in a model loads all
    drivers that SQLAlchemy knows, in a portal on SQLite too. Migrations say it for each database, by hand.
    """
    return Index(name, *columns, unique=True, info={"where": where})


@event.listens_for(Model.metadata, "before_create")
def _say_where(metadata: MetaData, connection: Connection, **_: object) -> None:
    for index in (index for table in metadata.tables.values() for index in table.indexes if "where" in index.info):
        index.dialect_options[connection.dialect.name]["where"] = text(index.info["where"])


def one_of(column: str, values: type[StrEnum]) -> str:
    """SQL of a CHECK constraint: the column holds one of the enum's values (NULL passes)."""
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


db = SQLAlchemy(model_class=Model, session_options={"expire_on_commit": False})
login_manager = LoginManager()
login_manager.id_attribute = "session_token"
csrf = CSRFProtect()
babel = Babel()


def only_reads() -> bool:
    """Whether this request leaves the database as it is: a safe method, or a view marked with `@only_reads`; or, until
    it starts to write, one marked with `@reads_first`.
    """
    if not has_request_context():
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    still_reads = getattr(view, "reads_first", False) and "writes" not in g
    return request.method in SAFE_METHODS or getattr(view, "only_reads", False) or still_reads


def start_writing() -> None:
    """In a view marked with `@reads_first`: what was read until now is only known, and has to be looked at again under
    the lock.
    """
    db.session.commit()
    g.writes = True


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection, record) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT}")  # first of all: the next one waits for others too
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA cache_size=-{SQLITE_CACHE}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA recursive_triggers=ON")  # else INSERT OR REPLACE deletes rows that are only ever added
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection) -> None:
    """A writer takes SQLite's write lock before it reads, so that it never has to give up half-way."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if only_reads() else "BEGIN IMMEDIATE")
