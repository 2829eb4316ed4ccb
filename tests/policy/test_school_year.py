"""Ranges of days, terms that do not overlap, breaks that end."""

from datetime import date, time, timedelta
from itertools import product

import pytest

from portal.policy.calendar import LONGEST_BREAK, Calendar, DayKind, Term
from portal.policy.errors import PolicyError
from portal.policy.school_year import (
    LONGEST_RANGE,
    LONGEST_TERM,
    check_breaks_end,
    check_no_overlap,
    check_publish_at,
    check_range,
    check_term_length,
    present_term,
)

DAY = date(2026, 9, 1)
MONDAY = date(2026, 11, 23)


def refused(check, *arguments: object) -> bool:
    try:
        check(*arguments)
    except PolicyError:
        return True
    return False


@pytest.mark.parametrize(("check", "most"), [(check_range, LONGEST_RANGE), (check_term_length, LONGEST_TERM)])
def test_a_range_has_at_least_one_day_and_at_most_so_many(check, most: int) -> None:
    lengths = {-1: True, 0: False, 1: False, most - 1: False, most: True}
    assert {n: refused(check, DAY, DAY + timedelta(days=n)) for n in lengths} == lengths


def test_the_bounds_are_100_days_and_300() -> None:
    assert (LONGEST_RANGE, LONGEST_TERM) == (100, 300)


def test_two_terms_overlap_exactly_where_they_have_a_day_in_common() -> None:
    other = Term("第一学期", DAY + timedelta(days=3), DAY + timedelta(days=5))
    ranges = [(a, b) for a, b in product(range(9), range(9)) if a <= b]
    for a, b in ranges:
        term = Term("新", DAY + timedelta(days=a), DAY + timedelta(days=b))
        common = any(day in other for day in (DAY + timedelta(days=n) for n in range(a, b + 1)))
        assert refused(check_no_overlap, term, [other]) == common
    assert len(ranges) == 45


def test_the_sentence_names_the_term_in_the_way() -> None:
    other = Term("第一学期", DAY, DAY + timedelta(days=140))
    with pytest.raises(PolicyError, match="和“第一学期”（2026-09-01 至 2027-01-19）重叠"):
        check_no_overlap(Term("新", DAY, DAY), [other])


def holidays(days: int) -> Calendar:
    """`days` from a Monday on are holidays."""
    return Calendar(own={MONDAY + timedelta(days=n): DayKind.HOLIDAY for n in range(days)})


def test_a_break_ends_before_100_days_or_the_search_for_a_school_day_would_not() -> None:
    for days in (1, 89, 90, 95, 96, 97, 98, 99, 103, 104):
        calendar = holidays(days)
        run = [MONDAY - timedelta(days=2) + timedelta(days=n) for n in range(days + 6)]
        found = True
        for day in run:
            try:
                calendar.sheet_date(day), calendar.next_school_day(day)
            except ValueError:
                found = False
        answer = refused(check_breaks_end, calendar, MONDAY, MONDAY + timedelta(days=days - 1))
        assert found or answer, days
        assert answer == (longest_run(calendar, run) >= LONGEST_BREAK)


def longest_run(calendar: Calendar, days: list[date]) -> int:
    runs, run = [0], 0
    for day in days:
        run = 0 if calendar.is_school_day(day) else run + 1
        runs.append(run)
    return max(runs)


def test_two_long_breaks_side_by_side_are_one() -> None:
    assert not refused(check_breaks_end, holidays(60), MONDAY, MONDAY + timedelta(days=59))
    both = holidays(120)
    assert refused(check_breaks_end, both, MONDAY + timedelta(days=60), MONDAY + timedelta(days=119))


def test_sheets_publish_themselves_after_the_cut_off_or_never() -> None:
    times = {None: False, time(15, 59): True, time(16, 0): False, time(16, 1): False}
    assert {at: refused(check_publish_at, at, time(16, 0)) for at in times} == times


@pytest.mark.parametrize(
    ("today", "term"),
    [
        ("2026-07-03", (2025, 2, "2026-02-16", "2026-07-03")),
        ("2026-07-04", (2026, 1, "2026-09-01", "2027-01-22")),
        ("2026-08-31", (2026, 1, "2026-09-01", "2027-01-22")),
        ("2026-11-24", (2026, 1, "2026-09-01", "2027-01-22")),
        ("2026-12-31", (2026, 1, "2026-09-01", "2027-01-22")),
        ("2027-01-22", (2026, 1, "2026-09-01", "2027-01-22")),
        ("2027-01-23", (2026, 2, "2027-02-22", "2027-07-02")),
        ("2027-03-01", (2026, 2, "2027-02-22", "2027-07-02")),
        ("2024-09-01", (2024, 1, "2024-09-02", "2025-01-24")),  # 1 September is a Sunday
    ],
)
def test_the_likely_term_is_the_one_of_the_day_or_the_next(today: str, term: tuple) -> None:
    likely = present_term(date.fromisoformat(today))
    assert (likely.year, likely.number, likely.first.isoformat(), likely.last.isoformat()) == term


def test_every_day_has_a_likely_term_that_is_not_over_and_can_be() -> None:
    for n in range(3000):
        today = date(2020, 1, 1) + timedelta(days=n)
        likely = present_term(today)
        assert today <= likely.last
        assert (likely.first - today).days <= 60
        assert (likely.first.weekday() < 5, likely.last.weekday()) == (True, 4)
        assert not refused(check_term_length, likely.first, likely.last)
