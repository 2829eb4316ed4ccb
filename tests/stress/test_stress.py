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


def test_eight_writers_on_the_same_sheets_leave_nothing_wrong(kind: str) -> None:
    outcome = run(kind, seconds=5)
    assert outcome.faults == [], outcome.figures()
    assert {act.act for act in outcome.acts if act.is_done} >= {"submit", "coordinate"}, outcome.figures()
    assert any(act.status == 409 for act in outcome.acts), "nobody got into anybody's way"


def test_what_was_acknowledged_outlives_every_kill(kind: str) -> None:
    outcome = run(kind, kills=3)
    assert outcome.faults == [], outcome.figures()
    assert (outcome.kills, len(outcome.restarts)) == (3, 3)
    assert any(act.is_done for act in outcome.acts)
