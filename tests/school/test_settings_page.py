"""The settings of the office: how sheets are passed, caps and weekdays per grade, budgets, times, phone."""

from datetime import time

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.policy.approval import ApprovalMode
from portal.policy.permissions import Role
from portal.school.models import School, Subject
from tests.approvals.reading import rows, texts
from tests.factories import TODAY, World, grant, item
from tests.homework.composing import complaints, fields, refusals
from tests.page import Browser, statements
from tests.school.setting import SETTINGS, log, press_settings, rules_version, stored_rules

STALE = "校历或设置刚刚被改过，您这里还是旧的。您填写的内容都在，请对照现在的情况，再保存一次。"
WHY = "4 年级的上限 70 分钟高于国家规定的 60 分钟，请写明原因。原因会留在记录里。"
TIME = "请填时间，例如 16:00。"
EARLY = "自动公示不能早于填报截止（16:00）。"
AS_SET = {
    "name": "青禾实验学校",
    "approval_mode": "exceptions",
    "board_access": "open",
    "publish_at": "",
    **{f"budget_{subject}": "15" for subject in (1, 2, 3)},  # 语文 数学 英语 of the first school
    "cutoff": "16:00",
    "published_by": "16:30",
    "bedtime_primary": "21:20",
    "bedtime_junior": "22:00",
    "supervision_phone": "0513-0000 0000",
    "privacy_contact": "",
    "reason": "",
    **{f"cap_{grade}": "" for grade in range(3, 10)},
    **{f"weekday_{grade}": "" for grade in range(1, 10)},
}


def shown(page) -> dict[str, str]:
    return {name: value for name, value in fields(page, SETTINGS).items() if name not in ("csrf_token", "version")}


def test_it_shows_what_is_set_beside_the_national_numbers(world: World, office: Browser) -> None:
    page = office.get(SETTINGS)
    assert (page.status, shown(page)) == (200, AS_SET)
    assert [row[:2] for row in rows(page)] == [
        ["年级", "国家规定"],
        ["一年级", "不布置书面家庭作业"],
        ["二年级", "不布置书面家庭作业"],
        *([f"{grade}年级", "最多 60 分钟"] for grade in "三四五六"),
        *([f"{grade}年级", "最多 90 分钟"] for grade in "七八九"),
    ]


def test_what_was_changed_is_stored_shown_and_logged_and_nothing_else(world: World, office: Browser) -> None:
    typed = {"cap_4": "４５ 分钟", "weekday_4": "2", "weekday_1": "0", "cutoff": "15:30", "supervision_phone": "12345"}
    done = press_settings(office, office.get(SETTINGS), **typed)
    assert (done.status, done.response.location) == (303, f"{SETTINGS}#main")
    assert stored_rules() == {1: (None, 0), 4: (45, 2)}
    page = office.get(SETTINGS)
    assert texts(page, "p", class_="said") == ["设置已保存。"]
    assert shown(page) == AS_SET | typed | {"cap_4": "45"}
    assert log() == [
        ("cap.set", "郑怀瑾", "", {"grade": 1, "cap": [None, None], "no_homework_weekday": [None, 0]}),
        ("cap.set", "郑怀瑾", "", {"grade": 4, "cap": [None, 45], "no_homework_weekday": [None, 2]}),
        (
            "settings.set",
            "郑怀瑾",
            "",
            {"cutoff": ["16:00:00", "15:30:00"], "supervision_phone": ["0513-0000 0000", "12345"]},
        ),
    ]
    assert rules_version(world) == 3


def test_saving_without_a_change_writes_nothing(world: World, office: Browser) -> None:
    assert press_settings(office, office.get(SETTINGS)).status == 303
    assert (stored_rules(), log(), rules_version(world)) == ({}, [], 0)


