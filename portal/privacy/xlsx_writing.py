"""What is stored of a person as a workbook: a sheet for the account, and one for each list that is not empty."""

from collections.abc import Iterable, Mapping
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font


def workbook(document: Mapping[str, object]) -> bytes:
    """The same as the JSON; what is nested is written out in a cell."""
    book = Workbook()
    book.remove(book.active)
    _sheet(book, "account", [document["account"]])
    for name, rows in document.items():
        if isinstance(rows, list) and rows:
            _sheet(book, name, rows)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, title: str, rows: Iterable[Mapping[str, object]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for line, row in enumerate(rows, 2):
        for n, (key, value) in enumerate(row.items(), 1):
            sheet.cell(1, n, key).font = Font(bold=True)
            cell = sheet.cell(line, n)
            if isinstance(value, bool | int) or value is None:
                cell.value = value
                continue
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", _text(value))
            cell.data_type, cell.number_format = "s", "@"  # text, whatever it begins with


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_text(each)}" for key, each in value.items() if each not in (None, [], ""))
    return str(value)
