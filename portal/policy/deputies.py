"""Who may stand in for whom, and for how long: a role is lent for a range of days (DOMAIN, "The flow")."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from portal.policy.errors import PolicyError

LONGEST_LOAN = 180  # days; a term. Who is away for longer gives the role to somebody else
FURTHEST_AHEAD = 180  # days until the first day; one that is further away has a slip in its year


class Phase(StrEnum):
    """Where a loan stands on a certain day."""

    CURRENT = "current"
    COMING = "coming"
    PAST = "past"


def phase(first: date, last: date, today: date) -> Phase:
    """Whether a loan from `first` to `last` holds today, later, or no more."""
    if last < today:
        return Phase.PAST
    return Phase.CURRENT if first <= today else Phase.COMING


def check_days(first: date, last: date, today: date) -> None:
    """A loan begins today or later, ends on its first day or later, and lasts no longer than a term.

    Raises PolicyError.
    """
    if last < first:
        raise PolicyError("结束日期在开始日期之前，请检查。")
    if first < today:
        raise PolicyError("代理不能从已经过去的日子开始，请从今天或以后开始。")
    if first > today + timedelta(days=FURTHEST_AHEAD):
        raise PolicyError("最多提前 %(days)s 天安排，请检查年份。", days=FURTHEST_AHEAD)
    if (last - first).days >= LONGEST_LOAN:
        raise PolicyError("一次代理最多 %(days)s 天。更久请管理员把职责交给别人。", days=LONGEST_LOAN)


def check_deputy(holder_id: int, deputy_id: int, arranged_by_id: int, *, holds_it: bool) -> None:
    """A deputy is somebody else, has not got the role anyway (`holds_it`), and does not take it for themselves.

    Raises PolicyError.
    """
    if deputy_id == holder_id:
        raise PolicyError("不能请本人代理自己，请选一位同事。")
    if holds_it:
        raise PolicyError("这位同事本来就有这项职责，不需要代理。")
    if deputy_id == arranged_by_id:
        raise PolicyError("不能把同事的职责安排给自己，请另一位教务处老师或管理员来安排。")


def check_not_lent_further(grant_id: int, lent_grants: Iterable[int]) -> None:
    """What is lent to somebody they do not lend on, whatever else they may arrange. Raises PolicyError."""
    if grant_id in lent_grants:
        raise PolicyError("这项职责是别人请您代理的，不能再转给别人。")


def check_no_overlap(first: date, last: date, others: Iterable[tuple[date, date]]) -> None:
    """The same role is lent to the same person once for each day. Raises PolicyError."""
    for begins, ends in others:
        if first <= ends and begins <= last:
            raise PolicyError(
                "这项职责在 %(first)s 至 %(last)s 已经由这位同事代理。请改日期，或先结束那一次。",
                first=begins.isoformat(),
                last=ends.isoformat(),
            )


def day_of_ending(first: date, last: date, today: date) -> date | None:
    """The last day of a loan that is ended today: it holds from now on no more. None: it never held for a whole day.

    Raises PolicyError where it is over anyway.
    """
    if phase(first, last, today) == Phase.PAST:
        raise PolicyError("这次代理已经结束了。")
    return today - timedelta(days=1) if first < today else None
