"""The forms of calendar and settings as a browser sends them, and what is stored."""

from datetime import date

from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.school.models import CalendarDay, GradeRule, School, TermDates
from tests.factories import World
from tests.homework.composing import fields
from tests.page import Browser, Page

NOVEMBER = "/school/calendar/2026-11"
SETTINGS = "/school/settings"


def stored_days() -> dict[str, tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(CalendarDay).order_by(CalendarDay.date))
    return {each.date.isoformat(): (each.kind, each.note) for each in rows}


def stored_terms() -> list[tuple[str, date, date]]:
    db.session.rollback()
    return [(each.name, each.first, each.last) for each in db.session.scalars(select(TermDates).order_by(TermDates.id))]


def stored_rules() -> dict[int, tuple[int | None, int | None]]:
    db.session.rollback()
    return {each.grade: (each.cap, each.no_homework_weekday) for each in db.session.scalars(select(GradeRule))}


def rules_version(world: World) -> int:
    db.session.rollback()
    return db.session.scalars(select(School.rules_version).where(School.id == world.school.id)).one()


def log() -> list[tuple[str, str, str, dict]]:
    """Step, who, reason and details of every row."""
    db.session.rollback()
    rows = db.session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    assert {each.sheet_id for each in rows} <= {None}
    return [(each.step, each.actor_name, each.reason, each.details) for each in rows]


def press_days(browser: Browser, page: Page, **typed: str) -> Page:
    """Fill in the form below the month and send it."""
    address = f"{NOVEMBER}/days"
    return browser.post(address, fields(page, f"{address}#days") | typed)


def press_term(browser: Browser, page: Page, **typed: str) -> Page:
    address = f"{NOVEMBER}/terms"
    return browser.post(address, fields(page, f"{address}#terms") | typed)


def press_settings(browser: Browser, page: Page, **typed: str) -> Page:
    return browser.post(SETTINGS, fields(page, SETTINGS) | typed)
