"""What is handed in after the cut-off, or changed once families have read it, says why; and what becomes of it."""

from datetime import date, datetime, time

import pytest
from flask import Flask
from sqlalchemy import select

from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import actions
from portal.policy.errors import PolicyError
from tests.approvals.reading import texts
from tests.factories import TODAY, World, item
from tests.homework.composing import address, complaints, fields, refusals, send, still_there, typed
from tests.page import Browser, Page

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
LATE, CORRECTION = "迟交原因", "更正原因（会写在公示栏上）"
NO_REASON = {"reason": "请写明原因，再提交。"}


def at(app: Flask, hour: int, minute: int = 0, day: date = TODAY) -> None:
    """It is this time at the school."""
    app.config["NOW"] = datetime.combine(day, time(hour, minute), app.config["TIMEZONE"])


def publish(world: World, minutes: int = 20, day: date = TODAY) -> None:
    """四(1)'s sheet with 数学 (and 28 minutes of 语文) on the board, as version 1."""
    world.file(world.shen, world.chinese, item(28), day=day)
    world.file(world.chen, world.maths, item(minutes, "第 42 页"), day=day)
    world.publish(day=day)


def versions(world: World) -> list[tuple[int, str, int]]:
    """Number, reason and total of what families have read."""
    return [
        (each.number, each.reason, each.total)
        for each in db.session.scalars(select(SheetVersion).order_by(SheetVersion.number))
    ]


def label(page: Page) -> list[str]:
    """What the reason is called, if one is asked for."""
    return texts(page, "label", **{"for": "reason"})


def notices(page: Page) -> list[str]:
    return texts(page, "p", class_="notice")


# After the cut-off


