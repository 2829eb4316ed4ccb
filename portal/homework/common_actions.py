"""Agreeing on a grade's common content (统一内容), and taking it back. The row is locked before it is read."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Person
from portal.audit.actions import record
from portal.extensions import db
from portal.homework.models import CommonHomework
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.item import ItemValues, check_allowed, task_of
from portal.policy.permissions import Scope
from portal.policy.roster import check_taught
from portal.policy.workload import day_load
from portal.school.models import School, Subject
from portal.school.rules import rules_of


def set_common(
    school: School,
    grade: int,
    subject: Subject,
    day: date,
    *,
    items: Sequence[ItemValues],
    seen_version: int,
    by: Person,
    at: datetime,
) -> CommonHomework:
    """Agree on `items` for all classes of a grade; classes that have taken over earlier ones keep theirs.

    `seen_version` is the version the form was shown, 0 for none. Raises StaleForm if it has changed since, PolicyError
    if there is nothing to agree on, the subject is closed, or an item may not be set in this grade on this day.
    """
    if not items:
        raise PolicyError("请先写统一内容。")
    check_taught(subject.name, subject.closed_on is not None)
    without = rules_of(school).calendar.is_without_homework(day, grade)
    check_allowed(items, grade=grade, without_homework=without)
    common = _locked(school, grade, subject, day, seen_version, by, at)
    return _write("common.set", common, subject, items, by=by, at=at)


def remove_common(
    school: School, grade: int, subject: Subject, day: date, *, seen_version: int, by: Person, at: datetime
) -> CommonHomework:
    """Take the common content back; what classes have filed stays. Raises StaleForm, or PolicyError for none."""
    common = _locked(school, grade, subject, day, seen_version, by, at)
    if not common.items:
        raise PolicyError("年级现在没有统一内容。")
    return _write("common.remove", common, subject, [], by=by, at=at)


def _locked(
    school: School, grade: int, subject: Subject, day: date, seen_version: int, by: Person, at: datetime
) -> CommonHomework:
    """The row, made where it is missing (version 0), locked until the commit."""
    key = {"school_id": school.id, "grade": grade, "subject_id": subject.id, "date": day}
    wanted = select(CommonHomework).filter_by(**key).with_for_update().execution_options(populate_existing=True)
    common = db.session.scalars(wanted).first()
    if common is None:
        try:
            with db.session.begin_nested():
                db.session.add(CommonHomework(**key, items=[], version=0, saved_by_id=by.id, saved_at=at))
        except IntegrityError:  # somebody else made it in this very moment
            pass
        common = db.session.scalars(wanted).one()
    if common.version != seen_version:
        raise StaleForm("统一内容刚刚由同事改过，您这里还是旧的。您写的内容都在，请对照后再保存。")
    return common


def _write(
    step: str, common: CommonHomework, subject: Subject, items: Sequence[ItemValues], *, by: Person, at: datetime
) -> CommonHomework:
    before = common.values
    common.items = [asdict(each) | {"kept": list(each.kept)} for each in items]
    common.version += 1
    common.saved_by_id, common.saved_at = by.id, at
    db.session.flush()
    record(
        step,
        by=by,
        at=at,
        right=("common.write", Scope(common.school_id, grade=common.grade, subject_id=common.subject_id)),
        grade=common.grade,
        subject=subject.name,
        date=common.date.isoformat(),
        minutes=[_minutes(common, each) for each in (before, items)],
    )
    return common


def _minutes(common: CommonHomework, items: Sequence[ItemValues]) -> int:
    """Mandatory written minutes on the day itself."""
    tasks = [task_of(each, subject=common.subject_id, first_day=common.date) for each in items]
    return day_load(tasks, [common.date]).total
