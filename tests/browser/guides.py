"""What the pictures of the guides show: who opens which page, and how much of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.visitor import PHONE, Visitor

DESK = 720  # pixels: as wide as a guide shows it


@dataclass(frozen=True)
class Shown:
    """A picture: its name, who opens the page (nobody: a family), how, and what part of it. `query` is added to the
    address, `width` and `height` are pixels.
    """

    name: str
    person: str
    go: Callable[[Visitor], object]
    width: int = DESK
    height: int = 620
    query: str = ""


def home(visitor: Visitor) -> None:
    visitor.open("/home")


def by_link(part: str) -> Callable[[Visitor], None]:
    """By the first link on the start page whose address holds this."""
    return lambda visitor: visitor.open("/home").locator(f"main a[href*='{part}']").first.click()


def at(path: str) -> Callable[[Visitor], object]:
    return lambda visitor: visitor.open(path)


def subject(visitor: Visitor) -> None:
    by_link("/classes/")(visitor)
    visitor.page.locator("a[href*='/subjects/']").first.click()
    visitor.page.locator("details summary").first.click()


def common(visitor: Visitor) -> None:
    by_link("/grades/")(visitor)
    visitor.page.locator("main a[href*='/homework/common/']").first.click()


def exception(visitor: Visitor) -> None:
    visitor.open("/office/")
    visitor.page.locator("a[href*='/office/exceptions/']").first.click()


def person(visitor: Visitor) -> None:
    visitor.open("/people")
    visitor.page.locator("main a[href*='/people/']").nth(2).click()


def board(visitor: Visitor) -> None:
    """The last day that is published."""
    visitor.open("/board/?choose").get_by_role("link", name="四(2)班").click()
    visitor.page.locator("a[rel=prev]").first.click()


def week(visitor: Visitor) -> None:
    board(visitor)
    visitor.page.locator("a[href*='/week']").first.click()
    visitor.page.locator("a[rel=prev]").first.click()


PICTURES_OF_GUIDES = (
    Shown("home", "陈立德", home),
    Shown("composer", "陈立德", by_link("/homework/"), width=1000, height=760),
    Shown("request", "沈知微", by_link("/requests/")),
    Shown("sheet", "陈立德", by_link("/classes/")),
    Shown("subject", "陈立德", subject),
    Shown("grid", "沈知微", by_link("/grades/"), width=1180),
    Shown("common", "沈知微", common),
    Shown("office", "郑怀瑾", at("/office/")),
    Shown("exception", "郑怀瑾", exception),
    Shown("log", "郑怀瑾", at("/office/log"), height=700),
    Shown("settings", "郑怀瑾", at("/school/settings")),
    Shown("principal", "程望舒", home),
    Shown("import", "系统管理员", at("/roster/import")),
    Shown("people", "系统管理员", at("/people")),
    Shown("person", "系统管理员", person, height=700),
    Shown("board", "", board, width=PHONE, height=800),
    Shown("week", "", week, width=PHONE, height=800),
)
