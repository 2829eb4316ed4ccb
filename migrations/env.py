"""Alembic's environment: the portal's engine and metadata; migrations themselves never import models.

SQLite changes constraints only by making a table anew, which it refuses while others refer to it and keys are watched.
So they are not watched while migrations run, and looked through before anything is committed.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            _watch_keys(connection, "OFF")
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if on_sqlite:
                _watch_keys(connection, "ON")


def _watch_keys(connection: Connection, word: str) -> None:
    """On the driver's connection: within a transaction it would mean nothing."""
    connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={word}")


run()
