"""Erasing somebody who has left: asked for, refused, done, and no name anywhere afterwards."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import NO_PASSWORD, Deputy, FormerName, Person
from portal.accounts.name_queries import with_names
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.privacy import actions
from portal.roster import actions as roster
from portal.roster.import_models import RosterImport
from portal.roster.people_queries import state_now
from portal.roster.rollover_models import Rollover
from tests.accounts.test_sign_in import enter
from tests.approvals.reading import texts
from tests.factories import NOW, PASSWORD, World, item
from tests.homework.composing import fields
from tests.page import Browser, Page
from tests.privacy.leaving import LOGINS, NAMES, leave, told_of

LATER = NOW + timedelta(days=3)


def address(person: Person) -> str:
    return f"/people/{person.id}/erase"


def press(admin: Browser, person: Person, typed: str) -> Page:
    page = admin.get(address(person))
    return admin.post(address(person), fields(page, address(person)) | {"typed": typed})


@pytest.fixture
def elsewhere(app: Flask, tmp_path: Path) -> Path:
    app.config["BACKUPS"] = tmp_path / "backups"
    return app.config["BACKUPS"]


@pytest.mark.usefixtures("elsewhere")
def test_afterwards_no_cell_of_the_database_tells_the_name_or_the_login(
    world: World, admin: Browser, leaver: Person
) -> None:
    before = told_of(*NAMES, *LOGINS)
    assert set(before) == {
        *("person.name", "person.login", "former_name.name", "former_name.login"),
        *("roster_import.tables", "roster_import.changes", "roster_import.file"),
    }
    assert press(admin, leaver, LOGINS[1]).status == 303
    assert told_of(*NAMES, *LOGINS) == {}
    db.session.refresh(leaver)
    number = leaver.id
    assert (leaver.name, leaver.login, leaver.password_hash) == (f"已删除人员 #{number}", f"#{number}", NO_PASSWORD)
    assert (leaver.active, leaver.erased_at) == (False, NOW)
    assert db.session.scalars(select(FormerName)).all() == []
    assert db.session.scalars(select(Deputy).where(Deputy.person_id == number)).all() == []


@pytest.mark.usefixtures("elsewhere")
def test_the_log_tells_of_the_number_and_of_the_erasure(world: World, admin: Browser, leaver: Person) -> None:
    press(admin, leaver, LOGINS[1])
    rows = with_names(db.session.scalars(select(LogEntry).order_by(LogEntry.id)).all())
    assert (rows[-1].step, rows[-1].actor_name, rows[-1].names["person"]) == (
        "person.erase",
        "管理员",
        f"已删除人员 #{leaver.id}",
    )
    assert f"已删除人员 #{leaver.id}" in {each.actor_name for each in rows}
    page = Browser(admin.client.application).sign_in(world.zheng).get("/office/log")
    assert (f"已删除人员 #{leaver.id}" in page.text, [name for name in NAMES if name in page.text]) == (True, [])


@pytest.mark.usefixtures("elsewhere")
def test_the_board_names_the_teacher_no_more(world: World, admin: Browser, leaver: Person, app: Flask) -> None:
    board = f"/board/{world.four_one.code}/"
    assert "陈立德" in Browser(app).get(board).text
    press(admin, leaver, LOGINS[1])
    page = Browser(app).get(board)
    assert (page.status, texts(page, "small", class_="teachers")) == (200, ["罗安怡"])


@pytest.mark.usefixtures("elsewhere")
def test_files_that_tell_of_them_are_gone_or_cannot_be_taken_back(world: World, admin: Browser, leaver: Person) -> None:
    press(admin, leaver, LOGINS[1])
    db.session.expire_all()
    kept = db.session.scalars(select(RosterImport).order_by(RosterImport.id)).all()
    assert [(each.state, each.changes, each.tables) for each in kept] == [("done", [], []), ("done", [], [])]
    page = admin.get("/roster/import")
    assert (page.status, [each for each in page.all("a") if each.get("href", "").endswith("/undo")]) == (200, [])


@pytest.mark.usefixtures("elsewhere")
def test_a_new_school_year_that_is_taken_back_gives_them_nothing_back(
    world: World, admin: Browser, leaver: Person
) -> None:
    press(admin, leaver, LOGINS[1])
    db.session.expire_all()
    gone = db.session.scalars(select(Rollover)).one().changes["gone"]
    assert gone == {
        "teaching_assignment": [{"id": 2, "teacher_id": world.luo.id}],
        "role_grant": [{"id": 4, "person_id": world.luo.id}],
        "deputy": [],
    }


@pytest.mark.usefixtures("elsewhere")
def test_what_is_opened_again_gives_them_nothing_back(world: World, admin: Browser, leaver: Person) -> None:
    world.english.ended = [[leaver.id, world.four_one.id, 4, 31], [world.luo.id, world.four_one.id, 4, 31]]
    world.one_one.ended = [[leaver.id, world.maths.id, 31], [leaver.id, None, 0], [world.luo.id, world.maths.id, 31]]
    press(admin, leaver, LOGINS[1])
    db.session.refresh(world.english)
    db.session.refresh(world.one_one)
    assert world.english.ended == [[world.luo.id, world.four_one.id, 4, 31]]
    assert world.one_one.ended == [[world.luo.id, world.maths.id, 31]]


@pytest.mark.usefixtures("elsewhere")
def test_nobody_signs_in_finds_or_revives_them_and_the_login_is_free(
    world: World, admin: Browser, leaver: Person, app: Flask
) -> None:
    press(admin, leaver, LOGINS[1])
    assert enter(Browser(app), LOGINS[1], PASSWORD).status == 422
    assert enter(Browser(app), f"#{leaver.id}", PASSWORD).status == 422
    admin.get("/home")  # which says once what was done
    assert "已删除人员" not in admin.get("/people?shown=all").text
    for end in ("", "/data", "/erase"):
        assert admin.get(f"/people/{leaver.id}{end}").status == 404
    assert admin.send(f"/people/{leaver.id}/resume", {"version": "0"}).status == 404
    export = admin.get("/roster/export-person.csv")
    assert (export.status, "#" in export.html) == (200, False)
    added = roster.add_person(LOGINS[1], "新老师", by=world.admin, at=LATER)
    assert added.id != leaver.id


def test_the_page_says_what_goes_what_stays_and_that_it_cannot_be_undone(
    world: World, admin: Browser, leaver: Person
) -> None:
    world.file(world.luo, world.english, item(10, "陈立老师说的那一页"), school_class=world.four_two)
    page = admin.get(address(leaver))
    assert texts(page, "h2") == ["会删掉的", "会留下的，为什么"]
    assert "删除以后不能恢复，谁都不能。" in page.text
    assert "有 1 处出现“陈立”" in page.text
    assert "布置的作业 2 份" in page.text


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("chen", 409), ("陈立", 409)])
def test_without_the_login_nothing_goes_and_what_was_typed_stays(
    world: World, admin: Browser, leaver: Person, typed: str, status: int
) -> None:
    page = press(admin, leaver, typed)
    assert (page.status, page.value("typed")) == (status, typed)
    db.session.refresh(leaver)
    assert (leaver.name, leaver.erased_at) == ("陈立", None)


def test_who_may_sign_in_or_has_duties_is_not_erased(world: World, admin: Browser) -> None:
    page = admin.get(address(world.luo))
    assert (page.status, page.all("input", name="typed")) == (200, [])
    assert "停用账号。" in page.text
    how = {"typed": "luo", "by": world.admin, "at": LATER}
    with pytest.raises(PolicyError, match="请先停用"):
        actions.erase(world.luo, seen_version=state_now(world.luo.id), **how)
    roster.deactivate(world.luo, seen_version=state_now(world.luo.id), by=world.admin, at=LATER)
    with pytest.raises(PolicyError, match="任课 1 项"):
        actions.erase(world.luo, seen_version=state_now(world.luo.id), **how)


def test_a_stale_page_erases_nobody(world: World, admin: Browser, leaver: Person) -> None:
    page = admin.get(address(leaver))
    typed = fields(page, address(leaver)) | {"typed": LOGINS[1]}
    roster.rename(leaver, LOGINS[1], "陈力", seen_version=state_now(leaver.id), by=world.admin, at=LATER)
    db.session.commit()
    assert admin.post(address(leaver), typed).status == 409
    db.session.refresh(leaver)
    assert leaver.erased_at is None


def test_another_schools_administrator_finds_nobody(world: World, admin: Browser) -> None:
    for end in ("data", "erase"):
        assert admin.get(f"/people/{world.zhou.id}/{end}").status == 404
        assert admin.send(f"/people/{world.zhou.id}/{end}", {"do": "json", "typed": "zhou"}).status == 404


def test_what_a_backup_from_before_brings_back_goes_again(world: World, admin: Browser, elsewhere: Path) -> None:
    leave(world, admin)
    press(admin, world.chen, LOGINS[1])
    assert (elsewhere / "erased.txt").read_text() == f"qinghe {world.chen.id}\n"
    db.session.expire_all()
    erased = {("qinghe", world.luo.id), ("yuanshan", world.shen.id), ("qinghe", world.chen.id)}
    assert actions.erase_again(erased, at=LATER) == 1  # luo: shen belongs to another school
    db.session.commit()
    assert told_of("罗安怡") == {}
    assert (world.luo.active, world.luo.erased_at, world.shen.erased_at) == (False, LATER, None)
