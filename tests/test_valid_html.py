"""What browsers are sent is valid HTML and CSS: the Nu checker reads all pages at once."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from tests import places
from tests.doors import BY_PEOPLE, ROWS, cast
from tests.factories import World
from tests.page import Browser
from tests.public import ADDRESSES, LANGUAGES, examples, fill

JAVA = shutil.which("java")
CHECKER = os.environ.get("PORTAL_TEST_VNU")
NO_CHECKER = (
    "no Nu checker: `apt-get install default-jre-headless`, `npm pack vnu-jar`, and PORTAL_TEST_VNU with the path of "
    "its build/dist/vnu.jar enable it"
)
SUFFIXES = {"text/html": ".html", "text/css": ".css", "image/svg+xml": ".svg"}
READERS = ("office", "lead", "homeroom", "teacher", "administrator")  # each page is opened by the first who may
# htmx reads attributes that the standard does not know; some of our sections are boxes with one number in it.
ACCEPTED = "(Attribute .hx-|Section lacks heading).*"
WRONG = {
    "wrong.html": "<!doctype html><html lang=en><title>Wrong</title><p><div></p>",
    "wrong.css": "p { colour: red }",
}

pytestmark = [
    pytest.mark.skipif(not (JAVA and CHECKER), reason=NO_CHECKER),
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
]


def keep(browser: Browser, where: str, language: str, folder: Path) -> int:
    """Put what this address answers into the folder, named after it, and tell its status."""
    with browser.get(where, headers={"Accept-Language": language}).response as response:
        if suffix := SUFFIXES.get(response.mimetype):
            name = f"{language} {where}".replace("/", "∕")  # the slash of files is no letter for names
            (folder / f"{name}{suffix}").write_bytes(response.get_data())
        return response.status_code


def keep_public(app: Flask, world: World, folder: Path) -> None:
    """What anybody may open."""
    fill(world)
    for language, each in product(LANGUAGES, examples(world)):
        assert keep(Browser(app), each.address, language, folder) == each.status


def keep_the_rest(app: Flask, world: World, folder: Path) -> None:
    """The pages of those who work at the school."""
    here, people = places.fill(world)["here"], cast(world)
    browsers = {kind: Browser(app).sign_in(people[kind]) for kind in READERS}
    for language, (method, rule, _) in product(LANGUAGES, ROWS):
        readers = [kind for kind in READERS if BY_PEOPLE[kind]["here", method, rule] == "200"]
        if method == "GET" and readers and rule not in ADDRESSES:
            assert keep(browsers[readers[0]], places.address(here, rule), language, folder) == 200


def faults(folder: Path) -> dict[str, list[str]]:
    """What the checker says about each file of this folder. One run: it takes seconds to start."""
    options = ["--also-check-css", "--also-check-svg", "--filterpattern", ACCEPTED, "--stdout", "--format", "json"]
    done = subprocess.run([JAVA, "-jar", CHECKER, *options, folder], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    found: dict[str, list[str]] = {}
    for said in json.loads(done.stdout)["messages"]:
        name = unquote(Path(said["url"]).name)
        found.setdefault(name, []).append(f"{name}: {said['message']} {said.get('extract', '')}")
    return found


def test_the_page_of_the_first_start_is_valid(app: Flask, tmp_path: Path) -> None:
    """As it is opened, and with something wrong at every field."""
    browser = Browser(app)
    for language in LANGUAGES:
        assert keep(browser, "/setup", language, tmp_path) == 200
        wrong = {"next_name": "x", "classes_1": "x", "csrf_token": browser.get("/setup").value("csrf_token")}
        page = browser.post("/setup", wrong, headers={"Accept-Language": language})
        assert page.status == 422
        (tmp_path / f"{language} wrong.html").write_text(page.html, "utf-8")
    assert faults(tmp_path) == {}


@pytest.mark.parametrize("keep_them", [keep_public, keep_the_rest])
def test_each_page_is_valid(app: Flask, world: World, tmp_path: Path, keep_them: Callable) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    keep_them(app, world, folder)
    assert len(list(folder.iterdir())) > 50
    for name, words in WRONG.items():
        (folder / name).write_text(words, "utf-8")
    found = faults(folder)
    assert WRONG.keys() & found.keys() == WRONG.keys(), "the checker sees nothing"
    bad = [fault for name in found if name not in WRONG for fault in found[name]]
    assert not bad, "\n".join(bad)
