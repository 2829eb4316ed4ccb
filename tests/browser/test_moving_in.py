"""A school moves in: from an empty machine to a published day, by what is printed, shown and clicked alone."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from bench.nginx import free_port
from config import ROOT
from portal.demo.seed import CLASSES, LOGINS, SAMPLE, SUBJECTS, person_name, sample_filings
from portal.htmx_file import fetch_htmx
from tests.browser.composer import load_of, open_composer, submit, write
from tests.browser.conftest import Visits
from tests.browser.server import CALENDAR, CDN, PATIENCE, Server
from tests.browser.visitor import PHONE, Visitor
from tests.postgres import NO_POSTGRES, POSTGRES_URL, beside, created
from tests.roster import files

pytestmark = pytest.mark.browser

SCHOOL = "青禾实验学校"
ADMINISTRATOR = ("程望舒", "principal", "four green apples")
TEXT = "背诵第 5 单元的单词"
POSTS = {"教务处主任": "教务处"}  # the sample's word and the lists'


@dataclass(frozen=True)
class Machine(Server):
    """A portal over an empty database, as `make run` starts it. `code` is what its console said; `javascript`: whether
    the browsers in front of it run scripts.
    """

    code: str
    javascript: bool


@pytest.fixture(
    params=[
        pytest.param(("sqlite", True), id="sqlite-htmx"),
        pytest.param(
            ("postgresql", False),
            id="postgresql-no-script",
            marks=[pytest.mark.postgres, pytest.mark.skipif(not POSTGRES_URL, reason=NO_POSTGRES)],
        ),
    ]
)
def machine(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path, htmx: str | None) -> Iterator[Machine]:
    """Told twice, not four times: it starts as slowly as a portal does."""
    engine, javascript = request.param
    if javascript:
        request.getfixturevalue("needs_htmx")
    with ExitStack() as stack:
        url = stack.enter_context(created(beside(POSTGRES_URL, "moving"))) if engine == "postgresql" else ""
        yield stack.enter_context(started(tmp_path, url, htmx, javascript))


@contextmanager
def started(folder: Path, database_url: str, htmx: str | None, javascript: bool) -> Iterator[Machine]:
    """`make run`, as soon as its workers answer."""
    port, log = free_port(), folder / "console"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "GRANIAN"))}
    environ |= {"PORTAL_INSTANCE": str(folder), "PORTAL_DATABASE_URL": database_url, "PORTAL_PORT": str(port)}
    environ |= {"PORTAL_SECRET_KEY": secrets.token_hex(32)}
    if htmx not in (None, CDN):
        fetch_htmx(folder, htmx)
    run = [sys.executable, "-m", "portal.operations.run"]
    with log.open("wb") as console:
        process = subprocess.Popen(run, cwd=ROOT, env=environ, stdout=console, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        address, code = read_console(log, url, process)
        assert address == f"{url}/setup"
        now = datetime.now(ZoneInfo("Asia/Shanghai"))
        yield Machine(url, now, htmx, code, javascript)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def read_console(log: Path, url: str, process: subprocess.Popen) -> tuple[str, str]:
    """The address and the code, once the server answers."""
    deadline = monotonic() + 3 * PATIENCE
    while monotonic() < deadline and process.poll() is None:
        try:
            urlopen(f"{url}/readyz", timeout=5).close()
        except OSError:
            sleep(0.1)
        else:
            said = log.read_text()
            return re.search(r"Address +(\S+)", said)[1], re.search(r"Code +(\S+)", said)[1]
    raise RuntimeError(f"The server does not start. {log.read_text()}")


def sample_lists() -> bytes:
    """The sample school as its office would have it in a workbook; its 一(1)班 and 四年级 are there already."""
    taught = {(person_name(each.teacher), each.class_name, each.subject) for each in sample_filings()}
    people = [(LOGINS[each["name"]], each["name"], "；".join(posts_of(each["roles"])), "") for each in SAMPLE["people"]]
    return files.workbook(
        班级=[files.CLASSES, *CLASSES.values()],
        学科=[files.SUBJECTS, *((name, "", n) for n, name in enumerate(SUBJECTS))],
        教师=[files.PEOPLE, *people],
        任课=[files.ASSIGNMENTS, *(("", name, place, subject, "") for name, place, subject in sorted(taught))],
    )


def posts_of(words: list[str]) -> Iterator[str]:
    for word in words:
        role, _, place = word.partition(":")
        if role in ("班主任", "年级组长"):
            yield f"{place}{role}"
        elif role in (*POSTS, "校长"):
            yield POSTS.get(role, role)


def test_from_an_empty_machine_to_the_board(machine: Machine, visit: Visits) -> None:
    day = CALENDAR.next_school_day(machine.now.date() + timedelta(days=1))  # nobody is late for tomorrow

    admin = visit(machine, javascript=machine.javascript)
    founds_the_school(admin, day)
    imports(admin)
    slips = prints_slips(admin)
    assert len(slips) == len(SAMPLE["people"])

    luo, chen, shen = (visit(machine, javascript=machine.javascript) for _ in range(3))
    for visitor, name in ((luo, "罗安怡"), (chen, "陈立德"), (shen, "沈知微")):
        signs_in_first(visitor, name, *slips[name])
    files_homework(luo, day)
    signs(chen, day)
    approves(shen, day)

    family = visit(machine, javascript=machine.javascript, width=PHONE)
    reads(family, day)
    sees_it_ticked_off(admin)


def founds_the_school(admin: Visitor, day: date) -> None:
    """With the code of the console, once mistyped; everything typed is still there."""
    machine: Machine = admin.server
    page = admin.open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("第一次使用：建立学校")
    admin.judge()
    name, login, password = ADMINISTRATOR
    admin.expected = {422}
    for code in ("aaaa-bbbb-cccc", machine.code):
        page.get_by_role("textbox", name="安装码").fill(code)
        if code != machine.code:
            page.get_by_role("textbox", name="校名").fill(SCHOOL)
            page.get_by_label("第一天", exact=True).fill((day - timedelta(days=60)).isoformat())
            page.get_by_label("最后一天", exact=True).fill((day + timedelta(days=60)).isoformat())
            page.get_by_label("一年级").fill("1")
            page.get_by_label("四年级").fill("2")
            page.get_by_role("textbox", name="姓名").fill(name)
            page.get_by_role("textbox", name="账号").fill(login)
        page.get_by_label("密码", exact=True).fill(password)
        page.get_by_label("再写一遍密码").fill(password)
        page.get_by_role("button", name="建立学校").click()
        if code != machine.code:
            expect(page.get_by_text("安装码不对，或者已经过期。")).to_be_visible()
            admin.judge()
    expect(page.get_by_text("学校建好了。您已登录。")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("接下来做什么 已完成 2/7")
    admin.judge()


def imports(admin: Visitor) -> None:
    page = admin.page
    page.get_by_role("link", name="去导入名单").click()
    admin.expected = {413}
    tries_too_large_a_file(admin)
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("input[type=file]").set_input_files(
        {"name": "青禾名单.xlsx", "mimeType": xlsx, "buffer": sample_lists()}
    )
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_text("每一行都对。")).to_be_visible()
    classes = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="班级"))
    assert classes.get_by_role("cell").all_inner_texts() == ["1", "0", "3", "0"]
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("导入完成。")).to_be_visible()


def tries_too_large_a_file(admin: Visitor) -> None:
    """With scripts it is not even sent; without, the page that says so leads back to the form."""
    page = admin.page
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"x" * 2**22})
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_text("文件超过 2 MB，没有读取，什么都没有改。")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("导入与导出" if admin.javascript else "文件太大")
    if not admin.javascript:
        page.get_by_role("link", name="换一个文件").click()


def prints_slips(admin: Visitor) -> dict[str, tuple[str, str]]:
    """For everybody who has no password; account and password by name."""
    page = admin.open("/setup/next")
    page.get_by_role("link", name="去发密码").click()
    page.get_by_role("button", name="给所有还没有密码的人发").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("一次性密码")
    slips = {}
    for slip in page.locator(".slips > li").all():
        login, password, address = slip.get_by_role("definition").all_inner_texts()
        slips[slip.locator(".slip-name").inner_text()] = (login, password)
        assert address == f"{admin.server.url}/sign-in"
    return slips


def signs_in_first(visitor: Visitor, name: str, login: str, password: str) -> None:
    """With what the slip says; before anything else the password is changed."""
    page = visitor.open("/sign-in")
    page.get_by_role("textbox", name="账号").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("先换一个自己的密码")
    page.get_by_label("新密码", exact=True).fill(f"quiet river stones {login}")
    page.get_by_label("再写一遍新密码").fill(f"quiet river stones {login}")
    page.get_by_role("button", name="换好，继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"您好，{name}")


def files_homework(luo: Visitor, day: date) -> None:
    page = open_composer(luo, "英语", day)
    write(page, 1, TEXT, 15)
    submit(page)
    expect(load_of(page)).to_contain_text("共 15 分钟")


def signs(chen: Visitor, day: date) -> None:
    """On the sheet of the day, which the start page does not show yet."""
    page = chen.open("/home")
    page.get_by_role("link", name="四(1)班", exact=True).first.click()
    page.goto(re.sub(r"\d{4}-\d{2}-\d{2}", day.isoformat(), page.url))
    page.get_by_role("button", name="总量协调好，交年级组").click()
    expect(page.get_by_text("已协调，交给年级组长了。")).to_be_visible()


def approves(shen: Visitor, day: date) -> None:
    page = shen.open("/home")
    page.get_by_role("link", name="四年级 全年级总量").click()
    page.goto(re.sub(r"\d{4}-\d{2}-\d{2}", day.isoformat(), page.url))
    page.get_by_role("button", name="通过 四(1)班").click()
    expect(page.get_by_text("已通过 1 个班。")).to_be_visible()


def reads(family: Visitor, day: date) -> None:
    """Without an account, from the school's page."""
    page = family.open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(SCHOOL)
    page.get_by_role("link", name="四(1)班").click()
    page.goto(f"{page.url.rstrip('/')}/{day.isoformat()}")
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_role("region", name="书面作业合计")).to_contain_text("书面作业约 15 分钟")
    expect(page.get_by_text("已审核公示")).to_be_visible()


def sees_it_ticked_off(admin: Visitor) -> None:
    page = admin.open("/home")
    page.get_by_role("link", name="接下来做什么").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已完成 5/7")
    board = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="告诉家长公示栏"))
    expect(board).to_contain_text("已完成")
    page.goto("/setup")
    expect(page.get_by_role("heading", level=1)).to_contain_text("您好")
