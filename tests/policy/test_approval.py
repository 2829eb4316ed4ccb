"""Who may move what where: both tables in full, and what a sheet needs before it goes on."""

from itertools import product

import pytest

from portal.policy.approval import (
    FILING_TRANSITIONS,
    TRANSITIONS,
    FilingStatus,
    FilingStep,
    SheetStatus,
    Step,
    check_four_eyes,
    check_open,
    check_publishable,
    check_reason,
    counted,
    next_filing_status,
    next_status,
)
from portal.policy.caps import Cap
from portal.policy.errors import PolicyError
from portal.policy.workload import DayLoad

REFUSED = None

COLLECTING, COORDINATED, APPROVED, PUBLISHED = SheetStatus
SHEETS = {
    (COLLECTING, Step.COORDINATE): COORDINATED,
    (COLLECTING, Step.APPROVE): REFUSED,
    (COLLECTING, Step.PUBLISH): REFUSED,
    (COLLECTING, Step.RETURN): REFUSED,
    (COORDINATED, Step.COORDINATE): REFUSED,
    (COORDINATED, Step.APPROVE): APPROVED,
    (COORDINATED, Step.PUBLISH): REFUSED,
    (COORDINATED, Step.RETURN): COLLECTING,
    (APPROVED, Step.COORDINATE): REFUSED,
    (APPROVED, Step.APPROVE): REFUSED,
    (APPROVED, Step.PUBLISH): PUBLISHED,
    (APPROVED, Step.RETURN): COLLECTING,
    (PUBLISHED, Step.COORDINATE): REFUSED,
    (PUBLISHED, Step.APPROVE): REFUSED,
    (PUBLISHED, Step.PUBLISH): REFUSED,
    (PUBLISHED, Step.RETURN): COLLECTING,
}

DRAFT, SUBMITTED, RETURNED, WITHDRAWN = FilingStatus
FILINGS = {
    (DRAFT, FilingStep.SAVE): DRAFT,
    (DRAFT, FilingStep.SUBMIT): SUBMITTED,
    (DRAFT, FilingStep.WITHDRAW): WITHDRAWN,
    (SUBMITTED, FilingStep.SAVE): DRAFT,
    (SUBMITTED, FilingStep.SUBMIT): SUBMITTED,
    (SUBMITTED, FilingStep.WITHDRAW): WITHDRAWN,
    (RETURNED, FilingStep.SAVE): DRAFT,
    (RETURNED, FilingStep.SUBMIT): SUBMITTED,
    (RETURNED, FilingStep.WITHDRAW): REFUSED,
    (WITHDRAWN, FilingStep.SAVE): DRAFT,
    (WITHDRAWN, FilingStep.SUBMIT): SUBMITTED,
    (WITHDRAWN, FilingStep.WITHDRAW): REFUSED,
}


# The two tables


def test_the_sheet_table_has_every_status_with_every_step() -> None:
    assert set(SHEETS) == set(product(SheetStatus, Step))
    assert {pair: to for pair, to in SHEETS.items() if to is not REFUSED} == TRANSITIONS


def test_the_filing_table_has_every_status_with_every_step() -> None:
    assert set(FILINGS) == set(product(FilingStatus, FilingStep))
    assert {pair: to for pair, to in FILINGS.items() if to is not REFUSED} == FILING_TRANSITIONS


@pytest.mark.parametrize(("status", "step"), [pair for pair, to in SHEETS.items() if to is not REFUSED])
def test_a_sheet_moves_where_the_table_says(status: SheetStatus, step: Step) -> None:
    assert next_status(status, step) == SHEETS[status, step]


@pytest.mark.parametrize(("status", "step"), [pair for pair, to in SHEETS.items() if to is REFUSED])
def test_a_sheet_takes_no_other_step(status: SheetStatus, step: Step) -> None:
    with pytest.raises(PolicyError):
        next_status(status, step)


@pytest.mark.parametrize(("status", "step"), [pair for pair, to in FILINGS.items() if to is not REFUSED])
def test_a_filing_moves_where_the_table_says(status: FilingStatus, step: FilingStep) -> None:
    assert next_filing_status(status, step) == FILINGS[status, step]


