"""Backups: files that hold the whole database, each with its checksum beside it.

A file gets its name only when it is whole and on the disk, so whatever has the name of a backup is one. SQLite is
copied by SQLite itself while others go on writing, PostgreSQL by pg_dump; both hold one moment.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect
from sqlalchemy.exc import OperationalError

NIGHTLY = "portal"  # the name of those made by the clock and by hand
A_NAME = re.compile(r"(?P<name>[a-z0-9-]+)-(?P<made>\d{8}T\d{6}Z)\.(db|dump)")
SUFFIXES = {"sqlite": ".db", "postgresql": ".dump"}
SUM = ".sha256"  # behind the name of the file that it is of, in the form of sha256sum
UNFINISHED = ".part"
ABANDONED = timedelta(days=1)  # an unfinished file older than this has lost whoever wrote it


class BackupError(Exception):
    """It was not done; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in a folder: `name` tells its kind, `made` is in UTC, `size` in bytes."""

    path: Path
    name: str
    made: datetime
    size: int


def write(url: URL, folder: Path, *, at: datetime, name: str = NIGHTLY) -> Backup:
    """Copy the database at `url` into a file of `folder`, which is made where it is missing."""
    kind = url.get_backend_name()
    final = folder / f"{name}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIXES[kind]}"
    unfinished = final.with_name(final.name + UNFINISHED)
    with _disk_in_words(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _claim(unfinished, final)
        try:
            _copy_sqlite(url, unfinished) if kind == "sqlite" else _dump(url, unfinished)
            _to_disk(unfinished)
            _sum_beside(final).write_text(f"{_sum_of(unfinished)}  {final.name}\n")
            _to_disk(_sum_beside(final))
            unfinished.replace(final)
        except BaseException:
            for each in (unfinished, _sum_beside(final)):
                each.unlink(missing_ok=True)
            raise
    return next(each for each in all_of(folder) if each.path == final)


def all_of(folder: Path) -> list[Backup]:
    """The backups in the folder, the newest first; none where there is no such folder."""
    paths, found = [], []
    with suppress(FileNotFoundError, NotADirectoryError):
        paths = list(folder.iterdir())
    for path in paths:
        if (named := A_NAME.fullmatch(path.name)) and _sum_beside(path).exists():
            made = datetime.strptime(named["made"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            with suppress(FileNotFoundError):  # another host has just removed it
                found.append(Backup(path, named["name"], made, path.stat().st_size))
    return sorted(found, key=lambda each: (each.made, each.path.name), reverse=True)


def rotate(folder: Path, keep: int, name: str = NIGHTLY) -> list[Backup]:
    """Remove all backups of this name but the newest `keep`, and what somebody began and never finished."""
    old = [each for each in all_of(folder) if each.name == name][keep:]
    for each in old:
        each.path.unlink(missing_ok=True)
        _sum_beside(each.path).unlink(missing_ok=True)
    for path in folder.glob(f"*{UNFINISHED}"):
        begun = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if A_NAME.fullmatch(path.name.removesuffix(UNFINISHED)) and begun < datetime.now(UTC) - ABANDONED:
            path.unlink(missing_ok=True)
    return old


def verify(path: Path) -> None:
    """Raises BackupError where the file is not what its checksum says."""
    if not path.is_file():
        raise BackupError(f"{path} is no file.")
    try:
        noted = _sum_beside(path).read_text().split()[:1]
    except OSError:
        raise BackupError(f"{_sum_beside(path)} is missing: bring it from where the backup comes from.") from None
    if noted != [_sum_of(path)]:
        raise BackupError(f"{path} is damaged: it is not what its checksum says. Take another backup.")


def restore(path: Path, url: URL) -> None:
    """Put a backup into an empty database."""
    verify(path)
    kind = url.get_backend_name()
    if path.suffix != SUFFIXES[kind]:
        raise BackupError(f"{path.name} is no backup of {kind}; see PORTAL_DATABASE_URL.")
    if has_tables(url):
        raise BackupError(
            "The database is not empty. A backup is put into an empty one only: name another, or a new one."
        )
    with _disk_in_words(path.parent):
        if kind == "postgresql":
            _run("pg_restore", url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", path)
        else:
            _put_sqlite(path, Path(url.database or ""))


def has_tables(url: URL) -> bool:
    """Whether there is anything in the database. Raises BackupError where it does not answer."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return False
    engine = create_engine(url)
    try:
        return bool(inspect(engine).get_table_names())
    except OperationalError as error:
        raise BackupError(f"The database does not answer: {error.orig}") from error
    finally:
        engine.dispose()


@contextmanager
def _disk_in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or folder}: {error.strerror}.") from error


def _claim(unfinished: Path, final: Path) -> None:
    """Begin a file that only its owner may read, and that nobody else writes at the same time."""
    if final.exists():
        raise BackupError(f"{final.name} is there already: one backup each second is enough.")
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _copy_sqlite(url: URL, target: Path) -> None:
    source = Path(url.database or "").absolute()
    if not source.is_file():
        raise BackupError(f"There is no database at {source}: see PORTAL_DATABASE_URL.")
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
            said = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupError(f"SQLite could not copy {source}: {error}.") from error
    if said != "ok":
        raise BackupError(f"The copy of {source} is damaged, and so may be the database: {said}")


def _put_sqlite(path: Path, database: Path) -> None:
    """In one step, beside whatever belonged to the empty database."""
    database.parent.mkdir(parents=True, exist_ok=True)
    unfinished = database.with_name(database.name + UNFINISHED)
    shutil.copyfile(path, unfinished)
    _to_disk(unfinished)
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)
    unfinished.replace(database)


def _dump(url: URL, target: Path) -> None:
    _run("pg_dump", url, "--format", "custom", "--no-owner", "--no-privileges", "--file", target)


def _run(program: str, url: URL, *options: str | Path) -> None:
    """One of PostgreSQL's programs; the password travels in its environment, where no list of processes shows it."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} was not found: install PostgreSQL's client programs (Debian: postgresql-client), of the "
            "server's version or newer."
        )
    target = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environ = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    command = [found, "--no-password", "--dbname", target, *options]
    done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{program} failed: {' '.join(done.stderr.split()) or done.returncode}")


def _sum_beside(path: Path) -> Path:
    return path.with_name(path.name + SUM)


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    """A power cut leaves the whole file, or none of that name."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
