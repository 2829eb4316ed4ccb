"""nginx with the configuration of deploy/ in front of two hosts, one of which is killed or restarted under load."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from bench import nginx
from portal.extensions import db
from tests.factories import PASSWORD
from tests.hosts.conftest import Pair
from tests.hosts.people import GRID, Staff, file, make_staff, publish, signed_in
from tests.stress.load import Server
from tests.stress.records import read_records
from tests.stress.window import Window

pytestmark = pytest.mark.skipif(not nginx.program(), reason=nginx.MISSING)
PATIENCE = 60  # seconds until a load that does not go on is a fault


class Load:
    """People who go on asking, each in a thread of their own. `answers`: (whose, status) → how often."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self.stop = Event()
        self.threads: list[Thread] = []

    def goes_on(self, name: str, ask: Callable[[], int]) -> None:
        def asks() -> None:
            while not self.stop.wait(0.02):
                self.answers[name, ask()] += 1

        self.threads.append(Thread(target=asks))
        self.threads[-1].start()

    def until_more(self, name: str, count: int) -> None:
        """Wait for so many more answers of this kind, whatever they are."""

        def seen() -> int:
            return sum(times for (whose, _), times in self.answers.copy().items() if whose == name)

        wanted, deadline = seen() + count, monotonic() + PATIENCE
        while seen() < wanted:
            assert monotonic() < deadline, self.answers
            sleep(0.02)

    def statuses(self, name: str) -> set[int]:
        return {status for whose, status in self.answers if whose == name}


@contextmanager
def load() -> Iterator[Load]:
    load = Load()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in load.threads:
            thread.join()


@pytest.fixture
def front(pair: Pair, tmp_path: Path) -> Iterator[str]:
    """nginx in front of both hosts: its address."""
    port = nginx.free_port()
    conf = nginx.portal_conf(tmp_path, port, pair.one.port, pair.two.port)
    with nginx.nginx(tmp_path, conf, ports=[port]):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("end", "forms"),
    [
        pytest.param(Server.kill, {303, 502}, id="killed"),
        pytest.param(Server.stop, {303}, id="restarted"),
    ],
)
def test_while_a_host_is_gone_readers_notice_nothing_and_nothing_acknowledged_is_lost(
    pair: Pair, staff: Staff, front: str, end: Callable[[Server], None], forms: set[int]
) -> None:
    with pair.app.app_context():
        busy = make_staff(f"busy{staff.school}")
        db.session.remove()
        db.engine.dispose()
    assert file(signed_in(staff.teacher, pair.one), staff, "第 1 页") == 303
    publish(staff, pair.one)
    family, lead, teacher = (Window([front], login, PASSWORD) for login in ("", staff.lead, busy.teacher))
    assert [each.sign_in() for each in (lead, teacher)] == [303, 303]
    pages = count(1)
    with load() as people:
        people.goes_on("family", lambda: family.get(f"{staff.board}?n={next(pages)}")[0])
        people.goes_on("lead", lambda: lead.get(GRID)[0])
        people.goes_on("visitor", lambda: Window([front], "", "").get("/sign-in")[0])
        people.goes_on("teacher", lambda: file(teacher, busy, f"第 {next(pages)} 页"))
        for host in (pair.one, pair.two):  # the second before nginx believes in the first again
            people.until_more("teacher", 6)
            end(host)
            people.until_more("teacher", 6)
            people.until_more("lead", 20)
            host.start()
    assert {name: people.statuses(name) for name in ("family", "lead", "visitor")} == {
        "family": {200},
        "lead": {200},
        "visitor": {200},
    }
    answers = {status: people.answers["teacher", status] for status in people.statuses("teacher")}
    assert answers.keys() <= forms
    log = [row for row in read_records(pair.database.url).log if row["by"] == busy.teacher]
    assert answers[303] <= len(log) <= answers[303] + answers.get(502, 0) <= answers[303] + 2
