"""A day that was filed for, and that the calendar takes away afterwards."""

from flask import Flask

from portal.extensions import db
from portal.policy.calendar import DayKind
from portal.school.models import CalendarDay
from tests.approvals.reading import texts
from tests.factories import TODAY, TOMORROW, World, add, item
from tests.page import Browser

LOST = "校历后来把这一天改成了不上学。已填报的都在下面，但不能再签字和公示。"


def take_away(world: World) -> None:
    add(CalendarDay, school_id=world.school.id, date=TODAY, kind=DayKind.HOLIDAY)
    world.school.rules_version += 1
    db.session.commit()


def test_what_was_filed_can_still_be_read_and_returned(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "口算"))
    world.coordinate()
    take_away(world)
    address = f"/classes/{world.four_one.id}/{TODAY}"
    lead = Browser(app).sign_in(world.shen)
    page = lead.get(address)
    assert page.status == 200
    assert LOST in texts(page, "p", class_="refusal")
    assert "口算" in page.text
    version = str(world.day(world.four_one).version)
    assert lead.send(f"{address}/approve", {"version": version}).status == 404
    assert lead.send(f"{address}/return", {"version": version, "reason": "放假"}).status == 303
    assert world.day(world.four_one).status == "collecting"


def test_it_cannot_be_signed_off_and_nothing_filed_is_nothing_to_read(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    take_away(world)
    homeroom = Browser(app).sign_in(world.chen)
    address = f"/classes/{world.four_one.id}/{TODAY}"
    assert homeroom.send(f"{address}/coordinate", {"version": "1"}).status == 404
    assert homeroom.get(f"/classes/{world.four_two.id}/{TODAY}").status == 404
    assert homeroom.get(f"/classes/{world.four_one.id}/{TOMORROW}").status == 200