@pytest.mark.parametrize(("status", "step"), [pair for pair, to in FILINGS.items() if to is REFUSED])
def test_a_filing_takes_no_other_step(status: FilingStatus, step: FilingStep) -> None:
    with pytest.raises(PolicyError):
        next_filing_status(status, step)


# What counts, and until when one may file

OPEN_AND_COUNTED = {
    COLLECTING: (True, {DRAFT, SUBMITTED}),
    COORDINATED: (False, {SUBMITTED}),
    APPROVED: (False, {SUBMITTED}),
    PUBLISHED: (False, {SUBMITTED}),
}


def is_open(status: SheetStatus) -> bool:
    try:
        check_open(status)
    except PolicyError:
        return False
    return True


def test_the_table_of_what_is_open_and_counted_has_every_status() -> None:
    assert set(OPEN_AND_COUNTED) == set(SheetStatus)


@pytest.mark.parametrize("status", SheetStatus)
def test_drafts_count_and_teachers_file_only_while_the_sheet_collects(status: SheetStatus) -> None:
    assert (is_open(status), counted(status)) == OPEN_AND_COUNTED[status]


# What a sheet needs before it goes on


@pytest.mark.parametrize(
    ("total", "cap"),
    [(0, Cap(60)), (60, Cap(60)), (120, Cap(60, batch=True)), (90, Cap(90)), (1000, Cap(None))],
)
def test_a_sheet_up_to_its_limit_goes_on(total: int, cap: Cap) -> None:
    check_publishable(DayLoad(home=total), cap)


@pytest.mark.parametrize(
    ("load", "cap", "says"),
    [
        (DayLoad(school=1, home=60), Cap(60), {"total": 61, "limit": 60, "over": 1}),
        (DayLoad(school=50, home=41), Cap(90), {"total": 91, "limit": 90, "over": 1}),
        (DayLoad(home=121), Cap(60, batch=True), {"total": 121, "limit": 120, "over": 1}),
        (DayLoad(home=61, missing=("a",)), Cap(60), {"total": 61, "limit": 60, "over": 1}),
    ],
)
def test_a_sheet_over_its_limit_stays_and_the_sentence_says_by_how_much(
    load: DayLoad, cap: Cap, says: dict[str, int]
) -> None:
    with pytest.raises(PolicyError) as error:
        check_publishable(load, cap)
    assert error.value.params == says


@pytest.mark.parametrize("cap", [Cap(60), Cap(60, batch=True), Cap(None)])
def test_a_sheet_without_all_its_minutes_stays_and_the_sentence_says_how_many_are_missing(cap: Cap) -> None:
    with pytest.raises(PolicyError) as error:
        check_publishable(DayLoad(home=10, missing=("a", "b")), cap)
    assert error.value.params == {"count": 2}


def test_only_the_headline_is_held_against_the_cap() -> None:
    check_publishable(DayLoad(home=60, other=500, optional_written=200, optional=300, everything=860), Cap(60))


def test_nobody_approves_a_sheet_they_coordinated() -> None:
    with pytest.raises(PolicyError):
        check_four_eyes(coordinator_id=7, approver_id=7)


@pytest.mark.parametrize("coordinator_id", [8, None])
def test_somebody_else_may_approve_it(coordinator_id: int | None) -> None:
    check_four_eyes(coordinator_id, approver_id=7)


@pytest.mark.parametrize("reason", ["", "   ", "\r\n\t", "\u3000"])
def test_a_return_without_a_reason_is_refused(reason: str) -> None:
    with pytest.raises(PolicyError):
        check_reason(reason)


def test_a_reason_is_kept_without_the_blanks_around_it() -> None:
    assert check_reason("\u3000数学请减 10 分钟\r\n谢谢 \n") == "数学请减 10 分钟\r\n谢谢"


# The sentence of a refusal


def test_a_refusal_reads_as_its_sentence_with_the_numbers_in_it() -> None:
    error = PolicyError("合计 %(total)s 分钟", total=61)
    assert (str(error), error.sentence, error.params) == (
        "合计 61 分钟",
        "合计 %(total)s 分钟",
        {"total": 61},
    )


def test_a_sentence_without_numbers_may_hold_a_percent_sign() -> None:
    assert str(PolicyError("只完成了 50%")) == "只完成了 50%"
