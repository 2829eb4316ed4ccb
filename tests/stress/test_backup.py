"""A backup while eight writers are at it: it holds one moment, and all that was acknowledged before it began."""

import json
from pathlib import Path
from time import sleep, time

import pytest
from sqlalchemy import create_engine, make_url, text

from portal.operations import backups
from tests.conftest import NOW
from tests.operations.test_backups import counts
from tests.stress.checks import (
    Records,
    every_acknowledged_filing_is_there,
    nothing_is_there_by_half,
    stored_totals_equal_a_recount,
    the_log_tells_the_story_of_the_rows,
    versions_are_numbered_without_gaps,
)
from tests.stress.engines import ENGINES, NO_PROGRAMS, Postgres, Sqlite, server_programs
from tests.stress.journal import LOST, Act, read
from tests.stress.load import Server, prepare, wait_for_acts, wait_for_all, writers
from tests.stress.records import read_records

pytestmark = [
    pytest.mark.stress,
    pytest.mark.parametrize(
        "kind",
        [
            "sqlite",
            pytest.param("postgresql", marks=pytest.mark.skipif(server_programs() is None, reason=NO_PROGRAMS)),
        ],
    ),
]
OF_ONE_MOMENT = (
    versions_are_numbered_without_gaps,
    nothing_is_there_by_half,
    the_log_tells_the_story_of_the_rows,
    stored_totals_equal_a_recount,
)


def empty(engine: Sqlite | Postgres, name: str) -> str:
    """The address of an empty database of the same kind."""
    if isinstance(engine, Sqlite):
        return f"sqlite:///{engine.path.with_name(name)}.db"
    root = create_engine(engine.url.replace("/portal", "/postgres"), isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    root.dispose()
    return engine.url.replace("/portal", f"/{name}")


def restored(engine: Sqlite | Postgres, backup: backups.Backup, name: str) -> str:
    url = empty(engine, name)
    backups.restore(backup.path, make_url(url))
    return url


def faults(records: Records, acts: list[Act], begun: float) -> list[str]:
    """What the backup lacks of what was acknowledged before it began; what was answered later may be there or not."""
    known = [
        act if act.at < begun else Act(**vars(act) | {"status": LOST}) for act in acts if act.at < begun or act.is_done
    ]
    found = [f"{check.__name__}: {fault}" for check in OF_ONE_MOMENT for fault in check(records, known)]
    return found + list(every_acknowledged_filing_is_there(records, known))


def test_a_backup_under_load_is_whole_and_lacks_nothing_acknowledged(kind: str, tmp_path: Path) -> None:
    with ENGINES[kind]() as engine:
        plan, folder = prepare(engine.url), tmp_path / "backups"
        server = Server(engine.url, tmp_path)
        server.start()
        told = {"urls": [server.url], "plan": plan.as_json(), "seed": "backup"}
        (tmp_path / "plan.json").write_text(json.dumps(told), "utf-8")
        try:
            with writers(tmp_path, server.environ):
                wait_for_all(tmp_path)
                wait_for_acts(tmp_path, 20)
                begun = time()
                made = backups.write(make_url(engine.url), folder, at=NOW)
                ended = time()
                wait_for_acts(tmp_path, 20)
                sleep(0.2)
        finally:
            server.stop()
        acts = list(read(tmp_path))
        before = [act for act in acts if act.at < begun and act.is_done]
        after = [act for act in acts if act.at > ended and act.is_done]
        assert len(before) >= 10, "nobody was at it before the backup"
        assert len(after) >= 10, "nobody was at it after the backup"
        url = restored(engine, made, "first")
        assert faults(read_records(url), acts, begun) == []
        assert counts(url)["log_entry"] < counts(engine.url)["log_entry"]
        last = backups.write(make_url(engine.url), folder, at=NOW.replace(hour=16))
        assert counts(restored(engine, last, "second")) == counts(engine.url)
