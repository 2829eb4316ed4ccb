"""The grids of both lists as a browser sends them, and what is stored."""

from sqlalchemy import select

from portal.extensions import db
from portal.policy.service import ListKind
from portal.service.models import ServiceList
from tests.factories import World
from tests.homework.composing import fields
from tests.page import Browser, Page

TIMETABLE, CONTENT = "/service/timetable", "/service/content"
DAYS = ("周一", "周二", "周三", "周四", "周五")
HELP = {"band": "3-6", "name": "作业辅导", "starts": "16:30", "ends": "17:10"}


def row(number: int = 0, *texts: str, **values: str) -> dict[str, str]:
    """One row of the timetable: homework help for grades 3 to 6, unless said otherwise."""
    days = {f"day_{n}": text for n, text in enumerate(texts)}
    return {f"periods-{number}-{name}": value for name, value in (HELP | days | values).items()}


def plain(*texts: str, **values: str) -> dict[str, object]:
    """The same as it is stored."""
    return {**HELP, **values, "texts": [*texts, *[""] * (5 - len(texts))]}


def week(school_class: object, *texts: str) -> dict[str, str]:
    """The row of a class in the other grid."""
    return {f"c{school_class.id}_{n}": text for n, text in enumerate(texts)}


def press(browser: Browser, page: Page, address: str, do: str = "save", **typed: str) -> Page:
    """Type into the grid of a page and press one of its buttons."""
    return browser.post(address, fields(page, address) | {"do": do} | typed)


def stored(world: World, kind: ListKind) -> tuple[int, list | dict]:
    """Version and rows of the school's list; (0, []) where it has never been written."""
    db.session.rollback()
    wanted = select(ServiceList.version, ServiceList.rows).where(
        ServiceList.school_id == world.school.id, ServiceList.kind == kind
    )
    return tuple(db.session.execute(wanted).one_or_none() or (0, []))
