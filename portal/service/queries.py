"""Reading the lists of a school, and what they were before."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select

from portal.accounts.name_queries import with_names
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.service import ListKind
from portal.service.models import ServiceList, never_written


def lists_of(school_id: int) -> dict[ListKind, ServiceList]:
    """The lists that a school has written, by kind (1 statement)."""
    rows = db.session.scalars(select(ServiceList).where(ServiceList.school_id == school_id))
    return {ListKind(each.kind): each for each in rows}


def list_of(school_id: int, kind: ListKind) -> ServiceList:
    """A list of a school; an empty one where it has never been written."""
    return lists_of(school_id).get(kind) or never_written(school_id, kind)


def changes_of(school_id: int, kind: ListKind, *, most: int) -> Sequence[LogEntry]:
    """The latest changes of a list, the last one first."""
    wanted = select(LogEntry).where(LogEntry.school_id == school_id, LogEntry.step == f"service.{kind}")
    return with_names(db.session.scalars(wanted.order_by(LogEntry.id.desc()).limit(most)).all())


def changes_since_or_404(changes: Sequence[LogEntry], entry_id: int) -> Sequence[LogEntry]:
    """Those of `changes` from the last one back to the one with this id; 404 where it is none of them."""
    found = [each for each in changes if each.id >= entry_id]
    return found if found and found[-1].id == entry_id else abort(404)
