"""A step in front of Flask: a page of somebody who is signed in is given out again, as long as it is the same.

Who asks must be the very session that it was made for, and every question that was asked for it (`portal.asking`) must
have the same answer: who that is and what they may do, first of all. After HOLD it is made anew all the same, for
what only Flask knows: that a session is too old.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.asking import ASKED, answer_of
from portal.page_cache import PageCache, heard, whole

AGAIN = "portal.again"  # in the WSGI environment: this answer may be given out again
HOLD = 60  # seconds
MOST_PAGES = 64  # of some 70 kB each
TOLD = ("PATH_INFO", "QUERY_STRING", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_HX_REQUEST_TYPE")  # by the browser
WHERE = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def give_again(response: Response) -> Response:
    """Say that an answer may be given out again: it is made of nothing but its address, the session, the language, the
    day, and what was asked with `ask` before it was rendered.
    """
    request.environ[AGAIN] = True
    return response


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered, the questions it stands on with their answers, and until when it may be given out again."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    asked: list[tuple]
    until: float


class Again:
    """The WSGI application `app.wsgi_app` with the step in front of it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.behind = app.wsgi_app
        self.pages: PageCache[Given] = PageCache(MOST_PAGES)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_COOKIE" not in environ:
            return self.behind(environ, start_response)
        key = (*map(environ.get, TOLD), *map(environ.get, WHERE), clock.today(self.app))
        given = self.pages.get(key)
        if given and self._stands(given):
            start_response(given.status, given.headers)
            return [given.body]
        return self._made(key, environ, start_response)

    def forget(self) -> None:
        """Keep nothing: for tests, whose databases count versions from 0 again."""
        self.pages.forget()

    def _stands(self, given: Given) -> bool:
        try:
            return monotonic() < given.until and all(
                answer_of(self.app, statement, values) == rows for statement, values, rows in given.asked
            )
        except OperationalError:  # Flask says so
            return False

    def _made(self, key: tuple, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """The answer as Flask makes it, noted if it may be given out again."""
        until = monotonic() + HOLD
        answer, said = heard(self.behind, environ, start_response)
        if AGAIN not in environ or not said[0].startswith("20") or "Set-Cookie" in dict(said[1]):
            return answer
        body = whole(answer)
        self.pages.keep(key, Given(*said, body, environ[ASKED], until))
        return [body]
