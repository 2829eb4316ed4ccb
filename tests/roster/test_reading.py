"""Files of strangers: whatever is in them, the answer is a table or a sentence, never an error."""

import random
import re
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from portal.policy.errors import PolicyError
from portal.policy.roster import Kind
from portal.roster.import_content import Cell, Table, table_of
from portal.roster.import_reading import MOST_ROWS, read
from tests.factories import World
from tests.homework.composing import complaints
from tests.page import Browser
from tests.roster.files import ASSIGNMENTS, CLASSES, PEOPLE, new_school, saved, send, workbook

HEAD = "工号,姓名,角色,状态\n"
BROKEN = "文件打不开：可能没有传完，或者不是 .xlsx。请在表格软件里打开，另存为 .xlsx，再上传。"
TOO_LARGE = "文件展开以后太大。请把要导入的几张表单独复制到新文件里，不带图片和格式，再上传。"


def said(data: bytes) -> str:
    with pytest.raises(PolicyError) as refused:
        read(data)
    return str(refused.value)


def notes(data: bytes) -> list[str]:
    return [str(each) for each in read(data).notes]


def one_sheet(*rows: tuple, change: Callable | None = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    return saved(book)


def cells(data: bytes) -> list[list[tuple[str, str]]]:
    """(text, fault) of each cell of the first table."""
    return [[(each.text, each.fault) for each in line.cells.values()] for line in read(data).tables[0].lines]


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The same zip with other parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
        for name, part in more.items():
            new.writestr(name, part)
    return out.getvalue()


# CSV


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")]
)
def test_csv_in_every_encoding_is_read_and_said(encoding: str, name: str) -> None:
    data = (HEAD + "t1,贺𣲗,,\n").encode(encoding)
    assert cells(data) == [[("t1", ""), ("贺𣲗", ""), ("", ""), ("", "")]]
    assert notes(data) == [f"CSV 文件，按 {name} 读取。"]


def test_csv_that_is_in_no_encoding_names_the_line() -> None:
    assert said((HEAD + "t1,王芳,,\n").encode() + b"t2,\xff\xff,,\n") == (
        "第 3 行有认不出的字符：文件既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 的 CSV。"
    )


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_with_other_delimiters_quotes_and_line_ends(delimiter: str) -> None:
    text = HEAD.replace(",", delimiter) + '"t1","王\n芳"\r\n\r\n"t2","李""明"'.replace(",", delimiter)
    lines = read(text.encode()).tables[0].lines
    assert [(each.number, each.cells["name"].text) for each in lines] == [(2, "王\n芳"), (5, '李"明')]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的。"),
        (b"\x00" * 1000, "文件是空的。"),
        (b"\xef\xbb\xbf\n\n", "按 UTF-8 读取，没有找到表头。第一行应为列名，请对照模板。"),
        (HEAD.encode(), "表头下面没有内容。请在表头和示例行下面填写。"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
            "这是旧的 .xls 格式，或者加了密码。请在表格软件里另存为 .xlsx（不加密码），再上传。",
        ),
        ("甲,乙\n1,2\n".encode(), "按 UTF-8 读取，没有找到表头。第一行应为列名，请对照模板。"),
        (
            (HEAD + 't1,"' + "长" * 140_000).encode(),
            "CSV 文件的引号不配对，或者有一格太长，读不下去。请在表格软件里另存一次。",
        ),
        (
            (HEAD + "t1,王芳\n" * (MOST_ROWS + 1)).encode(),
            f"文件里有 {MOST_ROWS + 1} 行，一次最多 {MOST_ROWS} 行，请分成几个文件。",
        ),
    ],
)
def test_a_csv_that_cannot_be_used_says_why(data: bytes, sentence: str) -> None:
    assert said(data) == sentence


def test_nul_and_what_is_not_seen_goes_away() -> None:
    data = (HEAD + "t\x001,王\u200b芳\ufeff\x07,,\n").encode()
    assert cells(data)[0][:2] == [("t1", ""), ("王芳", "")]


# xlsx


def test_what_people_do_to_cells() -> None:
    data = one_sheet(
        PEOPLE,
        (" ｔ１ ", "王　芳 ", None, None),
        (1001, 12.0, True, 4.5),
        (date(2026, 4, 1), "=1+1", "#REF!", "长" * 300),
    )
    assert cells(data) == [
        [("ｔ１", ""), ("王　芳", ""), ("", ""), ("", "")],
        [("1001", ""), ("12", ""), ("TRUE", ""), ("4.5", "")],
        [("2026-04-01", "date"), ("", "formula"), ("#REF!", "error"), ("长" * 200 + "…", "long")],
    ]


def test_zeros_that_a_cell_shows_before_a_number_are_kept() -> None:
    def change(sheet) -> None:
        sheet["A2"].number_format = "00000"

    assert cells(one_sheet(PEOPLE, (123, "王芳"), change=change))[0][0] == ("00123", "")


def test_array_formulas_are_formulas_too() -> None:
    def change(sheet) -> None:
        sheet["B2"] = ArrayFormula("B2:B3", "=A2:A3")

    assert cells(one_sheet(PEOPLE, ("t1", ""), change=change))[0][1] == ("", "formula")


def test_cells_below_a_merged_one_are_told_apart_from_empty_ones() -> None:
    data = one_sheet(CLASSES, (4, 1), (None, 2), (None, 3), change=lambda sheet: sheet.merge_cells("A2:A3"))
    assert cells(data) == [[("4", ""), ("1", "")], [("", "merged"), ("2", "")], [("", ""), ("3", "")]]


