"""What the office may make of a grade's cap: lower it freely, raise it above the national number with a reason."""

from itertools import product

import pytest

from portal.policy.caps import GRADES, HIGHEST_CAP, NATIONAL_CAPS, check_cap_change
from portal.policy.errors import PolicyError

NO_CAP = "一、二年级不布置书面家庭作业，没有上限可以设置。"
RANGE = "上限请填 0 到 %(most)s 之间的分钟数。"
WHY = "%(grade)s 年级的上限 %(minutes)s 分钟高于国家规定的 %(national)s 分钟，请写明原因。原因会留在记录里。"
YES = None
TABLE = {  # national cap → minutes → (without a reason, with one)
    None: {None: (YES, YES), 0: (NO_CAP, NO_CAP), 30: (NO_CAP, NO_CAP), 241: (NO_CAP, NO_CAP)},
    60: {
        None: (YES, YES), -1: (RANGE, RANGE), 0: (YES, YES), 45: (YES, YES), 60: (YES, YES), 61: (WHY, YES),
        240: (WHY, YES), 241: (RANGE, RANGE),
    },
    90: {
        None: (YES, YES), -1: (RANGE, RANGE), 0: (YES, YES), 60: (YES, YES), 90: (YES, YES), 91: (WHY, YES),
        240: (WHY, YES), 241: (RANGE, RANGE),
    },
}  # fmt: skip
CASES = [(grade, minutes) for grade in GRADES for minutes in TABLE[NATIONAL_CAPS[grade]]]


def refusal(grade: int, minutes: int | None, reason: str) -> str | None:
    try:
        check_cap_change(grade, minutes, reason)
    except PolicyError as error:
        return error.sentence
    return None


def test_the_table_has_every_national_cap_and_both_sides_of_each_bound() -> None:
    assert set(TABLE) == set(NATIONAL_CAPS.values())
    for national, minutes in TABLE.items():
        if national is not None:
            assert {None, -1, 0, national, national + 1, HIGHEST_CAP, HIGHEST_CAP + 1} <= set(minutes)


@pytest.mark.parametrize(("grade", "minutes"), CASES)
def test_lowering_is_free_and_raising_above_the_national_number_needs_a_reason(grade: int, minutes: int | None) -> None:
    without, reasoned = TABLE[NATIONAL_CAPS[grade]][minutes]
    assert (refusal(grade, minutes, ""), refusal(grade, minutes, "市教育局批复")) == (without, reasoned)


@pytest.mark.parametrize(("grade", "blank"), list(product((3, 9), ("", " ", "\n\t　"))))
def test_blanks_are_no_reason(grade: int, blank: str) -> None:
    assert refusal(grade, 100, blank) == WHY


def test_the_reason_comes_back_trimmed_and_the_sentence_names_the_numbers() -> None:
    assert check_cap_change(4, 70, "  市教育局批复 ") == "市教育局批复"
    with pytest.raises(PolicyError, match="4 年级的上限 70 分钟高于国家规定的 60 分钟"):
        check_cap_change(4, 70, "")


def test_a_grade_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        check_cap_change(10, 60, "")
