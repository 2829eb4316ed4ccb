"""What a chat app shows beside a shared link: class, date and total; of a link-only school, its name."""

from pathlib import Path
from struct import unpack

import pytest
from flask import Flask

from portal.policy.vocabulary import Form
from portal.school.models import BoardAccess
from tests.factories import TODAY, TOMORROW, World, item
from tests.page import Browser, Page

SECRET = "homework words"


@pytest.fixture
def published(world: World) -> World:
    world.file(world.chen, world.maths, item(45, SECRET))
    world.publish()
    return world


def preview(page: Page) -> dict[str, str]:
    assert page.status == 200
    return {has["property"]: has["content"] for has in page.all("meta") if "property" in has}


def test_a_day_shows_class_date_and_total_but_no_homework(published: World, browser: Browser, app: Flask) -> None:
    app.config["ADDRESS"] = "https://homework.school.cn"
    page = browser.get(f"/board/{published.four_one.code}/{TODAY}")
    shown = preview(page)
    picture = shown.pop("og:image")
    assert shown == {
        "og:type": "website",
        "og:site_name": "青禾实验学校",
        "og:title": "四(1)班 作业公示",
        "og:description": "11月24日 星期二 · 书面作业约 45 分钟",
        "og:url": f"https://homework.school.cn/board/{published.four_one.code}/{TODAY}",
    }
    assert picture.startswith("https://homework.school.cn/static/img/preview.png?v=")
    assert SECRET in page.html.partition("</head>")[2]
    assert SECRET not in page.html.partition("</head>")[0]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("", "11月24日 星期二 · 书面作业约 45 分钟"),
        (str(TOMORROW), "11月25日 星期三"),
        ("week", "11月23日–11月29日"),
        ("week/2026-11-16", "11月16日–11月22日"),
        ("month/2026-11", "2026年11月"),
    ],
)
def test_each_page_says_which_days_it_is_of(path: str, shown: str, published: World, browser: Browser) -> None:
    told = preview(browser.get(f"/board/{published.four_one.code}/{path}"))
    assert told["og:description"] == shown
    assert told["og:url"] == f"http://localhost/board/{published.four_one.code}/{path}"


def test_no_written_homework_is_said_in_words(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(15, form=Form.SPORT))
    world.publish()
    world.file(world.lin, world.chinese, item(8, form=Form.ORAL), school_class=world.one_one)
    world.coordinate(world.one_one, by=world.lin)
    world.approve(world.one_one, by=world.gu)
    pages = [browser.get(f"/board/{each.code}/") for each in (world.four_one, world.one_one)]
    assert [preview(page)["og:description"].partition(" · ")[2] for page in pages] == [
        "没有书面作业",
        "回家没有书面作业",
    ]


@pytest.mark.parametrize("path", ["", str(TODAY), "week"])
def test_of_a_class_found_by_its_link_only_the_school_is_told(path: str, published: World, browser: Browser) -> None:
    published.school.board_access = BoardAccess.LINK
    told = preview(browser.get(f"/board/{published.four_one.code}/{path}"))
    assert (told["og:title"], told["og:site_name"]) == ("青禾实验学校 作业公示", "青禾实验学校")
    assert "og:description" not in told
    assert not any("四(1)" in each or "45" in each for name, each in told.items() if name != "og:image")


def test_it_is_told_in_the_readers_language(published: World, browser: Browser) -> None:
    page = browser.get(f"/board/{published.four_one.code}/", headers={"Accept-Language": "en"})
    told = preview(page)
    assert told["og:title"] == "Class 4(1): homework board"
    assert told["og:description"] == "Tuesday, 24 November · Written homework: about 45 min"


def test_feed_readers_find_the_feeds_of_the_class(published: World, browser: Browser) -> None:
    for path in ("", str(TODAY), "week"):
        page = browser.get(f"/board/{published.four_one.code}/{path}")
        found = {has["type"]: has["href"] for has in page.all("link", rel="alternate")}
        assert set(found) == {"application/atom+xml", "text/calendar"}
        assert [browser.get(each).response.mimetype for each in found.values()] == list(found)


def test_the_picture_is_small_and_of_the_shape_that_chat_apps_want(app: Flask) -> None:
    picture = Path(app.static_folder, "img", "preview.png").read_bytes()
    assert len(picture) < 10_000
    assert unpack(">II", picture[16:24]) == (1200, 630)