def test_an_emptied_field_goes_back_to_the_national_number(world: World, office: Browser) -> None:
    press_settings(office, office.get(SETTINGS), cap_4="45", weekday_4="2")
    press_settings(office, office.get(SETTINGS), cap_4="", weekday_4="")
    assert stored_rules() == {4: (None, None)}
    assert world.day(world.four_one).cap.minutes == 60


def test_above_the_national_number_the_reason_is_asked_for_at_its_field(world: World, office: Browser) -> None:
    page = press_settings(office, office.get(SETTINGS), cap_4="70", cap_7="60", supervision_phone="12345")
    assert (page.status, complaints(page)) == (422, {"reason": WHY})
    assert shown(page) == AS_SET | {"cap_4": "70", "cap_7": "60", "supervision_phone": "12345"}
    assert (stored_rules(), log()) == ({}, [])
    assert press_settings(office, page, reason="市教育局批复 2026-18 号").status == 303
    assert [(reason, details["cap"]) for _, _, reason, details in log()[:2]] == [
        ("市教育局批复 2026-18 号", [None, 70]),
        ("市教育局批复 2026-18 号", [None, 60]),
    ]


def test_a_cap_that_is_already_above_needs_no_reason_again(world: World, office: Browser) -> None:
    press_settings(office, office.get(SETTINGS), cap_4="70", reason="市教育局批复")
    assert press_settings(office, office.get(SETTINGS), weekday_4="1", cutoff="15:00").status == 303
    assert stored_rules() == {4: (70, 1)}


WRONG = [
    ({"cap_4": "很多"}, {"cap_4": "请填整数分钟，例如 45。"}),
    ({"cap_4": "-1"}, {"cap_4": "请填 0 到 240 之间的分钟数。"}),
    ({"cap_9": "241"}, {"cap_9": "请填 0 到 240 之间的分钟数。"}),
    ({"cap_4": "4.5"}, {"cap_4": "请填整数分钟，例如 45。"}),
    ({"weekday_4": "5"}, {"weekday_4": "请从列出的里面选一项。"}),
    ({"cutoff": ""}, {"cutoff": TIME}),
    ({"published_by": "25:00"}, {"published_by": TIME}),
    ({"bedtime_primary": "晚上", "bedtime_junior": "9"}, {"bedtime_primary": TIME, "bedtime_junior": TIME}),
    ({"publish_at": "17"}, {"publish_at": TIME}),
    ({"publish_at": "15:59"}, {"publish_at": EARLY}),
    ({"publish_at": "15:00", "cap_4": "-1"}, {"publish_at": EARLY, "cap_4": "请填 0 到 240 之间的分钟数。"}),
    ({"cutoff": "18:00", "publish_at": "17:30"}, {"publish_at": EARLY.replace("16:00", "18:00")}),
    (
        {"budget_1": "241", "budget_2": "多"},
        {"budget_1": "请填 0 到 240 之间的分钟数。", "budget_2": "请填整数分钟，例如 15。"},
    ),
    ({"supervision_phone": "1" * 41}, {"supervision_phone": "电话最多 40 个字。"}),
    ({"cap_4": "70", "reason": "长" * 501}, {"reason": "原因最多 500 个字。"}),
]


