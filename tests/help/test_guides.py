"""One guide for each kind of reader: open to anybody, one's own first, each picture there in both languages."""

import re
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from portal.help.page import Guide
from portal.policy.permissions import Role
from tests.deputies.lending import grant_of, lent
from tests.factories import World
from tests.page import Browser, Page

PICTURES = ROOT / "static" / "img" / "help"
LANGUAGES = {"zh": "zh-CN", "en": "en"}


def shown(page: Page) -> list[str]:
    """The pictures of a page, as files below static/."""
    return [re.sub(r"^/static/|\?.*$", "", each["src"]) for each in page.all("img")]


def named_first(page: Page) -> list[str]:
    """The guides under the first heading."""
    part = page.html.split("<h2>")[1]
    return re.findall(r'href="/help/(\w+)"', part)


@pytest.mark.parametrize("folder", LANGUAGES)
@pytest.mark.parametrize("guide", Guide)
def test_a_guide_shows_pictures_in_the_language_of_its_reader(
    world: World, app: Flask, guide: Guide, folder: str
) -> None:
    page = Browser(app).get(f"/help/{guide}", headers={"Accept-Language": LANGUAGES[folder]})
    assert page.status == 200
    files = shown(page)
    assert files, "a guide has pictures"
    for file in files:
        assert Path(file).parent.name == folder
        assert (ROOT / "static" / file).is_file()
    assert all(int(each["width"]) >= 390 and int(each["height"]) > 0 and each["alt"] for each in page.all("img"))


def test_each_picture_is_in_a_guide(world: World, app: Flask) -> None:
    browser = Browser(app)
    for folder, language in LANGUAGES.items():
        pages = [browser.get(f"/help/{guide}", headers={"Accept-Language": language}) for guide in Guide]
        used = {Path(file).name for page in pages for file in shown(page)}
        assert used == {file.name for file in (PICTURES / folder).iterdir()}


def test_families_are_who_has_not_signed_in(world: World, app: Flask) -> None:
    page = Browser(app).get("/help/")
    assert named_first(page) == ["families"]
    assert len(page.all("a", href="/help/office")) == 1


def test_ones_own_guides_come_first(world: World, app: Flask) -> None:
    for person, guides in ((world.chen, ["teacher", "homeroom"]), (world.zheng, ["office"])):
        browser = Browser(app)
        browser.sign_in(person)
        assert named_first(browser.get("/help/")) == guides


def test_a_deputy_reads_the_guide_of_what_is_lent(world: World, app: Flask) -> None:
    lent(world, grant_of(world.shen, Role.LEAD), world.luo)
    browser = Browser(app)
    browser.sign_in(world.luo)
    assert named_first(browser.get("/help/")) == ["teacher", "lead"]


def test_there_is_no_guide_for_a_role_that_does_not_exist(world: World, app: Flask) -> None:
    assert Browser(app).get("/help/pupil").status == 404


def test_every_page_of_staff_leads_to_the_help(world: World, app: Flask) -> None:
    browser = Browser(app)
    browser.sign_in(world.luo)
    assert browser.get("/home").all("a", href="/help/")