def test_until_the_cut_off_no_reason_is_asked_for(app: Flask, world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    at(app, 16, 0)
    assert label(browser.get(address(world))) == []
    assert send(browser, world, "submit", typed()).status == 303
    assert not world.day(world.four_one).filing_of(world.maths.id).late
    at(app, 16, 1)
    assert label(browser.get(address(world))) == [LATE]
    assert label(browser.get(address(world, day=FRIDAY))) == []


def test_after_the_cut_off_a_reason_is_asked_for_and_everything_typed_stays(
    app: Flask, world: World, browser: Browser
) -> None:
    browser.sign_in(world.chen)
    at(app, 16, 5)
    page = send(browser, world, "submit", typed(text="诗\n两行"))
    assert (page.status, complaints(page), label(page)) == (422, NO_REASON, [LATE])
    assert still_there(page, world) == typed(text="诗\n两行")
    assert world.day(world.four_one).sheet is None
    page = browser.post(address(world), fields(page, address(world)) | {"reason": " 下午教研 ", "do": "submit"})
    assert page.status == 303
    filing = world.day(world.four_one).filing_of(world.maths.id)
    assert (filing.late, filing.reason, filing.status) == (True, "下午教研", "submitted")
    assert texts(browser.get(address(world)), "span", class_="tag is-waiting") == ["迟交"]
    entry = db.session.scalars(select(LogEntry).where(LogEntry.step == "homework.submit")).one()
    assert (entry.reason, entry.exception) == ("下午教研", "late")


def test_that_there_is_none_today_is_late_as_well(app: Flask, world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    at(app, 17)
    empty = typed(text="", minutes="")
    page = send(browser, world, "none", empty)
    assert (page.status, complaints(page)) == (422, NO_REASON)
    assert send(browser, world, "none", empty | {"reason": "忘了填"}).status == 303
    assert world.day(world.four_one).filing_of(world.maths.id).reason == "忘了填"


def test_a_draft_needs_no_reason_and_keeps_what_was_typed(app: Flask, world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    at(app, 16, 5)
    assert send(browser, world, "save", typed() | {"reason": "还没写完"}).status == 303
    assert browser.get(address(world)).value("reason") == "还没写完"
    assert browser.htmx(address(world, "/draft"), {"version": "1", **typed(minutes="25")}).status == 200
    filing = world.day(world.four_one).filing_of(world.maths.id)
    assert (filing.status, filing.late, filing.items[0].minutes) == ("draft", False, 25)


@pytest.mark.parametrize("length", [200, 201])
def test_a_reason_is_one_line_of_200_characters(app: Flask, world: World, browser: Browser, length: int) -> None:
    browser.sign_in(world.chen)
    at(app, 16, 5)
    page = send(browser, world, "submit", typed() | {"reason": "字" * length})
    if length == 200:
        assert page.status == 303
    else:
        assert (page.status, complaints(page)) == (422, {"reason": "最多 200 个字，请精简。"})
        assert page.value("reason") == "字" * length


def test_others_see_in_the_load_what_came_late(app: Flask, world: World, browser: Browser) -> None:
    at(app, 16, 5)
    luo = Browser(app).sign_in(world.luo)
    sent = {"version": "0", "do": "submit", "reason": "教研", **typed(minutes="10")}
    assert luo.send(f"/homework/{world.four_one.id}/{world.english.id}/{TODAY}", sent).status == 303
    assert "英语 罗安怡 迟交 10" in texts(browser.sign_in(world.chen).get(address(world)), "li")


# Corrections


def test_a_correction_that_adds_no_minutes_is_public_at_once(world: World, browser: Browser) -> None:
    publish(world)
    browser.sign_in(world.chen)
    page = browser.get(address(world))
    assert label(page) == [CORRECTION]
    assert notices(page) == [
        "这一天已经公示。现在 48 分钟；不增加分钟数会马上作为更正公示；增加了要重新签字和通过，家长先看到原来的版本。",
        "这样提交，会马上作为更正公示。",
    ]
    assert page.all("button", value="save") == []
    assert complaints(send(browser, world, "submit", typed(text="第 43 页"), version=1)) == NO_REASON
    assert versions(world) == [(1, "", 48)]
    page = send(browser, world, "submit", typed(text="第 43 页") | {"reason": "页码写错"}, version=1)
    assert page.status == 303
    assert versions(world) == [(1, "", 48), (2, "数学 页码写错", 48)]
    assert texts(browser.get(address(world)), "p", class_="said")[0] == "已作为第 2 版更正公示，原因写在公示栏上。"


def test_a_correction_is_not_late_homework(app: Flask, world: World, browser: Browser) -> None:
    publish(world)
    browser.sign_in(world.chen)
    at(app, 18)
    assert send(browser, world, "submit", typed() | {"reason": "页码写错"}, version=1).status == 303
    assert not world.day(world.four_one).filing_of(world.maths.id).late
    luo = Browser(app).sign_in(world.luo)
    sent = {"version": "0", "do": "submit", "reason": "漏填", **typed(minutes="0"), "items-0-zero": "y"}
    assert luo.send(f"/homework/{world.four_one.id}/{world.english.id}/{TODAY}", sent).status == 303
    assert world.day(world.four_one).filing_of(world.english.id).late


def test_a_correction_that_adds_minutes_has_to_be_passed_again(world: World, browser: Browser) -> None:
    publish(world)
    browser.sign_in(world.chen)
    load = browser.htmx(address(world, "/load"), {"version": "1", **typed(minutes="21")})
    assert notices(load) == ["这样提交，要重新签字和通过；家长先看到原来的版本。"]
    assert send(browser, world, "submit", typed(minutes="21") | {"reason": "少写一题"}, version=1).status == 303
    assert (world.day(world.four_one).status, versions(world)) == ("collecting", [(1, "", 48)])
    page = browser.get(address(world))
    assert texts(page, "p", class_="said")[0] == "这次修改要重新签字和通过；家长现在看到的还是第 1 版。"
    assert notices(page)[0] == "这一天公示过，正在重新汇总。修改要写明原因，原因会写在公示栏上；家长先看到原来的版本。"
    assert complaints(send(browser, world, "submit", typed(), version=2)) == NO_REASON


def test_typing_keeps_no_draft_of_a_correction(world: World, browser: Browser) -> None:
    publish(world)
    luo = browser.sign_in(world.luo)
    here = f"/homework/{world.four_one.id}/{world.english.id}/{TODAY}/draft"
    page = luo.htmx(here, {"version": "0", **typed(minutes="5")})
    assert (page.status, page.text) == (200, "还没有保存")
    assert world.day(world.four_one).filing_of(world.english.id) is None


def test_a_public_filing_is_withdrawn_with_a_reason(world: World, browser: Browser) -> None:
    publish(world)
    browser.sign_in(world.chen)
    here = address(world, "/withdraw")
    sent = fields(browser.get(address(world)), here)
    page = browser.post(here, sent)
    assert (page.status, complaints(page)) == (422, {"withdraw-reason": "请写明原因，再撤回。"})
    assert fields(page, here)["version"] == "1"
    assert browser.post(here, sent | {"reason": "学生已完成"}).status == 303
    assert versions(world) == [(1, "", 48), (2, "数学 学生已完成", 28)]


def test_before_anything_is_public_withdrawing_needs_no_reason(app: Flask, world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    at(app, 17)
    browser.sign_in(world.chen)
    assert browser.get(address(world)).all("input", id="withdraw-reason") == []
    assert browser.send(address(world, "/withdraw"), {"version": "1"}).status == 303


def test_the_action_itself_wants_the_reason(world: World) -> None:
    """The form only helps: who published in between is seen under the lock."""
    publish(world)
    where = {"items": [item(20)], "submit": True, "seen_version": 1, "by": world.chen, "at": world.at}
    with pytest.raises(PolicyError) as error:
        actions.file_homework(world.four_one, world.maths, TODAY, reason=" ", **where)
    assert str(error.value) == "这一天已经公示过。修改要写明原因，原因会写在公示栏上。"


@pytest.mark.parametrize(("day", "status"), [(SATURDAY, 303), (date(2026, 11, 29), 303), (MONDAY, 422)])
def test_the_weekends_homework_is_corrected_until_sunday(
    app: Flask, world: World, browser: Browser, day: date, status: int
) -> None:
    publish(world, day=FRIDAY)
    browser.sign_in(world.chen)
    at(app, 9, day=day)
    page = send(browser, world, "submit", typed(text="改") | {"reason": "写错"}, version=1, day=FRIDAY)
    assert page.status == status
    assert len(versions(world)) == (2 if status == 303 else 1)
    if status == 422:
        assert complaints(page) == {"date": "这份清单的日子已经过去，不能再更正。"}


def test_what_was_never_public_is_not_filed_on_the_weekend(app: Flask, world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    at(app, 9, day=SATURDAY)
    assert send(browser, world, "submit", typed() | {"reason": "忘了"}, day=FRIDAY).status == 422
    assert world.day(world.four_one, FRIDAY).sheet is None


def test_why_a_filing_came_back_stands_in_the_composer_until_it_is_handed_in_again(
    world: World, browser: Browser
) -> None:
    world.file(world.chen, world.maths, item(40))
    actions.return_filing(
        world.four_one, world.maths, TODAY, reason="请减到 20 分钟", seen_version=1, by=world.chen, at=world.at
    )
    db.session.commit()
    browser.sign_in(world.chen)
    told = ["这份作业被退回：请减到 20 分钟 请修改后重新提交。"]
    assert texts(browser.get(address(world)), "p", class_="refusal") == told
    assert send(browser, world, "save", typed(), version=2).status == 303
    assert texts(browser.get(address(world)), "p", class_="refusal") == told
    assert send(browser, world, "submit", typed(), version=3).status == 303
    page = browser.get(address(world))
    assert (texts(page, "p", class_="refusal"), refusals(page)) == ([], [])
