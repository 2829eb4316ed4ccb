"""What the public reads: classes and published versions, nothing else."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from flask import abort
from sqlalchemy import Date, String, and_, bindparam, cast, func, select
from sqlalchemy.orm import aliased

from portal.accounts.name_queries import names_of
from portal.approvals.models import SheetVersion
from portal.asking import ask, read
from portal.board.page import Published
from portal.extensions import db
from portal.policy.links import BoardAccess
from portal.school.models import School, SchoolClass

LONGEST_BREAK = 100  # days a published sheet may cover at most: none further back is looked for


class SchoolFace(NamedTuple):
    """What of a school its public pages show; `rules_version` counts every change of it. Fits `rules_of`."""

    id: int
    code: str
    name: str
    access: str
    rules_version: int

    @property
    def is_open(self) -> bool:
        """Whether everybody may find its classes from the school's page."""
        return self.access == BoardAccess.OPEN


class Face(NamedTuple):
    """A class as the public knows it. While none of this changes, none of its pages does (but for the day).

    `board_version` counts what was published for the class, `rules_version` what its school has changed. `since` and
    `left` are the dates of `SchoolClass.since` and `left_on` as words, empty for none.
    """

    id: int
    code: str
    grade: int
    number: int
    board_version: int
    since: str
    left: str
    school_id: int
    school_code: str
    school_name: str
    access: str
    rules_version: int

    @property
    def school(self) -> SchoolFace:
        return SchoolFace(self.school_id, self.school_code, self.school_name, self.access, self.rules_version)

    @property
    def is_open(self) -> bool:
        """Whether everybody may find the class from its school's page."""
        return self.school.is_open

    @property
    def left_on(self) -> date | None:
        """The first day on which it is no class of the school any more."""
        return date.fromisoformat(self.left) if self.left else None

    def was_there(self, day: date) -> bool:
        """Whether it was a class of the school on this day, and called as it is now."""
        return self.since <= day.isoformat() and not ("" < self.left <= day.isoformat())


# numbers and words only: the front step compares them as the driver gives them
CLASS_COLUMNS = (
    SchoolClass.id,
    SchoolClass.code,
    SchoolClass.grade,
    SchoolClass.number,
    SchoolClass.board_version,
    *(func.coalesce(cast(each, String), "").label(each.key) for each in (SchoolClass.since, SchoolClass.left_on)),
)
SCHOOL_COLUMNS = (School.id, School.code, School.name, School.board_access, School.rules_version)
_FACES = select(*CLASS_COLUMNS, *SCHOOL_COLUMNS).join(School, School.id == SchoolClass.school_id)
FACE = _FACES.where(SchoolClass.code == bindparam("code"))


def stored(code: str) -> str:
    """A code from an address as a database takes it: PostgreSQL knows no NUL."""
    return code.replace("\x00", "\ufffd")


def face_or_404(code: str) -> Face:
    """The class that has this address: one statement. 404 for an unknown one."""
    rows = ask(FACE, code=stored(code)) or abort(404)
    return Face(*rows[0])


def faces_of(codes: list[str]) -> list[Face]:
    """The classes with these addresses, in the order asked for; unknown ones are left out. One statement."""
    rows = db.session.execute(_FACES.where(SchoolClass.code.in_([stored(code) for code in codes])))
    found = {face.code: face for face in (Face(*row) for row in rows)}
    return [found[code] for code in codes if code in found]


def open_faces() -> list[Face]:
    """The present classes that everybody may find, by school, grade and number. One statement."""
    wanted = _FACES.where(School.board_access == BoardAccess.OPEN, SchoolClass.left_on.is_(None))
    return [Face(*row) for row in db.session.execute(wanted.order_by(School.id, SchoolClass.grade, SchoolClass.number))]


PUBLISHED = tuple(getattr(SheetVersion, name) for name in Published._fields)


class Notice(NamedTuple):
    """What hangs on the board for a class and a day: the latest published version (None: nothing), the published days
    around it, when families can usually expect the board, and whether the school shows who teaches what.
    """

    version: Published | None
    previous: date | None
    next: date | None
    published_by: time
    shows_teachers: bool

    @classmethod
    def from_row(cls, row: Sequence) -> "Notice":
        """The notice in a row of PUBLISHED and the rest."""
        return cls(Published(*row[:6]) if row[0] else None, *row[6:])


