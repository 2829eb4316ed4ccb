"""A class is closed while its sheets still wait: they stay as they are, nobody is told to see to them, and none is
published, by itself or by hand, until the class is opened again.
"""

from datetime import timedelta

import pytest

from portal.approvals.automatic import Outcome, publish_due
from portal.extensions import db
from portal.policy.approval import ApprovalMode, ExceptionKind, SheetStatus
from tests.approvals.reading import texts
from tests.approvals.test_automatic import HALF_PAST_FIVE, published
from tests.factories import TODAY, TOMORROW, World, item
from tests.home.waiting import home, waits
from tests.office import test_queue
from tests.office.exceptions import ask
from tests.office.test_approved import listed, press
from tests.page import Browser, Page
from tests.roster.test_classes import CLASSES, close, send
from tests.roster.test_person import refusal

YESTERDAY = TODAY - timedelta(days=1)
LEFT = f"这个班 {TODAY} 离校，这一天的清单不能再签字和公示。如果还在上课，请管理员先恢复这个班。"
CALM = ["现在没有等您办的事。"]
WAITING = [SheetStatus.COLLECTING, SheetStatus.COORDINATED, SheetStatus.APPROVED]


@pytest.fixture
def admin(world: World, browser: Browser) -> Browser:
    """Clean sheets publish themselves at 17:30."""
    world.school.publish_at = HALF_PAST_FIVE.time()
    db.session.commit()
    return browser.sign_in(world.admin)


def bring_to(world: World, status: SheetStatus) -> None:
    """What is filed for 四(1) yesterday, today and tomorrow waits in this state."""
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    for day in (YESTERDAY, TODAY, TOMORROW):
        world.file(world.luo, world.english, item(20), day=day)
        if status != SheetStatus.COLLECTING:
            world.coordinate(day=day)
        if status == SheetStatus.APPROVED:
            world.approve(day=day)


def is_at(world: World) -> list[SheetStatus]:
    """Today's and tomorrow's sheet, with the class as it is stored now."""
    db.session.rollback()
    db.session.expire_all()
    return [world.day(world.four_one, day).status for day in (TODAY, TOMORROW)]


def step(browser: Browser, world: World, name: str, day: object = TODAY, **typed: str) -> Page:
    """A form that was shown before the class was closed."""
    version = str(world.version(world.four_one, day))
    return browser.send(f"/classes/{world.four_one.id}/{day}/{name}", {"version": version, **typed})


def other(browser: Browser, person: object) -> Browser:
    return Browser(browser.client.application).sign_in(person)


@pytest.mark.parametrize("status", WAITING)
def test_what_waited_does_not_publish_itself_any_more(world: World, admin: Browser, status: SheetStatus) -> None:
    bring_to(world, status)
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    close(admin, world.four_one)
    assert publish_due(HALF_PAST_FIVE) == Outcome(published=1)
    assert publish_due(HALF_PAST_FIVE + timedelta(days=1)) == Outcome()
    assert (published(world), is_at(world)) == ({"qinghe-4-2": [1]}, [status, status])


@pytest.mark.parametrize("status", WAITING)
def test_nobody_is_told_to_see_to_it(world: World, admin: Browser, status: SheetStatus) -> None:
    bring_to(world, status)
    before = [waits(home(world, admin, name)) for name in ("chen", "shen", "zheng")]
    assert before[WAITING.index(status)] != CALM
    close(admin, world.four_one)
    after = {name: waits(home(world, admin, name)) for name in ("shen", "zheng")}
    yesterday = ["1 份清单等教务处公示"] if status == SheetStatus.APPROVED else CALM
    assert after == {"shen": CALM, "zheng": yesterday}
    assert [each for each in waits(home(world, admin, "chen")) if "填报" not in each] == []
    assert "四(1)班" not in home(world, admin, "shen", f"/grades/4/{TODAY}").text
    assert len(listed(home(world, admin, "zheng", "/office/approved"))) == (status == SheetStatus.APPROVED)


