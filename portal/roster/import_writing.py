"""Templates and exports: the same tables that are read, as rows and as CSV. As xlsx: xlsx_writing."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from portal.accounts.models import Person
from portal.policy.cells import harmless
from portal.policy.roster import (
    COLUMNS,
    EXAMPLE,
    EXAMPLES,
    Kind,
    class_word,
    grade_word,
    post_word,
    weekdays_word,
)
from portal.school.models import SchoolClass, Subject, TeachingAssignment

BOM = "\ufeff"  # by it Excel knows UTF-8
EXAMPLE_NOTE = f"{EXAMPLE}：这一行导入时跳过，可以删掉"


def class_rows(classes: Iterable[SchoolClass]) -> list[tuple]:
    return [(grade_word(each.grade), each.number) for each in classes]


def subject_rows(subjects: Iterable[Subject]) -> list[tuple]:
    return [(each.name, "无" if each.budget is None else each.budget, each.position) for each in subjects]


def person_rows(people: Iterable[Person]) -> list[tuple]:
    """Needs roles and their classes to be loaded."""
    return [
        (each.login, each.name, "；".join(sorted(_posts(each))), "在职" if each.active else "停用") for each in people
    ]


def _posts(person: Person) -> set[str]:
    posts = (grant.post for grant in person.grants)
    return {post_word((post.role.value, post.grade, post.number)) for post in posts}


def assignment_rows(assignments: Iterable[TeachingAssignment]) -> list[tuple]:
    """Needs teacher, class and subject to be loaded."""
    return [
        (
            each.teacher.login,
            each.teacher.name,
            class_word(each.school_class.grade, each.school_class.number),
            each.subject.name,
            weekdays_word(each.weekdays),
        )
        for each in assignments
    ]


def headings(kind: Kind) -> list[str]:
    return [column.heading for column in COLUMNS[kind]]


def csv_text(kind: Kind, rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(headings(kind))
    writer.writerows([harmless(str(each)) for each in row] for row in rows)
    return out.getvalue()


def csv_template(kind: Kind) -> str:
    out = StringIO()
    out.write(BOM)
    csv.writer(out).writerows([[*headings(kind), "备注"], [*EXAMPLES[kind], EXAMPLE_NOTE]])
    return out.getvalue()
