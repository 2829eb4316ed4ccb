"""The plan's form as a browser would send it, and the classes there are."""

from html.parser import HTMLParser

from sqlalchemy import select

from portal.extensions import db
from portal.school.models import School, SchoolClass
from tests.page import Page

YEAR = "/roster/year"


class Form(HTMLParser):
    """The fields of the plan's form, with what stands in them."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.select = ""
        self.inside = False
        self.feed(page.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self.inside = has.get("id") == "plan"
        elif self.inside and tag == "input":
            self.fields[has["name"]] = has.get("value") or ""
        elif self.inside and tag == "select":
            self.select = has["name"]
            self.fields[self.select] = ""
        elif self.inside and tag == "option" and "selected" in has:
            self.fields[self.select] = has["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def fields(page: Page) -> dict[str, str]:
    found = Form(page).fields
    assert len(found) > 5
    return found


def names() -> set[tuple[int, int, bool]]:
    """Grade, number and whether it is still there, of all classes of 青禾."""
    db.session.rollback()
    db.session.expire_all()
    of_school = select(SchoolClass).join(School).where(School.code == "qinghe")
    return {(each.grade, each.number, each.left_on is None) for each in db.session.scalars(of_school)}
