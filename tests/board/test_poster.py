"""The poster of a class: school, class, the short address as QR code and in letters, and how to use it."""

import pytest
from flask import Flask

from tests.approvals.reading import texts
from tests.board.qr import read_qr
from tests.factories import World
from tests.page import Browser, Page, all_asked


def poster(browser: Browser, world: World, **headers: str) -> Page:
    page = browser.get(f"/board/{world.four_one.code}/poster", headers=headers)
    assert page.status == 200
    return page


def test_school_and_class_stand_on_it_large_and_in_both_languages(world: World, browser: Browser) -> None:
    page = poster(browser, world)
    assert texts(page, "p", class_="poster-school") == ["青禾实验学校"]
    assert texts(page, "span", lang="zh-Hans") == [
        "四(1)班 作业公示",
        "用手机扫码，或在浏览器里输入上面的地址。",
        "每个上学日下午公示当天的作业和预计用时。",
        "不用注册，不用下载。把打开的页面收藏起来，下次直接看。",
    ]
    assert texts(page, "span", lang="en")[0] == "Class 4(1) Homework board"


def test_the_poster_is_the_same_for_readers_of_both_languages(world: World, browser: Browser) -> None:
    chinese, english = (poster(browser, world, **{"Accept-Language": language}) for language in ("zh-CN", "en"))
    assert (chinese.all("html")[0]["lang"], english.all("html")[0]["lang"]) == ("zh-Hans", "en")
    assert texts(chinese, "span") == texts(english, "span")


@pytest.mark.parametrize(
    ("setting", "address", "typed"),
    [
        ("", "http://localhost/c/qinghe-4-1", "http://localhost/c/qinghe-4-1"),
        ("https://homework.school.cn", "https://homework.school.cn/c/qinghe-4-1", "homework.school.cn/c/qinghe-4-1"),
    ],
)
def test_code_and_letters_lead_to_the_class(
    world: World, browser: Browser, app: Flask, setting: str, address: str, typed: str
) -> None:
    app.config["ADDRESS"] = setting
    page = poster(browser, world)
    assert read_qr(page.html) == address
    assert page.all("div", role="img")[0]["aria-label"] == f"二维码：{address}"
    assert [text for text in texts(page, "p") if text.endswith("/c/qinghe-4-1")] == [typed]


def test_another_public_address_is_another_poster_for_who_has_the_old_one(
    world: World, browser: Browser, app: Flask
) -> None:
    tag = poster(browser, world).response.headers["ETag"]
    app.config["BOARD_CACHE"] = False
    again = browser.get(f"/board/{world.four_one.code}/poster", headers={"If-None-Match": tag})
    app.config["ADDRESS"] = "https://homework.school.cn"
    moved = browser.get(f"/board/{world.four_one.code}/poster", headers={"If-None-Match": tag})
    assert (again.status, moved.status) == (304, 200)


def test_a_long_address_is_written_smaller(world: World, browser: Browser, app: Flask) -> None:
    classes = {}
    for name in ("a.cn", "homework.qinghe.edu.cn", "homework.qinghe-experimental.edu.cn"):
        app.config |= {"ADDRESS": f"https://{name}", "BOARD_CACHE": False}
        [classes[name]] = [
            p["class"] for p in poster(browser, world).all("p") if "poster-address" in p.get("class", "")
        ]
    assert list(classes.values()) == ["poster-address", "poster-address is-long", "poster-address is-longer"]


def test_the_poster_needs_one_statement_and_an_unknown_class_has_none(world: World, browser: Browser) -> None:
    with all_asked() as seen:
        poster(browser, world)
    assert len(seen) == 1
    assert browser.get("/board/nobody/poster").status == 404
