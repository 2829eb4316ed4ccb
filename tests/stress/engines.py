"""The two kinds of database under load, each in a folder of its own, to be killed and looked at afterwards."""

import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

from sqlalchemy import MetaData, create_engine, select, text

from bench.nginx import free_port

PROGRAMS = Path("/usr/lib/postgresql")
GUARD = (  # ends the cluster where whoever started it is killed
    "while kill -0 $0 2>/dev/null; do sleep 1; done; kill -9 $(head -n 1 $1/data/postmaster.pid); sleep 1; rm -rf $1"
)
NO_PROGRAMS = "no PostgreSQL server programs: `apt-get install postgresql` enables it (a cluster of its own is made)"


def orphans(url: str) -> list[str]:
    """Rows that point at rows that are not there; reads every row on the way."""
    found, metadata, engine = [], MetaData(), create_engine(url)
    with engine.connect() as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            rows = connection.execute(select(table)).all()
            for key in table.foreign_keys:
                there = set(connection.scalars(select(key.column)))
                held = {getattr(row, key.parent.name) for row in rows} - {None}
                if held - there:
                    found.append(f"{table.name}.{key.parent.name} points at nothing: {sorted(held - there)}")
    engine.dispose()
    return found


class Sqlite:
    """A file. It has no server: what is killed is who has it open."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "portal.db"
        self.url = f"sqlite:///{self.path}"

    def damage(self) -> list[str]:
        """What SQLite itself finds wrong."""
        with sqlite3.connect(self.path) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            loose = connection.execute("PRAGMA foreign_key_check").fetchall()
        connection.close()
        return [each for each in said if each != "ok"] + [f"foreign key: {row}" for row in loose] + orphans(self.url)


class Postgres:
    """A cluster of our own: its server can be killed and hurts nobody else."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, programs: Path) -> None:
        self.data, self.programs, self.port = folder / "data", programs, free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/portal"
        self._run("initdb", "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--pgdata", self.data)
        self.start()
        engine = create_engine(self.url.replace("/portal", "/postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE portal"))
        engine.dispose()

    def start(self) -> None:
        """Start it, again and again until what was killed before has gone."""
        options = f"-p {self.port} -k {self.data} -h 127.0.0.1"
        log = self.data.parent / "log"
        for _ in range(50):
            try:
                self._run("pg_ctl", "start", "--wait", "--pgdata", self.data, "--log", log, "--options", options)
                return
            except subprocess.CalledProcessError:
                sleep(0.2)
        raise RuntimeError(log.read_text())

    def kill(self) -> None:
        """kill -9 of the postmaster."""
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def stop(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "stop", "--mode", "immediate", "--pgdata", self.data)

    def damage(self) -> list[str]:
        """What amcheck finds in tables and indexes, and rows that point at nothing."""
        checked = self._run(
            "pg_amcheck", "--host", "127.0.0.1", "--port", self.port, "--username", "postgres",
            "--install-missing", "--heapallindexed", "--parent-check", "portal",
            check=False,
        )  # fmt: skip
        return ([] if checked.returncode == 0 else [checked.stdout + checked.stderr]) + orphans(self.url)

    def _run(self, program: str, *arguments: object, check: bool = True) -> subprocess.CompletedProcess:
        """One of PostgreSQL's programs, which refuse to run as root."""
        command = [str(self.programs / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        with tempfile.TemporaryFile("w+") as output:  # a server that starts keeps a pipe open
            done = subprocess.run(command, cwd="/", stdout=output, stderr=subprocess.STDOUT, check=False)
            output.seek(0)
            said = output.read()
        if check and done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, said)
        return subprocess.CompletedProcess(command, done.returncode, said, "")


def server_programs() -> Path | None:
    """The newest PostgreSQL's programs, where there are any that this user can run."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def sqlite() -> Iterator[Sqlite]:
    with tempfile.TemporaryDirectory() as folder:
        yield Sqlite(Path(folder))


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The cluster lives in a folder that its own user can reach, and ends with the block."""
    programs = server_programs()
    if programs is None:
        raise RuntimeError(NO_PROGRAMS)
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, *[pwd.getpwnam("postgres").pw_uid] * 2)
    guard = subprocess.Popen(["sh", "-c", GUARD, str(os.getpid()), folder], cwd="/", start_new_session=True)
    cluster = None
    try:
        cluster = Postgres(folder, programs)
        yield cluster
    finally:
        guard.kill()
        guard.wait()
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


ENGINES = {"sqlite": sqlite, "postgresql": postgres}
