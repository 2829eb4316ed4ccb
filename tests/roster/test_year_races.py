"""升年级 while somebody else, at another host, does something in the same moment: the same, or homework."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.app import create_app
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework.models import DaySheet, Homework
from portal.policy.permissions import Role
from portal.roster import rollover_queries as queries
from portal.school.models import TeachingAssignment
from tests.conftest import test_config
from tests.factories import TODAY, World, grant
from tests.homework.composing import address, typed
from tests.page import Browser, Page
from tests.roster.moving_up import YEAR, fields, names

UP = {(1, 1, True), (2, 1, True), (5, 1, True), (5, 2, True)}
Form = tuple[Browser, str, dict[str, str]]


@pytest.fixture
def elsewhere(app: Flask, world: World) -> Iterator[Flask]:
    """A second host: an application of its own over the same database."""
    other = create_app(test_config(app.config["SQLALCHEMY_DATABASE_URI"]))
    yield other
    with other.app_context():
        db.engine.dispose()


@pytest.fixture
def principal(world: World, elsewhere: Flask) -> Browser:
    """Another administrator, at the other host."""
    grant(world.cheng, Role.ADMINISTRATOR)
    return Browser(elsewhere).sign_in(world.cheng)


def confirming(browser: Browser) -> Form:
    """The proposals as they are shown, about to be confirmed."""
    return browser, YEAR, {**fields(browser.get(YEAR)), "do": "confirm"}


def at_once(*forms: Form) -> list[Page]:
    """All sent in the same moment."""
    db.session.commit()
    together = Barrier(len(forms), timeout=10)

    def send(form: Form) -> Page:
        browser, address, data = form
        together.wait()
        return Page(Context().run(browser.client.post, address, data=data))

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


def counted(*models: type) -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(model)) for model in models]


def test_of_two_who_confirm_at_once_one_does_and_the_other_is_told(
    world: World, admin: Browser, principal: Browser
) -> None:
    lessons = counted(TeachingAssignment)
    won, lost = sorted(at_once(confirming(admin), confirming(principal)), key=lambda page: page.status)
    assert (won.status, lost.status) == (303, 409)
    assert "本学年已经升过年级了，没有再升一次。" in lost.text
    assert "升级 3 个班，离校 0 个班，新开 1 个班。" in lost.text
    assert names() == UP
    assert counted(TeachingAssignment) == lessons
    assert db.session.scalars(select(LogEntry.step).where(LogEntry.step.startswith("year."))).all() == ["year.roll"]


def test_of_two_who_take_it_back_at_once_one_does(world: World, admin: Browser, principal: Browser) -> None:
    before = names()
    assert admin.post(*confirming(admin)[1:]).status == 303
    undo = f"{YEAR}/{queries.last_rollover(world.school.id).id}/undo"
    forms = [(each, undo, {"csrf_token": each.token()}) for each in (admin, principal)]
    won, lost = sorted(at_once(*forms), key=lambda page: page.status)
    assert (won.status, lost.status) == (303, 409)
    assert "这次升年级已经撤销过了。" in lost.text
    assert names() == before


def test_homework_that_is_filed_in_the_same_moment_is_there_once_for_the_class_as_it_is_called_now(
    world: World, admin: Browser, elsewhere: Flask
) -> None:
    chen = Browser(elsewhere).sign_in(world.chen)
    filing = {"csrf_token": chen.token(), "version": "0", "do": "submit", **typed()}
    moved, filed = at_once(confirming(admin), (chen, address(world), filing))
    assert (moved.status, filed.status) == (303, 303)
    assert names() == UP
    assert counted(DaySheet, Homework) == [1, 1]
    page = chen.get(f"/classes/{world.four_one.id}/{TODAY}").text
    assert "五(1)班" in page
    assert "数学 陈立德 20 分钟" in page
