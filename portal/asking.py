"""Small questions to the database that come with every request: on a connection that each thread keeps.

What is only compared with what was there before is asked: values are as the driver gives them. What is shown is read. A
question sees all that was
committed before it was asked, and leaves no transaction behind. What a request has asked is noted in its environment,
for `portal.again`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import local
from typing import Any

from flask import Flask, current_app, has_request_context, request
from sqlalchemy import Dialect, Engine, Select, StaticPool

from portal.extensions import db

ASKED = "portal.asked"  # in the WSGI environment: the questions of a request with their answers

_of_this_thread = local()


def ask(statement: Select, **values: object) -> list[tuple]:
    """All rows. A date goes in as "2026-11-24", which both databases take.

    Raises OperationalError where the database does not answer.
    """
    rows = answer_of(current_app._get_current_object(), statement, values)
    if has_request_context():
        request._get_current_object().environ.setdefault(ASKED, []).append((statement, values, rows))
    return rows


def read(statement: Select, **values: object) -> list[tuple]:
    """All rows, with each value as its column's type has it in Python: a day as a date, JSON as what it says."""
    rows = ask(statement, **values)
    types = _types(statement, _line(current_app._get_current_object()).dialect)
    return [
        tuple(value if of_type is None else of_type(value) for of_type, value in zip(types, row, strict=True))
        for row in rows
    ]


def answer_of(app: Flask, statement: Select, values: Mapping[str, object]) -> list[tuple]:
    """What `ask` would say, outside of a request."""
    return _line(app).rows(statement, values)


def hang_up(app: Flask) -> None:
    """Give up this thread's connection, if it has one."""
    _line(app).hang_up()


class _Line:
    """A thread's connection to the database, opened when it is needed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.dialect = engine.dialect
        self._connection: Any = None  # the driver's own

    def rows(self, statement: Select, values: Mapping[str, object]) -> list[tuple]:
        """All rows; over another connection where this one broke."""
        sql, own, order = _compiled(statement, self.dialect)
        given: Any = own | values
        try:
            if self._connection is None:
                self._connection = self._opened()
            cursor = self._connection.cursor()
            cursor.execute(sql, [given[name] for name in order] if order else given)
            rows = cursor.fetchall()
            cursor.close()
        except self.dialect.loaded_dbapi.Error:
            self.hang_up()
            with self._engine.connect() as another:  # which says what is wrong, if it still is
                rows = [tuple(row) for row in another.execute(statement, values)]
        return rows

    def hang_up(self) -> None:
        if self._connection is not None and not self._is_the_only_one:
            self._connection.close()
        self._connection = None

    @property
    def _is_the_only_one(self) -> bool:
        """A database in memory has one connection for everybody."""
        return isinstance(self._engine.pool, StaticPool)

    def _opened(self) -> Any:
        pooled = self._engine.raw_connection()
        connection = pooled.driver_connection
        if self.dialect.name == "postgresql":
            connection.autocommit = True
        if not self._is_the_only_one:
            pooled.detach()  # beside the pool, which stays as large as it is
        return connection


def _line(app: Flask) -> _Line:
    lines = vars(_of_this_thread).setdefault("lines", {})
    if app not in lines:
        with app.app_context():
            lines[app] = _Line(db.engine)
    return lines[app]


@lru_cache
def _types(statement: Select, dialect: Dialect) -> list[Callable[[Any], Any] | None]:
    """For each column, what makes of the driver's value that of its type; None where they are the same."""
    own = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
    return [each.result_processor(dialect, None) for each in own]


@lru_cache
def _compiled(statement: Select, dialect: Dialect) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """The SQL, the values that are part of the statement, and the order of all where they go in by their place."""
    compiled = statement.compile(dialect=dialect)
    order = tuple(compiled.positiontup) if compiled.positional else ()
    return compiled.string, compiled.params, order
