"""The load: one host or two, eight writers in processes of their own, and now and then a kill -9 in the middle of it.

Two hosts are two servers with all their workers, over one database and one Redis. The requests of each writer go to one
and the other in turn; while one is dead, to the other.
"""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep, time
from urllib.error import HTTPError
from urllib.request import urlopen

from flask_migrate import upgrade

from bench.nginx import free_port
from config import ROOT
from portal.app import create_app
from portal.extensions import db
from portal.school.rules import forget_rules
from tests import redis_server
from tests.conftest import test_config
from tests.factories import NOW
from tests.redis_server import RedisServer
from tests.stress.checks import faults
from tests.stress.engines import ENGINES, Postgres, Sqlite
from tests.stress.journal import Act, read
from tests.stress.records import Records, read_records
from tests.stress.setting import Plan, make_school
from tests.stress.writer import CREW

GRANIAN = ["--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "4"]
PATIENCE = 60  # seconds until a process that does not start or stop is a fault
BAD_WORDS = re.compile(r"database is locked|deadlock|A request failed|raised an exception")


@dataclass
class Outcome:
    """What a load came to."""

    engine: str
    seconds: float
    acts: list[Act]
    records: Records
    faults: list[str]
    restarts: list[float] = field(default_factory=list)  # seconds until it answered again
    hosts: int = 1
    alone: list[int] = field(default_factory=list)  # acts acknowledged by one host while the other was dead

    def figures(self) -> str:
        """The same for people to read."""
        kinds = Counter(act.act for act in self.acts)
        kills = len(self.restarts) + (self.hosts > 1)  # the last one stays dead
        hosts = f", {self.hosts} hosts" if self.hosts > 1 else ""
        lines = [f"{self.engine}{hosts}: {len(self.acts)} acts in {self.seconds:.0f} s, {kills} kills"]
        lines.append(f"{'':<16}{'done':>7}{'per s':>7}{'409':>6}{'422':>6}{'open':>6}")
        for kind in sorted(kinds):
            own = [act for act in self.acts if act.act == kind]
            done, open_ = sum(act.is_done for act in own), sum(act.is_open for act in own)
            refused = [sum(act.status == status for act in own) for status in (409, 422)]
            lines.append(f"{kind:<16}{done:>7}{done / self.seconds:>7.1f}{refused[0]:>6}{refused[1]:>6}{open_:>6}")
        exceptions = sum(bool(row["exception_reason"]) for row in self.records.versions)
        lines.append(
            f"versions {len(self.records.versions)}, with an office reason {exceptions}; "
            f"log rows {len(self.records.log)}; faults {len(self.faults)}"
        )
        if self.restarts:
            lines.append(f"answering again after {min(self.restarts):.1f} to {max(self.restarts):.1f} s")
        if self.alone:
            lines.append(f"acknowledged by the other host while one was dead: {min(self.alone)} to {max(self.alone)}")
        return "\n".join(lines)


class Server:
    """Granian in a process group of its own, so that one kill -9 takes all of it."""

    def __init__(self, database_url: str, folder: Path, name: str = "server", **settings: str) -> None:
        self.port, self.log = free_port(), folder / f"{name}.log"
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")} | {
            "PORTAL_INSTANCE": str(folder),
            "PORTAL_SECRET_KEY": secrets.token_hex(32),
            "PORTAL_DATABASE_URL": database_url,
            "PORTAL_TEST_NOW": NOW.isoformat(),
            "PORTAL_TEST_PID": str(os.getpid()),
            **settings,
        }

    @property
    def shared(self) -> dict[str, str]:
        """The settings that another host needs to be one with this one."""
        return {name: self.environ[name] for name in ("PORTAL_SECRET_KEY", "PORTAL_REDIS_URL") if name in self.environ}

    def start(self) -> float:
        """Start it and wait until it answers; how long that took."""
        begun = monotonic()
        command = [sys.executable, "-m", "granian", *GRANIAN, "--port", str(self.port), "tests.browser.served:app"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        while monotonic() < begun + PATIENCE and self.process.poll() is None:
            try:
                urlopen(f"{self.url}/sign-in", timeout=5).close()
                return monotonic() - begun
            except HTTPError as error:
                error.close()
                break
            except OSError:
                sleep(0.05)
        raise RuntimeError(self.log.read_text()[-3000:])

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> None:
        """End it as its owner would."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()


def run(kind: str, *, seconds: float, kills: int, seed: str = "1", hosts: int = 1) -> Outcome:
    """Load one kind of database for so long, and go on until servers have been killed so often."""
    with ExitStack() as stack:
        engine = stack.enter_context(ENGINES[kind]())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = stack.enter_context(redis_server.running()) if hosts > 1 else None
        plan = prepare(engine.url)
        servers = start(engine.url, folder, hosts, redis)
        told = {"urls": [server.url for server in servers], "plan": plan.as_json(), "seed": seed}
        (folder / "plan.json").write_text(json.dumps(told), "utf-8")
        faulty = Faulty(servers, engine, redis, folder, Random(seed))
        try:
            with writers(folder, servers[0].environ):
                wait_for_all(folder)
                begun = monotonic()
                sleep(seconds)
                killed_at = time()
                faulty.kill_again_and_again(kills)
            lasted = monotonic() - begun
        finally:
            for server in servers:
                server.stop()
        acts, records = list(read(folder)), read_records(engine.url)
        found = faults(records, acts, killed_at=killed_at) + engine.damage()
        found += recount_of_the_portal(engine.url, plan)
        found += [fault for server in servers for fault in faults_in_the_log(server.log.read_text())]
        return Outcome(engine.name, lasted, acts, records, found, faulty.restarts, hosts, faulty.alone)


def start(database_url: str, folder: Path, hosts: int, redis: RedisServer | None) -> list[Server]:
    """So many hosts with the same settings, answering."""
    first = Server(database_url, folder, **({"PORTAL_REDIS_URL": redis.url} if redis else {}))
    servers = [first, *(Server(database_url, folder, f"server-{n}", **first.shared) for n in range(2, hosts + 1))]
    for server in servers:
        server.start()
    return servers


def prepare(url: str) -> Plan:
    """Migrate an empty database and fill it."""
    app = create_app(test_config(url))
    with app.app_context():
        upgrade(app.extensions["migrate"].directory)
        db.engine.dispose()
    return make_school(app)


def wait_for_all(folder: Path) -> None:
    """Until each writer has noted something: starting eight of them takes a while."""
    deadline = monotonic() + PATIENCE
    while sum(path.stat().st_size > 0 for path in folder.glob("journal-*")) <= len(CREW):
        if monotonic() > deadline:
            raise RuntimeError("not all writers have begun")
        sleep(0.05)


@contextmanager
def writers(folder: Path, environ: dict[str, str]) -> Iterator[None]:
    """All eight at work inside the block; at its end each finishes what it is at. A writer that fails is an error."""
    modules = ["tests.stress.writer"] * len(CREW) + ["tests.stress.office"]
    processes = []
    for number, module in enumerate(modules):
        command = [sys.executable, "-m", module, str(folder), str(number)]
        with (folder / f"writer-{number}.log").open("wb") as log:
            processes.append(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log))
    try:
        yield
    finally:
        (folder / "stop").touch()
        for number, process in enumerate(processes):
            try:
                failed = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                failed = process.wait()
            if failed:
                raise RuntimeError(f"writer {number}: {(folder / f'writer-{number}.log').read_text()[-3000:]}")


def wait_for_acts(folder: Path, count: int) -> int:
    """Until so many more were acknowledged, and how many were; a slow machine is not waited for for ever."""

    def done() -> int:
        lines = [
            line for n in range(len(CREW)) for line in (folder / f"journal-{n}.jsonl").read_text("utf-8").split("\n")
        ]
        return sum('"status": 303' in line and '"act": "enter"' not in line for line in lines)

    before, deadline = done(), monotonic() + 6
    while (more := done() - before) < count and monotonic() < deadline:
        sleep(0.02)
    return more


@dataclass
class Faulty:
    """What goes wrong in the middle of the load, and what came of it."""

    servers: list[Server]
    engine: Sqlite | Postgres
    redis: RedisServer | None
    folder: Path
    random: Random
    restarts: list[float] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)

    def kill_again_and_again(self, kills: int) -> None:
        """kill -9 of one host after the other, and once of the database's and of Redis. In the end one host stays dead
        where there is another.
        """
        for number in range(kills):
            server = self._kill(number)
            if number == kills // 2:
                self._kill_what_is_behind()
            self._work_alone()
            self.restarts.append(server.start())
        if kills and isinstance(self.engine, Postgres):  # and once more under the nose of a server that goes on
            sleep(0.5)
            self.engine.kill()
            self.engine.start()
        if kills and len(self.servers) > 1:
            self._kill(kills)
            self._work_alone()
        sleep(1 if kills else 0)  # what comes afterwards is part of it

    def _kill(self, number: int) -> Server:
        wait_for_acts(self.folder, self.random.randint(2, 12))
        sleep(self.random.uniform(0, 0.1))
        server = self.servers[number % len(self.servers)]
        server.kill()
        return server

    def _kill_what_is_behind(self) -> None:
        if isinstance(self.engine, Postgres):
            self.engine.kill()
            self.engine.start()
        if self.redis:
            self.redis.kill()
            self.redis.start()

    def _work_alone(self) -> None:
        """The other host goes on while one is dead."""
        if len(self.servers) > 1:
            self.alone.append(wait_for_acts(self.folder, 10))


def faults_in_the_log(log: str) -> list[str]:
    """What the server itself says went wrong, with all it says about it."""
    entries = re.split(r"^(?=\[|\d{4}-)", log, flags=re.MULTILINE)
    return [entry[-4000:] for entry in entries if BAD_WORDS.search(entry)]


def recount_of_the_portal(url: str, plan: Plan) -> list[str]:
    """Sheets whose stored totals are not what the portal itself counts now."""
    from portal.homework import queries
    from portal.school import queries as school_queries
    from tests.factories import TODAY

    found = []
    forget_rules()
    app = create_app(test_config(url))
    with app.app_context():
        for class_id in plan.classes:
            class_day = queries.class_day(school_queries.class_or_404(class_id), TODAY)
            if class_day.sheet and class_day.sheet.totals not in (None, class_day.totals()):
                found.append(f"class {class_id}: {class_day.sheet.totals} is stored, {class_day.totals()} counted")
        db.session.remove()
        db.engine.dispose()
    forget_rules()
    return found
