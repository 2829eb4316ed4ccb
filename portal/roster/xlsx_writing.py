"""Templates and exports as xlsx. Imported by the views that need it: openpyxl takes 5 MB of memory."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from portal.policy.roster import COLUMNS, EXAMPLES, NOTES_TITLE, TITLES, Kind
from portal.roster.import_writing import EXAMPLE_NOTE, headings

NOTES_HEADINGS = ("工作表", "列", "怎么填")
HEAD = PatternFill("solid", start_color="DCE8DF")
PALE = Font(color="808080", italic=True)


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


def workbook(tables: Mapping[Kind, Iterable[Sequence[object]]]) -> bytes:
    """An xlsx with a sheet per kind."""
    book = Workbook()
    book.remove(book.active)
    for kind, rows in tables.items():
        sheet = _sheet(book, TITLES[kind], headings(kind))
        for line, row in enumerate(rows, 2):
            _row(sheet, line, row)
    return _bytes(book)


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
