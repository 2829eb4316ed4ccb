"""A pytest plugin: with PORTAL_REQUIRE_ALL set, a skipped test is a failure.

A machine without Chromium or PostgreSQL runs what it can; .ci/run has both, and there a skip means that
something was not tested and nobody noticed.
"""

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and _missed(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missed = _missed(terminalreporter.config)
    if missed:
        terminalreporter.section("PORTAL_REQUIRE_ALL is set, yet these tests were skipped", red=True)
        for report in missed:
            terminalreporter.line(report.nodeid)


def _missed(config: pytest.Config) -> list[pytest.TestReport]:
    """The skipped tests, where none may be. (A worker of pytest-xdist has no terminal: its leader judges.)"""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("PORTAL_REQUIRE_ALL"):
        return []
    return reporter.stats.get("skipped", [])
