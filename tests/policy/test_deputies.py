"""Who may stand in for whom, and for how long."""

from datetime import date, timedelta

import pytest

from portal.policy import deputies
from portal.policy.deputies import FURTHEST_AHEAD, LONGEST_LOAN, Phase
from portal.policy.errors import PolicyError

TODAY = date(2026, 11, 24)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@pytest.mark.parametrize(
    ("first", "last", "phase"),
    [
        (-2, -1, Phase.PAST),
        (-2, 0, Phase.CURRENT),
        (0, 0, Phase.CURRENT),
        (0, 5, Phase.CURRENT),
        (1, 1, Phase.COMING),
    ],
)
def test_a_loan_holds_from_its_first_day_to_its_last_both_included(first: int, last: int, phase: Phase) -> None:
    assert deputies.phase(day(first), day(last), TODAY) == phase


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 0), (0, LONGEST_LOAN - 1), (FURTHEST_AHEAD, FURTHEST_AHEAD + LONGEST_LOAN - 1)],
)
def test_days_that_a_role_can_be_lent_for(first: int, last: int) -> None:
    deputies.check_days(day(first), day(last), TODAY)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (1, 0, "结束日期在开始日期之前，请检查。"),
        (-1, 3, "代理不能从已经过去的日子开始，请从今天或以后开始。"),
        (FURTHEST_AHEAD + 1, FURTHEST_AHEAD + 1, "最多提前 180 天安排，请检查年份。"),
        (0, LONGEST_LOAN, "一次代理最多 180 天。更久请管理员把职责交给别人。"),
    ],
)
def test_days_that_it_cannot_be_lent_for(first: int, last: int, sentence: str) -> None:
    with pytest.raises(PolicyError) as refused:
        deputies.check_days(day(first), day(last), TODAY)
    assert str(refused.value) == sentence


HOLDER, DEPUTY, OFFICE = 1, 2, 3


@pytest.mark.parametrize(
    ("deputy", "arranged_by", "holds_it", "sentence"),
    [
        (DEPUTY, HOLDER, False, ""),
        (DEPUTY, OFFICE, False, ""),
        (HOLDER, HOLDER, True, "不能请本人代理自己，请选一位同事。"),
        (HOLDER, OFFICE, True, "不能请本人代理自己，请选一位同事。"),
        (DEPUTY, HOLDER, True, "这位同事本来就有这项职责，不需要代理。"),
        (OFFICE, OFFICE, False, "不能把同事的职责安排给自己，请另一位教务处老师或管理员来安排。"),
    ],
)
def test_who_may_stand_in(deputy: int, arranged_by: int, holds_it: bool, sentence: str) -> None:
    said = ""
    try:
        deputies.check_deputy(HOLDER, deputy, arranged_by, holds_it=holds_it)
    except PolicyError as error:
        said = str(error)
    assert said == sentence


def test_what_is_lent_is_not_lent_on() -> None:
    deputies.check_not_lent_further(7, [8, 9])
    with pytest.raises(PolicyError, match="不能再转给别人"):
        deputies.check_not_lent_further(8, [8, 9])


@pytest.mark.parametrize(("first", "last"), [(-5, 2), (4, 9), (2, 4), (0, 9), (2, 2), (4, 4), (3, 3)])
def test_two_loans_that_share_a_day_overlap(first: int, last: int) -> None:
    with pytest.raises(PolicyError, match="在 2026-11-26 至 2026-11-28 已经由这位同事代理"):
        deputies.check_no_overlap(day(first), day(last), [(day(20), day(21)), (day(2), day(4))])


@pytest.mark.parametrize(("first", "last"), [(0, 1), (5, 9)])
def test_two_loans_one_after_the_other_do_not(first: int, last: int) -> None:
    deputies.check_no_overlap(day(first), day(last), [(day(2), day(4))])


@pytest.mark.parametrize(
    ("first", "last", "ended"), [(-3, 5, -1), (-1, 0, -1), (0, 0, None), (0, 5, None), (2, 5, None)]
)
def test_a_loan_that_is_ended_holds_from_now_on_no_more(first: int, last: int, ended: int | None) -> None:
    expected = None if ended is None else day(ended)
    assert deputies.day_of_ending(day(first), day(last), TODAY) == expected


def test_what_is_over_is_not_ended_again() -> None:
    with pytest.raises(PolicyError, match="已经结束了"):
        deputies.day_of_ending(day(-3), day(-1), TODAY)
