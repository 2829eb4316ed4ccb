"""Files of strangers, xlsx and CSV, read into plain tables. Whatever they hold, the answer is a table or a sentence."""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from warnings import catch_warnings, simplefilter

from portal.policy.cells import as_written
from portal.policy.errors import PolicyError
from portal.policy.roster import COLUMNS, EXAMPLE, EXAMPLE_EN, NOTES_TITLE, Column, Kind, plain
from portal.roster.import_content import Cell, Line, Table, Upload

MOST_BYTES = 64 * 1024 * 1024  # of all parts of an xlsx together, unpacked
MOST_BESIDE = 16 * 1024 * 1024  # of those that are no sheets: they are read as a whole
MOST_PARTS = 500
MOST_LINES = 20_000  # of a sheet, empty ones among them
MOST_ROWS = 5_000  # of a file, with something in them
MOST_COLUMNS = 60
MOST_SHEETS = 20
MOST_MERGED = 2_000
LONGEST = 200  # characters of a cell
HEADING_WITHIN = 10  # lines with something in them
CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff]|[\ud800-\udfff]"
)
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
PIECE = 1024 * 1024  # bytes
NOTHING = Cell("")


Rows = Iterable[tuple[int, Sequence[Cell]]]


def read(data: bytes) -> Upload:
    """The tables of a file. Raises PolicyError, with a sentence, for one that cannot be read."""
    if not data.strip(b"\x00 \r\n\t"):
        raise PolicyError("文件是空的。")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise PolicyError("这是旧的 .xls 格式，或者加了密码。请在表格软件里另存为 .xlsx（不加密码），再上传。")
    upload = _xlsx(data) if data.startswith(b"PK") else _csv(data)
    if upload.rows > MOST_ROWS:
        raise PolicyError(
            "文件里有 %(rows)s 行，一次最多 %(most)s 行，请分成几个文件。", rows=upload.rows, most=MOST_ROWS
        )
    if not upload.rows:
        raise PolicyError("表头下面没有内容。请在表头和示例行下面填写。")
    upload.tables.sort(key=lambda table: list(Kind).index(table.kind))
    return upload


