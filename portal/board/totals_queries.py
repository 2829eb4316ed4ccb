"""Reading a whole school's day: every class with what is published for it, and nothing else."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.approvals.models import SheetVersion
from portal.board.queries import CLASS_COLUMNS, LONGEST_BREAK, SCHOOL_COLUMNS, Face, SchoolFace, stored
from portal.board.totals_page import ClassTotal
from portal.extensions import db
from portal.school.models import School, SchoolClass


class WholeSchool(NamedTuple):
    """A school as its public pages know it, all classes it ever had by grade and number, and when families can usually
    expect the board.
    """

    face: SchoolFace
    every_class: tuple[Face, ...]
    published_by: time

    @property
    def classes(self) -> tuple[Face, ...]:
        """The present ones."""
        return tuple(each for each in self.every_class if not each.left)

    @property
    def made_of(self) -> tuple[SchoolFace | Face, ...]:
        """What a page of the whole school stands on."""
        return self.face, *self.every_class


def whole_school_or_404(school_code: str) -> WholeSchool:
    """The school with this code in its address, with all its classes (1 statement); 404 for none."""
    wanted = (
        select(School.published_by, *SCHOOL_COLUMNS, *CLASS_COLUMNS)
        .outerjoin(SchoolClass, SchoolClass.school_id == School.id)
        .where(School.code == stored(school_code))
        .order_by(SchoolClass.grade, SchoolClass.number)
    )
    rows = db.session.execute(wanted).all() or abort(404)
    published_by, *school = rows[0][:6]
    return WholeSchool(
        SchoolFace(*school), tuple(Face(*row[6:], *school) for row in rows if row[6] is not None), published_by
    )


def total_of(face: Face, content: dict | None) -> ClassTotal:
    """The class as it was called when the version was published, or as it is called now where there is none."""
    called = content or {"grade": face.grade, "number": face.number}
    return ClassTotal(face.id, face.code, called["grade"], called["number"], content)


def totals_of(classes: Sequence[Face], day: date) -> list[ClassTotal]:
    """Of these classes those that there were on `day`, by the grade and number they had, each with the latest version
    of the sheet that covers it (1 statement).
    """
    version = aliased(SheetVersion)
    latest = (
        select(version.id)
        .where(
            version.class_id == SchoolClass.id,
            version.date.between(day - timedelta(days=LONGEST_BREAK), day),
            version.last_day >= day,
        )
        .order_by(version.date.desc(), version.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = select(SchoolClass.id, SheetVersion.content).join(SheetVersion, SheetVersion.id == latest)
    published = dict(db.session.execute(wanted.where(SchoolClass.id.in_([each.id for each in classes]))).all())
    shown = [each for each in classes if each.id in published or each.was_there(day)]
    totals = [total_of(each, published.get(each.id)) for each in shown]
    return sorted(totals, key=lambda each: (each.grade, each.number))
