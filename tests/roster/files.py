"""Files as schools make them, and the pages that take them in."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook
from sqlalchemy import select

from portal.accounts.models import Person, RoleGrant
from portal.extensions import db
from portal.school.models import SchoolClass, Subject, TeachingAssignment
from tests.homework.composing import fields
from tests.page import Browser, Page

START = "/roster/import"
CLASSES = ("年级", "班号")
SUBJECTS = ("学科", "建议用时", "顺序")
PEOPLE = ("工号", "姓名", "角色", "状态")
ASSIGNMENTS = ("工号", "姓名", "班级", "学科", "上课日")


def workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    """An xlsx: 班级=[("年级", "班号"), (4, 3)]."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def new_school() -> bytes:
    """Two classes, a subject, four people and what they teach, as one file; 三年级 is new in the world."""
    return workbook(
        班级=[CLASSES, ("三年级", 1), ("三年级", 2)],
        学科=[SUBJECTS, ("科学", 10, 3)],
        教师=[
            PEOPLE,
            ("t1", "王芳", "三(1)班班主任", ""),
            ("t2", "王芳", "", ""),
            ("t3", "王芳", "三年级年级组长；教务处", ""),
            ("t4", "李明", "", "停用"),
        ],
        任课=[ASSIGNMENTS, ("t1", "王芳", "三(1)班", "科学", "周一、周三"), ("t2", "", "三(2)班", "语文", "")],
    )


def send(browser: Browser, data: bytes, name: str = "名单.xlsx") -> Page:
    """Upload a file; the preview, or the page that says what is wrong."""
    page = browser.send(START, {"file": (BytesIO(data), name)}, content_type="multipart/form-data")
    return browser.get(page.response.location) if page.status == 303 else page


def confirm(browser: Browser, page: Page, do: str = "all") -> Page:
    """Press a button of the preview; the page that follows."""
    [address] = [each["action"] for each in page.all("form") if re.search(r"/import/\d+$", each["action"])]
    done = browser.post(address, fields(page, address) | {"do": do})
    return browser.get(done.response.location) if done.status == 303 else done


def bring_in(browser: Browser, data: bytes, name: str = "名单.xlsx", do: str = "all") -> Page:
    return confirm(browser, send(browser, data, name), do)


def counts(page: Page) -> Mapping[str, list[str]]:
    """The numbers of new, changed, same and wrong rows by list."""
    from tests.approvals.reading import rows

    return {kind: numbers for kind, *numbers in rows(page) if len(numbers) == 4 and kind in KINDS}


KINDS = ("班级", "学科", "教师和其他人员", "任课")


def stored() -> dict[str, list[tuple]]:
    """All that files can hold, of every school."""
    db.session.rollback()

    def all_of(*columns: object) -> list[tuple]:
        return sorted(map(tuple, db.session.execute(select(*columns))), key=repr)

    return {
        "classes": all_of(SchoolClass.school_id, SchoolClass.grade, SchoolClass.number, SchoolClass.code),
        "subjects": all_of(Subject.school_id, Subject.name, Subject.budget, Subject.position),
        "people": all_of(Person.school_id, Person.login, Person.name, Person.active, Person.password_hash),
        "grants": all_of(RoleGrant.person_id, RoleGrant.role, RoleGrant.class_id, RoleGrant.grade),
        "assignments": all_of(
            TeachingAssignment.teacher_id,
            TeachingAssignment.class_id,
            TeachingAssignment.subject_id,
            TeachingAssignment.weekdays,
        ),
    }
