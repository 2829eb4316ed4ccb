"""`flask backup`, `flask restore` and `flask prepare`, which migrates after a backup."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.asking import hang_up
from portal.extensions import db
from portal.operations import actions, backups
from portal.operations.backups import BackupError
from portal.operations.queries import HEAD, state_of_database
from portal.privacy import erased_list
from portal.privacy.actions import erase_again
from portal.privacy.queries import erased

KEEP = 14
ONE_AT_A_TIME = 20261126  # the number of a lock that nobody else takes
ANOTHER_KEY = (
    "PORTAL_SECRET_KEY is not the one this database is served with. All hosts need the same key, or nobody stays "
    "signed in: copy it from the other host. To change it, stop all hosts, give each the new one, and run "
    "`flask --app wsgi prepare --new-key` once; everybody signs in anew."
)


def in_words(command: Callable) -> Callable:
    """What cannot be done ends a command with a sentence."""

    @wraps(command)
    def told(*args: object, **options: object) -> None:
        try:
            command(*args, **options)
        except BackupError as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            raise click.ClickException(f"The database does not answer: {error.orig}") from error

    return told


@click.command("backup")
@click.option("--to", type=click.Path(path_type=Path), help="The folder; else PORTAL_BACKUPS.")
@click.option("--keep", type=click.IntRange(min=1), default=KEEP, show_default=True, help="How many are kept.")
@with_appcontext
@in_words
def backup_command(to: Path | None, keep: int) -> None:
    """Copy the database into a file, while everybody goes on working."""
    _back_up(to or current_app.config["BACKUPS"], keep, backups.NIGHTLY)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
@in_words
def restore_command(file: Path) -> None:
    """Put a backup into the database of PORTAL_DATABASE_URL, which must be empty."""
    backups.restore(file, db.engine.url)
    hang_up(current_app)
    state = state_of_database()
    click.echo(f"{file.name} is restored.")
    if state != HEAD:
        erased_list.keep(current_app.config["BACKUPS"], erased_list.read(file.parent))
        click.echo(f"It is at migration {state}, the portal needs {HEAD}: now `flask --app wsgi prepare`.")
    else:
        _erase_again(file.parent)


@click.command("prepare")
@click.option("--keep", type=click.IntRange(min=1), default=KEEP, show_default=True, help="How many are kept.")
@click.option("--new-key", is_flag=True, help="PORTAL_SECRET_KEY was changed, on all hosts.")
@with_appcontext
@in_words
def prepare_command(keep: int, new_key: bool) -> None:
    """Bring the database to this portal's migrations, after a backup of what is there."""
    with _alone():
        _migrate(keep)
        _erase_again(current_app.config["BACKUPS"])
        if db.engine.dialect.name == "postgresql":
            if not actions.agree_on_key(current_app.config["SECRET_KEY"], replace=new_key):
                raise click.ClickException(ANOTHER_KEY)
            db.session.commit()


def _migrate(keep: int) -> None:
    state = state_of_database()
    if state is not None and state > HEAD:
        raise BackupError(
            f"The database is at migration {state}, this portal knows only {HEAD}: it is older than its database."
        )
    if state == HEAD:
        click.echo(f"The database is at migration {HEAD}.")
        return
    if backups.has_tables(db.engine.url):
        _back_up(current_app.config["BACKUPS"], keep, f"before-{HEAD}")
    upgrade(current_app.extensions["migrate"].directory)
    click.echo(f"The database is now at migration {HEAD}.")


def _erase_again(folder: Path) -> None:
    """Those whom the list beside the backups names, and the database still knows: it comes from before."""
    if listed := erased_list.read(folder):
        again = erase_again(listed, at=clock.now())
        db.session.commit()
        if again:
            click.echo(f"Erased again, as they were since that backup: {again}.")


def _back_up(folder: Path, keep: int, name: str) -> None:
    made = backups.write(db.engine.url, folder, at=clock.now(), name=name)
    if state_of_database() == HEAD:
        known = erased()
        db.session.commit()  # before others wait for it
        if not erased_list.keep(folder, known):
            raise BackupError(f"{folder / erased_list.NAME} could not be written: who was erased must stand beside it.")
    old = backups.rotate(folder, keep, name)
    click.echo(f"Backup: {made.path} ({made.size:,} bytes). Older ones removed: {len(old)}.")


@contextmanager
def _alone() -> Iterator[None]:
    """Two hosts that start at once do not both migrate: the second waits, and finds it done."""
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with db.engine.connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
            click.echo("Another host is preparing the database: waiting for it.")
            connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        yield