def test_hidden_and_strange_sheets_are_not_read_and_named() -> None:
    book = Workbook()
    for title, state in (("班级", "visible"), ("旧班级", "hidden"), ("密", "veryHidden"), ("别的", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(("x", "y") if title == "别的" else CLASSES)
        sheet.append((4, 1))
    upload = read(saved(book))
    assert [(each.sheet, each.kind) for each in upload.tables] == [("班级", Kind.CLASSES)]
    assert [str(each) for each in upload.notes] == [
        "隐藏的工作表“旧班级”没有读取。",
        "隐藏的工作表“密”没有读取。",
        "工作表“别的”没有认得的表头，没有读取。",
    ]


def test_a_title_above_columns_in_another_order_and_other_names_are_understood() -> None:
    data = one_sheet(
        ("青禾学校教师表",), (), ("备注", "教师姓名*", "账号（登录用）"), ("", "王芳", "t1"), ("示例", "x", "y")
    )
    assert [line.cells for line in read(data).tables[0].lines] == [{"login": Cell("t1"), "name": Cell("王芳")}]


def test_a_million_empty_rows_are_left_alone() -> None:
    data = one_sheet(CLASSES, (4, 1))
    last = '<row r="1000003"><c r="A1000003"><v>5</v></c><c r="B1000003"><v>1</v></c></row>'  # is not looked for
    empty = ("".join(f'<row r="{n}"/>' for n in range(3, 1_000_003)) + last).encode()

    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', part).replace(
            b"</sheetData>", empty + b"</sheetData>"
        )

    full = repacked(data, change)
    assert cells(full) == [[("4", ""), ("1", "")]]
    assert notes(full) == ["工作表“Sheet”只读到第 20000 行。"]


def test_five_thousand_columns_are_no_burden() -> None:
    assert cells(one_sheet([*CLASSES, *map(str, range(5000))], [4, 1, *[1] * 5000])) == [[("4", ""), ("1", "")]]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = new_school()
    bombs = {
        "xl/worksheets/sheet9.xml": b" " * (70 * 1024 * 1024),
        "xl/sharedStrings.xml": b" " * (20 * 1024 * 1024),
    }
    for name, part in bombs.items():
        bomb = repacked(data, lambda other, old, name=name: None if other == name else old, **{name: part})
        assert len(bomb) < 200_000
        assert said(bomb) == TOO_LARGE
    many = repacked(data, lambda _, old: old, **{f"x/{n}.txt": b"" for n in range(501)})
    assert said(many) == TOO_LARGE


def test_entities_that_explode_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    def change(name: str, part: bytes) -> bytes:
        return laughs + re.sub(rb"^<\?xml[^>]*\?>", b"", part) if name.endswith("sheet1.xml") else part

    assert said(repacked(new_school(), change)) == BROKEN


def test_broken_zips_are_told_wherever_they_break() -> None:
    data = new_school()
    chance = random.Random(5)
    for end in (2, 4, 30, len(data) // 2, len(data) - 1):
        assert said(data[:end]) == BROKEN
    assert said(repacked(data, lambda name, part: None if "sheet" in name else part)) != ""
    for _ in range(60):
        spoilt = bytearray(data)
        for _ in range(chance.choice((1, 5, 50))):
            spoilt[chance.randrange(4, len(data))] = chance.randrange(256)
        answered(bytes(spoilt))


def test_parts_that_are_no_xml_are_told() -> None:
    data, chance = new_school(), random.Random(7)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
    for name in names:
        for junk in (b"", b"<", b"\x00" * 100, b"<a/>", bytes(chance.randrange(256) for _ in range(500))):
            answered(repacked(data, lambda other, old, name=name, junk=junk: junk if other == name else old))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.sampled_from(
                    ["年级", "班号", "工号", "姓名", "四年级", "四(2)班", "示例", "'=1", "\x00", "𣲗", "周一"]
                ),
                st.text(max_size=8),
                st.none(),
            ),
            max_size=6,
        ),
        max_size=6,
    ),
    st.sampled_from(["utf-8", "gb18030", "utf-16", "latin-1"]),
)
def test_any_csv_is_answered(rows: list[list[str | None]], encoding: str) -> None:
    text = "\n".join(",".join(each or "" for each in row) for row in rows)
    answered(text.encode(encoding, "replace"))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(data: bytes) -> None:
    answered(data)
    answered(b"PK\x03\x04" + data)
    answered(HEAD.encode() + data)


def answered(data: bytes) -> None:
    """A table that can be kept, or a sentence."""
    try:
        upload = read(data)
    except PolicyError:
        return
    assert [table_of(each.plain()) for each in upload.tables] == upload.tables
    assert all(isinstance(each, Table) and "\x00" not in repr(each.plain()) for each in upload.tables)


def test_the_page_says_what_is_wrong_at_the_field(world: World, admin: Browser) -> None:
    for data in (b"PK\x03\x04 broken", b"\xff\xff\xff", b"", one_sheet(("x", "y"))):
        page = send(admin, data)
        assert (page.status, list(complaints(page))) == (422, ["file"])
    assert complaints(send(admin, b"PK broken"))["file"] == BROKEN
    assert complaints(admin.send("/roster/import", {}))["file"] == "请选一个文件。"


def test_the_preview_of_strange_cells_names_line_and_column(world: World, admin: Browser) -> None:
    data = workbook(
        班级=[CLASSES, (date(2026, 4, 1), "=1+1"), ("#REF!", "长" * 300)],
        任课=[ASSIGNMENTS, ("ｃｈｅｎ ", " 陈　立德", "四（１）班", "数　学 ", "")],
    )
    page = send(admin, data)
    assert "班级 第 2 行「年级」这一格成了日期" in page.text
    assert "班级 第 2 行「班号」这一格是公式" in page.text
    assert "班级 第 3 行「年级」这一格是表格软件的错误值" in page.text
    assert "班级 第 3 行「班号」这一格太长" in page.text
    assert "任课 第" not in page.text
