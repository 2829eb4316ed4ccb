"""What counts: the numbered rules of DOMAIN as sentences, and any sheet at all against a slow oracle."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.calendar import WEEKDAYS_ONLY, Calendar
from portal.policy.caps import Cap
from portal.policy.vocabulary import Form, Level, Place, Tier
from portal.policy.workload import DayLoad, Task, WeekMean, day_load, mean_under_caps, weekly_mean
from tests.policy.oracle import Oracle
from tests.policy.strategies import MONDAY, quick, school_calendars, sheets, task_lists

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))
Days = tuple[date, ...]
NOT_WRITTEN = [form for form in Form if form != Form.WRITTEN]


def written(minutes: int | None, **facts: object) -> Task:
    return replace(Task(Tier.MANDATORY, Form.WRITTEN, Place.HOME, minutes, subject="语文"), **facts)


def choice(*minutes: int, choose: int | None = 1, group: str = "超市") -> list[Task]:
    return [written(m, group=group, choose=choose) for m in minutes]


def span(minutes: int, first_day: date, days: int, every: int = 1) -> Task:
    return written(minutes, first_day=first_day, days=days, every=every)


def totals_on(task: Task, *days: date) -> list[int]:
    return [day_load([task], [day]).total for day in days]


def range_of(load: DayLoad) -> tuple[int, int]:
    return load.shortest, load.total


# 1. Headline


def test_a_sheet_without_homework_is_empty_and_complete() -> None:
    load = day_load([], [MONDAY])
    assert load == DayLoad()
    assert (load.total, load.complete) == (0, True)


def test_the_headline_adds_mandatory_written_minutes_at_school_and_at_home_and_shows_the_split() -> None:
    load = day_load([written(23, place=Place.SCHOOL), written(15), written(7)], [MONDAY])
    assert load == DayLoad(school=23, home=22, shortest=45, everything=45)
    assert load.total == 45


# 2. Choose k of n


@pytest.mark.parametrize(
    ("choose", "expected"), [(1, (10, 30)), (2, (30, 50)), (3, (60, 60)), (9, (60, 60)), (None, (10, 30))]
)
def test_of_a_choice_the_k_longest_count_and_the_range_is_known(choose: int | None, expected: tuple[int, int]) -> None:
    assert range_of(day_load(choice(20, 30, 10, choose=choose), [MONDAY])) == expected


def test_where_the_members_of_a_choice_disagree_the_largest_number_counts() -> None:
    assert range_of(day_load([*choice(20, 30, choose=1), *choice(10, choose=2)], [MONDAY])) == (30, 50)


def test_two_choices_are_made_one_by_one() -> None:
    tasks = choice(10, 20, group="A") + choice(5, 40, group="B")
    assert range_of(day_load(tasks, [MONDAY])) == (15, 60)


def test_of_a_choice_between_forms_the_longest_written_and_the_longest_other_member_count_each() -> None:
    a, b, c = choice(25, 40, 15)
    load = day_load([a, replace(b, form=Form.PRACTICAL), replace(c, form=Form.ORAL)], [MONDAY])
    assert load == DayLoad(home=25, shortest=0, other=40, everything=40)


def test_the_split_is_that_of_the_longest_selection() -> None:
    at_school, at_home = choice(30, 20)
    load = day_load([replace(at_school, place=Place.SCHOOL), at_home], [MONDAY])
    assert (load.school, load.home) == (30, 0)


# 3. Levels


def test_of_the_levels_of_a_subject_the_longest_counts_and_the_range_is_known() -> None:
    tasks = [
        written(20, level=Level.BASIC),
        written(30, level=Level.ADVANCED),
        written(25, level=Level.EXTENDED),
    ]
    assert range_of(day_load(tasks, [MONDAY])) == (20, 30)


def test_the_items_of_one_level_are_done_together() -> None:
    tasks = [
        written(20, level=Level.BASIC),
        written(15, level=Level.BASIC),
        written(30, level=Level.EXTENDED),
    ]
    assert range_of(day_load(tasks, [MONDAY])) == (30, 35)


def test_items_without_a_level_are_for_every_pupil() -> None:
    tasks = [written(10), written(20, level=Level.BASIC), written(30, level=Level.EXTENDED)]
    assert range_of(day_load(tasks, [MONDAY])) == (30, 40)


def test_each_subject_has_its_own_levels() -> None:
    tasks = [
        written(20, level=Level.BASIC),
        written(30, level=Level.EXTENDED),
        written(5, level=Level.BASIC, subject="数学"),
        written(25, level=Level.EXTENDED, subject="数学"),
    ]
    assert range_of(day_load(tasks, [MONDAY])) == (25, 55)


def test_members_of_a_choice_may_name_their_level_and_stay_a_choice() -> None:
    a, b = choice(25, 15)
    tasks = [replace(a, level=Level.ADVANCED), replace(b, level=Level.BASIC), written(8, level=Level.BASIC)]
    assert range_of(day_load(tasks, [MONDAY])) == (23, 33)


# 4. Optional


def test_optional_homework_never_counts_in_the_headline() -> None:
    optional = [written(15, tier=Tier.OPTIONAL), written(20, tier=Tier.OPTIONAL, form=Form.READING)]
    load = day_load([written(30), *optional], [MONDAY])
    assert load == DayLoad(home=30, shortest=30, optional_written=15, optional=35, everything=65)


def test_of_an_optional_choice_the_longest_counts_on_the_optional_line() -> None:
    tasks = [replace(task, tier=Tier.OPTIONAL) for task in choice(10, 20, 30)]
    assert day_load(tasks, [MONDAY]) == DayLoad(optional_written=30, optional=30, everything=30)


# 5. Not written


@pytest.mark.parametrize("form", [*NOT_WRITTEN, "画"])
def test_what_is_not_written_has_its_own_line_whatever_the_school_calls_it(form: str) -> None:
    assert day_load([written(10), written(40, form=form)], [MONDAY]) == DayLoad(
        home=10, shortest=10, other=40, everything=50
    )


# 6. Tasks over several days


def test_a_task_over_several_days_counts_with_its_share_on_each_of_them() -> None:
    diary = span(40, TUESDAY, days=4)
    assert totals_on(diary, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY) == [0, 10, 10, 10, 10]


def test_the_minutes_that_do_not_divide_fall_on_the_first_days() -> None:
    assert totals_on(span(11, MONDAY, days=4), MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY) == [
        3,
        3,
        3,
        2,
        0,
    ]


def test_a_weekly_task_counts_once_a_week_on_the_weekday_it_was_set() -> None:
    project = span(181, FRIDAY, days=21, every=7)
    fridays = [FRIDAY + timedelta(weeks=n) for n in range(4)]
    assert totals_on(project, *fridays, FRIDAY + timedelta(days=1)) == [61, 60, 60, 0, 0]


def test_a_sheet_before_a_weekend_carries_the_shares_of_all_its_days() -> None:
    assert day_load([span(50, THURSDAY, days=5)], WEEKDAYS_ONLY.covered_days(FRIDAY)).total == 30


def test_the_part_of_the_headline_that_comes_from_shares_is_known() -> None:
    load = day_load([span(40, TUESDAY, days=4), written(25)], [WEDNESDAY])
    assert (load.total, load.from_spans) == (35, 10)


def test_inside_a_choice_a_longer_task_is_weighed_by_its_share() -> None:
    report, exercise = choice(60, 25)
    load = day_load([replace(report, first_day=MONDAY, days=6), exercise], [MONDAY])
    assert (load.shortest, load.total, load.from_spans) == (10, 25, 0)


# 8. Missing minutes (7, drafts: see test_approval; 9, the batch: see test_caps and test_calendar)


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("form", Form)
def test_an_item_without_minutes_makes_the_sheet_incomplete_and_is_named(tier: Tier, form: Form) -> None:
    load = day_load([written(20), written(None, tier=tier, form=form, ref="G8C-22")], [MONDAY])
    assert (load.total, load.complete, load.missing) == (20, False, ("G8C-22",))


def test_every_member_of_a_choice_needs_its_minutes() -> None:
    known, unknown = choice(20, 10)
    load = day_load([known, replace(unknown, minutes=None, ref="B")], [MONDAY])
    assert (load.shortest, load.total, load.missing) == (0, 20, ("B",))


def test_zero_minutes_are_minutes() -> None:
    load = day_load([written(0)], [MONDAY])
    assert (load.total, load.complete) == (0, True)


# The week


def test_the_weekly_mean_is_whole_minutes_with_halves_up() -> None:
    assert (weekly_mean([60, 60, 0, 40, 55]), weekly_mean([1, 2]), weekly_mean([0])) == (43, 2, 0)


def test_the_mean_of_a_week_leaves_out_days_without_a_cap_and_says_how_many_it_counts() -> None:
    none, sixty, lowered = Cap(None), Cap(60), Cap(45)
    assert mean_under_caps([]) is None
    assert mean_under_caps([(10, none), (0, none)]) is None
    assert mean_under_caps([(0, Cap(0))]) == WeekMean(0, 1, (0,))
    assert mean_under_caps([(40, sixty), (45, sixty), (10, none)]) == WeekMean(43, 2, (60,))
    assert mean_under_caps([(60, sixty), (45, lowered), (45, sixty)]) == WeekMean(50, 3, (60, 45))


def test_a_batch_over_a_break_counts_as_the_school_day_it_was_set_on() -> None:
    assert mean_under_caps([(40, Cap(60)), (100, Cap(60, batch=True))]) == WeekMean(70, 2, (60,))


# Any sheet at all


@quick
@given(task_lists(), sheets)
def test_the_headline_is_the_longest_selection_any_pupil_could_make(tasks: list[Task], days: Days) -> None:
    load, oracle = day_load(tasks, days), Oracle(tasks, days)
    assert range_of(load) == (oracle.shortest(), oracle.total())
    assert {(load.school, load.home, load.from_spans)} & oracle.splits()  # one of them, where there is a tie


@quick
@given(task_lists(), sheets)
def test_the_other_lines_are_each_the_most_any_pupil_could_do(tasks: list[Task], days: Days) -> None:
    load, oracle = day_load(tasks, days), Oracle(tasks, days)
    assert (load.other, load.optional_written, load.optional, load.everything) == (
        oracle.other(),
        oracle.optional_written(),
        oracle.optional(),
        oracle.everything(),
    )
    assert list(load.missing) == oracle.missing


def sums(load: DayLoad) -> DayLoad:
    """Without what a tie leaves open: which of two equally long selections is split."""
    return replace(load, school=0, home=load.total, from_spans=0, missing=tuple(sorted(load.missing)))


@quick
@given(task_lists(), sheets, st.randoms())
def test_the_order_of_the_filings_changes_no_sum(tasks: list[Task], days: Days, dice: Random) -> None:
    shuffled = dice.sample(tasks, len(tasks))
    assert sums(day_load(shuffled, days)) == sums(day_load(tasks, days))


@quick
@given(task_lists(), sheets, st.integers(0, 60))
def test_one_more_mandatory_written_item_adds_exactly_its_minutes(tasks: list[Task], days: Days, minutes: int) -> None:
    before, after = day_load(tasks, days), day_load([*tasks, written(minutes)], days)
    assert after == replace(
        before,
        home=before.home + minutes,
        shortest=before.shortest + minutes,
        everything=before.everything + minutes,
    )


@quick
@given(st.integers(0, 300), st.integers(2, 40), st.sampled_from([1, 2, 7]), school_calendars())
def test_the_sheets_of_a_long_task_carry_all_its_minutes_once(
    minutes: int, days: int, every: int, calendar: Calendar
) -> None:
    task = span(minutes, MONDAY, days, every)
    school_days = {calendar.sheet_date(MONDAY + timedelta(days=n)) for n in range(days)}
    loads = [day_load([task], calendar.covered_days(day)) for day in school_days]
    assert sum(load.total for load in loads) == sum(load.from_spans for load in loads) == minutes
