"""`make screenshots`: the pictures of README.md and of the guides, of a freshly filled sample school on a certain
Tuesday, and the one that chat apps show beside a link to the board.

No script runs, so the pictures do not depend on where htmx comes from.
"""

import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, sync_playwright

from config import ROOT
from tests.browser.guides import PICTURES_OF_GUIDES, Shown
from tests.browser.server import Server, sample_school
from tests.browser.visitor import CHROMIUM, DESK, PHONE, Visitor, launch

IMAGES = ROOT / "static" / "img"
PICTURES = IMAGES / "readme"
NOW = datetime(2026, 11, 24, 15, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
SCREEN = 1280  # pixels; a wall screen looks the same in every size
LARGEST = 300_000  # bytes; people load them with the page
LARGEST_PREVIEW = 10_000  # bytes; each chat app loads it


def main() -> None:
    if CHROMIUM is None:
        sys.exit("The pictures need Chromium: apt-get install chromium fonts-noto-cjk")
    for folder in (PICTURES, IMAGES / "help" / "zh", IMAGES / "help" / "en"):
        folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sample_school(Path(folder), NOW, None) as school, sync_playwright() as it:
        chromium = launch(it)
        for shown in PICTURES_OF_GUIDES:
            take_for_guide(chromium, school, shown)
        take(composer(Visitor(chromium, school, javascript=False).sign_in("陈立德")), "composer.png", DESK)
        lead = grid(Visitor(chromium, school, javascript=False).sign_in("沈知微"))
        take(lead, "grid.png", DESK)
        take(board(Visitor(chromium, school, javascript=False, width=PHONE)), "board.png", PHONE, at_most=1300)
        take(wall(Visitor(chromium, school, javascript=False, width=SCREEN), lead), "wall.png", SCREEN)
        preview(chromium)
        chromium.close()


def composer(teacher: Visitor) -> Visitor:
    """A class that is over its cap, as the teacher finds it."""
    teacher.page.get_by_role("link", name="四(1)班 数学").click()
    return teacher


def grid(lead: Visitor) -> Visitor:
    lead.page.get_by_role("link", name="四年级 全年级总量").click()
    return lead


def wall(screen: Visitor, lead: Visitor) -> Visitor:
    """A class whose day has just been approved."""
    lead.page.get_by_role("button", name="通过 四(2)班").click()
    screen.page.set_viewport_size({"width": SCREEN, "height": SCREEN * 9 // 16})
    screen.open("/board/2023-2/wall")
    return screen


def board(family: Visitor) -> Visitor:
    """The last day that is published."""
    page = family.open("/board/?choose")
    page.get_by_role("link", name="四(2)班").click()
    page.get_by_role("navigation", name="日期").get_by_role("link", name="‹").click()
    return family


def preview(chromium: Browser) -> None:
    """What chat apps show beside a shared link: the portal's mark on paper. Some cut a square from its middle."""
    mark = (IMAGES / "icon.svg").read_text("utf-8")
    page = chromium.new_page(viewport={"width": 1200, "height": 630})
    page.set_content(
        "<style>body { margin: 0; height: 616px; display: grid; place-content: center; background: #fbf8f1;"
        f" border-top: 14px solid #1e6a4e }} svg {{ width: 352px }}</style>{mark}"
    )
    picture = page.screenshot()
    assert len(picture) < LARGEST_PREVIEW, f"the preview has {len(picture):,} bytes"
    (IMAGES / "preview.png").write_bytes(picture)


def take_for_guide(chromium: Browser, school: Server, shown: Shown) -> None:
    """The same page in both languages, as large as in the guide."""
    visitor = Visitor(chromium, school, javascript=False, width=shown.width)
    if shown.person:
        visitor.sign_in(shown.person)
    shown.go(visitor)
    for language, folder in (("zh_Hans", "zh"), ("en", "en")):
        visitor.page.goto(f"{visitor.page.url.partition('?')[0]}?lang={language}{shown.query}")
        take(visitor, f"../help/{folder}/{shown.name}.png", shown.width, shown.height)
    visitor.context.close()


def take(visitor: Visitor, name: str, width: int, at_most: int = 1000) -> None:
    """Photograph a page from its top as far as there is something on it, within `at_most` pixels."""
    visitor.page.wait_for_load_state()
    bottom = visitor.page.evaluate("document.querySelector('main').getBoundingClientRect().bottom")
    clip = {"x": 0, "y": 0, "width": width, "height": min(bottom, at_most)}
    picture = visitor.page.screenshot(full_page=True, clip=clip, animations="disabled")
    assert visitor.faults == []
    assert len(picture) < LARGEST, f"{name} has {len(picture):,} bytes"
    file = (PICTURES / name).resolve()
    file.write_bytes(picture)
    print(f"{file.relative_to(ROOT)}  {len(picture) // 1000} kB")


if __name__ == "__main__":
    main()
