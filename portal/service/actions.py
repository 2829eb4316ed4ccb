"""Writing the lists. The school's row is locked first: its lists change one after the other.

Each change counts the school's `rules_version` on, which is how public pages and other processes know of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Person
from portal.audit.actions import record
from portal.extensions import db
from portal.policy.errors import StaleForm
from portal.policy.permissions import Scope
from portal.policy.service import ListKind, Period, check_times, in_order
from portal.school.models import School, SchoolClass
from portal.service.models import NOTHING, ServiceList, never_written


def set_timetable(
    school: School, periods: Iterable[Period], *, seen_version: int, by: Person, at: datetime
) -> ServiceList:
    """The whole timetable from now on. Raises StaleForm, and PolicyError for a period that ends before it starts."""
    stored = _locked(school, ListKind.TIMETABLE, seen_version)
    for each in periods:
        check_times(each.starts, each.ends)
    was, now = stored.rows, [each.plain for each in in_order(periods)]
    return _write(school, stored, now, by=by, at=at, was=was, now=now)


def set_content(
    school: School,
    content: Mapping[int, Sequence[str]],
    classes: Iterable[SchoolClass],
    *,
    seen_version: int,
    by: Person,
    at: datetime,
) -> ServiceList:
    """What the `classes` do from Monday to Friday, by their ids; classes that are not in `content` keep what they have.

    Raises StaleForm.
    """
    stored = _locked(school, ListKind.CONTENT, seen_version)
    before = stored.content
    rows, changed = {}, []
    for each in classes:
        was = before.get(each.id, NOTHING)
        now = tuple(content.get(each.id, was))
        if any(now):
            rows[str(each.id)] = list(now)
        if now != was:
            changed.append([each.id, each.grade, each.number, list(was), list(now)])
    return _write(school, stored, rows, by=by, at=at, classes=changed)


def _locked(school: School, kind: ListKind, seen_version: int) -> ServiceList:
    """The list, made where it is missing, under the lock of the school's row. Raises StaleForm if it is not what the
    form showed.
    """
    anew = {"populate_existing": True}
    db.session.scalars(select(School).where(School.id == school.id).with_for_update().execution_options(**anew)).one()
    wanted = select(ServiceList).where(ServiceList.school_id == school.id, ServiceList.kind == kind)
    stored = db.session.scalars(wanted.execution_options(**anew)).first()
    stored = stored or never_written(school.id, kind)
    if stored.version != seen_version:
        raise StaleForm("这张表刚刚由同事改过，您这里还是旧的。您填写的内容都在，请对照现在的情况，再保存一次。")
    return stored


def _write(
    school: School, stored: ServiceList, rows: list | dict, *, by: Person, at: datetime, **details: object
) -> ServiceList:
    """Store the rows with their row in the log; nothing where they are what they were."""
    if rows == stored.rows:
        return stored
    stored.rows = rows
    stored.version += 1
    db.session.add(stored)
    school.rules_version += 1
    record(f"service.{stored.kind}", by=by, at=at, right=("service.set", Scope(school.id)), **details)
    db.session.flush()
    return stored
