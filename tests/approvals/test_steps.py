"""Coordinate, approve, return: each as a form of the sheet's page, each refused where the rules say no."""

import pytest
from flask import Flask

from portal.accounts.models import Person
from portal.approvals import queries
from portal.extensions import db
from portal.policy.approval import SheetStatus
from portal.policy.permissions import Role
from portal.school.models import SchoolClass
from tests.approvals.reading import exact_texts, texts
from tests.factories import TODAY, World, grant, item, set_rule
from tests.page import Browser, Page

OVER = "必做书面合计 61 分钟，超过上限 60 分钟，超 1 分钟。请先和任课教师商量减少。"
INCOMPLETE = "有 1 项作业没有填分钟数，合计不完整。请任课教师补上预计用时。"
CHANGED = "这份清单刚刚有变化，您看到的已经不是最新的。请看过当前内容，再决定。"
NOT_NOW = "这份清单的状态已经变了，这一步现在不能做。请看当前状态。"
NO_REASON = "请写明退回的原因，老师才知道要改什么。"
FOUR_EYES = "这份清单是您以班主任身份协调的，请由另一位年级组长或教务处通过。"


class Desk:
    """One person at the sheet of one class, today."""

    def __init__(self, app: Flask, world: World, person: Person, school_class: SchoolClass | None = None) -> None:
        self.browser = Browser(app).sign_in(person)
        self.address = f"/classes/{(school_class or world.four_one).id}/{TODAY}"

    def open(self) -> Page:
        page = self.browser.get(self.address)
        self.token = page.value("csrf_token")
        return page

    def step(self, name: str, version: object = None, **fields: str) -> Page:
        """Press the button of a step, on the page as it is now or as it was at `version`."""
        shown = self.open().all("input", name="version")
        if version is None:
            version = shown[0]["value"] if shown else "0"
        sent = {"csrf_token": self.token, "version": str(version), **fields}
        return self.browser.post(f"{self.address}/{name}", sent)


def state(world: World, school_class: SchoolClass | None = None) -> tuple[SheetStatus, list[int]]:
    """Where a sheet stands, and the numbers of its published versions."""
    db.session.rollback()
    school_class = school_class or world.four_one
    versions = queries.versions_of_sheet(school_class.id, TODAY)
    return world.day(school_class).status, [version.number for version in reversed(versions)]


def refusal(page: Page) -> list[str]:
    return texts(page, "p", class_="refusal", role="alert")


