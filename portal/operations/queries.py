"""What those ask who run the portal: does the database answer, and is it the one this portal was made for?"""

from pathlib import Path

from sqlalchemy import column, func, select, table
from sqlalchemy.exc import DBAPIError, OperationalError

from portal.asking import ask
from portal.school.models import SchoolClass

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
HEAD = max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))  # when this process began, whatever is put there later
PUBLICATIONS = select(func.sum(SchoolClass.board_version))
STATE = select(column("version_num")).select_from(table("alembic_version"))


def why_not_ready() -> str:
    """What is missing before people can be sent here, in a plain word; "" where nothing is."""
    try:
        state = state_of_database()
    except OperationalError:
        return "the database does not answer"
    return "" if state == HEAD else f"the database is at migration {state or 'none'}, the portal needs {HEAD}"


def state_of_database() -> str | None:
    """The last migration the database has seen ("0008"); None where it has seen none.

    Raises OperationalError where the database does not answer.
    """
    try:
        rows = ask(STATE)
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":  # SQLite's word for a missing table
            return None
        raise
    except DBAPIError:
        return None
    return rows[0][0] if rows else None


def publications() -> int | None:
    """How many versions have been published, ever; None where the database does not say."""
    try:
        return ask(PUBLICATIONS)[0][0] or 0
    except DBAPIError:
        return None
