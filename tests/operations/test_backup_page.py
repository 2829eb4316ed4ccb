"""The page of the backups: how old the newest is, in words, and a warning where that is more than a day."""

from datetime import timedelta
from pathlib import Path
from socket import gethostname

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.factories import World
from tests.page import Browser, statements

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
LATE = "最近的备份已经超过一天，这以后的数据只有一份。"


def put(app: Flask, folder: Path, age: timedelta, size: int = 1_500_000, *, whole: bool = True) -> str:
    app.config["BACKUPS"] = folder
    file = folder / f"portal-{NOW - age - timedelta(hours=8):%Y%m%dT%H%M%SZ}.db"
    file.write_bytes(b"x" * size)
    if whole:
        (folder / f"{file.name}.sha256").write_text("")
    return file.name


@pytest.mark.parametrize(
    ("age", "words", "late"),
    [
        (timedelta(minutes=59), "不到 1 小时前", False),
        (timedelta(hours=12), "12 小时前", False),
        (timedelta(hours=24), "24 小时前", False),
        (timedelta(hours=24, seconds=1), "24 小时前", True),
        (timedelta(days=3), "3 天前", True),
    ],
)
def test_it_tells_age_and_size_of_the_newest_and_warns(
    world: World, app: Flask, browser: Browser, tmp_path: Path, age: timedelta, words: str, late: bool
) -> None:
    name = put(app, tmp_path, age)
    put(app, tmp_path, age + timedelta(days=1), 500_000)
    put(app, tmp_path, timedelta(), whole=False)  # has no checksum yet
    page = browser.sign_in(world.admin).get("/backups")
    assert (page.status, words in page.text, LATE in page.text, name in page.text) == (200, True, late, True)
    assert "1.5 MB" in page.text
    assert f"服务器 {gethostname()}" in page.text
    assert "一共 2 份，占 2.0 MB。" in page.text


def test_without_any_it_says_so(world: World, app: Flask, browser: Browser, tmp_path: Path) -> None:
    app.config["BACKUPS"] = tmp_path / "nowhere"
    page = browser.sign_in(world.zheng).get("/backups")
    assert (page.status, "还没有备份" in page.text, len(page.all("p", class_="refusal"))) == (200, True, 1)


def test_the_start_page_leads_the_administrator_there(world: World, app: Flask) -> None:
    links = [
        len(Browser(app).sign_in(who).get("/home").all("a", href="/backups"))
        for who in (world.admin, world.zheng, world.chen)
    ]
    assert links == [1, 1, 0]


@pytest.mark.parametrize("count", [1, 3])
def test_it_reads_no_more_of_the_database_than_who_asks(
    world: World, app: Flask, browser: Browser, tmp_path: Path, count: int
) -> None:
    for hours in range(count):
        put(app, tmp_path, timedelta(hours=hours))
    browser.sign_in(world.admin)
    with statements() as seen:
        browser.get("/backups")
    assert len(seen) == 0
