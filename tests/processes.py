"""A pytest plugin: who tests what, where pytest-xdist tests in several processes (`-n 2`).

What starts servers and windows of its own is done by one process, one test after the other: its patience has limits,
and it shares one browser and one school. It begins at once, for it lasts longest; the rest goes to whoever is free.
"""

from typing import Any

import pytest

SERVERS = ("tests/browser/", "tests/hosts/", "tests/stress/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ServersTogether(LoadScopeScheduling):
        """Takes the scope with most tests first."""

        def _split_scope(self, nodeid: str) -> str:
            return "servers" if nodeid.startswith(SERVERS) else nodeid

    return ServersTogether(config, log)
