"""Templates and exports: the same tables that are read, as xlsx and as CSV."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from portal.accounts.models import Person
from portal.policy.roster import (
    COLUMNS,
    EXAMPLE,
    EXAMPLES,
    FORMULA_STARTS,
    NOTES_TITLE,
    TITLES,
    Kind,
    class_word,
    grade_word,
    post_word,
    weekdays_word,
)
from portal.school.models import SchoolClass, Subject, TeachingAssignment

BOM = "\ufeff"  # by it Excel knows UTF-8
NOTES_HEADINGS = ("工作表", "列", "怎么填")
EXAMPLE_NOTE = f"{EXAMPLE}：这一行导入时跳过，可以删掉"
HEAD = PatternFill("solid", start_color="DCE8DF")
PALE = Font(color="808080", italic=True)
Tables = Mapping[Kind, Iterable[Sequence[object]]]


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


def template(notes: Mapping[tuple[Kind, str], str]) -> bytes:
    """An xlsx with a sheet per kind, each with an example, and a sheet with `notes` by kind and column."""
    book = Workbook()
    book.remove(book.active)
    for kind in Kind:
        sheet = _sheet(book, TITLES[kind], [*headings(kind), "备注"])
        _row(sheet, 2, [*EXAMPLES[kind], EXAMPLE_NOTE], PALE)
        sheet.column_dimensions[get_column_letter(len(EXAMPLES[kind]) + 1)].width = 36
    sheet = _sheet(book, NOTES_TITLE, NOTES_HEADINGS)
    for line, ((kind, key), note) in enumerate(notes.items(), 2):
        heading = next(column.heading for column in COLUMNS[kind] if column.key == key)
        _row(sheet, line, [TITLES[kind], heading, note])
        sheet.cell(line, 3).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["C"].width = 90
    return _bytes(book)


def workbook(tables: Tables) -> bytes:
    """An xlsx with a sheet per kind."""
    book = Workbook()
    book.remove(book.active)
    for kind, rows in tables.items():
        sheet = _sheet(book, TITLES[kind], headings(kind))
        for line, row in enumerate(rows, 2):
            _row(sheet, line, row)
    return _bytes(book)


def csv_text(kind: Kind, rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(headings(kind))
    writer.writerows([_harmless(str(each)) for each in row] for row in rows)
    return out.getvalue()


def csv_template(kind: Kind) -> str:
    out = StringIO()
    out.write(BOM)
    csv.writer(out).writerows([[*headings(kind), "备注"], [*EXAMPLES[kind], EXAMPLE_NOTE]])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """The cell as text: with an apostrophe, which reading takes away, before what would be a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _sheet(book: Workbook, title: str, heads: Sequence[str]) -> object:
    """A sheet with its headings, which stay in view; its columns hold text, so that 4-1 becomes no date."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for n, head in enumerate(heads, 1):
        cell = sheet.cell(1, n, head)
        cell.font, cell.fill = Font(bold=True), HEAD
        column = sheet.column_dimensions[get_column_letter(n)]
        column.width, column.number_format = (30 if head == "角色" else 16), "@"
    return sheet


def _row(sheet: object, line: int, values: Iterable[object], font: Font | None = None) -> None:
    for n, value in enumerate(values, 1):
        cell: Cell = sheet.cell(line, n)
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type, cell.number_format = "s", "@"  # text, whatever it begins with
        else:
            cell.value = value
        if font:
            cell.font = font


def _bytes(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
