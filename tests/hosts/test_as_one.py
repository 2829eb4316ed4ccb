"""Two hosts behave as one: sessions, wrong passwords, locks, whatever either keeps, and what happens by the clock."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import delete, select

from config import ROOT
from portal.accounts.models import RoleGrant
from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.permissions import Role
from portal.school.models import School
from tests.factories import NOW, PASSWORD, set_rule
from tests.hosts.conftest import Pair
from tests.hosts.people import GRADE, GRID, Staff, file, make_staff, on, publish, send, signed_in
from tests.stress.load import Server
from tests.stress.window import Forms, Window

PROMISED = 30  # seconds after which whatever is kept anywhere is gone
IN_ALL_WORKERS = 12  # requests that reach both workers of a host, as good as surely
AT_ONCE = """
import sys, time
from datetime import datetime
from pathlib import Path
from config import Config
from portal import keeper
from portal.app import create_app
config = Config()
config.NOW = datetime.fromisoformat(sys.argv[1])
app = create_app(config)
Path(sys.argv[2] + "." + sys.argv[3]).touch()
while not Path(sys.argv[2]).exists():
    time.sleep(0.001)
done = keeper.wake(app)
print(done.published, done.failed)
"""


def everywhere(host: Server, window: Window, path: str, holds: Callable[[int, str], bool]) -> bool:
    """Whether it holds for what each worker of a host answers."""
    return all(holds(*on(host, window).get(path)) for _ in range(IN_ALL_WORKERS))


def until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + PROMISED
    while not holds():
        assert monotonic() < deadline
        sleep(0.02)


# Sessions


def test_who_signed_in_on_one_host_is_known_on_the_other(pair: Pair, staff: Staff) -> None:
    window = signed_in(staff.teacher, pair.one)
    assert everywhere(pair.two, window, "/home", lambda status, html: status == 200 and "teacher" in html)
    assert file(on(pair.two, window), staff, "第 1 页") == 303
    assert "第 1 页" in on(pair.one, window).get(staff.composer)[1]


def ends_everywhere_else(window: Window) -> int:
    return send(window, "/account", "/account/sessions")


def changes_the_password(window: Window) -> int:
    new = "purple lamp river"
    return send(window, "/account", "/account", present=PASSWORD, password=new, again=new)


@pytest.mark.parametrize("step", [ends_everywhere_else, changes_the_password])
def test_what_ends_sessions_on_one_host_ends_them_on_the_other_at_once(
    pair: Pair, staff: Staff, step: Callable[[Window], int]
) -> None:
    here, there = signed_in(staff.teacher, pair.one), signed_in(staff.teacher, pair.two)
    assert everywhere(pair.two, there, "/home", lambda status, _: status == 200)
    assert step(here) == 303
    assert everywhere(pair.two, there, "/home", lambda status, _: status == 303)
    assert everywhere(pair.two, here, "/home", lambda status, _: status == 200)


def test_a_reset_on_one_host_ends_the_session_on_the_other_at_once(pair: Pair, staff: Staff) -> None:
    there, admin = signed_in(staff.teacher, pair.two), signed_in(staff.admin, pair.one)
    assert everywhere(pair.two, there, "/home", lambda status, _: status == 200)
    _, html = admin.get("/people")
    row = next(row for row in html.split("<tr")[1:] if f"{staff.teacher}<" in row)
    person = row.split('name="person" value="')[1].split('"')[0]
    assert admin.post("/people/passwords", Forms(html).fields["/people/passwords"] | {"person": person})[0] == 200
    assert everywhere(pair.two, there, "/home", lambda status, _: status == 303)


# Limits


def wrong(window: Window) -> int:
    return send(window, "/sign-in", "/sign-in", login=window.login, password="a wrong password")


def test_wrong_passwords_on_one_host_count_on_the_other(pair: Pair, staff: Staff) -> None:
    here, there = (Window([host.url], staff.lead, PASSWORD) for host in (pair.one, pair.two))
    assert [wrong(each) for each in (here, there, here, there, here)] == [422] * 5
    assert [wrong(here), wrong(there), here.sign_in(), there.sign_in()] == [429] * 4


def test_without_redis_people_sign_in_and_each_process_counts_alone(pair: Pair, staff: Staff) -> None:
    pair.redis.kill()
    try:
        assert {signed_in(staff.teacher, host).get("/home")[0] for host in (pair.one, pair.two)} == {200}
        window = Window([pair.one.url], staff.lead, PASSWORD)
        tries = [wrong(window) for _ in range(5 * 2 + 1)]  # five in each worker
        assert set(tries) == {422, 429}
        assert Window([pair.two.url], staff.lead, PASSWORD).sign_in() == 303
    finally:
        pair.redis.start()


# Locks


def test_of_two_who_change_the_same_at_the_same_moment_on_two_hosts_one_is_told(pair: Pair, staff: Staff) -> None:
    window = signed_in(staff.teacher, pair.one)
    assert file(window, staff, "第 1 页") == 303
    form = Forms(window.get(staff.composer)[1]).fields[staff.composer] | {"do": "submit"}
    start, answers = Barrier(2), []

    def change(host: Server) -> None:
        own = on(host, window)
        start.wait()
        answers.append(own.post(staff.composer, form | {"items-0-text": f"第 {host.port} 页"})[0])

    threads = [Thread(target=change, args=[host]) for host in (pair.one, pair.two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]


# What is kept


def test_what_is_published_and_withdrawn_on_one_host_is_so_on_the_other(pair: Pair, staff: Staff) -> None:
    family, teacher = Window([pair.two.url], "", ""), signed_in(staff.teacher, pair.one)
    assert file(teacher, staff, "第一稿") == 303
    assert everywhere(pair.two, family, staff.board, lambda _, html: "第一稿" not in html)
    publish(staff, pair.one)
    until(lambda: everywhere(pair.two, family, staff.board, lambda _, html: "第一稿" in html))
    assert file(teacher, staff, "第二稿") == 303
    until(lambda: everywhere(pair.two, family, staff.board, lambda _, html: "第二稿" in html and "第一稿" not in html))
    assert send(teacher, staff.composer, f"{staff.composer}/withdraw", reason="不做了") == 303
    until(lambda: everywhere(pair.two, family, staff.board, lambda _, html: "第二稿" not in html))


def test_a_page_of_staff_that_is_given_again_on_one_host_knows_what_the_other_did(pair: Pair, staff: Staff) -> None:
    lead = signed_in(staff.lead, pair.two)
    assert everywhere(pair.two, lead, GRID, lambda status, html: status == 200 and ">20<" not in html)
    assert file(signed_in(staff.teacher, pair.one), staff, "第 1 页", minutes=20) == 303
    assert everywhere(pair.two, lead, GRID, lambda status, html: status == 200 and ">20<" in html)
    with pair.app.app_context():
        db.session.execute(delete(RoleGrant).where(RoleGrant.school_id == staff.school, RoleGrant.role == Role.LEAD))
        db.session.commit()
        db.engine.dispose()
    assert everywhere(pair.two, lead, GRID, lambda status, _: status == 403)


def test_a_rule_that_another_process_changes_holds_everywhere(pair: Pair, staff: Staff) -> None:
    teacher = signed_in(staff.teacher, pair.two)
    assert everywhere(pair.two, teacher, staff.composer, lambda _, html: "47" not in html)
    with pair.app.app_context():
        set_rule(db.session.get(School, staff.school), GRADE, cap=47)
        db.session.commit()
        db.engine.dispose()
    for host in (pair.one, pair.two):
        assert everywhere(host, teacher, staff.composer, lambda _, html: "47" in html)


# The clock


def test_the_keepers_of_both_hosts_publish_each_sheet_once(pair: Pair, tmp_path: Path) -> None:
    with pair.app.app_context():
        staff = make_staff("keeper", classes=8, publish_at=NOW.time())
        db.session.remove()
        db.engine.dispose()
    teacher = signed_in(staff.teacher, pair.one)
    for class_id in staff.classes:
        composer = f"/homework/{class_id}/{staff.subject}/{NOW.date()}"
        typed = {"text": "第 1 页", "minutes": 20, "tier": "mandatory", "form": "oral", "place": "home", "every": 1}
        fields = {f"items-0-{name}": value for name, value in typed.items()}
        assert send(teacher, composer, composer, do="submit", **fields) == 303
    go = tmp_path / "go"
    keepers = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, NOW.isoformat(), str(go), str(n)],
            cwd=ROOT, env=pair.one.environ, stdout=subprocess.PIPE, text=True,
        )
        for n in range(2)
    ]  # fmt: skip
    until(lambda: len(list(tmp_path.iterdir())) == 2)
    go.touch()
    said = [[int(each) for each in keeper.communicate(timeout=60)[0].split()] for keeper in keepers]
    assert [sum(each) for each in zip(*said, strict=True)] == [8, 0]
    with pair.app.app_context():
        versions = select(SheetVersion.class_id).where(SheetVersion.class_id.in_(staff.classes))
        log = select(LogEntry.sheet_id).where(LogEntry.school_id == staff.school, LogEntry.step == "sheet.automatic")
        published, told = (db.session.scalars(each).all() for each in (versions, log))
        db.session.remove()
        db.engine.dispose()
    assert (sorted(published), len(told), len(set(told))) == (sorted(staff.classes), 8, 8)


# PostgreSQL is restarted


def test_both_hosts_come_back_with_the_database(pair: Pair, staff: Staff) -> None:
    window = signed_in(staff.teacher, pair.one)
    pair.database.stop()
    try:
        for host in (pair.one, pair.two):
            answers = {on(host, window).get(path)[0] for path in ("/home", staff.board, "/sign-in", "/readyz")}
            assert answers == {503}
            assert on(host, window).get("/readyz") == (503, "the database does not answer\n")
    finally:
        pair.database.start()
    for host in (pair.one, pair.two):
        assert everywhere(host, window, "/home", lambda status, _: status == 200)
        assert everywhere(host, window, "/readyz", lambda status, _: status == 200)
    assert file(on(pair.two, window), staff, "以后") == 303
