"""Eight writers on the same four sheets, and kill -9 in the middle of it: the short form of `make stress`."""

import pytest

from tests import redis_server
from tests.redis_server import NO_REDIS
from tests.stress.engines import NO_PROGRAMS, server_programs
from tests.stress.load import run

pytestmark = pytest.mark.stress
needs_postgres = pytest.mark.skipif(server_programs() is None, reason=NO_PROGRAMS)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def test_eight_writers_and_kill_9_in_the_middle_leave_nothing_wrong_and_lose_nothing(kind: str) -> None:
    outcome = run(kind, seconds=4, kills=3)
    assert outcome.faults == [], outcome.figures()
    assert {act.act for act in outcome.acts if act.is_done} >= {"submit", "coordinate"}, outcome.figures()
    assert any(act.status == 409 for act in outcome.acts), "nobody got into anybody's way"
    assert len(outcome.restarts) == 3


@needs_postgres
@pytest.mark.skipif(not redis_server.program(), reason=NO_REDIS)
def test_two_hosts_work_as_one_and_one_goes_on_when_the_other_is_killed() -> None:
    outcome = run("postgresql", seconds=3, kills=1, hosts=2)
    assert outcome.faults == [], outcome.figures()
    assert {act.act for act in outcome.acts if act.is_done} >= {"submit", "coordinate", "enter"}, outcome.figures()
    assert any(act.status == 409 for act in outcome.acts), "nobody got into anybody's way"
    assert (len(outcome.restarts), len(outcome.alone)) == (1, 2)
    assert min(outcome.alone) > 0, "while one host was dead, the other did nothing"
