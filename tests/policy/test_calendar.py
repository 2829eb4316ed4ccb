"""Which sheet a day belongs to, and how minutes are dealt to days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.calendar import (
    FURTHEST_AHEAD,
    LONGEST_BREAK,
    IsSchoolDay,
    check_filing_day,
    covered_days,
    is_weekday,
    next_school_day,
    parts_of_span,
    share_on,
    sheet_date,
    spread,
)
from portal.policy.errors import PolicyError
from tests.policy import oracle
from tests.policy.strategies import MONDAY, quick, school_calendars

MON, TUE, WED, THU, FRI, SAT, SUN = WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
NEXT_MON = MON + timedelta(weeks=1)

NATIONAL_DAY = [date(2025, 10, 1) + timedelta(days=n) for n in range(8)]
MAKE_UP_DAYS = {date(2025, 9, 28), date(2025, 10, 11)}  # a Sunday and a Saturday that are school days (调休)


def autumn_2025(day: date) -> bool:
    return day in MAKE_UP_DAYS or (is_weekday(day) and day not in NATIONAL_DAY)


def never(day: date) -> bool:
    return False


# Kinds of day

WEEK_TABLE = {  # day: is it a school day, whose sheet covers it, the school day at or after it
    MON: (True, MON, MON),
    TUE: (True, TUE, TUE),
    WED: (True, WED, WED),
    THU: (True, THU, THU),
    FRI: (True, FRI, FRI),
    SAT: (False, FRI, NEXT_MON),
    SUN: (False, FRI, NEXT_MON),
}


def test_the_table_has_every_day_of_the_week() -> None:
    assert list(WEEK_TABLE) == WEEK
    assert [day.isoweekday() for day in WEEK_TABLE] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("day", WEEK)
def test_without_a_calendar_the_week_is_monday_to_friday(day: date) -> None:
    assert (is_weekday(day), sheet_date(day), next_school_day(day)) == WEEK_TABLE[day]


@pytest.mark.parametrize(
    ("day", "covered"), [(MON, [MON]), (TUE, [TUE]), (WED, [WED]), (THU, [THU]), (FRI, [FRI, SAT, SUN])]
)
def test_a_sheet_covers_its_day_and_fridays_sheet_the_weekend_too(day: date, covered: list[date]) -> None:
    assert list(covered_days(day)) == covered


def test_the_last_sheet_before_a_holiday_covers_all_of_it() -> None:
    last_day = date(2025, 9, 30)
    assert list(covered_days(last_day, autumn_2025)) == [last_day, *NATIONAL_DAY]
    assert {sheet_date(day, autumn_2025) for day in NATIONAL_DAY} == {last_day}
    assert {next_school_day(day, autumn_2025) for day in NATIONAL_DAY} == {date(2025, 10, 9)}


def test_a_make_up_saturday_is_a_school_day_with_a_sheet_of_its_own() -> None:
    friday, saturday, sunday = (date(2025, 10, day) for day in (10, 11, 12))
    assert list(covered_days(friday, autumn_2025)) == [friday]
    assert list(covered_days(saturday, autumn_2025)) == [saturday, sunday]
    assert sheet_date(saturday, autumn_2025) == saturday


@pytest.mark.parametrize("search", [sheet_date, next_school_day, covered_days])
def test_a_calendar_without_school_days_is_an_error_and_not_an_endless_search(search) -> None:
    with pytest.raises(ValueError, match=f"no school day within {LONGEST_BREAK} days"):
        search(MON, never)


@quick
@given(school_calendars(), st.integers(-20, 40))
def test_every_day_belongs_to_exactly_one_sheet(is_school_day: IsSchoolDay, offset: int) -> None:
    day = MONDAY + timedelta(days=offset)
    nearby = [day + timedelta(days=n) for n in range(-LONGEST_BREAK, LONGEST_BREAK)]
    sheets = [d for d in nearby if is_school_day(d) and day in covered_days(d, is_school_day)]
    assert sheets == [sheet_date(day, is_school_day)]


# Days one may file for, seen from Wednesday

FURTHEST = WED + timedelta(days=FURTHEST_AHEAD)
FILING_DAYS = {
    MON: False,
    TUE: False,
    WED: True,
    THU: True,
    FRI: True,
    SAT: False,
    SUN: False,
    NEXT_MON: True,
    FURTHEST: True,
    FURTHEST + timedelta(days=3): False,
}


def may_file(day: date, today: date, is_school_day: IsSchoolDay = is_weekday) -> bool:
    try:
        check_filing_day(day, today, is_school_day)
    except PolicyError:
        return False
    return True


def test_homework_is_set_for_school_days_from_today_up_to_30_days_ahead() -> None:
    assert FURTHEST_AHEAD == 30
    assert {day: may_file(day, today=WED) for day in FILING_DAYS} == FILING_DAYS
    assert [day for n in range(-40, 40) if may_file(day := WED + timedelta(days=n), WED, lambda _: True)] == [
        WED + timedelta(days=n) for n in range(31)
    ]


def test_homework_for_the_weekend_is_sent_to_fridays_sheet() -> None:
    with pytest.raises(PolicyError) as error:
        check_filing_day(SUN, today=WED)
    assert error.value.params == {"day": "2025-10-17"}


# Spans


@pytest.mark.parametrize(
    ("minutes", "parts", "shares"),
    [
        (40, 4, [10, 10, 10, 10]),
        (11, 4, [3, 3, 3, 2]),
        (2, 3, [1, 1, 0]),
        (0, 2, [0, 0]),
        (7, 1, [7]),
    ],
)
def test_minutes_are_shared_evenly_and_the_remainder_goes_first(minutes: int, parts: int, shares: list[int]) -> None:
    assert spread(minutes, parts) == shares


@quick
@given(st.integers(0, 500), st.integers(1, 60))
def test_sharing_is_dealing_one_minute_at_a_time(minutes: int, parts: int) -> None:
    assert spread(minutes, parts) == oracle.dealt(minutes, parts)


@pytest.mark.parametrize(
    ("days", "every", "parts"),
    [(1, 1, 1), (4, 1, 4), (10, 1, 10), (7, 7, 1), (8, 7, 2), (14, 7, 2), (21, 7, 3), (22, 7, 4), (3, 7, 1)],
)
def test_a_task_is_worked_on_each_day_or_once_in_a_while(days: int, every: int, parts: int) -> None:
    assert parts_of_span(days, every) == parts


def test_outside_its_days_a_task_has_no_share() -> None:
    days = [TUE - timedelta(days=1), TUE, WED, THU]
    assert [share_on(5, TUE, 2, 1, on=day) for day in days] == [0, 3, 2, 0]


@quick
@given(st.integers(0, 500), st.integers(1, 40), st.integers(1, 10))
def test_the_shares_of_all_days_are_the_whole_task(minutes: int, days: int, every: int) -> None:
    around = [MON + timedelta(days=n) for n in range(-3, days + 3)]
    shares = [share_on(minutes, MON, days, every, on=day) for day in around]
    assert sum(shares) == minutes
    assert shares[:3] + shares[-3:] == [0] * 6
