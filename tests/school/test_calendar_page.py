"""The calendar: everybody reads it, the office sets days and terms below it."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.policy.calendar import DayKind
from portal.policy.permissions import Role
from portal.school import actions
from portal.school.models import TermDates
from tests.approvals.reading import rows, texts
from tests.factories import World, grant
from tests.homework.composing import complaints, fields, refusals
from tests.page import Browser, Page, statements
from tests.school.setting import NOVEMBER, log, press_days, press_term, rules_version, stored_days, stored_terms

STALE = "校历或设置刚刚被改过，您这里还是旧的。您填写的内容都在，请对照现在的情况，再保存一次。"
GUESS = "国家放假安排尚未公布，先按星期推算"
TERM = {"name": "第一学期", "starts": "2026-09-01", "ends": "2027-01-20"}


@pytest.fixture
def busy(world: World) -> World:
    """A holiday of two days, a make-up Saturday, a term from the 9th, Wednesdays without homework for two grades."""
    who = {"by": world.zheng, "at": world.at}
    school, november = world.school, lambda day: date(2026, 11, day)
    actions.set_days(school, november(26), november(27), DayKind.HOLIDAY, note="校运动会", seen_version=0, **who)
    actions.set_days(school, november(28), november(28), DayKind.MAKEUP, seen_version=1, **who)
    actions.set_term(school, "第一学期", november(9), date(2027, 1, 20), seen_version=2, **who)
    actions.set_grade_rule(school, 4, cap=None, no_homework_weekday=2, seen_version=3, **who)
    actions.set_grade_rule(school, 5, cap=None, no_homework_weekday=2, seen_version=4, **who)
    db.session.commit()
    return world


def days(page: Page) -> dict[int, str]:
    """The words of every day of the month, by number; the first of them is the day of the week."""
    cells = [text.split(" ", 1) for row in rows(page)[1:] for text in row if text]
    return {int(number): words for number, words in cells}


# Reading


def test_the_month_says_of_every_day_what_it_is(busy: World, browser: Browser) -> None:
    page = browser.sign_in(busy.luo).get(NOVEMBER)
    assert page.status == 200
    assert rows(page)[0] == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert {len(row) for row in rows(page)} == {7}
    found = days(page)
    assert list(found) == list(range(1, 31))
    assert {day: found[day] for day in (1, 2, 9, 11, 14, 24, 25, 26, 28)} == {
        1: "周日 周末 学期外",
        2: "周一 上学 学期外",
        9: "周一 上学",
        11: "周三 上学 无作业日：四年级、五年级",
        14: "周六 周末",
        24: "周二 今天 上学",
        25: "周三 上学 无作业日：四年级、五年级",
        26: "周四 放假 校运动会 本校设定",
        28: "周六 调休上学 本校设定",
    }
    assert len(page.all("td", aria_current="date")) == 1


def test_the_nations_holidays_are_there_and_what_is_not_announced_is_said_to_be_a_guess(
    world: World, browser: Browser
) -> None:
    browser.sign_in(world.luo)
    october, january = browser.get("/school/calendar/2026-10"), browser.get("/school/calendar/2027-01")
    assert [days(october)[day].split()[1] for day in (1, 7, 8, 9, 10)] == ["放假", "放假", "上学", "上学", "调休上学"]
    assert [GUESS in page.text for page in (october, january)] == [False, True]
    assert days(january)[1] == "周五 上学"


def test_the_address_without_a_month_leads_to_the_present_one(app: Flask, world: World, browser: Browser) -> None:
    browser.sign_in(world.luo)
    assert browser.get("/school/calendar").response.location == NOVEMBER
    app.config["NOW"] = datetime(2027, 1, 1, 0, 5, tzinfo=app.config["TIMEZONE"])
    assert browser.get("/school/calendar").response.location == "/school/calendar/2027-01"


def test_the_months_around_are_a_link_away(world: World, browser: Browser) -> None:
    browser.sign_in(world.luo)
    assert texts(browser.get("/school/calendar/2026-12"), "nav", class_="days") == ["‹ 2026年11月 本月 2027年1月 ›"]
    assert texts(browser.get("/school/calendar/2000-01"), "nav", class_="days") == ["本月 2000年2月 ›"]
    assert texts(browser.get("/school/calendar/2199-12"), "nav", class_="days") == ["‹ 2199年11月 本月"]


def test_in_english(busy: World, browser: Browser) -> None:
    page = browser.sign_in(busy.luo).get(f"{NOVEMBER}?lang=en")
    assert texts(page, "h1") == ["Calendar November 2026"]
    assert days(page)[11] == "Wed School day No-homework day: Grade 4, Grade 5"


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "1999-12", "2200-01", "2026-1", "2026-11-24", "now"])
def test_a_month_that_is_none_is_not_found(world: World, office: Browser, month: str) -> None:
    assert office.get(f"/school/calendar/{month}").status == 404
    assert office.send(f"/school/calendar/{month}/days").status == 404


def test_the_page_takes_the_same_statements_for_one_term_and_three(world: World, browser: Browser) -> None:
    browser.sign_in(world.luo)
    counts = []
    for year in (2026, 2025, 2024):
        db.session.add(
            TermDates(school_id=world.school.id, name="学期", first=date(year, 9, 1), last=date(year, 12, 1))
        )
        browser.get(NOVEMBER)  # reads the rules, once
        with statements() as seen:
            assert len(browser.get(NOVEMBER).all("ul", class_="terms")) == 1
        counts.append(len(seen))
    assert counts == [2, 2, 2], "\n\n".join(seen)


# Setting days


def test_the_office_sets_a_range_and_sees_its_month(world: World, office: Browser) -> None:
    typed = {"first": "2026-12-03", "last": "2026-12-04", "kind": "holiday", "note": "  运动会 "}
    done = press_days(office, office.get(NOVEMBER), **typed)
    assert (done.status, done.response.location) == (303, "/school/calendar/2026-12#main")
    assert stored_days() == {"2026-12-03": ("holiday", "运动会"), "2026-12-04": ("holiday", "运动会")}
    page = office.get("/school/calendar/2026-12")
    assert texts(page, "p", class_="said") == ["校历已更新。"]
    assert [days(page)[day] for day in (2, 3, 5)] == ["周三 上学", "周四 放假 运动会 本校设定", "周六 周末"]
    details = {"first": "2026-12-03", "last": "2026-12-04", "kind": "holiday", "note": "运动会", "was": {}}
    assert log() == [("calendar.set", "郑怀瑾", "", details)]


def test_a_day_without_an_end_is_one_day_and_can_be_cleared(world: World, office: Browser) -> None:
    for kind, stored in (("makeup", {"2026-11-28": ("makeup", "")}), ("clear", {})):
        assert press_days(office, office.get(NOVEMBER), first="2026-11-28", kind=kind).status == 303
        assert stored_days() == stored
    assert [step for step, *_ in log()] == ["calendar.set", "calendar.set"]


DAYS = {"first": "2026-11-26", "last": "2026-11-27", "kind": "holiday", "note": "校运动会"}
WRONG_DAYS = [
    ({"first": ""}, {"first": "请选择日期。"}),
    ({"first": "2026-02-30"}, {"first": "没有这一天，请重新选择日期。"}),
    ({"first": "1926-11-26"}, {"first": "没有这一天，请重新选择日期。"}),
    ({"last": "2206-11-26"}, {"last": "没有这一天，请重新选择日期。"}),
    ({"last": "明天"}, {"last": "没有这一天，请重新选择日期。"}),
    ({"last": "2026-11-25"}, {"last": "结束日期在开始日期之前，请检查。"}),
    ({"last": "2027-03-06"}, {"last": "一次最多设置 100 天，请检查年份，或分几次设置。"}),
    ({"kind": ""}, {"kind": "请选择这几天上学还是放假。"}),
    ({"kind": "weekend"}, {"kind": "请从列出的里面选一项。"}),
    ({"note": "长" * 81}, {"note": "说明最多 80 个字。"}),
]


@pytest.mark.parametrize(("typed", "said"), WRONG_DAYS)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    world: World, office: Browser, typed: dict[str, str], said: dict[str, str]
) -> None:
    page = press_days(office, office.get(NOVEMBER), **DAYS | typed)
    assert (page.status, complaints(page)) == (422, said)
    kept = {name: value for name, value in (DAYS | typed).items() if name != "kind" or value == "holiday"}
    assert kept.items() <= fields(page, f"{NOVEMBER}/days#days").items()
    assert (stored_days(), log(), rules_version(world)) == ({}, [], 0)


def test_invisible_characters_are_taken_out_and_told_once(world: World, office: Browser) -> None:
    page = press_days(office, office.get(NOVEMBER), **DAYS | {"note": "运\x00动会"})
    assert (page.status, list(complaints(page))) == (422, ["note"])
    assert office.post(f"{NOVEMBER}/days", fields(page, f"{NOVEMBER}/days#days")).status == 303
    assert stored_days()["2026-11-26"] == ("holiday", "运动会")


def test_html_in_a_note_is_shown_as_text(world: World, office: Browser) -> None:
    press_days(office, office.get(NOVEMBER), **DAYS | {"note": "<b>运动会</b>"})
    assert days(office.get(NOVEMBER))[26] == "周四 放假 <b>运动会</b> 本校设定"


def test_a_break_without_end_is_refused_with_what_was_typed(world: World, office: Browser) -> None:
    typed = {"first": "2026-11-25", "last": "2027-03-04", "kind": "holiday", "note": "长假"}
    page = press_days(office, office.get(NOVEMBER), **typed)
    assert (page.status, refusals(page)) == (409, ["这样会连续 100 天以上没有上学日，请检查起止日期。"])
    assert typed.items() <= fields(page, f"{NOVEMBER}/days#days").items()
    assert (stored_days(), log(), rules_version(world)) == ({}, [], 0)
    assert days(page)[25] == "周三 上学"


def test_two_in_the_office_at_once(world: World, office: Browser) -> None:
    mine = office.get(NOVEMBER)
    assert press_days(office, office.get(NOVEMBER), first="2026-11-25", kind="holiday", note="她的").status == 303
    page = press_days(office, mine, **DAYS)
    assert (page.status, refusals(page)) == (409, [STALE])
    assert days(page)[25] == "周三 放假 她的 本校设定"
    assert list(stored_days()) == ["2026-11-25"]
    again = fields(page, f"{NOVEMBER}/days#days")
    assert DAYS.items() <= again.items()
    assert office.post(f"{NOVEMBER}/days", again).status == 303
    assert list(stored_days()) == ["2026-11-25", "2026-11-26", "2026-11-27"]


@pytest.mark.parametrize("version", ["", "-1", "abc", "99999999999"])
def test_a_form_without_a_true_version_is_an_old_one(world: World, office: Browser, version: str) -> None:
    page = press_days(office, office.get(NOVEMBER), **DAYS, version=version)
    assert (page.status, refusals(page)) == (409, [STALE])
    assert stored_days() == {}


# Terms


def test_terms_are_added_and_removed_behind_a_confirmation(world: World, office: Browser) -> None:
    done = press_term(office, office.get(NOVEMBER), **TERM)
    assert (done.status, done.response.location) == (303, f"{NOVEMBER}#main")
    page = office.get(NOVEMBER)
    assert texts(page, "p", class_="said") == ["学期已添加。"]
    [term] = texts(page, "ul", class_="terms")
    assert term.startswith("第一学期 2026-09-01 – 2027-01-20 本学期 删去… 第一学期")
    assert term.endswith("确认删去“第一学期”")
    [action] = [has["action"] for has in page.all("form") if "remove" in has["action"]]
    address = action.removesuffix("#terms")
    assert office.get(address).status == 405
    assert office.post(address, fields(page, action)).status == 303
    assert stored_terms() == []
    assert [step for step, *_ in log()] == ["term.set", "term.remove"]
    assert office.post(address, fields(page, action)).status == 404


def test_without_a_term_the_whole_year_is_said_to_be_one(world: World, browser: Browser) -> None:
    page = browser.sign_in(world.luo).get(NOVEMBER)
    assert "还没有设学期：全年的上学日都可以布置作业。" in texts(page, "p")


WRONG_TERMS = [
    ({"name": " "}, {"name": "请填学期名称。"}),
    ({"name": "长" * 61}, {"name": "名称最多 60 个字。"}),
    ({"starts": ""}, {"starts": "请选择日期。"}),
    ({"ends": "2026-09-31"}, {"ends": "没有这一天，请重新选择日期。"}),
    ({"ends": "2026-08-31"}, {"ends": "结束日期在开始日期之前，请检查。"}),
    ({"ends": "2028-01-20"}, {"ends": "一个学期最多 300 天，请检查年份。"}),
]


@pytest.mark.parametrize(("typed", "said"), WRONG_TERMS)
def test_what_is_wrong_with_a_term_is_said_at_its_field(
    world: World, office: Browser, typed: dict[str, str], said: dict[str, str]
) -> None:
    page = press_term(office, office.get(NOVEMBER), **TERM | typed)
    assert (page.status, complaints(page)) == (422, said)
    kept = {name: value.strip() for name, value in (TERM | typed).items()}
    assert kept.items() <= fields(page, f"{NOVEMBER}/terms#terms").items()
    assert stored_terms() == []


def test_a_term_that_overlaps_is_refused_with_the_one_in_its_way(world: World, office: Browser) -> None:
    press_term(office, office.get(NOVEMBER), **TERM)
    second = {"name": "第二学期", "starts": "2027-01-20", "ends": "2027-07-01"}
    page = press_term(office, office.get(NOVEMBER), **second)
    said = "和“第一学期”（2026-09-01 至 2027-01-20）重叠。请改日期，或先删去那个学期。"
    assert (page.status, refusals(page)) == (409, [said])
    assert second.items() <= fields(page, f"{NOVEMBER}/terms#terms").items()
    assert len(stored_terms()) == 1


def test_removing_a_term_with_an_old_form_is_refused(world: World, office: Browser) -> None:
    press_term(office, office.get(NOVEMBER), **TERM)
    old = office.get(NOVEMBER)
    press_days(office, old, **DAYS)
    [action] = [has["action"] for has in old.all("form") if "remove" in has["action"]]
    page = office.post(action.removesuffix("#terms"), fields(old, action))
    assert (page.status, refusals(page)) == (409, [STALE])
    assert len(stored_terms()) == 1


# Who may not


def test_others_read_the_calendar_and_have_no_forms(busy: World, app: Flask) -> None:
    for who, forms in ((busy.luo, 1), (busy.cheng, 1), (busy.admin, 1), (busy.zheng, 4)):
        page = Browser(app).sign_in(who).get(NOVEMBER)
        assert (page.status, len(page.all("form", method="post"))) == (200, forms), who.name  # one signs out


def test_a_colleague_who_sends_a_form_all_the_same_changes_nothing(busy: World, app: Flask) -> None:
    before = stored_days(), stored_terms()
    term_id = db.session.scalars(select(TermDates.id)).one()
    for who in (busy.chen, busy.shen, busy.cheng, busy.admin):
        browser = Browser(app).sign_in(who)
        sent = [
            browser.send(f"{NOVEMBER}/days", DAYS | {"version": "5"}),
            browser.send(f"{NOVEMBER}/terms", TERM | {"version": "5"}),
            browser.send(f"{NOVEMBER}/terms/{term_id}/remove", {"version": "5"}),
        ]
        assert [page.status for page in sent] == [403, 403, 403]
    assert (stored_days(), stored_terms()) == before


def test_the_office_of_another_school_sees_and_changes_its_own_calendar(busy: World, browser: Browser) -> None:
    grant(busy.zhou, Role.OFFICE)
    term_id = db.session.scalars(select(TermDates.id)).one()
    browser.sign_in(busy.zhou)
    page = browser.get(NOVEMBER)
    assert days(page)[26] == "周四 上学"
    assert "第一学期" not in page.text
    assert browser.send(f"{NOVEMBER}/terms/{term_id}/remove", {"version": "0"}).status == 404
    assert press_days(browser, page, first="2026-11-26", kind="clear").status == 303
    assert stored_days()["2026-11-26"] == ("holiday", "校运动会")


def test_without_an_account_the_form_is_kept_for_after_signing_in(world: World, browser: Browser) -> None:
    page = browser.send(f"{NOVEMBER}/days", DAYS | {"version": "0"})
    assert (page.status, page.value("carried.note")) == (401, "校运动会")


# What teachers feel


def test_the_composer_refuses_a_holiday_and_takes_a_make_up_saturday(busy: World, app: Flask) -> None:
    teacher = Browser(app).sign_in(busy.chen)
    composer = f"/homework/{busy.four_one.id}/{busy.maths.id}"
    row = {"text": "第 42 页", "tier": "mandatory", "form": "written", "place": "home", "minutes": "20", "every": "1"}
    typed = {f"items-0-{name}": value for name, value in row.items()} | {"version": "0", "do": "submit"}
    days_of_november = {25: 303, 26: 422, 27: 422, 28: 303, 29: 422, 30: 303}
    sent = {day: teacher.send(f"{composer}/2026-11-{day}", typed) for day in days_of_november}
    statuses = {day: page.status for day, page in sent.items()}
    assert statuses == days_of_november | {25: 409}  # a Wednesday without homework in grade 4
    assert teacher.get(f"/classes/{busy.four_one.id}/2026-11-28").status == 200
    assert teacher.get(f"/classes/{busy.four_one.id}/2026-11-26").status == 404


def test_home_leads_to_the_calendar_and_the_office_to_the_settings(world: World, app: Flask) -> None:
    found = {
        who.login: [has["href"] for has in Browser(app).sign_in(who).get("/home").all("a") if "school" in has["href"]]
        for who in (world.luo, world.cheng, world.admin, world.zheng)
    }
    only = ["/school/calendar"]
    assert found == {"luo": only, "cheng": only, "admin": only, "zheng": [*only, "/school/settings"]}
