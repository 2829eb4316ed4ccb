"""What is not needed any more goes by the clock."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal import keeper
from portal.extensions import db
from portal.privacy.automatic import forget_due
from portal.privacy.page import UNDO_KEPT
from portal.roster.import_models import RosterImport
from tests.factories import NOW, World
from tests.page import Browser
from tests.roster.files import PEOPLE, bring_in, send, workbook

PERSON = [PEOPLE, ("t1", "王芳", "", "")]


def kept() -> list[tuple[str, bool]]:
    """Of each file: its state, and whether anything of its content is there."""
    db.session.rollback()
    rows = db.session.scalars(select(RosterImport).order_by(RosterImport.id))
    return [(each.state, bool(each.tables or each.changes or each.notes)) for each in rows]


def test_a_file_that_nobody_confirms_goes_after_a_day(world: World, admin: Browser) -> None:
    send(admin, workbook(教师=PERSON))
    assert (forget_due(NOW + timedelta(hours=23, minutes=59)), kept()) == (0, [("waiting", True)])
    assert (forget_due(NOW + timedelta(hours=24)), kept()) == (1, [])


def test_an_import_can_be_taken_back_for_thirty_days(world: World, admin: Browser) -> None:
    bring_in(admin, workbook(教师=PERSON))
    assert (forget_due(NOW + UNDO_KEPT - timedelta(seconds=1)), kept()) == (0, [("done", True)])
    assert any(each.get("href", "").endswith("/undo") for each in admin.get("/roster/import").all("a"))
    assert (forget_due(NOW + UNDO_KEPT), kept()) == (1, [("done", False)])
    page = admin.get("/roster/import")
    assert [each for each in page.all("a") if each.get("href", "").endswith("/undo")] == []
    assert admin.get(f"/roster/import/{db.session.scalar(select(RosterImport.id))}/undo").status == 404
    assert forget_due(NOW + UNDO_KEPT) == 0


def test_the_keeper_of_each_server_does_it(world: World, admin: Browser, app: Flask) -> None:
    send(admin, workbook(教师=PERSON))
    app.config["NOW"] = NOW + timedelta(days=2)
    keeper.wake(app)
    assert kept() == []
