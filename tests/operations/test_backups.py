"""Backups on both kinds of database: what is written, kept, refused, and that it comes back whole."""

import sqlite3
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import MetaData, create_engine, func, make_url, select, text

from portal.extensions import db
from portal.operations import backups
from portal.operations.backups import BackupError
from portal.operations.queries import HEAD
from tests.conftest import NOW, POSTGRES_URL
from tests.factories import World, item
from tests.postgres import NO_POSTGRES, beside, created

STAMP = "20261124T070000Z"


def counts(url: object) -> dict[str, int]:
    """How many rows each table holds."""
    engine, metadata = create_engine(url), MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        found = {
            table.name: connection.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


@pytest.fixture
def empty(app: Flask, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the same kind."""
    if db.engine.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path}/other/restored.db"
    else:
        with created(beside(POSTGRES_URL, "restored")) as url:
            yield url


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """Where PORTAL_BACKUPS points; not there yet."""
    app.config["BACKUPS"] = tmp_path / "backups"
    return app.config["BACKUPS"]


def run(app: Flask, *words: object) -> tuple[int, str]:
    db.session.remove()
    done = app.test_cli_runner().invoke(args=[str(each) for each in words])
    return done.exit_code, done.output


def into(app: Flask, url: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """`flask restore FILE` with PORTAL_DATABASE_URL as given."""
    with monkeypatch.context() as patch:
        patch.setattr(type(db), "engine", property(lambda self: _Named(url)))
        return run(app, "restore", file)


class _Named:
    def __init__(self, url: str) -> None:
        self.url = make_url(url)


def test_what_is_backed_up_comes_back_row_by_row(world: World, app: Flask, folder: Path, empty: str) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    code, said = run(app, "backup")
    (made,) = backups.all_of(folder)
    suffix = {"sqlite": ".db", "postgresql": ".dump"}[db.engine.dialect.name]
    assert (code, made.path.name) == (0, f"portal-{STAMP}{suffix}")
    assert said == f"Backup: {made.path} ({made.size:,} bytes). Older ones removed: 0.\n"
    assert sorted(each.name for each in folder.iterdir()) == [made.path.name, f"{made.path.name}.sha256"]
    assert (stat.S_IMODE(made.path.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)
    backups.restore(made.path, make_url(empty))
    before = counts(db.engine.url)
    assert counts(empty) == before
    assert (before["homework"], before["sheet_version"], before["alembic_version"]) == (1, 1, 1)
    engine = create_engine(empty)  # the triggers came back too
    with engine.connect() as connection, pytest.raises(Exception, match=r"append|only|never|delete"):
        connection.execute(text("DELETE FROM sheet_version"))
    engine.dispose()


def test_a_backup_goes_only_into_an_empty_database(world: World, folder: Path) -> None:
    made = backups.write(db.engine.url, folder, at=NOW)
    db.session.remove()
    before = counts(db.engine.url)
    with pytest.raises(BackupError, match=r"^The database is not empty\."):
        backups.restore(made.path, db.engine.url)
    assert counts(db.engine.url) == before


def test_a_file_that_is_not_what_its_checksum_says_is_not_restored(world: World, folder: Path, empty: str) -> None:
    made = backups.write(db.engine.url, folder, at=NOW)
    whole = made.path.read_bytes()
    middle = len(whole) // 2
    made.path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    with pytest.raises(BackupError, match="is damaged: it is not what its checksum says"):
        backups.restore(made.path, make_url(empty))
    made.path.write_bytes(whole)
    made.path.with_name(f"{made.path.name}.sha256").unlink()
    with pytest.raises(BackupError, match=r"\.sha256 is missing: bring it"):
        backups.restore(made.path, make_url(empty))
    with pytest.raises(BackupError, match=r"nowhere\.db is no file\."):
        backups.restore(folder / "nowhere.db", make_url(empty))
    assert not backups.has_tables(make_url(empty))


def test_a_backup_of_the_other_kind_is_named_as_such(world: World, folder: Path) -> None:
    made = backups.write(db.engine.url, folder, at=NOW)
    other = {"sqlite": "postgresql+psycopg://127.0.0.1:9/x", "postgresql": "sqlite:////nowhere/x.db"}
    with pytest.raises(BackupError, match=r"is no backup of (sqlite|postgresql); see PORTAL_DATABASE_URL"):
        backups.restore(made.path, make_url(other[db.engine.dialect.name]))


def test_the_newest_are_kept_of_each_name_and_nothing_else_is_touched(world: World, app: Flask, folder: Path) -> None:
    folder.mkdir()
    foreign = [folder / name for name in ("notes.txt", "portal-old.db", f"portal-{STAMP}.db.part")]
    for each in foreign:
        each.write_text("mine")
    for hours in range(5):
        backups.write(db.engine.url, folder, at=NOW - timedelta(hours=10 - hours))
    backups.write(db.engine.url, folder, at=NOW - timedelta(days=9), name="before-0009")
    app.config["NOW"] = NOW + timedelta(seconds=1)
    code, said = run(app, "backup", "--keep", "3")
    assert (code, said.endswith("Older ones removed: 3.\n")) == (0, True)
    kept = [(each.name, each.made.astimezone(NOW.tzinfo).strftime("%d %H:%M:%S")) for each in backups.all_of(folder)]
    assert kept == [
        ("portal", "24 15:00:01"), ("portal", "24 09:00:00"), ("portal", "24 08:00:00"), ("before-0009", "15 15:00:00"),
    ]  # fmt: skip
    assert [each.read_text() for each in foreign] == ["mine"] * 3
    assert len(list(folder.iterdir())) == 2 * 4 + 3


@pytest.mark.postgres
@pytest.mark.parametrize(
    "app", [pytest.param("postgresql", marks=pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES))], indirect=True
)
def test_without_the_programs_of_postgresql_it_says_so(
    world: World, app: Flask, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"^pg_dump was not found: install PostgreSQL's client programs"):
        backups.write(db.engine.url, folder, at=NOW)
    assert not folder.is_dir() or list(folder.iterdir()) == []


@pytest.mark.parametrize("wrong", ["no database", "no folder", "the same second"])
def test_what_fails_leaves_nothing_behind_and_says_why(
    world: World, app: Flask, folder: Path, tmp_path: Path, wrong: str
) -> None:
    is_sqlite, url = db.engine.dialect.name == "sqlite", db.engine.url
    there = 0
    if wrong == "no database":
        url = url.set(database=str(tmp_path / "nowhere.db") if is_sqlite else "nowhere")
        said = (
            "There is no database at .*nowhere" if is_sqlite else '^pg_dump failed: .*database "nowhere" does not exist'
        )
    elif wrong == "no folder":
        folder.write_text("a file")
        said = "backups: "
    else:
        backups.write(url, folder, at=NOW)
        said, there = f"^portal-{STAMP}.* is there already", 2
    with pytest.raises(BackupError, match=said):
        backups.write(url, folder, at=NOW)
    assert len(list(folder.iterdir()) if folder.is_dir() else []) == there


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_command_ends_with_a_sentence_and_not_with_a_trace(app: Flask, folder: Path, tmp_path: Path) -> None:
    folder.write_text("a file")
    code, said = run(app, "backup")
    assert (code, said.count("\n"), said.startswith("Error: ")) == (1, 1, True)
    assert run(app, "backup", "--to", tmp_path / "elsewhere")[0] == 0
    assert len(backups.all_of(tmp_path / "elsewhere")) == 1
    assert run(app, "restore", tmp_path / "x.db") == (1, f"Error: {tmp_path}/x.db is no file.\n")
    assert run(app, "backup", "--keep", "0")[0] == 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_copy_of_a_damaged_database_is_no_backup(world: World, folder: Path, tmp_path: Path) -> None:
    db.session.remove()
    source = backups.write(db.engine.url, tmp_path, at=NOW).path
    content = bytearray(source.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    source.write_bytes(content)
    with pytest.raises(BackupError, match=r"SQLite could not copy|The copy of .* is damaged"):
        backups.write(make_url(f"sqlite:///{source}"), folder, at=NOW)
    assert list(folder.iterdir()) == []


def test_restoring_by_command_says_what_to_do_next(
    world: World, app: Flask, folder: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.write(db.engine.url, folder, at=NOW)
    assert into(app, empty, made.path, monkeypatch) == (0, f"{made.path.name} is restored.\n")
    assert into(app, empty, made.path, monkeypatch)[1].startswith("Error: The database is not empty.")
    db.session.execute(text("UPDATE alembic_version SET version_num = '0007'"))
    db.session.commit()
    told = into(app, str(empty).replace("restored.db", "another.db"), made.path, monkeypatch)
    db.session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        assert told[1].endswith(f"It is at migration 0007, the portal needs {HEAD}: now `flask --app wsgi prepare`.\n")


# `flask prepare`


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_preparing_backs_up_what_is_there_before_it_migrates(world: World, app: Flask, folder: Path) -> None:
    migrate = app.extensions["migrate"].directory
    assert run(app, "prepare") == (0, f"The database is at migration {HEAD}.\n")
    assert not folder.exists()
    assert run(app, "db", "downgrade", "--directory", migrate, "0008")[0] == 0
    code, said = run(app, "prepare")
    (made,) = backups.all_of(folder)
    assert (code, made.name, said.splitlines()[-1]) == (
        0,
        f"before-{HEAD}",
        f"The database is now at migration {HEAD}.",
    )
    with sqlite3.connect(made.path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0008",)]
    connection.close()
    assert run(app, "prepare") == (0, f"The database is at migration {HEAD}.\n")
    assert len(backups.all_of(folder)) == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_preparing_does_not_migrate_without_a_backup(world: World, app: Flask, folder: Path) -> None:
    assert run(app, "db", "downgrade", "--directory", app.extensions["migrate"].directory, "0008")[0] == 0
    folder.write_text("a file")
    assert run(app, "prepare")[0] == 1
    assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == "0008"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_portal_that_is_older_than_its_database_leaves_it_alone(world: World, app: Flask, folder: Path) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.session.commit()
    code, said = run(app, "prepare")
    assert (code, said) == (
        1,
        f"Error: The database is at migration 9999, this portal knows only {HEAD}: it is older than its database.\n",
    )
    assert not folder.exists()


on_postgres = pytest.param(
    "postgresql", marks=[pytest.mark.postgres, pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES)]
)


@pytest.mark.parametrize("app", [on_postgres], indirect=True)
def test_a_host_with_another_key_is_told_and_a_new_key_is_taken_on_purpose(app: Flask) -> None:
    codes, own, other = [], app.config["SECRET_KEY"], "another secret of a host"
    for key, words in ((own, []), (own, []), (other, []), (other, ["--new-key"]), (other, []), (own, [])):
        app.config["SECRET_KEY"] = key
        code, said = run(app, "prepare", *words)
        codes.append(code)
    assert codes == [0, 0, 1, 0, 0, 1]
    assert said.splitlines()[1].startswith(
        "Error: PORTAL_SECRET_KEY is not the one this database is served with. All hosts need the same key"
    )
    assert own not in (kept := str(db.session.execute(text("SELECT * FROM host_key")).all()))
    assert other not in kept


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_one_host_of_an_sqlite_database_may_have_any_key(app: Flask) -> None:
    assert run(app, "prepare")[0] == 0
    app.config["SECRET_KEY"] = "another secret of a host"
    assert run(app, "prepare")[0] == 0
