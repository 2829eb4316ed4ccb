"""The caps of 双减 and what a total means against them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.caps import GRADES, NATIONAL_CAPS, Cap, Verdict, assess, cap_for, over_by, refuses
from portal.policy.vocabulary import Form, Place
from tests.policy.strategies import quick

WITHIN, FULL, STRETCHED, OVER = Verdict.WITHIN, Verdict.FULL, Verdict.STRETCHED, Verdict.OVER

CAP_OF_GRADE = {1: None, 2: None, 3: 60, 4: 60, 5: 60, 6: 60, 7: 90, 8: 90, 9: 90}

# (cap, batch over a break?): total -> what it means, and by how much it is over
VERDICTS = {
    (None, False): {0: (WITHIN, 0), 1: (WITHIN, 0), 60: (WITHIN, 0), 1000: (WITHIN, 0)},
    (None, True): {0: (WITHIN, 0), 1: (WITHIN, 0), 60: (WITHIN, 0), 1000: (WITHIN, 0)},
    (60, False): {
        0: (WITHIN, 0),
        59: (WITHIN, 0),
        60: (FULL, 0),
        61: (OVER, 1),
        120: (OVER, 60),
        121: (OVER, 61),
    },
    (60, True): {
        0: (WITHIN, 0),
        59: (WITHIN, 0),
        60: (FULL, 0),
        61: (STRETCHED, 0),
        120: (STRETCHED, 0),
        121: (OVER, 1),
    },
    (90, False): {
        0: (WITHIN, 0),
        89: (WITHIN, 0),
        90: (FULL, 0),
        91: (OVER, 1),
        180: (OVER, 90),
        181: (OVER, 91),
    },
    (90, True): {
        0: (WITHIN, 0),
        89: (WITHIN, 0),
        90: (FULL, 0),
        91: (STRETCHED, 0),
        180: (STRETCHED, 0),
        181: (OVER, 1),
    },
}
CASES = [
    (grade, batch, total)
    for grade, batch in product(GRADES, (False, True))
    for total in VERDICTS[CAP_OF_GRADE[grade], batch]
]


def test_the_national_caps_are_none_60_and_90_minutes() -> None:
    assert NATIONAL_CAPS == CAP_OF_GRADE
    assert list(GRADES) == list(CAP_OF_GRADE)


def test_the_table_has_every_cap_and_totals_on_both_sides_of_it() -> None:
    assert set(VERDICTS) == set(product(NATIONAL_CAPS.values(), (False, True)))
    for (minutes, _), totals in VERDICTS.items():
        if minutes is not None:
            assert set(totals) == {
                0,
                *(n * minutes + d for n, d in [(1, -1), (1, 0), (1, 1), (2, 0), (2, 1)]),
            }


@pytest.mark.parametrize(("grade", "batch", "total"), CASES)
def test_a_total_at_the_cap_passes_and_one_minute_more_is_over(grade: int, batch: bool, total: int) -> None:
    cap = cap_for(grade, batch=batch)
    assert (assess(total, cap), over_by(total, cap)) == VERDICTS[CAP_OF_GRADE[grade], batch][total]


@quick
@given(
    total=st.integers(0, 400),
    minutes=st.one_of(st.none(), st.integers(0, 120)),
    batch=st.sampled_from([False, True]),
)
def test_over_is_exactly_what_has_minutes_over_the_limit(total: int, minutes: int | None, batch: bool) -> None:
    cap = Cap(minutes, batch)
    assert (assess(total, cap) == OVER) == (over_by(total, cap) > 0)
    assert (assess(total, cap) == OVER) == (cap.limit is not None and total > cap.limit)


@quick
@given(total=st.integers(0, 400), minutes=st.integers(0, 120))
def test_only_a_batch_can_be_stretched(total: int, minutes: int) -> None:
    assert assess(total, Cap(minutes)) != STRETCHED
    assert (assess(total, Cap(minutes, batch=True)) == STRETCHED) == (minutes < total <= 2 * minutes)


# The school's own caps


def test_the_school_sets_a_lower_cap_for_a_grade_and_the_other_grades_keep_theirs() -> None:
    school_caps = {4: 45}
    assert [cap_for(grade, school_caps).minutes for grade in (3, 4, 5, 8)] == [60, 45, 60, 90]
    assert assess(46, cap_for(4, school_caps)) == OVER


def test_a_batch_may_hold_two_days_of_the_schools_own_cap() -> None:
    assert cap_for(4, {4: 45}, batch=True) == Cap(45, batch=True)
    assert cap_for(4, {4: 45}, batch=True).limit == 90


@pytest.mark.parametrize("grade", [1, 2])
def test_grades_one_and_two_get_no_cap_because_written_homework_is_refused_there(grade: int) -> None:
    assert cap_for(grade, {grade: 30}) == Cap(None)


@pytest.mark.parametrize("grade", [0, 10])
def test_a_grade_that_does_not_exist_has_no_cap_by_accident(grade: int) -> None:
    with pytest.raises(KeyError):
        cap_for(grade)


# Refused at entry


def test_only_written_homework_at_home_in_grades_one_and_two_is_refused() -> None:
    asked = list(product(GRADES, Form, Place))
    assert len(asked) == 9 * 6 * 2
    assert [case for case in asked if refuses(*case)] == [
        (1, Form.WRITTEN, Place.HOME),
        (2, Form.WRITTEN, Place.HOME),
    ]


def test_forms_the_school_added_are_not_written_and_not_refused() -> None:
    assert [refuses(1, form, "home") for form in ("written", "画")] == [True, False]
