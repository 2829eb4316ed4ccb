"""Eight writers on the same four sheets, and kill -9 in the middle of it: the short form of `make stress`."""

import pytest

from tests.stress.engines import NO_PROGRAMS, server_programs
from tests.stress.load import run

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


def test_eight_writers_and_kill_9_in_the_middle_leave_nothing_wrong_and_lose_nothing(kind: str) -> None:
    outcome = run(kind, seconds=4, kills=3)
    assert outcome.faults == [], outcome.figures()
    assert {act.act for act in outcome.acts if act.is_done} >= {"submit", "coordinate"}, outcome.figures()
    assert any(act.status == 409 for act in outcome.acts), "nobody got into anybody's way"
    assert len(outcome.restarts) == 3
