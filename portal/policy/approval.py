"""Who may move what where: the states of a day sheet and of a filing, as tables (DOMAIN, "The flow")."""

from collections.abc import Mapping
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


class Step(StrEnum):
    COORDINATE = "coordinate"
    APPROVE = "approve"
    PUBLISH = "publish"
    RETURN = "return"


TRANSITIONS: Mapping[tuple[SheetStatus, Step], SheetStatus] = {
    (SheetStatus.COLLECTING, Step.COORDINATE): SheetStatus.COORDINATED,
    (SheetStatus.COORDINATED, Step.APPROVE): SheetStatus.APPROVED,
    (SheetStatus.APPROVED, Step.PUBLISH): SheetStatus.PUBLISHED,
    (SheetStatus.COORDINATED, Step.RETURN): SheetStatus.COLLECTING,
    (SheetStatus.APPROVED, Step.RETURN): SheetStatus.COLLECTING,
    (SheetStatus.PUBLISHED, Step.RETURN): SheetStatus.COLLECTING,
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


_FILE_AGAIN = {FilingStep.SAVE: FilingStatus.DRAFT, FilingStep.SUBMIT: FilingStatus.SUBMITTED}
FILING_TRANSITIONS: Mapping[tuple[FilingStatus, FilingStep], FilingStatus] = {
    **{(status, step): to for status in FilingStatus for step, to in _FILE_AGAIN.items()},
    (FilingStatus.DRAFT, FilingStep.WITHDRAW): FilingStatus.WITHDRAWN,
    (FilingStatus.SUBMITTED, FilingStep.WITHDRAW): FilingStatus.WITHDRAWN,
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
        raise PolicyError("这份作业已经撤回或退回，不需要再撤回。") from None


def counted(status: SheetStatus) -> frozenset[FilingStatus]:
    """The filings that count on a sheet of this status.

    While the sheet collects, a draft counts from the moment it is saved: it reserves its minutes. What was never
    handed in when the homeroom teacher signed off is not on the sheet, and does not count any more.
    """
    return COUNTED_WHILE_COLLECTING if status == SheetStatus.COLLECTING else COUNTED_ONCE_COORDINATED


def check_open(status: SheetStatus) -> None:
    """Teachers file, edit and withdraw until the homeroom teacher has signed off. Raises PolicyError after that."""
    if status != SheetStatus.COLLECTING:
        raise PolicyError("班主任已经协调好这一天的总量，不能再改。需要修改时，请班主任或年级组长先退回这份清单。")


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


def check_four_eyes(coordinator_id: int | None, approver_id: int) -> None:
    """Nobody passes alone what they signed off alone. Raises PolicyError."""
    if coordinator_id == approver_id:
        raise PolicyError("这份清单是您以班主任身份协调的，请由另一位年级组长或教务处通过。")


def check_reason(reason: str) -> str:
    """A return needs a reason that the teacher can act on. Returns it trimmed; raises PolicyError."""
    reason = reason.strip()
    if not reason:
        raise PolicyError("请写明退回的原因，老师才知道要改什么。")
    return reason