@pytest.mark.parametrize(("typed", "said"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    world: World, office: Browser, typed: dict[str, str], said: dict[str, str]
) -> None:
    page = press_settings(office, office.get(SETTINGS), note="", **{"cap_3": "30"} | typed)
    assert (page.status, complaints(page)) == (422, said)
    kept = AS_SET | {"cap_3": "30"} | typed
    assert {name: value for name, value in shown(page).items() if name != "weekday_4"} == {
        name: value for name, value in kept.items() if name != "weekday_4"
    }
    assert (stored_rules(), log(), rules_version(world)) == ({}, [], 0)


def test_a_forged_cap_for_grades_one_and_two_is_not_even_read(world: World, office: Browser) -> None:
    assert press_settings(office, office.get(SETTINGS), cap_1="30", cap_2="30").status == 303
    assert stored_rules() == {}


def test_two_in_the_office_at_once_see_what_is_stored_beside_what_was_typed(world: World, office: Browser) -> None:
    mine = office.get(SETTINGS)
    theirs = {"cap_4": "45", "weekday_5": "2", "cutoff": "15:30"}
    assert press_settings(office, office.get(SETTINGS), **theirs).status == 303
    typed = {"cap_4": "50", "cap_6": "55", "supervision_phone": ""}
    page = press_settings(office, mine, **typed)
    assert (page.status, refusals(page)) == (409, [STALE])
    assert shown(page) == AS_SET | typed
    assert texts(page, "p", class_="check") == [
        f"现在已保存的是：{value}" for value in ("45", "周三", "按国家规定", "15:30", "0513-0000 0000")
    ]
    assert stored_rules() == {4: (45, None), 5: (None, 2)}
    assert press_settings(office, page).status == 303
    assert stored_rules() == {4: (50, None), 5: (None, None), 6: (55, None)}


def test_a_form_that_is_wrong_and_old_is_still_old_when_it_is_right(world: World, office: Browser) -> None:
    mine = office.get(SETTINGS)
    press_settings(office, office.get(SETTINGS), cap_4="45")
    page = press_settings(office, mine, cutoff="")
    assert (page.status, complaints(page)) == (422, {"cutoff": TIME})
    assert press_settings(office, page, cutoff="15:00").status == 409
    assert stored_rules() == {4: (45, None)}


def test_only_the_office_opens_and_sends_it(world: World, app: Flask) -> None:
    for who in (world.chen, world.shen, world.cheng, world.admin, world.zhou):
        browser = Browser(app).sign_in(who)
        assert browser.get(SETTINGS).status == 403
        assert browser.send(SETTINGS, AS_SET | {"version": "0", "cap_4": "45"}).status == 403
    assert stored_rules() == {}
    asked = Browser(app).get(SETTINGS)
    assert (asked.status, asked.response.location) == (303, f"/sign-in?next={SETTINGS}")


def test_each_office_sets_its_own_school(world: World, browser: Browser) -> None:
    grant(world.zhou, Role.OFFICE)
    browser.sign_in(world.zhou)
    assert press_settings(browser, browser.get(SETTINGS), cap_4="45", supervision_phone="67890").status == 303
    db.session.refresh(world.school)
    assert (world.school.supervision_phone, world.school.rules_version) == ("0513-0000 0000", 0)
    caps = [world.day(each).cap.minutes for each in (world.four_one, world.other_class)]
    db.session.refresh(world.other_school)
    assert world.day(world.other_class).cap.minutes == 45
    assert caps[0] == 60


def test_the_page_takes_the_same_statements_whatever_is_set(world: World, office: Browser) -> None:
    counts = []
    for typed in ({}, {f"cap_{grade}": "30" for grade in range(3, 10)}):
        press_settings(office, office.get(SETTINGS), **typed)
        office.get(SETTINGS)  # reads the rules, once
        with statements() as seen:
            office.get(SETTINGS)
        counts.append(len(seen))
    assert counts == [1, 1], "\n\n".join(seen)


# How sheets are passed, and when they pass themselves


def budgets(school: str = "青禾实验学校") -> dict[str, int | None]:
    """The advised minutes of a school's subjects as they are stored."""
    wanted = select(Subject.name, Subject.budget).join(School, School.id == Subject.school_id)
    return dict(db.session.execute(wanted.where(School.name == school).order_by(Subject.position)).all())


def test_mode_time_and_budgets_are_stored_shown_and_logged(world: World, office: Browser) -> None:
    typed = {"approval_mode": "all", "publish_at": "17:30", "budget_1": "２０ 分钟", "budget_2": "", "budget_3": "0"}
    assert press_settings(office, office.get(SETTINGS), **typed).status == 303
    db.session.refresh(world.school)
    assert (world.school.approval_mode, world.school.publish_at) == (ApprovalMode.ALL, time(17, 30))
    assert budgets() == {"语文": 20, "数学": None, "英语": 0}
    assert shown(office.get(SETTINGS)) == AS_SET | typed | {"budget_1": "20"}
    assert log() == [
        ("budget.set", "郑怀瑾", "", {"subject": "语文", "budget": [15, 20]}),
        ("budget.set", "郑怀瑾", "", {"subject": "数学", "budget": [15, None]}),
        ("budget.set", "郑怀瑾", "", {"subject": "英语", "budget": [15, 0]}),
        ("settings.set", "郑怀瑾", "", {"approval_mode": ["exceptions", "all"], "publish_at": ["", "17:30:00"]}),
    ]
    assert rules_version(world) == 4


def test_publication_by_the_clock_is_switched_off_again(world: World, office: Browser) -> None:
    press_settings(office, office.get(SETTINGS), publish_at="17:30")
    press_settings(office, office.get(SETTINGS), publish_at="")
    db.session.refresh(world.school)
    assert world.school.publish_at is None
    assert log()[-1][3] == {"publish_at": ["17:30:00", ""]}


def test_the_time_may_be_the_cut_off_itself(world: World, office: Browser) -> None:
    assert press_settings(office, office.get(SETTINGS), publish_at="16:00").status == 303


@pytest.mark.parametrize("mode", ["", "none"])
def test_a_mode_that_is_none_is_said_at_its_field(world: World, office: Browser, mode: str) -> None:
    page = press_settings(office, office.get(SETTINGS), approval_mode=mode, cutoff="15:00")
    assert (page.status, set(complaints(page))) == (422, {"approval_mode"})
    assert shown(page)["cutoff"] == "15:00"
    assert log() == []


def test_a_stale_form_shows_mode_time_and_budget_as_they_are_now(world: World, office: Browser) -> None:
    mine = office.get(SETTINGS)
    theirs = {"approval_mode": "all", "publish_at": "17:30", "budget_1": "25", "budget_2": ""}
    press_settings(office, office.get(SETTINGS), **theirs)
    page = press_settings(office, mine, budget_2="0", budget_3="10")
    assert page.status == 409
    assert shown(page) == AS_SET | {"budget_2": "0", "budget_3": "10"}
    assert texts(page, "p", class_="check") == [
        f"现在已保存的是：{value}" for value in ("每份都审", "17:30", "25", "没有", "15")
    ]


def test_a_forged_budget_of_another_school_is_not_even_read(world: World, office: Browser) -> None:
    forged = f"budget_{world.other_maths.id}"
    assert press_settings(office, office.get(SETTINGS), **{forged: "99"}).status == 303
    assert budgets("远山学校") == {"数学": 15}
    assert log() == []


def test_the_page_says_what_becomes_of_sheets_between_both_modes(world: World, office: Browser) -> None:
    page = office.get(SETTINGS)
    assert "改回“只看例外”时，已通过还没公示的清单不会因此公示，仍等教务处公示。" in page.text
    assert "公示栏上标明“到时自动公示”" in page.text


def test_a_lower_cap_holds_on_the_sheet_at_once(world: World, app: Flask, office: Browser) -> None:
    world.file(world.chen, world.maths, item(50))
    lead = Browser(app).sign_in(world.shen)
    assert "50 / 60 分钟" in lead.get(f"/grades/4/{TODAY}").text
    press_settings(office, office.get(SETTINGS), cap_4="45", published_by="17:00")
    page = lead.get(f"/grades/4/{TODAY}")
    assert "50 / 45 分钟，超 5 分钟" in page.text
    assert "通常 17:00 前公示。" in page.text


def test_in_english(world: World, office: Browser) -> None:
    page = office.get(f"{SETTINGS}?lang=en")
    assert texts(page, "h1") == ["School settings"]
    assert rows(page)[3][:2] == ["Grade 3", "At most 60 minutes"]
