"""Who may move what where: both tables in full, and what a sheet needs before it goes on."""

from datetime import date, datetime, time, timedelta
from itertools import product

import pytest

from portal.policy.approval import (
    FILING_TRANSITIONS,
    TRANSITIONS,
    FilingStatus,
    FilingStep,
    SheetStatus,
    Step,
    check_class_is_there,
    check_collecting,
    check_filing_reason,
    check_four_eyes,
    check_minutes_reason,
    check_open,
    check_publishable,
    check_reason,
    counted,
    is_late,
    itself_at,
    lapses,
    may_publish_itself,
    needs_reason,
    next_filing_status,
    next_status,
    rises,
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
    (COLLECTING, Step.CORRECT): REFUSED,
    (COLLECTING, Step.LAPSE): REFUSED,
    (COLLECTING, Step.EXCEPT): PUBLISHED,
    (COLLECTING, Step.AUTOMATIC): PUBLISHED,
    (COORDINATED, Step.COORDINATE): REFUSED,
    (COORDINATED, Step.APPROVE): APPROVED,
    (COORDINATED, Step.PUBLISH): REFUSED,
    (COORDINATED, Step.RETURN): COLLECTING,
    (COORDINATED, Step.CORRECT): REFUSED,
    (COORDINATED, Step.LAPSE): REFUSED,
    (COORDINATED, Step.EXCEPT): PUBLISHED,
    (COORDINATED, Step.AUTOMATIC): PUBLISHED,
    (APPROVED, Step.COORDINATE): REFUSED,
    (APPROVED, Step.APPROVE): REFUSED,
    (APPROVED, Step.PUBLISH): PUBLISHED,
    (APPROVED, Step.RETURN): COLLECTING,
    (APPROVED, Step.CORRECT): REFUSED,
    (APPROVED, Step.LAPSE): REFUSED,
    (APPROVED, Step.EXCEPT): PUBLISHED,
    (APPROVED, Step.AUTOMATIC): PUBLISHED,
    (PUBLISHED, Step.COORDINATE): REFUSED,
    (PUBLISHED, Step.APPROVE): REFUSED,
    (PUBLISHED, Step.PUBLISH): REFUSED,
    (PUBLISHED, Step.RETURN): COLLECTING,
    (PUBLISHED, Step.CORRECT): PUBLISHED,
    (PUBLISHED, Step.LAPSE): COLLECTING,
    (PUBLISHED, Step.EXCEPT): REFUSED,
    (PUBLISHED, Step.AUTOMATIC): REFUSED,
}

