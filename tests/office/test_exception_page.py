"""The one way over the cap: a reason with a name, a second page that repeats the figures, a row in the log."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.approvals import queries as approval_queries
from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.approval import SheetStatus
from tests.approvals.reading import texts
from tests.factories import TODAY, World, item, set_rule
from tests.office.exceptions import ask, except_it
from tests.page import Browser, Page, statements

CHANGED = "这份清单刚刚有变化，您看到的已经不是最新的。请看过当前内容，再决定。"
REASON = {"reason": "exam", "words": "明天期末统一复习"}


@pytest.fixture
def office(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.zheng)


def address(world: World) -> str:
    return f"/office/exceptions/{world.four_one.id}/{TODAY}"


def press(browser: Browser, page: Page, world: World, do: str, **fields: object) -> Page:
    """Send the form as it stands on `page`, with what a person types."""
    kept = {name: page.value(name) for name in ("csrf_token", "version", "named") if page.all("input", name=name)}
    if page.all("input", type="hidden", name="reason"):
        kept |= {"reason": page.value("reason"), "words": texts(page, "textarea", name="words")[0]}
    return browser.post(address(world), kept | {"do": do} | fields)


def second(browser: Browser, world: World, **reason: object) -> Page:
    """The page that asks for the confirmation."""
    return press(browser, browser.get(address(world)), world, "next", **(REASON | reason))


def versions(world: World) -> list[SheetVersion]:
    db.session.rollback()
    return list(approval_queries.versions_of_sheet(world.four_one.id, TODAY))


def excepted(world: World) -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(LogEntry).where(LogEntry.step == "sheet.except"))
    return [(each.actor_name, each.exception, each.reason) for each in rows]


# The first page


def test_it_shows_the_whole_sheet_and_what_was_asked(world: World, office: Browser) -> None:
    world.file(world.luo, world.english, item(10, "朗读第 3 课"), submit=False)
    ask(world)
    page = office.get(address(world))
    assert page.status == 200
    assert texts(page, "p", class_="big num") == ["必做书面 75 / 60 分钟，超 15 分钟"]
    assert "陈立德 已向教务处申请例外公示：明天期末复习" in texts(page, "p", class_="notice")[0]
    assert "第 42 页第 3–6 题" in page.text
    assert "还是草稿：英语 罗安怡。草稿不计入，也不公示。" in page.text
    assert texts(page, "h2", id="reason-title") == ["公示超过上限的清单"]
    assert page.value("named") == "over_cap"


def test_within_the_cap_it_is_in_place_of_those_who_are_missing(world: World, office: Browser) -> None:
    world.file(world.chen, world.maths, item(60))
    page = office.get(address(world))
    assert (page.value("named"), texts(page, "h2", id="reason-title")) == ("in_place", ["代替不在的老师公示"])


@pytest.mark.parametrize("state", ["incomplete", "published"])
def test_what_cannot_be_published_has_no_form_and_says_why(world: World, office: Browser, state: str) -> None:
    world.file(world.chen, world.maths, item(None if state == "incomplete" else 20))
    if state == "published":
        world.publish()
    page = office.get(address(world))
    assert (page.status, page.all("button", name="do")) == (200, [])
    says = {"incomplete": "没有填分钟数", "published": "状态已经变了"}[state]
    assert says in texts(page, "p", class_="outcome is-over")[0]


def test_the_queue_and_the_sheet_lead_to_it(world: World, office: Browser) -> None:
    ask(world)
    for page in (office.get("/office/"), office.get(f"/classes/{world.four_one.id}/{TODAY}")):
        assert address(world) in {has["href"] for has in page.all("a")}


# The two steps


def test_over_the_cap_it_takes_a_reason_and_the_minutes_typed_once_more(world: World, office: Browser) -> None:
    ask(world)
    page = second(office, world)
    assert (page.status, versions(world)) == (200, [])
    assert texts(page, "p", class_="big num is-over") == ["必做书面 75/60 分钟，超 15 分钟"]
    assert texts(page, "q") == ["考前复习：明天期末统一复习"]
    done = press(office, page, world, "publish", over="15 分钟")
    assert (done.status, done.response.location) == (303, f"/classes/{world.four_one.id}/{TODAY}")
    [version] = versions(world)
    assert (version.total, version.allowed, version.exception_reason) == (75, 60, "考前复习：明天期末统一复习")
    assert excepted(world) == [("郑怀瑾", "over_cap", "考前复习：明天期末统一复习")]
    assert "已按例外公示" in office.get(done.response.location).text


def test_in_place_of_others_it_takes_a_tick(world: World, office: Browser) -> None:
    world.file(world.chen, world.maths, item(30))
    page = second(office, world, reason="missing", words="班主任请假")
    assert texts(page, "p", class_="big num") == ["必做书面 30 分钟，没有超过上限"]
    assert press(office, page, world, "publish").status == 422
    assert press(office, page, world, "publish", sure="y").status == 303
    assert excepted(world) == [("郑怀瑾", "in_place", "负责人不在：班主任请假")]


@pytest.mark.parametrize("typed", ["", "14", "16", "75", "十五", "-15"])
def test_without_the_right_number_nothing_is_published(world: World, office: Browser, typed: str) -> None:
    ask(world)
    answer = press(office, second(office, world), world, "publish", over=typed)
    assert answer.status == 422
    assert texts(answer, "ul", class_="errors") != []
    assert answer.value("over") == typed
    assert texts(answer, "q") == ["考前复习：明天期末统一复习"]
    assert versions(world) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": ""}, "请从列出的里面选一项。"),
        ({"reason": "weather"}, "请从列出的里面选一项。"),
        ({"words": "  "}, "请写明具体原因，它会留在记录里。"),
        ({"words": "长" * 501}, "原因最多 500 个字。"),
    ],
)
def test_the_first_page_says_at_the_field_what_is_missing(
    world: World, office: Browser, wrong: dict, says: str
) -> None:
    ask(world)
    answer = second(office, world, **wrong)
    assert (answer.status, texts(answer, "ul", class_="errors")) == (422, [says])
    kept = REASON | wrong
    assert texts(answer, "textarea", name="words")[0] == kept["words"].strip()
    assert [has["value"] for has in answer.all("input", name="reason") if "checked" in has] == (
        ["exam"] if kept["reason"] == "exam" else []
    )
    assert versions(world) == []


def test_the_second_step_cannot_be_reached_without_the_first(world: World, office: Browser) -> None:
    ask(world)
    page = office.get(address(world))
    answer = press(office, page, world, "publish", over="15")
    assert (answer.status, versions(world)) == (422, [])


def test_going_back_keeps_the_reason(world: World, office: Browser) -> None:
    ask(world)
    page = press(office, second(office, world), world, "back")
    assert page.status == 200
    assert texts(page, "textarea", name="words") == ["明天期末统一复习"]


@pytest.mark.parametrize("step", ["next", "publish"])
def test_a_change_in_between_shows_the_present_state_and_keeps_what_was_typed(
    world: World, office: Browser, step: str
) -> None:
    ask(world)
    page = office.get(address(world)) if step == "next" else second(office, world)
    world.file(world.luo, world.english, item(10))
    answer = press(office, page, world, step, over="15", **REASON)
    assert answer.status == 409
    assert texts(answer, "p", class_="refusal") == [CHANGED]
    assert texts(answer, "p", class_="big num") == ["必做书面 85 / 60 分钟，超 25 分钟"]
    assert texts(answer, "textarea", name="words") == ["明天期末统一复习"]
    assert versions(world) == []
    again = press(office, answer, world, "next", **REASON)
    assert press(office, again, world, "publish", over="25").status == 303
    assert [each.total for each in versions(world)] == [85]


def test_a_cap_that_is_changed_in_between_changes_what_has_to_be_confirmed(world: World, office: Browser) -> None:
    ask(world)
    page = second(office, world)
    set_rule(world.school, 4, cap=45)
    db.session.commit()
    answer = press(office, page, world, "publish", over="15")
    assert (answer.status, versions(world)) == (422, [])
    assert "这份清单超出 30 分钟。" in texts(answer, "ul", class_="errors")[0]


def test_what_is_not_over_any_more_is_not_published_as_over(world: World, office: Browser) -> None:
    ask(world)
    page = second(office, world)
    set_rule(world.school, 4, cap=90)
    db.session.commit()
    answer = press(office, page, world, "publish", over="15")
    assert answer.status == 409
    assert "没有超过上限" in texts(answer, "p", class_="refusal")[0]
    assert (answer.value("named"), versions(world)) == ("in_place", [])


def test_what_a_colleague_has_published_is_not_published_twice(world: World, office: Browser) -> None:
    ask(world)
    page = second(office, world)
    except_it(world)
    answer = press(office, page, world, "publish", over="15")
    assert answer.status == 409
    assert answer.all("button", name="do") == []
    assert len(versions(world)) == 1


@pytest.mark.parametrize("sent", [{"do": "burn"}, {"named": "late"}, {"named": ""}])
def test_a_form_that_is_none_of_ours_publishes_nothing(world: World, office: Browser, sent: dict) -> None:
    ask(world)
    answer = press(office, office.get(address(world)), world, **({"do": "publish", "over": "15"} | REASON | sent))
    assert (answer.status, versions(world)) == (400, [])


def test_a_weekend_is_measured_against_what_is_allowed_for_the_break(world: World, office: Browser) -> None:
    friday = TODAY + timedelta(days=3)
    world.file(world.chen, world.maths, item(130), day=friday)
    page = office.get(f"/office/exceptions/{world.four_one.id}/{friday}")
    assert texts(page, "p", class_="big num") == ["必做书面 130 / 120 分钟，超 10 分钟"]


# Who, and what is not there


def test_only_the_office_may(world: World, app: Flask) -> None:
    ask(world)
    for who, status in (("cheng", 403), ("chen", 403), ("shen", 403), ("admin", 403), ("zhou", 403)):
        browser = Browser(app).sign_in(getattr(world, who))
        assert (who, browser.get(address(world)).status) == (who, status)
        sent = {"do": "publish", "named": "over_cap", "version": world.day(world.four_one).version, "over": "15"}
        assert browser.send(address(world), sent | REASON).status == status
    assert versions(world) == []
    assert world.day(world.four_one).status == SheetStatus.COLLECTING


def test_another_schools_class_and_days_without_school_are_not_there(world: World, office: Browser) -> None:
    for place in (
        f"{world.other_class.id}/{TODAY}",
        f"99999/{TODAY}",
        f"{world.four_one.id}/2026-11-28",
    ):
        assert office.get(f"/office/exceptions/{place}").status == 404
        assert office.send(f"/office/exceptions/{place}", {"do": "next"}).status == 404
    assert office.get(f"/office/exceptions/{world.four_one.id}/2026-02-30").status == 404


def test_a_class_for_which_nothing_was_filed_can_be_read(world: World, office: Browser) -> None:
    page = office.get(address(world))
    assert page.status == 200
    assert "还没有填报：语文 沈知微，数学 陈立德，英语 罗安怡。" in page.text


def test_the_page_takes_as_many_statements_for_one_item_as_for_three(world: World, office: Browser) -> None:
    counts = []
    for items in (1, 3):
        world.file(world.chen, world.maths, *[item(5)] * items)
        with statements() as seen:
            office.get(address(world))
        counts.append(len(seen))
    assert counts == [6, 6], "\n\n".join(seen)


def test_both_pages_read_in_english(world: World, office: Browser) -> None:
    ask(world)
    assert "over_cap" in office.get(f"{address(world)}?lang=en").value("named")
    page = second(office, world)
    assert page.all("html")[0]["lang"] == "en"
    assert texts(page, "p", class_="big num is-over") == ["Mandatory written 75/60 min, 15 min over"]
