"""Lending a role and taking it back. Both lock the role's row: its loans change one after the other."""

from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.models import Deputy, Person, RoleGrant
from portal.audit.actions import record
from portal.deputies import queries
from portal.extensions import db
from portal.policy import deputies
from portal.policy.errors import PolicyError
from portal.policy.permissions import Scope


def lend(grant: RoleGrant, to: Person, first: date, last: date, *, by: Person, at: datetime) -> Deputy:
    """`to` stands in for the holder of `grant` from `first` to `last`; `by` is the holder, or arranges it for them.

    Raises PolicyError for days in the past or too many, for the holder themselves and whoever has the same role, for a
    role that is only lent to `by`, and where it is lent to the same person for one of these days already.
    """
    _lock(grant.id)
    deputies.check_days(first, last, at.date())
    deputies.check_not_lent_further(grant.id, [each.grant_id for each in by.rights.lent])
    deputies.check_deputy(grant.person_id, to.id, by.id, holds_it=queries.holds(to.id, grant))
    others = queries.loans_of_grant(grant.id, to.id)
    deputies.check_no_overlap(first, last, [(each.first, each.last) for each in others])
    loan = Deputy(school_id=grant.school_id, grant_id=grant.id, person_id=to.id, first=first, last=last)
    db.session.add(loan)
    db.session.flush()
    _log("deputy.lend", grant, to, first, last, by=by, at=at)
    return loan


def end(loan: Deputy, *, by: Person, at: datetime) -> None:
    """From now on `loan` holds no more. One that held before today stays as history; one that did not is gone, and
    the log has both its beginning and its end.

    Raises PolicyError where it is over already.
    """
    _lock(loan.grant_id)
    present = db.session.execute(select(Deputy.first, Deputy.last).where(Deputy.id == loan.id)).first()
    if present is None:
        raise PolicyError("这次代理已经结束了。")
    first, last = present
    ended = deputies.day_of_ending(first, last, at.date())
    _log("deputy.end", loan.grant, loan.person, first, last, by=by, at=at)
    if ended is None:
        db.session.delete(loan)
    else:
        loan.last = ended
    db.session.flush()


def _lock(grant_id: int) -> None:
    db.session.execute(select(RoleGrant.id).where(RoleGrant.id == grant_id).with_for_update())


def _log(step: str, grant: RoleGrant, to: Person, first: date, last: date, *, by: Person, at: datetime) -> None:
    """Who stands in for whom, as what, on which days; and by which right it was arranged, if not by the holder."""
    record(
        step,
        by=by,
        at=at,
        right=None if by.id == grant.person_id else ("deputies.arrange", Scope(grant.school_id)),
        role=grant.role,
        place=grant.post.place,
        lender=grant.person_id,
        deputy=to.id,
        first=first.isoformat(),
        last=last.isoformat(),
    )