_own = SheetVersion.class_id == bindparam("class_id")
_day = bindparam("day", type_=Date)
_earliest = bindparam("earliest", type_=Date)
_latest_first = (SheetVersion.date.desc(), SheetVersion.number.desc())
_LATEST = (
    select(SheetVersion.id)
    .where(_own, SheetVersion.date.between(_earliest, _day), SheetVersion.last_day >= _day)
    .order_by(*_latest_first)
    .limit(1)
)
_PREVIOUS = (
    select(SheetVersion.date)
    .where(_own, SheetVersion.date < _day, SheetVersion.last_day < _day)
    .order_by(SheetVersion.date.desc())
    .limit(1)
)
_NEXT = select(SheetVersion.date).where(_own, SheetVersion.date > _day).order_by(SheetVersion.date).limit(1)
_NOTICE = (  # built once: the board is what a whole city reads
    select(
        *PUBLISHED,
        _PREVIOUS.correlate(None).scalar_subquery(),
        _NEXT.correlate(None).scalar_subquery(),
        School.published_by,
        School.shows_teachers,
    )
    .select_from(School)
    .outerjoin(SheetVersion, SheetVersion.id == _LATEST.correlate(None).scalar_subquery())
    .where(School.id == bindparam("school_id"))
)


def notice_of(face: Face, day: date) -> Notice:
    """The notice of a class for the sheet that covers `day`: one statement, whose cost does not grow with the years."""
    asked = {"day": f"{day}", "earliest": f"{day - timedelta(days=LONGEST_BREAK)}"}
    return Notice.from_row(read(_NOTICE, class_id=face.id, school_id=face.school_id, **asked)[0])


def teachers_of(notice: Notice) -> dict[int, str]:
    """What the teachers of its version were called when it was published, by id: where the school shows them now, and
    without those who were erased. One statement where there is anybody to name.
    """
    if not notice.shows_teachers or notice.version is None:
        return {}
    ids = {each for subject in notice.version.content["subjects"] for each in subject.get("teachers", ())}
    names = names_of(ids)
    return {each: names.at(each, notice.version.published_at) for each in ids if names.knows(each)}


class WeekNotice(NamedTuple):
    """What hangs on the board for a class and a week: the latest version of each sheet that covers a day of it, by
    date; the nearest published days before and after the week, and when families can usually expect the board.
    """

    versions: list[Published]
    previous: date | None
    next: date | None
    published_by: time


_sunday = bindparam("sunday", type_=Date)
_newer = aliased(SheetVersion)
_NEWEST = select(func.max(_newer.number)).where(
    _newer.class_id == SheetVersion.class_id, _newer.date == SheetVersion.date
)
_BEFORE = select(SheetVersion.date).where(_own, SheetVersion.date < _day).order_by(SheetVersion.date.desc()).limit(1)
_AFTER = select(SheetVersion.date).where(_own, SheetVersion.date > _sunday).order_by(SheetVersion.date).limit(1)
_WEEK = (
    select(
        *PUBLISHED,
        _BEFORE.correlate(None).scalar_subquery(),
        _AFTER.correlate(None).scalar_subquery(),
        School.published_by,
    )
    .select_from(School)
    .outerjoin(
        SheetVersion,
        and_(
            _own,
            SheetVersion.date.between(_earliest, _sunday),
            SheetVersion.last_day >= _day,
            SheetVersion.number == _NEWEST.scalar_subquery(),
        ),
    )
    .where(School.id == bindparam("school_id"))
    .order_by(SheetVersion.date)
)


def week_of(face: Face, monday: date) -> WeekNotice:
    """The notice of a class for the week that begins on `monday`: one statement."""
    asked = {"day": f"{monday}", "sunday": f"{monday + timedelta(days=6)}"}
    earliest = f"{monday - timedelta(days=LONGEST_BREAK)}"
    rows = read(_WEEK, class_id=face.id, school_id=face.school_id, earliest=earliest, **asked)
    return WeekNotice([Published(*row[:6]) for row in rows if row[0]], *rows[0][6:])


_SINCE = (
    select(*PUBLISHED)
    .where(
        _own,
        SheetVersion.date >= _earliest,
        SheetVersion.last_day >= _day,
        SheetVersion.number == _NEWEST.scalar_subquery(),
    )
    .order_by(SheetVersion.date)
)


def versions_since(face: Face, day: date) -> list[Published]:
    """The latest version of each sheet of a class that covers `day` or a later one, by date. One statement."""
    earliest = f"{day - timedelta(days=LONGEST_BREAK)}"
    return [Published(*row) for row in read(_SINCE, class_id=face.id, day=f"{day}", earliest=earliest)]


def version_or_404(class_id: int, day: date, number: int) -> SheetVersion:
    """One numbered version of a sheet; 404 where there is none."""
    wanted = select(SheetVersion).where(
        SheetVersion.class_id == class_id, SheetVersion.date == day, SheetVersion.number == number
    )
    return db.session.scalars(wanted).first() or abort(404)
