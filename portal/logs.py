"""The log: one line for each request and each fault, on stderr, as text or as JSON (PORTAL_LOG).

It holds nothing that anybody has written and nobody's name: no addresses with a class's code or a person's number, only
the route's rule; no fields, no cookies, no network addresses. Of a fault it names its kind and where it happened; what
the fault says is left out, for it may quote a row, unless it comes from the database's connection.
"""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any

from flask import Flask, has_request_context, request
from sqlalchemy.exc import OperationalError

NUMBER = "portal.number"  # in the WSGI environment: the number of the request
ROUTE = "portal.route"  # the rule of its route
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
ROOT = Path(__file__).resolve().parents[1]
LOGGER = logging.getLogger("portal")  # Flask's own for this application


class Stderr(logging.StreamHandler):
    """Writes to what stderr is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


class Text(logging.Formatter):
    """2026-11-24T07:00:00.123Z ERROR The database does not answer request=3f2a… method=POST route=/sign-in"""

    def format(self, record: logging.LogRecord) -> str:
        facts = facts_of(record)
        words = [facts.pop("time"), facts.pop("level"), facts.pop("message")]
        trace = facts.pop("trace", [])
        return "\n  ".join([" ".join([*words, *(f"{name}={value}" for name, value in facts.items())]), *trace])


class Json(logging.Formatter):
    """The same as one object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts_of(record), ensure_ascii=False)


def init_app(app: Flask) -> None:
    """Bind the log to the setting: "errors" (faults only, as text), "text" or "json"."""
    kind = app.config["LOG"]
    handler = Stderr()
    handler.setFormatter(Json() if kind == "json" else Text())
    LOGGER.handlers = [handler]
    LOGGER.setLevel(logging.WARNING if kind == "errors" else logging.INFO)


def number_of_request() -> str:
    """The number under which this request stands in the log."""
    return request.environ.get(NUMBER, "")


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a line tells. A record may bring facts of its own as `extra={"facts": …}`."""
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    facts = {"time": moment.replace("+00:00", "Z"), "level": record.levelname, "message": record.getMessage()}
    facts |= getattr(record, "facts", None) or (asked(request.environ) if has_request_context() else {})
    error = record.exc_info[1] if record.exc_info else None
    if error:
        facts |= {"error": named(error), "trace": list(trace(error))}
    return facts


def asked(environ: dict[str, Any]) -> dict[str, Any]:
    """A request's number, its method, and the rule of its route: None where there is none, or Flask was not asked."""
    method = environ["REQUEST_METHOD"]
    return {
        "request": environ.get(NUMBER, ""),
        "method": method if method in METHODS else "other",
        "route": environ.get(ROUTE),
    }


def named(error: BaseException) -> str:
    """The kind of a fault. What it says is left out, but for what the database says of its connection."""
    kind = type(error).__name__
    return f"{kind}: {' '.join(str(error.orig).split())}" if isinstance(error, OperationalError) else kind


def trace(error: BaseException | None) -> Iterator[str]:
    """Where it happened, the innermost call last; below it what it came from, in the same way."""
    while error is not None:
        yield named(error)
        for frame in extract_tb(error.__traceback__):
            path = Path(frame.filename)
            file = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
            yield f"{file}:{frame.lineno} {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
