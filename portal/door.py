"""The first step of every request, before all others: its number, whether its host is ours, and its line in the log.

It also answers for what stands in front of the portal: what proxies say is believed only where PORTAL_PROXIES says how
many there are.
"""

import logging
import re
from collections.abc import Callable, Iterable
from random import getrandbits
from time import monotonic
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.logs import LOGGER, NUMBER, ROUTE, asked

HEADER = "X-Request-ID"
A_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
STRANGE = "portal.strange"  # in the WSGI environment: another host was asked for
FOR_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})  # asked by whatever address a machine knows

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class UnknownHost(BadRequest):
    """The portal was asked for under a name that is not its own."""


class Door:
    """The WSGI application `app.wsgi_app`, whatever it is, with this step in front of it."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        begun = monotonic()
        number = environ[NUMBER] = self._number(environ)
        status = ""

        def listen(said: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
            nonlocal status
            status = said
            return start_response(said, [*headers, (HEADER, number)], exc_info)

        answer = self._answer(environ, listen)
        if LOGGER.isEnabledFor(logging.INFO):
            _note(environ, status, monotonic() - begun)
        return answer

    def _number(self, environ: Environ) -> str:
        """What a proxy of ours has given it, else a new one."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self.app.config["PROXIES"] else ""
        return given if A_NUMBER.fullmatch(given) else f"{getrandbits(64):016x}"

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        ours = self.app.config["HOSTS"]
        if not ours or host_of(environ) in ours or environ["PATH_INFO"] in FOR_MACHINES:
            return self.app.wsgi_app(environ, start_response)
        environ |= {STRANGE: True, "HTTP_HOST": ours[0]}
        return Flask.wsgi_app(self.app, environ, start_response)  # no kept page is given out


def _note(environ: Environ, status: str, seconds: float) -> None:
    facts = asked(environ) | {"status": int(status[:3]), "ms": round(1000 * seconds, 1)}
    LOGGER.info("request", extra={"facts": facts})


def host_of(environ: Environ) -> str:
    """The name in the Host header, without a port: "homework.school.cn", "[::1]"."""
    return re.sub(r":\d*$", "", environ.get("HTTP_HOST", "")).lower()


def enter() -> None:
    """Before whatever Flask does: note the route for the log. A host that is not ours gets a page that says so."""
    asked = request._get_current_object()
    if asked.url_rule:
        asked.environ[ROUTE] = asked.url_rule.rule
    if STRANGE in asked.environ:
        raise UnknownHost


def door_of(app: Flask) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """The door, behind what reads the words of so many proxies."""
    proxies = app.config["PROXIES"]
    return ProxyFix(Door(app), x_for=proxies, x_proto=proxies, x_host=proxies) if proxies else Door(app)
