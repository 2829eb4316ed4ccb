"""Links of classes that were replaced."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select

from portal.board.queries import stored
from portal.extensions import db
from portal.school.models import RetiredCode, School, SchoolClass


class PresentLink(NamedTuple):
    """The code a class has now, and who may find the class."""

    code: str
    access: str


def present_links(codes: Iterable[str]) -> dict[str, PresentLink]:
    """What has come in place of those of these codes that were replaced. One statement."""
    wanted = (
        select(RetiredCode.code, SchoolClass.code, School.board_access)
        .select_from(RetiredCode)
        .join(SchoolClass, SchoolClass.id == RetiredCode.class_id)
        .join(School, School.id == RetiredCode.school_id)
        .where(RetiredCode.code.in_([stored(code) for code in codes]))
    )
    return {retired: PresentLink(code, access) for retired, code, access in db.session.execute(wanted)}
