"""The published version as JSON: what portal/board/json.md says, and the schema that holds it to it."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import fastjsonschema
import pytest
from flask import Flask

from config import ROOT
from portal.policy.links import BoardAccess
from portal.policy.vocabulary import Form, Level, Place, Tier
from portal.school.models import RetiredCode, TermDates
from tests.conftest import NOW
from tests.factories import TODAY, TOMORROW, World, add, item
from tests.office.exceptions import except_it
from tests.page import Browser, all_asked

valid = fastjsonschema.compile(json.loads(Path(__file__).with_name("published.schema.json").read_text("utf-8")))
DOCUMENTED = (ROOT / "portal/board/json.md").read_text("utf-8")
FRIDAY = date(2026, 11, 27)
ITEM = {
    **{"text": "第 42 页第 3–6 题", "tier": "mandatory", "form": "written", "place": "home", "minutes": 20},
    **{"level": None, "group": None, "choose": None, "span": None},
}
OURS, OTHERS = "https://www.school.cn", "https://elsewhere.example"


def read(browser: Browser, world: World, day: date | str = "today") -> dict:
    answer = browser.get(f"/board/{world.four_one.code}/{day}.json").response
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    return valid(json.loads(answer.data))


def test_the_latest_version_of_today_is_told_field_by_field(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.luo, world.english)
    world.publish()
    assert (
        read(browser, world)
        == read(browser, world, TODAY)
        == {
            "format": 1,
            "school": "青禾实验学校",
            "class": {"code": world.four_one.code, "grade": 4, "number": 1},
            "date": "2026-11-24",
            "page": f"http://localhost/board/{world.four_one.code}/2026-11-24",
            "why": None,
            "expected": None,
            "published": {
                "version": 1,
                "published_at": "2026-11-24T15:00:00+08:00",
                "correction": None,
                "date": "2026-11-24",
                "days": ["2026-11-24"],
                "minutes": {
                    **{"total": 20, "school": 0, "home": 20, "shortest": 20, "optional": 0, "other": 0},
                    **{"cap": 60, "limit": 60},
                },
                "over": 0,
                "in_place": False,
                "automatic": False,
                "subjects": [
                    {"name": "语文", "state": "missing", "late": False, "items": []},
                    {"name": "数学", "state": "listed", "late": False, "items": [ITEM]},
                    {"name": "英语", "state": "none", "late": False, "items": []},
                ],
                "bedtime": "21:20",
                "phone": "0513-0000 0000",
            },
        }
    )


def test_every_kind_of_item_keeps_to_the_schema(world: World, browser: Browser) -> None:
    world.school.supervision_phone = ""
    world.file(
        world.shen,
        world.chinese,
        item(15, "背《山行》\n 👨‍👩‍👧‍👦", level=Level.EXTENDED),
        item(30, form=Form.READING, days=10, every=7),
        item(5, form=Form.ORAL, tier=Tier.OPTIONAL, choice_group="A", choose=1),
        item(8, form=Form.CHORES, place=Place.SCHOOL),
    )
    world.publish()
    published = read(browser, world)["published"]
    (first, second, third, _) = published["subjects"][0]["items"]
    assert (first["text"], first["level"]) == ("背《山行》\n 👨‍👩‍👧‍👦", "extended")
    assert second["span"] == {"day": 1, "days": 10, "whole": 30, "every": 7, "due": "2026-12-03"}
    assert (third["group"], third["choose"], published["phone"]) == ("A", 1, None)


def test_a_correction_says_why(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    world.file(world.chen, world.maths, item(15))
    published = read(browser, world)["published"]
    assert (published["version"], published["correction"]) == (2, "数学 写错了页码")


def test_over_the_cap_is_told_and_the_reason_is_not(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(75))
    except_it(world)
    assert read(browser, world)["published"]["over"] == 15
    assert "期末统一练习" not in browser.get(f"/board/{world.four_one.code}/today.json").html


def test_grades_1_and_2_have_no_cap(world: World, browser: Browser) -> None:
    world.file(world.lin, world.chinese, item(8, form=Form.ORAL), school_class=world.one_one)
    world.coordinate(world.one_one, by=world.lin)
    world.approve(world.one_one, by=world.gu)
    answer = valid(json.loads(browser.get(f"/board/{world.one_one.code}/today.json").html))
    assert (answer["published"]["minutes"]["cap"], answer["published"]["minutes"]["limit"]) == (None, None)


def test_the_days_of_a_break_tell_the_sheet_from_before_it(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(100), day=FRIDAY)
    world.publish(day=FRIDAY)
    answers = [read(browser, world, FRIDAY + timedelta(days=n)) for n in range(3)]
    assert [answer["date"] for answer in answers] == ["2026-11-27", "2026-11-28", "2026-11-29"]
    assert [answer["published"]["days"] for answer in answers] == [["2026-11-27", "2026-11-28", "2026-11-29"]] * 3


@pytest.mark.parametrize(
    ("day", "why", "expected"),
    [
        (TODAY - timedelta(days=1), "past", None),
        (TODAY, "waiting", "2026-11-24T16:30:00+08:00"),
        (TOMORROW, "waiting", "2026-11-25T16:30:00+08:00"),
        (FRIDAY + timedelta(days=1), "break_ahead", "2026-11-27T16:30:00+08:00"),
        (date(2027, 2, 9), "out_of_term", None),
    ],
)
def test_before_publication_it_says_why_and_when(
    day: date, why: str, expected: str | None, world: World, browser: Browser
) -> None:
    add(TermDates, school_id=world.school.id, name="上学期", first=date(2026, 9, 1), last=date(2027, 1, 29))
    world.school.rules_version += 1
    world.file(world.chen, world.maths, item(20))
    answer = read(browser, world, day)
    assert (answer["date"], answer["published"]) == (str(day), None)
    assert (answer["why"], answer["expected"]) == (why, expected)


@pytest.mark.parametrize("day", ["today", "2026-11-24"])
def test_an_unknown_class_is_not_found_in_json_too(day: str, world: World, browser: Browser) -> None:
    answer = browser.get(f"/board/nobody/{day}.json").response
    assert (answer.status_code, answer.json) == (404, {"format": 1, "error": "Not Found"})


def test_a_link_that_was_replaced_is_gone_or_leads_on(world: World, browser: Browser) -> None:
    add(RetiredCode, school_id=world.school.id, class_id=world.four_one.id, code="old", retired_at=world.at)
    answer = browser.get("/board/old/today.json").response
    assert (answer.status_code, answer.location) == (302, f"/board/{world.four_one.code}/today.json")
    world.school.board_access = BoardAccess.LINK
    answer = browser.get("/board/old/today.json").response
    assert (answer.status_code, answer.json) == (410, {"format": 1, "error": "Gone"})
    assert browser.get("/board/old/calendar.ics").status == browser.get("/board/old/feed.atom").status == 410


def test_a_day_that_is_none_has_no_address(world: World, browser: Browser) -> None:
    assert browser.get(f"/board/{world.four_one.code}/2026-02-30.json").status == 404


def test_it_takes_two_statements_and_who_has_it_is_told_so(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    address = f"/board/{world.four_one.code}/today.json"
    with all_asked() as seen:
        answer = browser.get(address)
    assert len(seen) == 2
    assert browser.get(address, headers={"If-None-Match": answer.response.headers["ETag"]}).status == 304


def test_tomorrow_it_tells_of_tomorrow(world: World, app: Flask) -> None:
    assert read(Browser(app), world)["date"] == "2026-11-24"
    app.config["NOW"] = NOW + timedelta(days=1)
    assert read(Browser(app), world)["date"] == "2026-11-25"


# What is written about it


def test_the_page_about_it_names_every_field(world: World, browser: Browser) -> None:
    def names(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    world.file(world.chen, world.maths, item(30, days=3))
    world.publish()
    assert names(read(browser, world)) == set(re.findall(r'"(\w+)":', DOCUMENTED)) - {"error"}


# Pages of other sites


def origin(browser: Browser, address: str, site: str | None) -> tuple[str | None, bool]:
    """The site that is told it may read the answer; whether caches are told that it depends on who asks."""
    answer = browser.get(address, headers={"Origin": site} if site else {}).response
    return answer.headers.get("Access-Control-Allow-Origin"), "Origin" in answer.headers.get("Vary", "")


def test_no_other_site_may_read_it_unless_the_setting_names_it(world: World, browser: Browser) -> None:
    address = f"/board/{world.four_one.code}/today.json"
    assert origin(browser, address, OURS) == (None, False)
    browser.client.application.config["JSON_ORIGINS"] = frozenset({OURS})
    for _ in range(2):  # made, then kept
        assert [origin(browser, address, site) for site in (None, OURS, OTHERS)] == [
            (None, True),
            (OURS, True),
            (None, True),
        ]
    assert origin(browser, "/board/nobody/today.json", OURS) == (OURS, True)
    assert origin(browser, f"/board/{world.four_one.code}/", OURS) == (None, False)
