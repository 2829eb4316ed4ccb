"""Templates and exports: what goes out comes in again and changes nothing."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.extensions import db
from portal.policy.permissions import Role
from portal.policy.roster import COLUMNS, Kind
from portal.roster.import_reading import read
from portal.school.models import Subject
from tests.factories import World, assign, grant, make_person
from tests.homework.composing import complaints
from tests.page import Browser, statements
from tests.roster.files import PEOPLE, bring_in, new_school, send, stored, workbook


def get(browser: Browser, address: str) -> bytes:
    page = browser.get(address)
    assert page.status == 200
    assert page.response.headers["Content-Disposition"].startswith("attachment; filename=")
    return page.response.get_data()


def strange_people(world: World) -> None:
    """Everybody who could break a file."""
    for n, name in enumerate(
        ("=1+1", "+86", "-甲", "@乙", "'丙", '丁,"戊"', "示", "＝己", "阿依努尔·买买提", "贺𣲗", "O'Neill", "王 芳")
    ):
        assign(make_person(world.school, f"x{n}", name), world.four_one, world.english, weekdays=n)
    grant(world.chen, Role.LEAD, grade=9)
    grant(world.chen, Role.ADMINISTRATOR)
    world.gu.active = world.luo.active = False
    db.session.scalars(select(Subject).where(Subject.name == "语文")).first().budget = None
    db.session.commit()


def test_an_exported_workbook_changes_nothing(world: World, admin: Browser) -> None:
    strange_people(world)
    before = stored()
    page = send(admin, get(admin, "/roster/export.xlsx"))
    assert "文件里的内容和现有名单一样" in page.text
    assert [len(each.lines) for each in read(get(admin, "/roster/export.xlsx")).tables] == [3, 3, 20, 17]
    assert stored() == before


@pytest.mark.parametrize("kind", Kind)
def test_an_exported_csv_changes_nothing_and_is_no_formula(world: World, admin: Browser, kind: Kind) -> None:
    strange_people(world)
    data = get(admin, f"/roster/export-{kind.value}.csv")
    assert "文件里的内容和现有名单一样" in send(admin, data, "a.csv").text
    starts = {each[:1] for line in data.decode("utf-8-sig").splitlines() for each in line.split(",")}
    assert starts & set("=+-@") == set()
    assert "文件里的内容和现有名单一样" in send(admin, data.decode("utf-8-sig").encode("gb18030"), "a.csv").text


def test_what_was_imported_is_exported_as_it_came(world: World, admin: Browser) -> None:
    bring_in(admin, new_school())
    book = load_workbook(BytesIO(get(admin, "/roster/export.xlsx")))
    rows = {sheet.title: [tuple(row) for row in sheet.values] for sheet in book}
    assert rows["班级"][:3] == [("年级", "班号"), ("一年级", 1), ("三年级", 1)]
    assert rows["学科"][-1] == ("科学", 10, 3)
    assert ("t3", "王芳", "三年级年级组长；教务处", "在职") in rows["教师"]
    assert ("t1", "王芳", "三(1)班", "科学", "周一、周三") in rows["任课"]


def test_the_template_explains_every_column_and_its_example_is_no_row(world: World, admin: Browser) -> None:
    data = get(admin, "/roster/import/template.xlsx")
    assert complaints(send(admin, data))["file"] == "表头下面没有内容。请在表头和示例行下面填写。"
    book = load_workbook(BytesIO(data))
    assert book.sheetnames == ["班级", "学科", "教师", "任课", "填写说明"]
    assert len(list(book["填写说明"].values)) == 1 + sum(map(len, COLUMNS.values()))
    assert [cell.value for cell in book["教师"][2]][-1].startswith("示例")
    book["班级"].append((5, 1))
    book["教师"].append(("t1", "王芳", "五(1)班班主任"))
    out = BytesIO()
    book.save(out)
    bring_in(admin, out.getvalue())
    assert ("t1", "王芳") in {(login, name) for _, login, name, *_ in stored()["people"]}


@pytest.mark.parametrize("kind", Kind)
def test_templates_as_csv(world: World, admin: Browser, kind: Kind) -> None:
    data = get(admin, f"/roster/import/template-{kind.value}.csv")
    assert complaints(send(admin, data))["file"] == "表头下面没有内容。请在表头和示例行下面填写。"
    example = data.decode("utf-8-sig").splitlines()[1].split(",")[:-1]
    assert read(data.replace("示例".encode(), b"")).tables[0].lines[0].cells.keys() == {
        column.key for column in COLUMNS[kind]
    }
    assert all(example)


def test_there_is_no_other_kind_of_file(world: World, admin: Browser) -> None:
    assert {admin.get(f"/roster/{each}").status for each in ("export-x.csv", "import/template-x.csv")} == {404}


def test_the_export_takes_the_same_statements_for_many_people(world: World, admin: Browser) -> None:
    taken = []
    for n in range(2):
        bring_in(
            admin,
            workbook(
                教师=[PEOPLE, *[(f"p{n}{m}", "新人", "四(1)班班主任", "") for m in range(n * 5)], ("q", "乙", "", "")]
            ),
        )
        admin.get("/roster/import")
        with statements() as seen:
            get(admin, "/roster/export.xlsx")
        taken.append(len(seen))
    assert taken[0] == taken[1] == 5, seen
