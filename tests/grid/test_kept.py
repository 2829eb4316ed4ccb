"""A rendered grid is kept while nothing that it shows has changed: each change is there at once, and nobody else's."""

import re
from dataclasses import asdict
from datetime import time

from flask import Flask

from portal.audit.actions import record
from portal.extensions import db
from portal.homework.models import CommonHomework, DaySheet
from portal.policy.approval import ExceptionKind
from portal.policy.permissions import Role
from tests.approvals.reading import rows
from tests.factories import TODAY, World, add, assign, grant, item, set_rule
from tests.page import Browser

ADDRESS = f"/grades/4/{TODAY}"


def shown(browser: Browser, query: str = "") -> str:
    """The page without the token of the session."""
    page = browser.get(ADDRESS + query)
    assert page.status == 200
    return re.sub(r'name="csrf_token"[^>]*>', "", page.html)


def test_each_change_of_what_it_shows_is_there_at_once(world: World, app: Flask) -> None:
    lead = Browser(app).sign_in(world.shen)
    seen = [shown(lead)]

    def differs(change: str) -> None:
        db.session.commit()
        seen.append(shown(lead))
        assert seen[-1] not in seen[:-1], change

    world.file(world.chen, world.maths, item(20), submit=False)
    differs("a draft")
    world.file(world.chen, world.maths, item(20))
    differs("handed in")
    assign(world.luo, world.four_two, world.english)
    differs("somebody teaches")
    world.luo.name = "罗安然"
    differs("a person's name")
    world.english.name = "外语"
    differs("a subject's name")
    set_rule(world.school, 4, cap=15)
    differs("a cap")
    world.school.published_by = time(17, 0)
    differs("when it is published")
    world.four_two.number = 7
    differs("a class")
    place = {"school_id": world.school.id, "grade": 4, "subject_id": world.maths.id, "date": TODAY}
    saved = {"saved_by_id": world.shen.id, "saved_at": world.at}
    common = add(CommonHomework, **place, **saved, items=[asdict(item(20))], version=1)
    differs("common content")
    common.items, common.version = [asdict(item(10))], 2
    differs("other common content")
    record("sheet.note", by=world.zheng, at=world.at, sheet_id=sheet(world).id, exception=ExceptionKind.REVIEWER)
    differs("a mark")
    counted = sheet(world)
    [(subject, totals)] = counted.totals["subjects"].items()
    counted.totals = counted.totals | {"subjects": {subject: totals | {"other": 1}}}
    differs("a number in the middle of what is stored with a sheet, whose version stays")


def sheet(world: World) -> DaySheet:
    return world.day(world.four_one).sheet


def test_it_is_kept_for_each_person_and_language_and_rights(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    lead, principal = Browser(app).sign_in(world.shen), Browser(app).sign_in(world.cheng)
    assert ('name="only"' in shown(lead), 'name="only"' in shown(principal)) == (True, False)
    assert ("四(1)班" in shown(lead), "Class 4(1)" in shown(lead, "?lang=en")) == (True, True)
    grant(world.cheng, Role.LEAD, grade=4)
    db.session.commit()
    assert 'name="only"' in shown(principal)


def test_each_session_has_its_own_token(world: World, app: Flask) -> None:
    browsers = [Browser(app).sign_in(world.shen) for _ in range(2)]
    pages = [browser.get(ADDRESS) for browser in browsers]
    assert rows(pages[0]) == rows(pages[1])
    for browser, page in zip(browsers, pages, strict=True):
        token = page.value("csrf_token")
        assert browser.post(f"{ADDRESS}/approve", {"csrf_token": token, "do": "clean"}).status == 303