def _csv(data: bytes) -> Upload:
    text, encoding = _decoded(data)
    upload = Upload(notes=[PolicyError("CSV 文件，按 %(encoding)s 读取。", encoding=encoding)])
    head = text[: PIECE // 16]
    delimiter = max(",\t;", key=head.count)
    try:
        rows = [
            (number, [_text_cell(each) for each in cells[:MOST_COLUMNS]])
            for number, cells in _csv_lines(text, delimiter)
        ]
    except csv.Error:
        raise PolicyError("CSV 文件的引号不配对，或者有一格太长，读不下去。请在表格软件里另存一次。") from None
    table = _table("", rows)
    if table is None:
        raise PolicyError("按 %(encoding)s 读取，没有找到表头。第一行应为列名，请对照模板。", encoding=encoding)
    upload.tables.append(table)
    return upload


def _csv_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of CSV with the line on which each of them starts."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for cells in reader:
        if line > MOST_LINES:
            return
        yield line, cells
        line = reader.line_num + 1


def _decoded(data: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = {"utf-16": "UTF-16"}
    else:
        encodings = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}
    furthest = 0
    for encoding, name in encodings.items():
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    line = data[:furthest].count(b"\n") + 1
    raise PolicyError(
        "第 %(line)s 行有认不出的字符：文件既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 的 CSV。", line=line
    )


def _xlsx(data: bytes) -> Upload:
    broken = PolicyError("文件打不开：可能没有传完，或者不是 .xlsx。请在表格软件里打开，另存为 .xlsx，再上传。")
    try:
        _check_parts(data)
        with catch_warnings():
            simplefilter("ignore")  # of what this reader of workbooks leaves out: pictures, rules, other files
            return _sheets(data)
    except PolicyError:
        raise
    except Exception as error:  # a broken file breaks the reader wherever it likes
        raise broken from error


def _check_parts(data: bytes) -> None:
    """Raises PolicyError where unpacking would take too much. The sizes hold: zipfile reads no more than they say."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
    beside = sum(each.file_size for each in parts if not re.search(r"worksheets/[^/]+\.xml$", each.filename))
    if len(parts) > MOST_PARTS or beside > MOST_BESIDE or sum(each.file_size for each in parts) > MOST_BYTES:
        raise PolicyError("文件展开以后太大。请把要导入的几张表单独复制到新文件里，不带图片和格式，再上传。")


def _sheets(data: bytes) -> Upload:
    from openpyxl import load_workbook  # 5 MB of memory, for those processes only that are given a workbook

    upload = Upload()
    book = load_workbook(BytesIO(data), read_only=True, keep_links=False)
    for sheet in book.worksheets[:MOST_SHEETS]:
        if sheet.sheet_state != "visible":
            upload.notes.append(PolicyError("隐藏的工作表“%(sheet)s”没有读取。", sheet=sheet.title[:40]))
            continue
        if sheet.title != NOTES_TITLE:
            _read_sheet(sheet, upload)
    if len(book.worksheets) > MOST_SHEETS:
        upload.notes.append(PolicyError("只读取了前 %(most)s 张工作表。", most=MOST_SHEETS))
    if not upload.tables:
        raise PolicyError("没有一张工作表有认得的表头。请下载模板，把内容填进去。")
    return upload


def _read_sheet(sheet: object, upload: Upload) -> None:
    """Add the table of a sheet, or a note that it is none."""
    title = CONTROL.sub("", sheet.title)[:40]
    last = [0]
    table = _table(title, _sheet_rows(sheet, last))
    if table is None:
        if last[0]:
            upload.notes.append(PolicyError("工作表“%(sheet)s”没有认得的表头，没有读取。", sheet=title))
        return
    if last[0] >= MOST_LINES:
        upload.notes.append(PolicyError("工作表“%(sheet)s”只读到第 %(most)s 行。", sheet=title, most=MOST_LINES))
    upload.tables.append(table)


def _sheet_rows(sheet: object, last: list[int]) -> Iterator[tuple[int, list[Cell]]]:
    """The rows with something in them; `last[0]` is the last line that was looked at. The sizes that the file claims
    are not believed.
    """
    sheet.reset_dimensions()
    merged = _merged(sheet)
    for number, cells in enumerate(sheet.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS), 1):
        if any(each.value is not None for each in cells):
            last[0] = number
            yield (
                number,
                [
                    Cell("", "merged") if (number, column) in merged and each.value is None else _cell(each)
                    for column, each in enumerate(cells, 1)
                ],
            )
        elif number == MOST_LINES:
            last[0] = number


def _merged(sheet: object) -> set[tuple[int, int]]:
    """(line, column) of the cells that are hidden below a merged one. The reader for large sheets does not tell."""
    from openpyxl.utils.cell import range_boundaries

    found, before = set(), b""
    with sheet.parent._archive.open(sheet._worksheet_path) as part:
        while piece := part.read(PIECE):
            for match in MERGED.finditer(before + piece):
                left, top, right, bottom = range_boundaries(match[1].decode())
                right, bottom = min(right, MOST_COLUMNS), min(bottom, MOST_LINES)
                if (right - left + 1) * (bottom - top + 1) + len(found) < MOST_MERGED * MOST_COLUMNS:
                    found |= {(y, x) for y in range(top, bottom + 1) for x in range(left, right + 1)} - {(top, left)}
            before = piece[-200:]
    return found


def _cell(cell: object) -> Cell:
    value = cell.value
    if value is None and cell.data_type != "f":
        return NOTHING
    if cell.data_type == "f":
        return Cell("", "formula")
    if cell.data_type == "e":
        return Cell(str(value)[:20], "error")
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(str(value)[:10], "date")
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, int | float):
        return Cell(_number(value, cell.number_format))
    return _text_cell(str(value))


def _number(value: float, shown_as: str) -> str:
    """A number as it is seen: 4 for 4.0, 00123 where the cell is shown with five digits."""
    text = str(int(value)) if value == value and abs(value) < 1e15 and value == int(value) else f"{value:.15g}"
    return text.zfill(len(shown_as)) if re.fullmatch("0{2,20}", shown_as or "") else text


def _text_cell(value: str) -> Cell:
    """Text without what is not seen and without the spaces around it."""
    text = as_written(CONTROL.sub("", value).strip())
    return Cell(f"{text[:LONGEST]}…", "long") if len(text) > LONGEST else Cell(text)


def _table(sheet: str, rows: Rows) -> Table | None:
    """The table below the first heading that is known; None where there is no such heading."""
    table, where, looked_at = None, {}, 0
    for number, cells in rows:
        if not any(each.text for each in cells):
            continue
        if table is None:
            looked_at += 1
            kind, where = _heading(cells)
            table = Table(kind, sheet) if kind else None
            if looked_at == HEADING_WITHIN and table is None:
                return None
        elif not any(each.text.startswith((EXAMPLE, EXAMPLE_EN)) for each in cells):
            line = {key: cells[n] if n < len(cells) else NOTHING for key, n in where.items()}
            if any(each.text or each.fault not in ("", "merged") for each in line.values()):
                table.lines.append(Line(number, line))
            if len(table.lines) > MOST_LINES:
                break
    return table


def _heading(cells: Sequence[Cell]) -> tuple[Kind | None, dict[str, int]]:
    """The kind of table whose headings these are, and where each of its columns is. Where several would do, that
    with the most columns.
    """
    words = [re.sub(r"[(*].*$", "", plain(each.text)) for each in cells]
    best, places = None, {}
    for kind, columns in COLUMNS.items():
        where = {column.key: place for column in columns if (place := _place(column, words)) is not None}
        complete = all(column.key in where for column in columns if column.needed)
        if kind == Kind.ASSIGNMENTS and not {"login", "name"} & set(where):
            continue
        if complete and len(where) > len(places):
            best, places = kind, where
    return best, places


def _place(column: Column, words: Sequence[str]) -> int | None:
    return next((words.index(name) for name in (column.heading, *column.others) if name in words), None)
