"""Who may move what where: the states of a day sheet and of a filing, as tables (DOMAIN, "The flow")."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from enum import StrEnum

from portal.policy import caps
from portal.policy.caps import Cap
from portal.policy.errors import PolicyError
from portal.policy.workload import DayLoad


class SheetStatus(StrEnum):
    COLLECTING = "collecting"
    COORDINATED = "coordinated"
    APPROVED = "approved"
    PUBLISHED = "published"


class ApprovalMode(StrEnum):
    """Whether the office passes every sheet, or only looks at exceptions."""

    EXCEPTIONS = "exceptions"
    ALL = "all"


class Step(StrEnum):
    COORDINATE = "coordinate"
    APPROVE = "approve"
    PUBLISH = "publish"
    RETURN = "return"
    CORRECT = "correct"  # a change after publication that adds no minutes: the next version, at once
    LAPSE = "lapse"  # a change after publication that adds minutes: everything from the start
    EXCEPT = "except"  # the office publishes with a named reason: over the cap, or because somebody is missing
    AUTOMATIC = "automatic"  # a clean sheet publishes itself at the time the school has set


class ExceptionKind(StrEnum):
    """What the office looks at afterwards (DOMAIN, "The flow"); the log's rows carry it."""

    ASKED = "asked"  # publication over the cap is asked for
    OVER_CAP = "over_cap"  # published over the cap
    IN_PLACE = "in_place"  # published by the office in place of those who were missing
    LATE = "late"
    CHANGED = "changed"  # after approval
    REVIEWER = "reviewer"  # a reviewer changed minutes
    OWN_SUBJECT = "own_subject"  # the homeroom teacher signed off a sheet with their own subject on it
    AUTOMATIC = "automatic"


STEP_PERMISSIONS: Mapping[Step, str | None] = {
    Step.COORDINATE: "sheet.coordinate",
    Step.APPROVE: "sheet.approve",
    Step.PUBLISH: "sheet.publish",
    Step.RETURN: "sheet.return",
    Step.CORRECT: "homework.write",
    Step.LAPSE: "homework.write",
    Step.EXCEPT: "sheet.except",
    Step.AUTOMATIC: None,  # nobody: the clock does it
}

TRANSITIONS: Mapping[tuple[SheetStatus, Step], SheetStatus] = {
    (SheetStatus.COLLECTING, Step.COORDINATE): SheetStatus.COORDINATED,
    (SheetStatus.COORDINATED, Step.APPROVE): SheetStatus.APPROVED,
    (SheetStatus.APPROVED, Step.PUBLISH): SheetStatus.PUBLISHED,
    (SheetStatus.COORDINATED, Step.RETURN): SheetStatus.COLLECTING,
    (SheetStatus.APPROVED, Step.RETURN): SheetStatus.COLLECTING,
    (SheetStatus.PUBLISHED, Step.RETURN): SheetStatus.COLLECTING,
    (SheetStatus.PUBLISHED, Step.CORRECT): SheetStatus.PUBLISHED,
    (SheetStatus.PUBLISHED, Step.LAPSE): SheetStatus.COLLECTING,
    **{
        (status, step): SheetStatus.PUBLISHED
        for status in (SheetStatus.COLLECTING, SheetStatus.COORDINATED, SheetStatus.APPROVED)
        for step in (Step.EXCEPT, Step.AUTOMATIC)
    },
}


class FilingStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class FilingStep(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"


_FILE_AGAIN = {FilingStep.SAVE: FilingStatus.DRAFT, FilingStep.SUBMIT: FilingStatus.SUBMITTED}
FILING_TRANSITIONS: Mapping[tuple[FilingStatus, FilingStep], FilingStatus] = {
    **{(status, step): to for status in FilingStatus for step, to in _FILE_AGAIN.items()},
    (FilingStatus.DRAFT, FilingStep.WITHDRAW): FilingStatus.WITHDRAWN,
    (FilingStatus.SUBMITTED, FilingStep.WITHDRAW): FilingStatus.WITHDRAWN,
    (FilingStatus.SUBMITTED, FilingStep.RETURN): FilingStatus.RETURNED,
}

COUNTED_WHILE_COLLECTING = frozenset({FilingStatus.DRAFT, FilingStatus.SUBMITTED})
COUNTED_ONCE_COORDINATED = frozenset({FilingStatus.SUBMITTED})


def next_status(status: SheetStatus, step: Step) -> SheetStatus:
    """Where `step` leads from `status`. Raises PolicyError where the table has no such step."""
    try:
        return TRANSITIONS[status, step]
    except KeyError:
        raise PolicyError("这份清单的状态已经变了，这一步现在不能做。请看当前状态。") from None


def next_filing_status(status: FilingStatus, step: FilingStep) -> FilingStatus:
    """Where `step` leads a filing. Raises PolicyError where the table has no such step."""
    try:
        return FILING_TRANSITIONS[status, step]
    except KeyError:
        if step == FilingStep.RETURN:
            raise PolicyError("只有已提交的作业才能退回。") from None
        raise PolicyError("这份作业已经撤回或退回，不需要再撤回。") from None


def counted(status: SheetStatus) -> frozenset[FilingStatus]:
    """The filings that count on a sheet of this status.

    While the sheet collects, a draft counts from the moment it is saved: it reserves its minutes. What was never
    handed in when the homeroom teacher signed off is not on the sheet, and does not count any more.
    """
    return COUNTED_WHILE_COLLECTING if status == SheetStatus.COLLECTING else COUNTED_ONCE_COORDINATED


def check_open(status: SheetStatus, *, submit: bool = True) -> None:
    """Teachers file, edit and withdraw until the homeroom teacher has signed off; and again, as corrections, once
    the sheet is published (`submit`: a draft of a correction is not kept). Raises PolicyError in between.
    """
    if status == SheetStatus.PUBLISHED and not submit:
        raise PolicyError("这一天已经公示，更正要写明原因并提交，不存草稿。")
    if status not in (SheetStatus.COLLECTING, SheetStatus.PUBLISHED):
        raise PolicyError("班主任已经协调好这一天的总量，不能再改。需要修改时，请班主任或年级组长先退回这份清单。")


def check_collecting(status: SheetStatus) -> None:
    """Single filings are returned, and single items shortened, before the total is signed off. Raises PolicyError."""
    if status != SheetStatus.COLLECTING:
        raise PolicyError("班主任已经协调好这一天的总量。需要修改时，请先退回这份清单。")


def check_minutes_reason(reason: str) -> str:
    """A reviewer who changes a colleague's minutes says why: the colleague reads it. Raises PolicyError."""
    reason = reason.strip()
    if not reason:
        raise PolicyError("请写明为什么改这一项的分钟数，任课教师会看到。")
    return reason


def is_late(day: date, at: datetime, cutoff: time) -> bool:
    """Whether a filing for `day` that is handed in at `at` (on the school's clock) comes after the cut-off."""
    return at.date() > day or (at.date() == day and at.time() > cutoff)


def needs_reason(*, late: bool, published: bool) -> bool:
    """Whether handing in needs a reason: after the cut-off, and for every change once a version is public."""
    return late or published


def check_filing_reason(reason: str, *, late: bool, published: bool) -> str:
    """The reason trimmed. Raises PolicyError where one is needed and missing."""
    reason = reason.strip()
    if published and not reason:
        raise PolicyError("这一天已经公示过。修改要写明原因，原因会写在公示栏上。")
    if late and not reason:
        raise PolicyError("已经过了截止时间。现在提交要写明原因，并会标为“迟交”。")
    return reason


def rises(before: DayLoad, after: DayLoad) -> bool:
    """Whether a change adds minutes, of whatever kind: then an approval does not hold any more."""
    return after.total > before.total or after.everything > before.everything or not after.complete


def lapses(before: DayLoad, after: DayLoad, cap: Cap) -> bool:
    """Whether a change of a published sheet ends its approval; otherwise it is published at once as a correction."""
    return caps.over_by(after.total, cap) > 0 or rises(before, after)


def check_publishable(load: DayLoad, cap: Cap) -> None:
    """No sheet over its cap or without all its minutes goes on. Raises PolicyError with the reason."""
    over = caps.over_by(load.total, cap)
    if over:
        raise PolicyError(
            "必做书面合计 %(total)s 分钟，超过上限 %(limit)s 分钟，超 %(over)s 分钟。请先和任课教师商量减少。",
            total=load.total,
            limit=cap.limit,
            over=over,
        )
    if not load.complete:
        raise PolicyError(
            "有 %(count)s 项作业没有填分钟数，合计不完整。请任课教师补上预计用时。", count=len(load.missing)
        )


def check_class_is_there(left_on: date | None, day: date) -> None:
    """No sheet goes on for a day on which its class was none of the school any more. Raises PolicyError.

    `left_on`: the first such day, None while it is a class. What is published stays.
    """
    if left_on and left_on <= day:
        raise PolicyError(
            "这个班 %(day)s 离校，这一天的清单不能再签字和公示。如果还在上课，请管理员先恢复这个班。",
            day=left_on.isoformat(),
        )


def check_four_eyes(coordinator_id: int | None, approver_id: int) -> None:
    """Nobody passes alone what they signed off alone. Raises PolicyError."""
    if coordinator_id == approver_id:
        raise PolicyError("这份清单是您以班主任身份协调的，请由另一位年级组长或教务处通过。")


def check_exception(load: DayLoad, cap: Cap, named: ExceptionKind) -> None:
    """What the office publishes by way of exception is complete, and over its cap where that is the reason named.

    Raises PolicyError: a sheet within its cap is not published "over the cap", nor one over it "in place of others".
    """
    if not load.complete:
        check_publishable(load, Cap(None))
    over = caps.over_by(load.total, cap)
    if named == ExceptionKind.OVER_CAP and not over:
        raise PolicyError("这份清单没有超过上限，不需要按超量公示。")
    if named == ExceptionKind.IN_PLACE and over:
        raise PolicyError("这份清单超过上限 %(over)s 分钟，只能按超量公示。", over=over)


def itself_at(publish_at: time | None, at: datetime) -> datetime | None:
    """The moment of the day of `at`, on the same clock, at which clean sheets publish themselves; None where that is
    still to come, or never (`publish_at` None).
    """
    if publish_at is None or at.time() < publish_at:
        return None
    return datetime.combine(at.date(), publish_at, at.tzinfo)


def may_publish_itself(
    status: SheetStatus, load: DayLoad, cap: Cap, *, filings: Collection[FilingStatus], acted: bool
) -> bool:
    """Whether nobody has to look: something was handed in, within the cap, complete, no draft; and nobody
    has acted: returned it, changed what was public, or touched it after the time (`acted`).
    """
    handed_in = FilingStatus.SUBMITTED in filings
    settled = set(filings) <= {FilingStatus.SUBMITTED, FilingStatus.WITHDRAWN}
    clean = load.complete and not caps.over_by(load.total, cap)
    return status != SheetStatus.PUBLISHED and handed_in and settled and clean and not acted


def check_reason(reason: str) -> str:
    """A return needs a reason that the teacher can act on. Returns it trimmed; raises PolicyError."""
    reason = reason.strip()
    if not reason:
        raise PolicyError("请写明退回的原因，老师才知道要改什么。")
    return reason


def check_exception_reason(reason: str) -> str:
    """An exception is asked for, and published, with a reason that the log keeps. Trimmed; raises PolicyError."""
    reason = reason.strip()
    if not reason:
        raise PolicyError("请写明原因，记录里要留下为什么需要例外。")
    return reason
