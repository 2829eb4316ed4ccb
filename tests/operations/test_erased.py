"""Backups from before an erasure: the list beside them says who is to be erased again."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from portal.accounts.models import Person
from portal.app import create_app
from portal.extensions import db
from portal.operations import backups
from portal.privacy import actions
from portal.roster.people_queries import state_now
from tests.conftest import NOW, test_config
from tests.factories import World
from tests.operations.test_backups import empty, folder, run  # noqa: F401 (fixtures)

LEFT = "INSERT INTO person (school_id, login, name, password_hash, active) VALUES (:school, 'gone', '走的人', '!', :no)"


@pytest.fixture
def gone(world: World) -> int:
    """The number of somebody who has left and is still named."""
    db.session.execute(text(LEFT), {"school": world.school.id, "no": False})
    db.session.commit()
    return db.session.execute(text("SELECT id FROM person WHERE login = 'gone'")).scalar_one()


def erase(world: World, person_id: int) -> None:
    person = db.session.get_one(Person, person_id)
    actions.erase(person, typed="gone", seen_version=state_now(person_id), by=world.admin, at=NOW)
    db.session.commit()


def name_in(url: object, person_id: int) -> str:
    engine = create_engine(url)
    with engine.connect() as connection:
        name = connection.execute(text("SELECT name FROM person WHERE id = :id"), {"id": person_id}).scalar_one()
    engine.dispose()
    return name


def test_a_backup_from_before_is_restored_without_the_name(
    world: World,
    app: Flask,
    folder: Path,  # noqa: F811
    empty: str,  # noqa: F811
    gone: int,
) -> None:
    before = backups.write(db.engine.url, folder, at=NOW - timedelta(days=1))
    erase(world, gone)
    assert run(app, "backup")[0] == 0
    assert (folder / "erased.txt").read_text() == f"qinghe {gone}\n"
    elsewhere = create_app(test_config(str(empty)))
    with elsewhere.app_context():
        done = elsewhere.test_cli_runner().invoke(args=["restore", str(before.path)])
        db.session.remove()
        db.engine.dispose()
    assert (done.exit_code, done.output) == (
        0,
        f"{before.path.name} is restored.\nErased again, as they were since that backup: 1.\n",
    )
    assert name_in(empty, gone) == f"已删除人员 #{gone}"


def test_each_start_looks_at_the_list(world: World, app: Flask, folder: Path, gone: int) -> None:  # noqa: F811
    folder.mkdir()
    (folder / "erased.txt").write_text(f"qinghe {gone}\nyuanshan {world.luo.id}\nnonsense\n")
    code, said = run(app, "prepare")
    assert (code, said.splitlines()[1:]) == (0, ["Erased again, as they were since that backup: 1."])
    assert len(run(app, "prepare")[1].splitlines()) == 1
    assert (name_in(db.engine.url, gone), name_in(db.engine.url, world.luo.id)) == (f"已删除人员 #{gone}", "罗安怡")
