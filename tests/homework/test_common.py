"""统一内容: agreed on once for a grade, taken over by its classes with one tap, and seen where a class differs."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import common_actions, common_queries
from portal.policy.errors import PolicyError
from tests.approvals.reading import texts
from tests.factories import NOW, TODAY, World, assign, item, make_class, set_rule
from tests.homework.composing import address, complaints, fields, refusals, still_there, typed
from tests.page import Browser, Page, statements

STALE = "统一内容刚刚由同事改过，您这里还是旧的。您写的内容都在，请对照后再保存。"


def here(world: World, grade: int = 4) -> str:
    return f"/homework/common/{grade}/{world.maths.id}/{TODAY}"


def agreed(world: World) -> list[tuple[str, int | None]]:
    common = common_queries.common_of(world.school.id, 4, world.maths.id, TODAY)
    return [(each.text, each.minutes) for each in common.values] if common else []


def agree(world: World, *items: object, seen_version: int = 0) -> None:
    common_actions.set_common(
        world.school, 4, world.maths, TODAY, items=items, seen_version=seen_version, by=world.shen, at=NOW
    )
    db.session.commit()


def post(browser: Browser, world: World, do: str, *rows: dict[str, str], version: int = 0) -> Page:
    sent = {name: value for row in rows for name, value in row.items()}
    return browser.send(here(world), {"version": str(version), "do": do, **sent})


def take(browser: Browser, world: World, do: str = "take", *rows: dict[str, str], version: int = 0) -> Page:
    sent = {name: value for row in rows for name, value in row.items()}
    return browser.send(address(world, "/take"), {"version": str(version), "do": do, **sent})


def stored(world: World) -> tuple[str, list[tuple[str, int | None]]] | None:
    filing = world.day(world.four_one).filing_of(world.maths.id)
    return (filing.status, [(each.text, each.minutes) for each in filing.items]) if filing else None


# Agreeing


@pytest.mark.parametrize("name", ["chen", "shen"])
def test_a_teacher_of_the_subject_or_the_lead_agrees_for_the_grade(world: World, browser: Browser, name: str) -> None:
    who = getattr(world, name)
    browser.sign_in(who)
    assert browser.get(here(world)).status == 200
    page = post(browser, world, "save", typed(), typed(1, text="口算", minutes="5", tier="optional"))
    assert (page.status, page.response.location) == (303, here(world))
    assert agreed(world) == [("第 42 页", 20), ("口算", 5)]
    page = browser.get(here(world))
    assert texts(page, "p", class_="quiet")[0] == f"{who.name} 11-24 15:00"
    assert texts(page, "p", class_="big num") == ["必做书面 20 分钟"]
    assert "四年级每天的上限是 60 分钟，各科一起算。" in page.text
    entry = db.session.scalars(select(LogEntry)).one()
    assert (entry.step, entry.sheet_id, entry.actor_name) == ("common.set", None, who.name)
    assert entry.details == {"grade": 4, "subject": "数学", "date": TODAY.isoformat(), "minutes": [0, 20]}


@pytest.mark.parametrize(
    ("name", "status"),
    [("luo", 403), ("lin", 403), ("gu", 403), ("zheng", 403), ("cheng", 403), ("admin", 403), ("zhou", 404)],
)
def test_nobody_else_agrees_for_the_grade(world: World, browser: Browser, name: str, status: int) -> None:
    agree(world, item(20, "秘密"))
    browser.sign_in(getattr(world, name))
    pages = [browser.get(here(world)), post(browser, world, "save", typed(), version=1)]
    assert [(page.status, "秘密" in page.html) for page in pages] == [(status, False)] * 2
    assert agreed(world) == [("秘密", 20)]


@pytest.mark.parametrize("grade", [0, 10, 99])
def test_there_is_no_such_grade(world: World, browser: Browser, grade: int) -> None:
    browser.sign_in(world.shen)
    assert browser.get(here(world, grade)).status == 404
    assert browser.get(f"/homework/common/{grade}/{TODAY}").status == 404
    assert browser.get(f"/homework/common/4/99999/{TODAY}").status == 404


def test_what_is_wrong_is_said_at_its_field_and_everything_typed_stays(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    rows = typed(minutes="二十") | typed(1, text="", minutes="5")
    page = post(browser, world, "save", rows)
    assert page.status == 422
    assert complaints(page) == {"items-0-minutes": "请填整数分钟，例如 20。", "items-1-text": "请写这一项的内容。"}
    sent = fields(page, here(world))
    assert {name: value for name, value in sent.items() if name.startswith("items")} == rows
    assert agreed(world) == []
    assert post(browser, world, "fly", typed()).status == 400


def test_rows_come_and_go_without_saving(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = post(browser, world, "add", typed())
    assert len(page.all("fieldset", class_="item")) == 2
    assert texts(post(browser, world, "check", typed(minutes="33")), "p", class_="big num") == ["必做书面 33 分钟"]
    assert agreed(world) == []


def test_a_grades_rules_hold_for_what_is_common(world: World, browser: Browser) -> None:
    set_rule(world.school, 4, no_homework_weekday=TODAY.weekday())
    db.session.commit()
    browser.sign_in(world.chen)
    page = post(browser, world, "save", typed())
    assert page.status == 409
    assert refusals(page) == [
        "这一天是本年级的无作业日，不布置必做的书面作业。可以改成选做，或体育、阅读、劳动等形式。"
    ]
    assert post(browser, world, "save", typed(form="reading")).status == 303
    with pytest.raises(PolicyError):
        common_actions.set_common(
            world.school, 1, world.chinese, TODAY, items=[item(5)], seen_version=0, by=world.lin, at=NOW
        )


def test_two_who_agree_at_once(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    agree(world, item(15, "组长的"))
    page = post(browser, world, "save", typed(text="我的"), version=0)
    assert (page.status, refusals(page)) == (409, [STALE])
    assert texts(page, "li", class_="typed") == ["组长的 · 15 分钟"]
    assert agreed(world) == [("组长的", 15)]
    assert browser.post(here(world), fields(page, here(world)) | {"do": "save"}).status == 303
    assert agreed(world) == [("我的", 20)]


def test_it_is_taken_back_and_an_old_form_does_not_bring_it_again(world: World, browser: Browser) -> None:
    agree(world, item(15))
    browser.sign_in(world.chen)
    assert post(browser, world, "withdraw", version=1).status == 303
    assert agreed(world) == []
    assert post(browser, world, "withdraw", version=2).status == 409
    assert refusals(post(browser, world, "save", typed(), version=1)) == [STALE]
    assert post(browser, world, "save", typed(), version=2).status == 303
    steps = db.session.scalars(select(LogEntry.step).order_by(LogEntry.id)).all()
    assert steps == ["common.set", "common.remove", "common.set"]


def test_what_is_typed_for_a_class_can_become_the_grades(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    composer = browser.get(address(world))
    [button] = composer.all("button", value="bring")
    assert button["formaction"] == here(world)
    sent = fields(composer, address(world)) | typed(text="写好的") | {"do": "bring"}
    page = browser.post(here(world), sent)
    assert (page.status, agreed(world)) == (200, [])
    assert browser.post(here(world), fields(page, here(world)) | {"do": "save"}).status == 303
    assert agreed(world) == [("写好的", 20)]


# Taking over


def test_a_class_takes_it_over_with_one_tap(world: World, browser: Browser) -> None:
    agree(world, item(20, "第 42 页"), item(5, "口算"))
    browser.sign_in(world.chen)
    page = browser.get(address(world))
    assert texts(page, "h2")[0] == "四年级统一内容 沈知微 11-24 15:00"
    [button] = page.all("button", value="take")
    assert button["formaction"] == address(world, "/take")
    sent = fields(page, address(world)) | {"do": "take"}
    assert browser.post(button["formaction"], sent).status == 303
    assert stored(world) == ("submitted", [("第 42 页", 20), ("口算", 5)])
    page = browser.get(address(world))
    assert texts(page, "p", class_="said") == ["已采用年级统一内容，并提交给班主任。"]
    assert texts(page, "span", class_="state") == ["已采用"]
    assert page.all("button", value="take") == []


@pytest.mark.parametrize("filed", [True, False], ids=["filed", "only typed"])
def test_what_is_there_already_is_replaced_only_after_asking(world: World, browser: Browser, filed: bool) -> None:
    agree(world, item(20, "统一的"))
    if filed:
        world.file(world.chen, world.maths, item(10, "自己的"))
    browser.sign_in(world.chen)
    row, version = typed(text="自己的", minutes="10"), int(filed)
    page = take(browser, world, "take", row, version=version)
    assert (page.status, refusals(page)) == (422, ["这个班已经写了别的作业。采用统一内容会替换它们。"])
    assert still_there(page, world) == row
    assert stored(world) == (("submitted", [("自己的", 10)]) if filed else None)
    assert take(browser, world, "take-replace", row, version=version).status == 303
    assert stored(world) == ("submitted", [("统一的", 20)])


def test_a_class_that_differs_says_so_and_may_change_it_first(world: World, browser: Browser) -> None:
    agree(world, item(20, "统一的"))
    world.file(world.chen, world.maths, item(10, "自己的"))
    browser.sign_in(world.chen)
    page = browser.get(address(world))
    assert texts(page, "span", class_="state is-waiting") == ["这个班不同"]
    page = browser.get(address(world, "?copy=common"))
    assert still_there(page, world) == typed(text="统一的")
    assert stored(world) == ("submitted", [("自己的", 10)])
    assert fields(page, address(world))["version"] == "1"


def test_late_it_needs_a_reason_and_the_composer_is_filled_with_it(app: Flask, world: World, browser: Browser) -> None:
    agree(world, item(20, "统一的"))
    app.config["NOW"] = NOW.replace(hour=17)
    browser.sign_in(world.chen)
    page = take(browser, world)
    assert (page.status, complaints(page)) == (422, {"reason": "请写明原因，再提交。"})
    assert still_there(page, world) == typed(text="统一的")
    assert stored(world) is None
    assert take(browser, world, "take", {"reason": "教研"}).status == 303
    assert world.day(world.four_one).filing_of(world.maths.id).reason == "教研"


def test_nothing_common_nothing_to_take(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = take(browser, world, "take", typed())
    assert (page.status, refusals(page)) == (409, ["年级现在没有统一内容。"])
    assert still_there(page, world) == typed()
    assert texts(browser.get(address(world, "?copy=common")), "p", class_="said") == ["没有可以照抄的作业。"]
    world.file(world.chen, world.maths, item())
    world.coordinate()
    agree(world, item(15))
    assert take(browser, world, "take-replace", version=1).status == 409


# The grade's list


def rows(page: Page) -> list[str]:
    return [each for each in texts(page, "li") if "统一内容" in each or "采用" in each]


def test_the_lead_sees_each_subject_and_who_follows(world: World, browser: Browser) -> None:
    agree(world, item(20, "统一的"))
    world.file(world.chen, world.maths, item(20, " 统一 的"))
    world.file(world.chen, world.maths, item(10, "自己的"), school_class=world.four_two)
    page = browser.sign_in(world.shen).get(f"/homework/common/4/{TODAY}")
    assert rows(page) == [
        "语文 还没有统一内容 填写 语文",
        "数学 沈知微 11-24 15:00 统一的 20 分钟 采用 1/2 班 不同：1 班修改 数学",
        "英语 还没有统一内容 填写 英语",
    ]
    page = browser.get(here(world))
    assert texts(page, "li")[-2:] == ["四(1)班 已采用", "四(2)班 不同"]


def test_a_teacher_sees_their_subject_and_the_office_reads_all(world: World, browser: Browser) -> None:
    listing = f"/homework/common/4/{TODAY}"
    page = browser.sign_in(world.chen).get(listing)
    assert rows(page) == ["数学 还没有统一内容 填写 数学"]
    office = Browser(browser.client.application).sign_in(world.zheng).get(listing)
    assert rows(office) == ["语文 还没有统一内容", "数学 还没有统一内容", "英语 还没有统一内容"]
    assert Browser(browser.client.application).sign_in(world.lin).get(listing).status == 403


def test_where_nobody_teaches_yet_the_list_says_so(world: World, browser: Browser) -> None:
    """As in the hour after a school's first start, where the start page leads here."""
    listing = f"/homework/common/5/{TODAY}"
    browser.sign_in(world.zheng)
    assert browser.get(listing).status == 404
    make_class(world.school, 5, 1)
    page = browser.get(listing)
    assert (page.status, rows(page)) == (200, [])
    assert "这个年级还没有人任课，请联系管理员。" in texts(page, "p")
    assert Browser(browser.client.application).sign_in(world.chen).get(listing).status == 403


def test_the_list_takes_the_same_statements_for_one_class_and_three(world: World, browser: Browser) -> None:
    browser.sign_in(world.shen)
    counts = []
    for number in (3, 4):
        browser.get("/sign-in")  # who they are is known, whatever has changed in the roster
        with statements() as seen:
            assert browser.get(f"/homework/common/4/{TODAY}").status == 200
        counts.append(len(seen))
        assign(world.luo, make_class(world.school, 4, number), world.english)
        agree(world, item(), seen_version=number - 3)
    assert counts == [5, 5]