def test_nobody_publishes_it_by_a_form_that_was_opened_before(world: World, admin: Browser) -> None:
    bring_to(world, SheetStatus.APPROVED)
    office = other(admin, world.zheng)
    shown = office.get("/office/approved")
    assert len(listed(shown)) == 3
    close(admin, world.four_one)
    page = press(office, shown, do="clean")
    assert (page.status, page.text.count(LEFT)) == (409, 2)  # yesterday it was a class
    assert (published(world), is_at(world)) == ({"qinghe-4-1": [1]}, [SheetStatus.APPROVED] * 2)


def test_the_sheet_says_why_it_stays_and_can_be_given_back(world: World, admin: Browser) -> None:
    bring_to(world, SheetStatus.COORDINATED)
    lead, where = other(admin, world.shen), f"/classes/{world.four_one.id}"
    assert (LEFT in lead.get(f"{where}/{TODAY}").text, "通过并公示" in lead.get(f"{where}/{TODAY}").text) == (
        False,
        True,
    )
    close(admin, world.four_one)
    sheet = lead.get(f"{where}/{TODAY}")
    assert (sheet.text.count(LEFT), "通过并公示" in sheet.text) == (1, False)
    page = step(lead, world, "approve")
    assert (page.status, refusal(page), page.text.count(LEFT)) == (409, LEFT, 1)
    assert step(lead, world, "return", reason="班级停用").status == 303
    assert is_at(world) == [SheetStatus.COLLECTING, SheetStatus.COORDINATED]
    assert "通过并公示" in lead.get(f"{where}/{YESTERDAY}").text
    assert step(lead, world, "approve", YESTERDAY).status == 303


def test_the_office_makes_no_exception_for_it_and_can_put_away_what_was_asked(world: World, admin: Browser) -> None:
    ask(world)
    office, place = other(admin, world.zheng), f"/office/exceptions/{world.four_one.id}/{TODAY}"
    version = {"version": str(world.version(world.four_one, TODAY)), "named": ExceptionKind.OVER_CAP}
    assert "下一步：确认" in office.get(place).text
    close(admin, world.four_one)
    page = office.get(place)
    assert (texts(page, "p", class_="outcome is-over"), "下一步：确认" in page.text) == ([LEFT], False)
    assert "代为公示" not in office.get(f"/classes/{world.four_one.id}/{TODAY}").text
    reasons = {"reason": "other", "words": "年级统一安排", "over": "15"}
    for do in ("next", "publish"):
        page = office.send(place, {**version, **reasons, "do": do})
        assert (page.status, refusal(page)) == (409, LEFT)
    assert published(world) == {}
    assert waits(home(world, admin, "zheng")) != CALM
    assert test_queue.press(office, office.get("/office/"), only=str(world.day(world.four_one).sheet.id)).status == 303
    assert waits(home(world, admin, "zheng")) == CALM


def test_what_is_published_stays_readable(world: World, admin: Browser) -> None:
    world.file(world.luo, world.english, item(20, text="读第 3 课"))
    world.publish()
    close(admin, world.four_one)
    assert publish_due(HALF_PAST_FIVE) == Outcome()
    family = Browser(admin.client.application)
    assert "读第 3 课" in family.get(f"/board/{world.four_one.code}/{TODAY}").text
    assert "读第 3 课" in family.get(f"/board/{world.four_one.code}/").text


@pytest.mark.parametrize("status", WAITING)
def test_opened_again_it_goes_on_where_it_stood(world: World, admin: Browser, status: SheetStatus) -> None:
    bring_to(world, status)
    names = ("chen", "shen", "zheng")
    before = [waits(home(world, admin, name)) for name in names]
    close(admin, world.four_one)
    assert publish_due(HALF_PAST_FIVE) == Outcome()
    assert send(admin, f"{CLASSES}/{world.four_one.id}/open").status == 303
    assert [waits(home(world, admin, name)) for name in names] == before
    assert is_at(world) == [status, status]
    assert publish_due(HALF_PAST_FIVE + timedelta(minutes=1)) == Outcome(published=1)
    assert publish_due(HALF_PAST_FIVE + timedelta(days=1)) == Outcome(published=1)
    assert published(world) == {"qinghe-4-1": [1, 1]}
