"""What a start prints, and the first start without a page: `flask setup`, `flask setup-code`."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, text

from config import ROOT
from portal.accounts.models import Person
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.setup import queries
from portal.setup.console import address_of, announcement
from tests.accounts.test_sign_in import enter
from tests.factories import NOW, World
from tests.page import Browser
from tests.setup.founding import NOTHING, PASSWORD, START, stored
from tests.test_serve import environ

ASKED = ["--school", "青禾实验学校", "--name", "程望舒", "--login", "cheng"]
TERM = ["--term", "第一学期", "2026-09-01", "2027-01-22"]
REST = ["--short", "", "--classes", "", *TERM]


def run(app: Flask, *words: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["setup", *words], input=typed)


def test_the_box_names_the_address_and_a_code_that_holds(app: Flask) -> None:
    said = announcement("http://10.0.0.5:8000")
    assert "http://10.0.0.5:8000/setup " in said
    [code] = re.findall(r"Code +(\S+) ", said)
    assert queries.is_code(code, NOW)
    assert "2026-11-27 15:00" in said
    widths = {sum(2 if east_asian_width(each) in "WF" else 1 for each in line) for line in said.splitlines()}
    assert len(widths) == 1


def test_with_a_school_there_is_nothing_to_say(world: World) -> None:
    assert announcement("http://127.0.0.1:8000") == ""


@pytest.mark.parametrize(
    ("settings", "host", "address"),
    [
        ({}, "127.0.0.1", "http://127.0.0.1:8000"),
        ({}, "0.0.0.0", "http://127.0.0.1:8000"),
        ({}, "10.0.0.5", "http://10.0.0.5:8000"),
        ({}, "fd00::5", "http://[fd00::5]:8000"),
        ({"ADDRESS": "https://homework.school.cn"}, "127.0.0.1", "https://homework.school.cn"),
        ({"HOSTS": ("homework.school.cn",)}, "127.0.0.1", "http://homework.school.cn"),
        ({"HOSTS": ("homework.school.cn", "127.0.0.1")}, "127.0.0.1", "http://127.0.0.1:8000"),
    ],
)
def test_the_address_is_one_that_answers(app: Flask, settings: dict, host: str, address: str) -> None:
    app.config.update(settings)
    assert address_of(host, "8000") == address


def test_a_code_can_be_printed_where_no_start_has(app: Flask, browser: Browser) -> None:
    done = app.test_cli_runner().invoke(args=["setup-code", "--port", "9000"])
    assert (done.exit_code, "http://127.0.0.1:9000/setup" in done.output) == (0, True)
    assert queries.is_code(re.findall(r"Code +(\S+) ", done.output)[0], NOW)


def test_all_is_asked_for_and_the_usual_is_proposed(app: Flask) -> None:
    typed = ["青禾实验学校", "", "3:2 7：1", "", "", "2027-01-15", "程望舒", "cheng", PASSWORD, PASSWORD]
    done = run(app, typed="\n".join([*typed, ""]))
    assert done.exit_code == 0, done.output
    assert "“青禾实验学校”建好了。 The school is founded. 账号 Account: cheng" in done.output
    assert PASSWORD not in done.output
    found = stored()
    assert (found["schools"], found["classes"], found["roles"]) == (
        ["青禾实验学校"],
        [(3, 1), (3, 2), (7, 1)],
        ["administrator", "office"],
    )
    assert [[str(each) for each in term] for term in found["terms"]] == [
        ["2026–2027 学年第一学期", "2026-09-01", "2027-01-15"]
    ]
    Browser(app).sign_in(db.session.query(Person).one(), PASSWORD)


def test_options_say_all_and_a_drawn_password_is_printed_once(app: Flask, browser: Browser) -> None:
    done = run(app, *ASKED, *REST, "--generate-password", "--no-office")
    assert done.exit_code == 0, done.output
    [password] = re.findall(r"printed only now: (\S+)", done.output)
    person = db.session.query(Person).one()
    assert (person.one_time_last, stored()["roles"]) == (date(2026, 12, 24), ["administrator"])
    assert "It can be used until: 2026-12-24" in done.output
    assert "先换一个自己的密码" in enter(browser, "cheng", password).text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--school", " "], "校名 School name: 请填校名。 Enter the name of the school."),
        (["--login", "程"], "账号只用字母、数字和 . _ - @，以字母或数字开头，例如 t1001。"),
        (["--short", "Qing He"], "网址简称只用小写字母、数字和 -"),
        (["--classes", "3:2 10:1"], "请写成“年级:班数”，例如 1:4 2:4，年级从 1 到 9。 Write grade:classes"),
        (["--classes", "3:61"], "班数请填 0 到 60 的整数。"),
        (["--term", "第一学期", "2026-09-01", "soon"], "没有这一天，请重新选择日期。"),
        (["--term", "第一学期", "2026-09-01", "2026-08-01"], "结束日期在开始日期之前，请检查。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_founded(app: Flask, words: list[str], said: str) -> None:
    done = run(app, *ASKED, *REST, "--generate-password", *words)
    assert (done.exit_code, said in done.output, "Traceback" in done.output) == (1, True, False), done.output
    assert "什么都没有建。 Nothing was founded." in done.output
    assert stored() == NOTHING | {"codes": 0}


def test_a_password_must_hold_here_too(app: Flask) -> None:
    done = run(app, *ASKED, *REST, typed="1234567890\n1234567890\n")
    assert (done.exit_code, "这个密码太常见" in done.output) == (1, True), done.output
    assert stored() == NOTHING | {"codes": 0}


def test_with_a_school_the_commands_do_nothing(world: World, app: Flask) -> None:
    before = stored()
    runner = app.test_cli_runner()
    for command in (["setup", *ASKED, *REST, "--generate-password"], ["setup-code"]):
        done = runner.invoke(args=command)
        assert (done.exit_code, "学校已经建好了，什么都没有做。" in done.output) == (1, True)
    assert stored() == before


def test_a_founded_school_closes_the_page(app: Flask, browser: Browser) -> None:
    run(app, *ASKED, *REST, "--generate-password")
    assert browser.get(START).response.location == "/sign-in"


def test_an_administrator_who_has_nobody_to_ask_gets_a_slip_on_the_console(world: World, app: Flask) -> None:
    browser = Browser(app).sign_in(world.admin)
    done = app.test_cli_runner().invoke(args=["slip", "admin"])
    assert done.exit_code == 0, done.output
    assert "It can be used until: 2026-12-24" in done.output
    [password] = re.findall(r"printed only now: (\S+)", done.output)
    assert browser.get("/home").response.location.startswith("/sign-in")  # what was signed in is over
    assert "先换一个自己的密码" in enter(browser, "admin", password).text
    entry = db.session.query(LogEntry).one()
    assert (entry.step, entry.actor_id, entry.details) == ("password.give", None, {"person": world.admin.id})


def test_nobody_gets_no_slip(world: World, app: Flask) -> None:
    world.luo.active = False
    db.session.commit()
    for login in ("nobody", "luo"):
        done = app.test_cli_runner().invoke(args=["slip", login])
        assert (done.exit_code, "没有这个账号，或者已经停用。" in done.output) == (1, True)


@pytest.fixture
def settings(app: Flask, tmp_path: Path) -> dict[str, str]:
    """The environment of processes of their own over the same empty database."""
    url = db.engine.url.render_as_string(hide_password=False)
    return environ(tmp_path, PORTAL_DATABASE_URL=url)


def test_of_two_processes_that_found_at_once_one_does(app: Flask, settings: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "setup", *ASKED, *REST, "--generate-password"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [each.communicate(timeout=60) for each in both]
    assert sorted(each.returncode for each in both) == [0, 1], said
    assert "Traceback" not in said[0][1] + said[1][1]
    assert (stored()["schools"], stored()["people"]) == (["青禾实验学校"], ["cheng"])


def test_a_database_that_was_never_migrated_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "setup", *ASKED, *REST, "--generate-password"]
    done = subprocess.run(command, cwd=ROOT, env=environ(tmp_path), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "Error: The database is not ready: first `flask --app wsgi prepare`.\n",
    )


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    nowhere = environ(tmp_path, PORTAL_DATABASE_URL="postgresql+psycopg://x@127.0.0.1:9/x")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "setup", *ASKED, *REST, "--generate-password"]
    done = subprocess.run(command, cwd=ROOT, env=nowhere, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.startswith("Error: The database does not answer: ")) == (1, True), done.stderr


def test_the_code_is_nowhere_in_the_database(app: Flask) -> None:
    [code] = re.findall(r"Code +(\S+) ", announcement("http://127.0.0.1:8000"))
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        [row] = connection.execute(text("SELECT * FROM setup_code"))
    engine.dispose()
    assert code not in str(row)
    assert code.replace("-", "") not in str(row)
