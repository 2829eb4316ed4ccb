"""Links of classes that were replaced."""

from typing import NamedTuple

from sqlalchemy import select

from portal.board.queries import stored
from portal.extensions import db
from portal.school.models import RetiredCode, School, SchoolClass


class PresentLink(NamedTuple):
    """The code a class has now, and who may find the class."""

    code: str
    access: str


def present_link(retired: str) -> PresentLink | None:
    """What has come in place of a code that was replaced; None for a code that no class ever had. One statement."""
    wanted = (
        select(SchoolClass.code, School.board_access)
        .select_from(RetiredCode)
        .join(SchoolClass, SchoolClass.id == RetiredCode.class_id)
        .join(School, School.id == RetiredCode.school_id)
        .where(RetiredCode.code == stored(retired))
    )
    row = db.session.execute(wanted).first()
    return PresentLink(*row) if row else None
