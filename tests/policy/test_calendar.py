"""Which sheet a day belongs to, and how minutes are dealt to days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.calendar import (
    FURTHEST_AHEAD,
    LONGEST_BREAK,
    WEEKDAYS_ONLY,
    Calendar,
    DayKind,
    Term,
    parts_of_span,
    share_on,
    spread,
    weekday_kind,
)
from portal.policy.errors import PolicyError
from tests.policy import oracle
from tests.policy.strategies import MONDAY, quick, school_calendars

MON, TUE, WED, THU, FRI, SAT, SUN = WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
NEXT_MON = MON + timedelta(weeks=1)

NATIONAL_DAY = [date(2025, 10, 1) + timedelta(days=n) for n in range(8)]
MAKE_UP_DAYS = {date(2025, 9, 28), date(2025, 10, 11)}  # a Sunday and a Saturday that are school days (调休)


AUTUMN_2025 = Calendar(own=dict.fromkeys(NATIONAL_DAY, DayKind.HOLIDAY) | dict.fromkeys(MAKE_UP_DAYS, DayKind.MAKEUP))
NEVER = Calendar(national=lambda day: DayKind.HOLIDAY)


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
    assert (
        WEEKDAYS_ONLY.is_school_day(day),
        WEEKDAYS_ONLY.sheet_date(day),
        WEEKDAYS_ONLY.next_school_day(day),
    ) == WEEK_TABLE[day]


@pytest.mark.parametrize(
    ("day", "covered"), [(MON, [MON]), (TUE, [TUE]), (WED, [WED]), (THU, [THU]), (FRI, [FRI, SAT, SUN])]
)
def test_a_sheet_covers_its_day_and_fridays_sheet_the_weekend_too(day: date, covered: list[date]) -> None:
    assert list(WEEKDAYS_ONLY.covered_days(day)) == covered


def test_the_last_sheet_before_a_holiday_covers_all_of_it() -> None:
    last_day = date(2025, 9, 30)
    assert list(AUTUMN_2025.covered_days(last_day)) == [last_day, *NATIONAL_DAY]
    assert {AUTUMN_2025.sheet_date(day) for day in NATIONAL_DAY} == {last_day}
    assert {AUTUMN_2025.next_school_day(day) for day in NATIONAL_DAY} == {date(2025, 10, 9)}


def test_a_make_up_saturday_is_a_school_day_with_a_sheet_of_its_own() -> None:
    friday, saturday, sunday = (date(2025, 10, day) for day in (10, 11, 12))
    assert list(AUTUMN_2025.covered_days(friday)) == [friday]
    assert list(AUTUMN_2025.covered_days(saturday)) == [saturday, sunday]
    assert AUTUMN_2025.sheet_date(saturday) == saturday


@pytest.mark.parametrize("search", ["sheet_date", "next_school_day", "covered_days"])
def test_a_calendar_without_school_days_is_an_error_and_not_an_endless_search(search: str) -> None:
    with pytest.raises(ValueError, match=f"no school day within {LONGEST_BREAK} days"):
        getattr(NEVER, search)(MON)


@quick
@given(school_calendars(), st.integers(-20, 40))
def test_every_day_belongs_to_exactly_one_sheet(calendar: Calendar, offset: int) -> None:
    day = MONDAY + timedelta(days=offset)
    nearby = [day + timedelta(days=n) for n in range(-LONGEST_BREAK, LONGEST_BREAK)]
    sheets = [d for d in nearby if calendar.is_school_day(d) and day in calendar.covered_days(d)]
    assert sheets == [calendar.sheet_date(day)]


# What each day is: the school's word, the nation's, the weekday's

KINDS = {  # own, national: the kind of a Saturday
    (None, None): DayKind.WEEKEND,
    (None, DayKind.MAKEUP): DayKind.MAKEUP,
    (DayKind.HOLIDAY, DayKind.MAKEUP): DayKind.HOLIDAY,
    (DayKind.SCHOOL, None): DayKind.SCHOOL,
}


@pytest.mark.parametrize(("own", "national"), list(KINDS))
def test_the_schools_own_day_wins_then_the_nations_then_the_weekday(own, national) -> None:
    calendar = Calendar(own={SAT: own} if own else {}, national=lambda day: national)
    assert calendar.kind(SAT) == KINDS[own, national]
    assert calendar.is_guess(SAT) == (own is None and national is None)


@pytest.mark.parametrize(("kind", "is_school_day"), [(kind, kind in ("school", "makeup")) for kind in DayKind])
def test_school_days_are_school_and_make_up_days(kind: DayKind, is_school_day: bool) -> None:
    assert Calendar(own={MON: kind}).is_school_day(MON) == is_school_day


def test_the_weekday_speaks_last() -> None:
    assert [weekday_kind(day) for day in WEEK] == [DayKind.SCHOOL] * 5 + [DayKind.WEEKEND] * 2


def test_outside_its_terms_the_school_sets_no_homework() -> None:
    calendar = Calendar(terms=(Term("秋", MON, WED), Term("春", FRI, FRI)))
    assert [calendar.in_term(day) for day in WEEK] == [True, True, True, False, True, False, False]
    assert [may_file(day, MON, calendar) for day in WEEK] == [True, True, True, False, True, False, False]
    assert WEEKDAYS_ONLY.in_term(SUN)  # a school that has set no term is always in term


def test_the_day_without_homework_is_a_school_day_of_one_grade() -> None:
    calendar = Calendar(own={WED: DayKind.HOLIDAY}, no_homework={4: 2})
    next_wednesday = WED + timedelta(weeks=1)
    assert [calendar.is_without_homework(day, 4) for day in (TUE, WED, next_wednesday)] == [False, False, True]
    assert not calendar.is_without_homework(next_wednesday, 5)


# Days one may file for, seen from Wednesday

EVERY_DAY = Calendar(national=lambda day: DayKind.SCHOOL)
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


def may_file(day: date, today: date, calendar: Calendar = WEEKDAYS_ONLY) -> bool:
    try:
        calendar.check_filing_day(day, today)
    except PolicyError:
        return False
    return True


def test_homework_is_set_for_school_days_from_today_up_to_30_days_ahead() -> None:
    assert FURTHEST_AHEAD == 30
    assert {day: may_file(day, today=WED) for day in FILING_DAYS} == FILING_DAYS
    assert [day for n in range(-40, 40) if may_file(day := WED + timedelta(days=n), WED, EVERY_DAY)] == [
        WED + timedelta(days=n) for n in range(31)
    ]


def test_homework_for_the_weekend_is_sent_to_fridays_sheet() -> None:
    with pytest.raises(PolicyError) as error:
        WEEKDAYS_ONLY.check_filing_day(SUN, today=WED)
    assert error.value.params == {"day": "2025-10-17"}


def test_what_is_public_is_corrected_until_the_last_day_it_is_for() -> None:
    def may_correct(day: date, today: date) -> bool:
        try:
            WEEKDAYS_ONLY.check_correction_day(day, today)
        except PolicyError:
            return False
        return True

    assert [today for today in WEEK if may_correct(TUE, today)] == [MON, TUE]
    assert [today for today in [*WEEK, NEXT_MON] if may_correct(FRI, today)] == WEEK


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


def test_the_next_day_of_homework_is_in_a_term_where_one_is_to_come() -> None:
    autumn, spring = Term("autumn", MON, FRI), Term("spring", MON + timedelta(days=27), MON + timedelta(days=90))
    between = Calendar(terms=(autumn, spring))
    assert [between.next_day_of_homework(day) for day in (WED, FRI, SAT)] == [WED, FRI, MON + timedelta(days=28)]
    assert Calendar(terms=(autumn,)).next_day_of_homework(SAT) == NEXT_MON
    assert WEEKDAYS_ONLY.next_day_of_homework(SAT) == NEXT_MON
