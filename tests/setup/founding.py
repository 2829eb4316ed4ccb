"""The form of the first start as a browser sends it, and what is stored."""

from sqlalchemy import select

from portal.accounts.models import Person, RoleGrant
from portal.extensions import db
from portal.school.models import School, SchoolClass, TermDates
from portal.setup.models import SetupCode
from tests.homework.composing import fields
from tests.page import Browser, Page

START = "/setup"
NEXT = "/setup/next"
PASSWORD = "four green apples"
WHO = {"school": "青禾实验学校", "name": "程望舒", "login": "cheng", "password": PASSWORD, "again": PASSWORD}


def found(browser: Browser, code: str, **typed: str) -> Page:
    """Fill in the page and send it."""
    return browser.post(START, fields(browser.get(START), START) | WHO | {"code": code} | typed)


def stored() -> dict[str, list]:
    db.session.rollback()
    classes = select(SchoolClass.grade, SchoolClass.number).order_by(SchoolClass.grade, SchoolClass.number)
    terms = select(TermDates.name, TermDates.first, TermDates.last).order_by(TermDates.first)
    return {
        "schools": list(db.session.scalars(select(School.name))),
        "people": list(db.session.scalars(select(Person.login))),
        "roles": sorted(db.session.scalars(select(RoleGrant.role))),
        "classes": [tuple(row) for row in db.session.execute(classes)],
        "terms": [tuple(row) for row in db.session.execute(terms)],
        "codes": len(db.session.scalars(select(SetupCode.id)).all()),
    }


NOTHING = {"schools": [], "people": [], "roles": [], "classes": [], "terms": []}
