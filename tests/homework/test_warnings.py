"""What stands beside an item as a warning: its wording, days without homework, the subject's budget. Nothing blocks."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.wording import Check
from tests.approvals.reading import texts
from tests.factories import TODAY, World, item, set_rule
from tests.homework.composing import address, fields, send, still_there, typed
from tests.page import Browser, Page

PHONE = "口算一页，拍视频发群"
PHONE_BOX = "phone:拍视频发群"
TOLD = "“拍视频发群”像是要用手机完成或提交。 不用手机也能做，写在纸上，到校交。 仍然保留这样写"
FRIDAY = date(2026, 11, 27)


def warnings(page: Page) -> list[str]:
    """What is not answered yet."""
    return texts(page, "div", class_="warning")


def answered(page: Page) -> list[str]:
    return texts(page, "div", class_="warning is-kept")


def kept(world: World) -> list[list[str]]:
    return [each.kept for each in world.day(world.four_one).filing_of(world.maths.id).items]


def test_a_suspicious_wording_is_told_and_handed_in_all_the_same(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    assert send(browser, world, "submit", typed(text=PHONE), typed(1, text="订正")).status == 303
    assert kept(world) == [[], []]
    page = browser.get(address(world))
    assert warnings(page) == [TOLD]
    assert [has["name"] for has in page.all("input", type="checkbox")] == ["items-0-kept"]


def test_looking_at_the_total_shows_it_without_saving(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    assert warnings(send(browser, world, "check", typed(text=PHONE))) == [TOLD]
    assert world.day(world.four_one).sheet is None


def test_keeping_it_anyway_is_recorded_with_the_item_and_in_the_log(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    sent = typed(text=PHONE) | {"items-0-kept": PHONE_BOX}
    assert send(browser, world, "submit", sent).status == 303
    assert kept(world) == [["phone"]]
    entry = db.session.scalars(select(LogEntry).where(LogEntry.step == "homework.submit")).one()
    assert entry.details["checks"] == [["phone", "拍视频发群", True]]
    page = browser.get(address(world))
    assert (warnings(page), answered(page)) == ([], [TOLD])
    assert fields(page, address(world))["items-0-kept"] == PHONE_BOX


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("口算一页，拍视频发群，家长签字", ["“家长签字”"]),
        ("口算一页，扫码做题", ["“扫码”"]),
        ("口算一页", []),
    ],
)
def test_a_tick_answers_only_what_was_shown(world: World, browser: Browser, text: str, told: list[str]) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "check", typed(text=text) | {"items-0-kept": PHONE_BOX})
    assert [each.partition("像")[0] for each in warnings(page)] == told
    assert [each.partition("像")[0] for each in answered(page)] == (["“拍视频发群”"] if "拍视频" in text else [])


def test_forged_ticks_keep_nothing(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    for forged in ("phone", "phone:打卡", "everything", "<b>", ""):
        page = send(browser, world, "check", typed(text=PHONE) | {"items-0-kept": forged})
        assert (page.status, warnings(page)) == (200, [TOLD])


def test_a_tick_stays_with_its_row_when_another_goes(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    rows = typed(text="订正"), typed(1, text=PHONE) | {"items-1-kept": PHONE_BOX}
    page = send(browser, world, "remove-0", *rows)
    assert still_there(page, world) == typed(text=PHONE) | {"items-0-kept": PHONE_BOX}
    assert answered(page) == [TOLD]


def test_the_warning_comes_with_the_load_while_somebody_types(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = browser.htmx(address(world, "/load"), {"version": "0", **typed(text=PHONE), **typed(1, text="订正")})
    beside = {has["id"]: has["hx-swap-oob"] for has in page.all("div", class_="warnings")}
    assert beside == {"items-0-text-warnings": "outerMorph", "items-1-text-warnings": "outerMorph"}
    assert warnings(page) == [TOLD]
    whole = browser.get(address(world))
    assert [has["id"] for has in whole.all("div", class_="warnings")] == ["items-0-text-warnings"]
    assert "hx-swap-oob" not in whole.html


def test_every_check_has_its_words(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    texts_of = {
        Check.PARENT_WORK: "家长签字",
        Check.SELF_MARKING: "自批自改",
        Check.PUNISHMENT: "抄 10 遍",
        Check.PHONE: "打卡",
        Check.DISGUISED_TEST: "周考卷",
    }
    assert set(texts_of) == set(Check)
    page = send(browser, world, "check", typed(text="，".join(texts_of.values())))
    assert [each.partition("。")[0] for each in warnings(page)] == [
        "“家长签字”像是在给家长布置作业",
        "“自批自改”像是要学生自批自改",
        "“抄 10 遍”像是惩罚性或机械重复的抄写",
        "“打卡”像是要用手机完成或提交",
        "“周考”像是变相考试",
    ]


def test_a_share_on_a_day_without_homework_is_told_beside_the_item(world: World, browser: Browser) -> None:
    set_rule(world.school, 4, no_homework_weekday=2)
    browser.sign_in(world.chen)
    told = "11月25日 星期三是本年级的无作业日，这项多日作业会落到那一天。"
    told += " 可以缩短天数、每周做一次，或改成选做、阅读、实践等形式。"
    rows = [typed(days="3"), typed(1, days="3", form="reading"), typed(2, days="3", every="7"), typed(3)]
    page = send(browser, world, "check", *rows)
    assert warnings(page) == [told]
    assert warnings(browser.htmx(address(world, "/load"), rows[0])) == [told]
    assert send(browser, world, "submit", *rows).status == 303


def budget(page: Page) -> list[str]:
    return texts(page, "p", class_="notice num")


def test_more_than_the_subjects_budget_is_a_hint(world: World, browser: Browser) -> None:
    world.maths.budget = 20
    db.session.commit()
    browser.sign_in(world.chen)
    assert budget(send(browser, world, "check", typed(minutes="20"))) == []
    assert budget(send(browser, world, "check", typed(minutes="20"), typed(1, minutes="9", tier="optional"))) == []
    page = send(browser, world, "check", typed(minutes="25"))
    assert budget(page) == ["数学建议每天不超过 20 分钟，这份 25 分钟。"]
    assert send(browser, world, "submit", typed(minutes="25")).status == 303


def test_a_weekends_budget_is_that_of_two_days(world: World, browser: Browser) -> None:
    world.maths.budget = 20
    db.session.commit()
    browser.sign_in(world.chen)
    assert budget(send(browser, world, "check", typed(minutes="40"), day=FRIDAY)) == []
    assert budget(send(browser, world, "check", typed(minutes="41"), day=FRIDAY)) == [
        "数学建议每天不超过 20 分钟，假期一批不超过 40 分钟，这份 41 分钟。"
    ]


def test_without_a_budget_there_is_no_hint(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    assert budget(send(browser, world, "check", typed(minutes="55"))) != []
    world.maths.budget = None
    db.session.commit()
    assert budget(send(browser, world, "check", typed(minutes="55"))) == []


def test_what_a_colleague_filed_is_not_held_against_the_budget(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(50), day=TODAY)
    browser.sign_in(world.chen)
    assert budget(send(browser, world, "check", typed(minutes="15"))) == []
