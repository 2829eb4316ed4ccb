"""Homework by the million, written by the database itself: schools whose classes have published a sheet on each day.

`python -m bench.items 10000` adds that many items to the sample school's database that PORTAL_DATABASE_URL names. Each
sheet has SUBJECTS filings of ITEMS items, and a published version whose content is one of the sample school's.
"""

import json
import sys
from datetime import date, datetime, timedelta

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Date,
    FromClause,
    Insert,
    MetaData,
    String,
    Table,
    cast,
    func,
    insert,
    join,
    literal,
    select,
    text,
    true,
    type_coerce,
    union_all,
)

from portal import clock
from portal.accounts.models import Person
from portal.app import create_app
from portal.approvals.models import SheetVersion
from portal.extensions import db
from portal.homework.models import DaySheet, Homework, Item
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.vocabulary import Form, Place, Tier
from portal.school.models import School, SchoolClass, Subject

DAYS = 200  # a school year
SUBJECTS = 8
ITEMS = 3  # of each filing
ITEMS_OF_A_CLASS = DAYS * SUBJECTS * ITEMS
NUMBERS = 5  # classes of a grade
CLASSES = 9 * NUMBERS  # of a school
CODE = "many-"  # what the codes of these classes begin with

DAY = Table("bench_day", MetaData(), Column("day", Date), prefixes=["TEMPORARY"])


def main() -> None:
    with create_app().app_context():
        fill(int(sys.argv[1]))


def fill(items: int) -> None:
    """Add classes until they have at least that many items; one transaction for each school."""
    content = db.session.scalars(select(SheetVersion.content).order_by(SheetVersion.id.desc()).limit(1)).one()
    classes = -(-items // ITEMS_OF_A_CLASS)
    for first in range(0, classes, CLASSES):
        DAY.create(db.session.connection(), checkfirst=True)
        db.session.execute(DAY.delete())
        db.session.execute(insert(DAY), [{"day": clock.today() - timedelta(days=back)} for back in range(DAYS)])
        add_school(first // CLASSES, min(CLASSES, classes - first), content)
        db.session.commit()
        print(f"{min(first + CLASSES, classes) * ITEMS_OF_A_CLASS:,} of {items:,} items", file=sys.stderr)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def add_school(number: int, classes: int, content: dict) -> None:
    school = School(code=f"{CODE}{number}", name=f"第{number + 1}实验学校")
    db.session.add(school)
    db.session.flush()
    teacher = Person(school_id=school.id, login=f"{CODE}{number}", name="老师", password_hash="!")
    subjects = [Subject(school_id=school.id, name=f"学科{each + 1}", position=each) for each in range(SUBJECTS)]
    db.session.add_all([teacher, *subjects, *(new_class(school, number, each) for each in range(classes))])
    db.session.flush()
    at = clock.now()
    db.session.execute(sheets(school))
    db.session.execute(filings(school, teacher, at))
    db.session.execute(items(school))
    db.session.execute(versions(school, content, at))


def new_class(school: School, number: int, each: int) -> SchoolClass:
    grade, place = divmod(each, NUMBERS)
    return SchoolClass(school_id=school.id, grade=grade + 1, number=place + 1, code=f"{CODE}{number}-{each}")


def sheets(school: School) -> Insert:
    values = {
        "school_id": literal(school.id),
        "class_id": SchoolClass.id,
        "date": DAY.c.day,
        "status": literal(SheetStatus.PUBLISHED.value),
        "version": literal(1),
        "published_number": literal(1),
    }
    return copied(DaySheet, values, join(SchoolClass, DAY, true()), SchoolClass.school_id == school.id)


def filings(school: School, teacher: Person, at: datetime) -> Insert:
    values = {
        "school_id": literal(school.id),
        "sheet_id": DaySheet.id,
        "subject_id": Subject.id,
        "teacher_id": literal(teacher.id),
        "status": literal(FilingStatus.SUBMITTED.value),
        "saved_at": literal(at, Homework.saved_at.type),
    }
    of_the_school = Subject.school_id == DaySheet.school_id
    return copied(Homework, values, join(DaySheet, Subject, of_the_school), DaySheet.school_id == school.id)


def items(school: School) -> Insert:
    positions = union_all(*(select(literal(n).label("position")) for n in range(ITEMS))).subquery()
    values = {
        "school_id": literal(school.id),
        "homework_id": Homework.id,
        "position": positions.c.position,
        "text": literal("练习册第 30 页，第 1–4 题，写在作业本上"),
        "tier": literal(Tier.MANDATORY.value),
        "form": literal(Form.WRITTEN.value),
        "place": literal(Place.HOME.value),
        "minutes": positions.c.position + 1,
        "kept": literal([], JSON),
    }
    return copied(Item, values, join(Homework, positions, true()), Homework.school_id == school.id)


def versions(school: School, content: dict, at: datetime) -> Insert:
    """A version of each sheet, whose content tells the grade, the number and the day of its own."""
    frozen = json.dumps(
        content | {"grade": "@grade", "number": "@number", "date": "@day", "days": ["@day"]}, ensure_ascii=False
    )
    own = func.replace(literal(frozen, String), "@day", cast(DaySheet.date, String))
    for column in (SchoolClass.grade, SchoolClass.number):
        own = func.replace(own, f'"@{column.key}"', cast(column, String))
    on_postgresql = db.engine.dialect.name == "postgresql"
    values = {
        "school_id": literal(school.id),
        "class_id": SchoolClass.id,
        "sheet_id": DaySheet.id,
        "date": DaySheet.date,
        "last_day": DaySheet.date,
        "number": literal(1),
        "content": cast(own, JSON) if on_postgresql else type_coerce(own, JSON),
        "published_at": literal(at, SheetVersion.published_at.type),
    }
    of_the_class = DaySheet.class_id == SchoolClass.id
    return copied(SheetVersion, values, join(DaySheet, SchoolClass, of_the_class), DaySheet.school_id == school.id)


def copied(model: type, values: dict, source: FromClause, where: ColumnElement) -> Insert:
    """INSERT … SELECT of these columns; the rest as the model says."""
    rows = select(*values.values()).select_from(source).where(where)
    return insert(model.__table__).from_select(list(values), rows)


def pages(most: int) -> list[tuple[str, date]]:
    """Code and day of so many published sheets, from all over the classes."""
    codes = db.session.scalars(
        select(SchoolClass.code).where(SchoolClass.code.startswith(CODE)).order_by(SchoolClass.id)
    ).all()
    found = []
    for number in range(most):
        code = codes[number * len(codes) // most]
        found.append((code, clock.today() - timedelta(days=1 + number * 7919 % (DAYS - 2))))
    return sorted(set(found))


if __name__ == "__main__":
    main()
