"""The keeper of a server process: it does what is due each minute, and outlives whatever goes wrong."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from portal import keeper
from portal.app import create_app
from portal.approvals.automatic import Outcome
from portal.extensions import db
from tests.conftest import test_config
from tests.factories import NOW, World, item

ROOT = Path(__file__).resolve().parents[1]
THREADS = "import wsgi, threading; print([(each.name, each.daemon) for each in threading.enumerate()[1:]])"


def test_waking_publishes_what_is_due(world: World, app: Flask) -> None:
    world.school.publish_at = NOW.time()
    db.session.commit()
    world.file(world.chen, world.maths, item(20))
    assert [keeper.wake(app), keeper.wake(app)] == [Outcome(published=1), Outcome()]


def test_a_database_that_does_not_answer_is_asked_again_a_minute_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(test_config(f"sqlite:///{tmp_path}/nowhere/portal.db"))
    with caplog.at_level(logging.ERROR):
        assert keeper.wake(app) is None
    assert [each.getMessage() for each in caplog.records] == [
        "The keeper could not do what is due; it tries again in a minute"
    ]
    (tmp_path / "nowhere").mkdir()  # there now, and still without a table
    assert keeper.wake(app) is None
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("environ", "threads"),
    [
        ({}, "[('keeper', True)]"),
        ({"PORTAL_KEEPER": "no"}, "[]"),
        ({"FLASK_RUN_FROM_CLI": "true"}, "[]"),
    ],
)
def test_a_process_that_serves_has_one_and_a_command_has_none(
    environ: dict[str, str], threads: str, tmp_path: Path
) -> None:
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "FLASK_"))}
    environ = rest | {"PORTAL_SECRET_KEY": "only-for-the-tests", "PORTAL_INSTANCE": str(tmp_path)} | environ
    done = subprocess.run(
        [sys.executable, "-c", THREADS], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == threads