DRAFT, SUBMITTED, RETURNED, WITHDRAWN = FilingStatus
FILINGS = {
    (DRAFT, FilingStep.SAVE): DRAFT,
    (DRAFT, FilingStep.SUBMIT): SUBMITTED,
    (DRAFT, FilingStep.WITHDRAW): WITHDRAWN,
    (DRAFT, FilingStep.RETURN): REFUSED,
    (SUBMITTED, FilingStep.SAVE): DRAFT,
    (SUBMITTED, FilingStep.SUBMIT): SUBMITTED,
    (SUBMITTED, FilingStep.WITHDRAW): WITHDRAWN,
    (SUBMITTED, FilingStep.RETURN): RETURNED,
    (RETURNED, FilingStep.SAVE): DRAFT,
    (RETURNED, FilingStep.SUBMIT): SUBMITTED,
    (RETURNED, FilingStep.WITHDRAW): REFUSED,
    (RETURNED, FilingStep.RETURN): REFUSED,
    (WITHDRAWN, FilingStep.SAVE): DRAFT,
    (WITHDRAWN, FilingStep.SUBMIT): SUBMITTED,
    (WITHDRAWN, FilingStep.WITHDRAW): REFUSED,
    (WITHDRAWN, FilingStep.RETURN): REFUSED,
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

SAVED, HANDED_IN = False, True
OPEN_AND_COUNTED = {  # what may be sent: a draft saved, a filing handed in; and what counts
    COLLECTING: ({SAVED, HANDED_IN}, {DRAFT, SUBMITTED}),
    COORDINATED: (set(), {SUBMITTED}),
    APPROVED: (set(), {SUBMITTED}),
    PUBLISHED: ({HANDED_IN}, {SUBMITTED}),
}


def is_open(status: SheetStatus, submit: bool) -> bool:
    try:
        check_open(status, submit=submit)
    except PolicyError:
        return False
    return True


def test_the_table_of_what_is_open_and_counted_has_every_status() -> None:
    assert set(OPEN_AND_COUNTED) == set(SheetStatus)


@pytest.mark.parametrize("status", SheetStatus)
def test_teachers_file_while_the_sheet_collects_and_correct_what_is_published(status: SheetStatus) -> None:
    taken = {submit for submit in (SAVED, HANDED_IN) if is_open(status, submit)}
    assert (taken, counted(status)) == OPEN_AND_COUNTED[status]


@pytest.mark.parametrize("status", SheetStatus)
def test_single_filings_are_returned_and_shortened_only_while_the_sheet_collects(status: SheetStatus) -> None:
    if status == COLLECTING:
        check_collecting(status)
        return
    with pytest.raises(PolicyError):
        check_collecting(status)


# The cut-off, and reasons

DAY = date(2026, 11, 24)
CUTOFF = time(16, 0)


@pytest.mark.parametrize(
    ("at", "late"),
    [
        (datetime(2026, 11, 20, 23, 0), False),
        (datetime(2026, 11, 24, 15, 59, 59), False),
        (datetime(2026, 11, 24, 16, 0), False),
        (datetime(2026, 11, 24, 16, 0, 1), True),
        (datetime(2026, 11, 25, 7, 0), True),
    ],
)
def test_a_filing_is_late_after_the_cut_off_of_its_own_day(at: datetime, late: bool) -> None:
    assert is_late(DAY, at, CUTOFF) == late


@pytest.mark.parametrize(("late", "published"), [(False, True), (True, False), (True, True)])
@pytest.mark.parametrize("reason", ["", "  ", "\u3000"])
def test_a_late_filing_and_a_change_of_what_is_public_need_a_reason(reason: str, late: bool, published: bool) -> None:
    assert needs_reason(late=late, published=published)
    with pytest.raises(PolicyError):
        check_filing_reason(reason, late=late, published=published)
    assert check_filing_reason(f" 换了课 {reason}", late=late, published=published) == "换了课"


def test_a_filing_in_time_needs_no_reason() -> None:
    assert not needs_reason(late=False, published=False)
    assert check_filing_reason("", late=False, published=False) == ""


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_reviewer_who_changes_minutes_says_why(reason: str) -> None:
    with pytest.raises(PolicyError):
        check_minutes_reason(reason)
    assert check_minutes_reason(f"合计 91 分钟{reason}") == "合计 91 分钟"


BEFORE = DayLoad(home=30, everything=50)


@pytest.mark.parametrize(
    ("after", "does"),
    [
        (BEFORE, False),
        (DayLoad(home=29, everything=49), False),
        (DayLoad(school=30, everything=50), False),
        (DayLoad(home=31, everything=51), True),
        (DayLoad(home=31, everything=50), True),
        (DayLoad(home=20, everything=51), True),
        (DayLoad(home=20, everything=20, missing=("a",)), True),
    ],
)
def test_a_change_rises_where_it_adds_minutes_of_any_kind_or_leaves_them_open(after: DayLoad, does: bool) -> None:
    assert rises(BEFORE, after) == does
    assert lapses(BEFORE, after, Cap(60)) == does


def test_an_approval_lapses_where_a_sheet_over_its_cap_is_changed_and_still_over() -> None:
    over = DayLoad(home=70, everything=70)
    assert lapses(over, DayLoad(home=65, everything=65), Cap(60))
    assert not lapses(over, DayLoad(home=60, everything=60), Cap(60))


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


@pytest.mark.parametrize("days", [0, 1, 200])
def test_a_sheet_of_a_class_that_has_left_by_that_day_stays(days: int) -> None:
    with pytest.raises(PolicyError) as error:
        check_class_is_there(date(2026, 11, 24), date(2026, 11, 24) + timedelta(days=days))
    assert error.value.params == {"day": "2026-11-24"}


@pytest.mark.parametrize("left_on", [None, date(2026, 11, 25), date(2027, 6, 30)])
def test_until_then_it_goes_on(left_on: date | None) -> None:
    check_class_is_there(left_on, date(2026, 11, 24))


# What publishes itself


SETTLED = [  # filings of a sheet: whether something was handed in and nothing is left open
    ((), False),
    ((WITHDRAWN,), False),
    ((DRAFT,), False),
    ((RETURNED,), False),
    ((SUBMITTED,), True),
    ((SUBMITTED, SUBMITTED), True),
    ((SUBMITTED, WITHDRAWN), True),
    ((SUBMITTED, DRAFT), False),
    ((SUBMITTED, RETURNED), False),
]
LOADS = [
    (DayLoad(), True),
    (DayLoad(home=60), True),
    (DayLoad(home=61), False),
    (DayLoad(home=10, missing=("a",)), False),
]


@pytest.mark.parametrize("status", SheetStatus)
@pytest.mark.parametrize(("filings", "handed_in"), SETTLED)
@pytest.mark.parametrize(("load", "clean"), LOADS)
@pytest.mark.parametrize("acted", [False, True])
def test_a_sheet_publishes_itself_where_it_is_clean_handed_in_not_public_and_nobody_acted(
    status: SheetStatus, filings: tuple, handed_in: bool, load: DayLoad, clean: bool, acted: bool
) -> None:
    wanted = status != PUBLISHED and handed_in and clean and not acted
    assert may_publish_itself(status, load, Cap(60), filings=filings, acted=acted) == wanted


@pytest.mark.parametrize(
    ("publish_at", "at", "since"),
    [
        (None, datetime(2026, 11, 24, 23, 0), None),
        (time(17, 30), datetime(2026, 11, 24, 17, 29, 59), None),
        (time(17, 30), datetime(2026, 11, 24, 17, 30), datetime(2026, 11, 24, 17, 30)),
        (time(17, 30), datetime(2026, 11, 24, 23, 59), datetime(2026, 11, 24, 17, 30)),
        (time(17, 30), datetime(2026, 11, 25, 0, 0), None),
    ],
)
def test_the_moment_at_which_sheets_publish_themselves_is_of_the_same_day(
    publish_at: time | None, at: datetime, since: datetime | None
) -> None:
    assert itself_at(publish_at, at) == since


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
