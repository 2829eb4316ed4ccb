"""Reading 统一内容: what a grade has agreed on for a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.homework.models import CommonHomework


def common_of(school_id: int, grade: int, subject_id: int, day: date) -> CommonHomework | None:
    """The common content of a subject, with who saved it; None where there never was any. Without items, it was taken
    back.
    """
    return next((each for each in _of_grade(school_id, grade, day, [subject_id])), None)


def commons_of_grade(school_id: int, grade: int, day: date) -> dict[int, CommonHomework]:
    """What is set for a grade on a day, by subject (1 statement)."""
    return {each.subject_id: each for each in _of_grade(school_id, grade, day) if each.items}


def _of_grade(
    school_id: int, grade: int, day: date, subject_ids: Sequence[int] | None = None
) -> Sequence[CommonHomework]:
    asked = select(CommonHomework).where(
        CommonHomework.school_id == school_id, CommonHomework.grade == grade, CommonHomework.date == day
    )
    if subject_ids is not None:
        asked = asked.where(CommonHomework.subject_id.in_(subject_ids))
    return db.session.scalars(
        asked.options(joinedload(CommonHomework.saved_by)).execution_options(populate_existing=True)
    ).all()
