"""请减 10 分钟: what may be asked of a colleague, and what has become of it (DOMAIN, "The flow")."""

from enum import StrEnum

from portal.policy.errors import PolicyError
from portal.policy.item import MOST_MINUTES

MOST_WORDS = 300  # of a request or an answer


class RequestStatus(StrEnum):
    """What somebody has done about a request."""

    OPEN = "open"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


class Outcome(StrEnum):
    """How a request stands: what was done about it, or where nobody has, whether it still waits."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"
    CHANGED = "changed"  # the teacher has changed the minutes without answering
    GONE = "gone"  # the item is not on the sheet any more
    SIGNED_OFF = "signed_off"


def outcome(status: RequestStatus, *, was: int | None, now: int | None, on_sheet: bool, collecting: bool) -> Outcome:
    """How a request stands. `was` and `now` are the item's minutes when it was asked and at present.

    A request that nobody answers never stays open for ever: it is over when its item changes, goes, or is signed off.
    """
    if status != RequestStatus.OPEN:
        return Outcome(status.value)
    if not on_sheet:
        return Outcome.GONE
    if now != was:
        return Outcome.CHANGED
    return Outcome.WAITING if collecting else Outcome.SIGNED_OFF


def check_request(present: int | None, suggested: int | None, message: str) -> None:
    """Asking says something: fewer minutes than the item has, words, or both. Raises PolicyError."""
    if suggested is None and not message.strip():
        raise PolicyError("请写建议的分钟数，或写一句话。")
    if suggested is not None and present is not None and suggested >= present:
        raise PolicyError("建议的分钟数要比现在的 %(present)s 分钟少。", present=present)


def check_waiting(how: Outcome) -> None:
    """Only what still waits is accepted, answered or taken back. Raises PolicyError with what has happened instead."""
    refusals = {
        Outcome.ACCEPTED: PolicyError("这个请求已经同意过了。"),
        Outcome.ANSWERED: PolicyError("这个请求已经答复过了。"),
        Outcome.TAKEN_BACK: PolicyError("这个请求已经由班主任收回了。"),
        Outcome.CHANGED: PolicyError("这一项的分钟数已经改过，请求不用再处理。"),
        Outcome.GONE: PolicyError("这一项作业已经不在清单上，请求不用再处理。"),
        Outcome.SIGNED_OFF: PolicyError("班主任已经签字，请求不用再处理。"),
    }
    if how in refusals:
        raise refusals[how]


def check_agreed(minutes: int | None) -> int:
    """The minutes agreed on. Raises PolicyError where nobody has named any."""
    if minutes is None:
        raise PolicyError("班主任没有写建议的分钟数，请填改成多少分钟。")
    if not 0 <= minutes <= MOST_MINUTES:
        raise PolicyError("分钟数请填 0 到 %(most)s。", most=MOST_MINUTES)
    return minutes


def check_answer(answer: str) -> str:
    """The answer trimmed. Raises PolicyError where there is none."""
    answer = answer.strip()
    if not answer:
        raise PolicyError("请写一句答复。")
    return answer
