"""The subject stands on the board instead of a teacher's name, unless the school shows who teaches what."""

import pytest
from sqlalchemy import select

from portal.approvals.models import SheetVersion
from portal.extensions import db
from tests.approvals.reading import rows
from tests.factories import World, item
from tests.page import Browser


def show(world: World, shows: bool) -> None:
    world.school.shows_teachers = shows
    world.school.rules_version += 1
    db.session.commit()


def publish(world: World) -> dict:
    """What is frozen of each subject's teachers."""
    world.file(world.chen, world.maths, item(20))
    world.file(world.shen, world.chinese)
    world.publish()
    version = db.session.scalars(select(SheetVersion).order_by(SheetVersion.id.desc())).first()
    return {each["name"]: each.get("teachers") for each in version.content["subjects"]}


def subjects(browser: Browser, world: World) -> list[str]:
    page = browser.get(f"/board/{world.four_one.code}/")
    assert page.status == 200
    return [row[0] for row in rows(page)[1:]]


def test_names_are_neither_frozen_nor_shown_unless_the_school_wants_it(world: World, browser: Browser) -> None:
    assert publish(world) == {"语文": None, "数学": None, "英语": None}
    assert subjects(browser, world) == ["数学"]


def test_where_the_school_shows_them_they_are_frozen_for_what_was_filed(world: World, browser: Browser) -> None:
    show(world, True)
    assert publish(world) == {"语文": [world.shen.id], "数学": [world.chen.id], "英语": None}
    assert subjects(browser, world) == ["数学 陈立德"]


def test_they_disappear_at_once_when_the_school_changes_its_mind(world: World, browser: Browser) -> None:
    show(world, True)
    publish(world)
    before = browser.get(f"/board/{world.four_one.code}/")
    assert "陈立德" in before.html
    show(world, False)
    tag = {"If-None-Match": before.response.headers["ETag"]}
    for headers in ({}, tag):
        page = browser.get(f"/board/{world.four_one.code}/", headers=headers)
        assert (page.status, "陈立德" in page.html) == (200, False)


def test_versions_from_before_have_no_names_to_show(world: World, browser: Browser) -> None:
    publish(world)
    show(world, True)
    assert subjects(browser, world) == ["数学"]


@pytest.mark.parametrize("shows", [True, False])
def test_staff_read_old_versions_without_fault(world: World, browser: Browser, shows: bool) -> None:
    publish(world)
    show(world, shows)
    browser.sign_in(world.chen)
    assert browser.get(f"/board/{world.four_one.code}/2026-11-24/versions/1").status == 200
