"""Numbers for Prometheus, where PORTAL_METRICS_TOKEN asks for them: what all processes of this server have answered.

Each process counts in files of its own in the instance folder, and whichever is asked adds them up. Without the setting
nothing is counted and the library is not even loaded. Labels are methods, rules of routes and statuses: nobody's words.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from time import monotonic
from typing import Any

from blinker import Signal
from flask import Flask

from portal.logs import asked
from portal.page_cache import heard

FOLDER = "metrics"  # in the instance folder
PASSWORD_REFUSED = Signal("A password, or the code of the first start, was wrong")
KEEPER_WOKE = Signal("What was due by the clock is done")
KEPT = "kept"  # instead of a route: a page given out again, without asking Flask
UNKNOWN = "unknown"  # there is no such route


def counted(app: Flask, door: Callable) -> Callable:
    """The door, with a step in front of it that counts, if the setting wants one."""
    if not app.config["METRICS_TOKEN"]:
        return door
    folder = app.config["INSTANCE_PATH"] / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)  # the library looks for it while it is loaded
    PASSWORD_REFUSED.connect(_count_refusal)
    KEEPER_WOKE.connect(_note_waking)
    return Counted(door)


def tidy(app: Flask) -> None:
    """Forget what was counted by processes that are gone; for a server that begins."""
    for file in (app.config["INSTANCE_PATH"] / FOLDER).glob("*_*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdecimal() and not _lives(int(number)):
            file.unlink(missing_ok=True)


def exposition(now: Mapping[str, float | None]) -> tuple[bytes, str]:
    """All numbers as Prometheus reads them, and of which type that text is.

    `now` is what is looked up rather than counted, as LookedUp names it; what is None is left out.
    """
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(LookedUp(now))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class LookedUp:
    """What is the same for all processes, as the library collects it: `published` (versions, ever) and `backup` (when
    the newest was made, in seconds since 1970).
    """

    def __init__(self, now: Mapping[str, float | None]) -> None:
        self.now = now

    def collect(self) -> Iterable[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        if (published := self.now["published"]) is not None:
            yield CounterMetricFamily("portal_publications", "Versions of sheets published, ever", value=published)
        if (made := self.now["backup"]) is not None:
            yield GaugeMetricFamily("portal_backup_timestamp_seconds", "When the newest backup was made", value=made)


class Counted:
    """A WSGI application with what it answers counted. The time is that until it answers, not that of sending."""

    def __init__(self, behind: Callable) -> None:
        self.behind = behind
        self.requests, self.seconds = _requests(), _seconds()

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        begun = monotonic()
        answer, said = heard(self.behind, environ, start_response)
        status, facts = said[0][:3], asked(environ)
        route = facts["route"] or (KEPT if status in ("200", "304") else UNKNOWN)
        self.requests.labels(facts["method"], route, status).inc()
        self.seconds.labels(facts["method"], route).observe(monotonic() - begun)
        return answer


@cache
def _requests() -> Any:
    from prometheus_client import Counter

    return Counter("portal_requests", "Requests answered", ["method", "route", "status"], registry=None)


@cache
def _seconds() -> Any:
    from prometheus_client import Histogram

    return Histogram("portal_request_seconds", "Time until an answer begins", ["method", "route"], registry=None)


@cache
def _refusals() -> Any:
    from prometheus_client import Counter

    return Counter("portal_passwords_refused", "Wrong passwords, and wrong codes of the first start", registry=None)


@cache
def _woke() -> Any:
    from prometheus_client import Gauge

    words = "When the keeper last did what is due by the clock"
    return Gauge("portal_keeper_timestamp_seconds", words, multiprocess_mode="max", registry=None)


def _count_refusal(sender: object) -> None:
    _refusals().inc()


def _note_waking(sender: object) -> None:
    _woke().set_to_current_time()


def _lives(number: int) -> bool:
    """Whether there is a process of this number. Windows has no harmless way to ask."""
    if os.name != "posix":
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