def test_the_homeroom_teacher_signs_off(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    desk = Desk(app, world, world.chen)
    done = desk.step("coordinate")
    assert (done.status, done.response.location) == (303, desk.address)
    assert state(world) == (SheetStatus.COORDINATED, [])
    assert texts(desk.open(), "p", class_="said") == ["已协调，交给年级组长了。"]


def test_the_lead_approves_and_version_1_is_published(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    desk = Desk(app, world, world.shen)
    done = desk.step("approve")
    assert (done.status, done.response.location) == (303, desk.address)
    assert state(world) == (SheetStatus.PUBLISHED, [1])
    assert texts(desk.open(), "p", class_="said") == ["已通过，家长现在可以在公示栏看到。"]


def test_the_office_may_approve_in_place_of_the_lead(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    assert Desk(app, world, world.zheng).step("approve").status == 303
    assert state(world) == (SheetStatus.PUBLISHED, [1])


def test_homeroom_lead_and_office_return_a_sheet_with_a_reason(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    for person in (world.chen, world.shen, world.zheng):
        world.coordinate()
        desk = Desk(app, world, person)
        done = desk.step("return", reason="  第 3 题超出进度  ")
        assert (done.status, done.response.location) == (303, desk.address)
        assert state(world) == (SheetStatus.COLLECTING, [])
        assert texts(desk.open(), "p", class_="refusal") == [f"{person.name} 退回：第 3 题超出进度 11-24 15:00"]


def test_a_return_needs_a_reason(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    desk = Desk(app, world, world.shen)
    for reason in ("", " \n "):
        page = desk.step("return", reason=reason)
        assert (page.status, refusal(page)) == (409, [NO_REASON])
        assert "open" in page.all("details", id="return")[0]
    assert state(world) == (SheetStatus.COORDINATED, [])


def test_a_reason_that_is_too_long_is_said_at_its_field_and_kept(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    typed = "改" * 501
    page = Desk(app, world, world.shen).step("return", reason=typed)
    assert page.status == 422
    assert texts(page, "ul", id="reason-errors") == ["原因最多 500 个字。"]
    assert page.all("textarea", name="reason")[0]["aria-invalid"] == "true"
    assert exact_texts(page, "textarea", name="reason") == ["\r\n" + typed]
    assert state(world) == (SheetStatus.COORDINATED, [])


def test_a_reason_may_be_500_long_and_holds_what_was_typed(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    typed = "<h1>䶮 👨‍👩‍👧</h1>" + "改" * (500 - 17)
    desk = Desk(app, world, world.shen)
    assert desk.step("return", reason=typed).status == 303
    assert exact_texts(desk.open(), "q") == [typed]


def test_a_reason_with_a_nul_byte_is_cleaned_said_at_its_field_and_taken_the_next_time(
    world: World, app: Flask
) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    desk = Desk(app, world, world.shen)
    page = desk.step("return", reason="第 3 题\x00超出进度")
    assert page.status == 422
    assert texts(page, "ul", id="reason-errors") == ["文字里有看不见的控制字符，已经替您去掉。请看一遍，再保存一次。"]
    cleaned = exact_texts(page, "textarea", name="reason")[0].lstrip()
    assert desk.step("return", reason=cleaned).status == 303
    assert exact_texts(desk.open(), "q") == ["第 3 题超出进度"]


def test_what_was_typed_survives_a_sheet_that_changed_meanwhile(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    desk = Desk(app, world, world.shen)
    world.coordinate()
    old = world.day(world.four_one).version
    world.give_back("先等等", by=world.chen)
    world.file(world.chen, world.maths, item(25))
    world.coordinate()
    page = desk.step("return", old, reason="第 3 题超出进度")
    assert (page.status, refusal(page)) == (409, [CHANGED])
    assert exact_texts(page, "textarea", name="reason") == ["\r\n第 3 题超出进度"]
    assert texts(page, "p", class_="big num") == ["必做书面 25 / 60 分钟"]
    assert state(world) == (SheetStatus.COORDINATED, [])


@pytest.mark.parametrize(("step", "who"), [("coordinate", "chen"), ("approve", "shen")])
def test_an_old_form_answers_with_the_present_state_which_may_be_passed_then(
    world: World, app: Flask, step: str, who: str
) -> None:
    world.file(world.chen, world.maths, item(20))
    if step == "approve":
        world.coordinate()
    before = state(world)
    old = world.day(world.four_one).version
    world.day(world.four_one).sheet.version += 1  # a colleague's change
    desk = Desk(app, world, getattr(world, who))
    page = desk.step(step, old)
    assert (page.status, refusal(page)) == (409, [CHANGED])
    assert state(world) == before
    assert desk.step(step, page.value("version")).status == 303
    assert state(world) != before


def test_a_form_without_a_real_version_is_an_old_one(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    desk = Desk(app, world, world.chen)
    for version in ("", "abc", "-1", "²", "9" * 30):
        page = desk.step("coordinate", version)
        assert (version, page.status, refusal(page)) == (version, 409, [CHANGED])
    assert state(world) == (SheetStatus.COLLECTING, [])


@pytest.mark.parametrize(("minutes", "sentence"), [(61, OVER), (None, INCOMPLETE)])
def test_what_is_over_its_cap_or_incomplete_is_not_signed_off(
    world: World, app: Flask, minutes: int | None, sentence: str
) -> None:
    world.file(world.chen, world.maths, item(minutes))
    page = Desk(app, world, world.chen).step("coordinate")
    assert (page.status, refusal(page)) == (409, [sentence])
    assert state(world) == (SheetStatus.COLLECTING, [])


def test_a_sheet_that_came_over_its_cap_after_it_was_signed_off_is_not_approved(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(50))
    world.coordinate()
    set_rule(world.school, 4, cap=45)
    desk = Desk(app, world, world.shen)
    said = "必做书面合计 50 分钟，超过上限 45 分钟，超 5 分钟。请先和任课教师商量减少。"
    assert texts(desk.open(), "p", class_="outcome is-over") == [said]
    assert texts(desk.open(), "button", disabled="") == ["不能通过"]
    page = desk.step("approve")
    assert (page.status, refusal(page)) == (409, [said])
    assert state(world) == (SheetStatus.COORDINATED, [])


def test_a_sheet_that_lost_its_minutes_after_it_was_signed_off_is_not_approved(world: World, app: Flask) -> None:
    filing = world.file(world.chen, world.maths, item(50))
    world.coordinate()
    filing.items[0].minutes = None
    page = Desk(app, world, world.shen).step("approve")
    assert (page.status, refusal(page)) == (409, [INCOMPLETE])
    assert state(world) == (SheetStatus.COORDINATED, [])


def test_drafts_stop_counting_when_the_day_is_signed_off(world: World, app: Flask) -> None:
    world.file(world.shen, world.chinese, item(40))
    world.file(world.chen, world.maths, item(15), submit=False)
    assert Desk(app, world, world.chen).step("coordinate").status == 303
    assert world.day(world.four_one).load.total == 40


def test_nobody_approves_what_they_signed_off_themselves_but_the_office_may(world: World, app: Flask) -> None:
    grant(world.shen, Role.HOMEROOM, school_class=world.four_two)
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    lead = Desk(app, world, world.shen, world.four_two)
    assert lead.step("coordinate").status == 303
    page = lead.step("approve")
    assert (page.status, refusal(page)) == (409, [FOUR_EYES])
    assert state(world, world.four_two) == (SheetStatus.COORDINATED, [])
    assert Desk(app, world, world.zheng, world.four_two).step("approve").status == 303
    assert state(world, world.four_two) == (SheetStatus.PUBLISHED, [1])


@pytest.mark.parametrize(
    ("step", "who", "done"),
    [
        ("coordinate", "chen", ["coordinate"]),
        ("approve", "shen", []),
        ("approve", "shen", ["coordinate", "approve"]),
        ("return", "shen", []),
    ],
)
def test_steps_out_of_order_are_refused(world: World, app: Flask, step: str, who: str, done: list[str]) -> None:
    world.file(world.chen, world.maths, item(20))
    for earlier in done:
        world.coordinate() if earlier == "coordinate" else world.approve()
    before = state(world)
    version = world.day(world.four_one).version
    page = Desk(app, world, getattr(world, who)).step(step, version, reason="改")
    assert (page.status, refusal(page)) == (409, [NOT_NOW])
    assert state(world) == before
