"""Another address for a class. The old one is kept, so that whoever still has it is told what to do."""

from collections.abc import Collection, Iterable
from datetime import datetime
from secrets import choice

from sqlalchemy import or_, select, update

from portal.accounts.models import Person
from portal.audit.actions import record
from portal.extensions import db
from portal.policy import links
from portal.policy.errors import StaleForm
from portal.school.models import RetiredCode, School, SchoolClass


def replace_links(school: School, codes: Collection[str], *, by: Person, at: datetime) -> None:
    """Give the classes of a school that have these codes new ones.

    Raises StaleForm where one of them is not the code of a class of the school, or not any more.
    """
    count_change(school.id)
    classes = _locked(school, SchoolClass.code.in_(codes))
    if not classes or len(classes) != len(set(codes)):
        raise StaleForm("有的链接刚刚换过，没有再换一次。现在的链接在下面。")
    _give_new_codes(classes, by=by, at=at)


def replace_guessable_links(school: School, *, by: Person, at: datetime) -> None:
    """Give every class of a school whose code can be guessed a new one."""
    guessable = [each for each in _locked(school) if not links.cannot_be_guessed(each.code)]
    if guessable:
        _give_new_codes(guessable, by=by, at=at)


def count_change(school_id: int) -> None:
    """What the public reads of a school is different from the commit on; its row stays locked until then."""
    counted = update(School).where(School.id == school_id).values(rules_version=School.rules_version + 1)
    db.session.execute(counted)


def new_code() -> str:
    """A code that no class has or ever had."""
    while True:
        code = links.drawn_code(choice)
        taken = select(
            or_(
                select(SchoolClass.id).where(SchoolClass.code == code).exists(),
                select(RetiredCode.id).where(RetiredCode.code == code).exists(),
            )
        )
        if not db.session.scalar(taken):
            return code


def _locked(school: School, *which: object) -> list[SchoolClass]:
    """Classes of a school as they are stored now, locked one after the other, always in the same order."""
    wanted = select(SchoolClass).where(SchoolClass.school_id == school.id, *which).order_by(SchoolClass.id)
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    return sorted(db.session.scalars(locked), key=lambda each: (each.grade, each.number))


def _give_new_codes(classes: Iterable[SchoolClass], *, by: Person, at: datetime) -> None:
    for each in classes:
        db.session.add(RetiredCode(school_id=each.school_id, class_id=each.id, code=each.code, retired_at=at))
        each.code = new_code()
        db.session.flush()
    record("link.replace", by=by, at=at, classes=[[each.grade, each.number] for each in classes])
