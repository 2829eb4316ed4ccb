"""Days for which nothing hangs on the board: each has a friendly page of its own."""

from datetime import date, timedelta

import pytest

from portal.board.page import Quiet, why_quiet
from portal.policy.calendar import Calendar, DayKind, Term
from portal.school.models import CalendarDay, TermDates
from tests.approvals.reading import texts
from tests.factories import TODAY, World, add, item, set_rule
from tests.page import Browser

FRIDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (27, 28, 29))
CALENDAR = Calendar(
    own={date(2026, 11, 26): DayKind.HOLIDAY, date(2026, 11, 14): DayKind.MAKEUP},
    terms=(Term("秋季", date(2026, 9, 1), date(2027, 1, 22)), Term("春季", date(2027, 2, 22), date(2027, 7, 2))),
    no_homework={4: 2},
)
TABLE = {  # the day, seen on which day
    (date(2026, 11, 24), date(2026, 11, 24)): Quiet.WAITING,
    (date(2026, 11, 27), date(2026, 11, 24)): Quiet.WAITING,
    (date(2026, 11, 14), date(2026, 11, 14)): Quiet.WAITING,  # a Saturday on which school is made up for
    (date(2026, 11, 23), date(2026, 11, 24)): Quiet.PAST,
    (date(2026, 11, 25), date(2026, 11, 24)): Quiet.NO_HOMEWORK_DAY,
    (date(2026, 11, 18), date(2026, 11, 24)): Quiet.NO_HOMEWORK_DAY,
    (date(2026, 11, 28), date(2026, 11, 27)): Quiet.BREAK_AHEAD,
    (date(2026, 11, 26), date(2026, 11, 25)): Quiet.BREAK_AHEAD,
    (date(2026, 11, 28), date(2026, 11, 28)): Quiet.WEEKEND,
    (date(2026, 11, 22), date(2026, 11, 24)): Quiet.WEEKEND,
    (date(2026, 11, 26), date(2026, 11, 26)): Quiet.HOLIDAY,
    (date(2026, 8, 31), date(2026, 11, 24)): Quiet.OUT_OF_TERM,
    (date(2027, 2, 1), date(2027, 2, 1)): Quiet.OUT_OF_TERM,
}


@pytest.mark.parametrize(("day", "today"), TABLE)
def test_calendar_and_clock_say_why_nothing_hangs_there(day: date, today: date) -> None:
    assert why_quiet(CALENDAR, 4, day, today) == TABLE[day, today]


def test_every_reason_is_in_the_table() -> None:
    assert set(TABLE.values()) == set(Quiet) - {Quiet.LEFT}  # which is about the class, not the day


def said(browser: Browser, world: World, day: date | str = "") -> str:
    page = browser.get(f"/board/{world.four_one.code}/{day}")
    assert page.status == 200
    [words] = texts(page, "section", class_="total quiet-day")
    return words


def on(browser: Browser, day: date) -> None:
    """Let it be another day."""
    config = browser.client.application.config
    config["NOW"] += timedelta(days=(day - TODAY).days)


def test_a_day_without_homework(world: World, browser: Browser) -> None:
    set_rule(world.school, 4, no_homework_weekday=TODAY.weekday())
    words = "今天是无作业日 这一天不布置必做的书面作业。多运动，多读书，早些休息。"
    assert said(browser, world) == words
    assert said(browser, world, date(2026, 11, 17)).startswith("这一天是无作业日")
    assert said(browser, world, date(2026, 11, 25)).startswith("还没有公示")


def test_a_weekend_whose_homework_comes_with_friday(world: World, browser: Browser) -> None:
    words = "这几天不上学 假期作业与放假前最后一天的作业一起公示：11月27日 星期五"
    assert [said(browser, world, day) for day in (SATURDAY, SUNDAY)] == [words] * 2
    page = browser.get(f"/board/{world.four_one.code}/{SATURDAY}")
    assert f"/board/{world.four_one.code}/{FRIDAY}" in {link["href"] for link in page.all("a")}


def test_a_weekend_for_which_nothing_was_published(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    on(browser, SATURDAY)
    words = "周末没有公示作业 好好休息。下一个上学日是 11月30日 星期一。 看最近一次公示：11月24日 星期二"
    assert said(browser, world) == words


def test_a_holiday_of_the_school(world: World, browser: Browser) -> None:
    add(CalendarDay, school_id=world.school.id, date=TODAY, kind=DayKind.HOLIDAY, note="运动会")
    world.school.rules_version += 1
    assert said(browser, world) == "假日没有公示作业 好好休息。下一个上学日是 11月25日 星期三。"


def test_outside_of_term(world: World, browser: Browser) -> None:
    add(TermDates, school_id=world.school.id, name="春季", first=date(2027, 2, 22), last=date(2027, 7, 2))
    world.school.rules_version += 1
    assert said(browser, world) == "现在不在学期内 下一个上学日是 2月22日 星期一。"
    assert said(browser, world, date(2027, 7, 20)) == "这一天不在学期内 开学以后，每天的作业在这里公示。"
