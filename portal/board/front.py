"""A step in front of Flask: a page of the board that this process has made is given out without making it again.

A page stands while its class's `Face` is what it was. One small statement asks for it, for a page that many read at
once not more often than every BOARD_HOLD seconds. Whether the page is public and its link still holds is asked with it.
What this step does not know goes on to Flask, which says what may be kept by noting its `Answer`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.http import parse_cookie

from portal import clock
from portal.asking import answer_of
from portal.board.answer import Answer
from portal.board.queries import FACE
from portal.languages import chosen
from portal.page_cache import PageCache

ANSWER = "portal.answer"  # in the WSGI environment: the answer that Flask has given, where it is alike for everybody
ROOM = "/board/"
MOST_PAGES = 1024  # of some 4 kB each

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass(slots=True)
class Kept:
    """A page, and when the database was asked last whether it stands."""

    page: Answer
    asked: float


class BoardFront:
    """The WSGI application `app.wsgi_app` with the step in front of it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.behind = app.wsgi_app
        self.pages: PageCache[Kept] = PageCache(MOST_PAGES)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not self._may_know(environ):
            return self.behind(environ, start_response)
        key = self._key(environ)
        kept = self.pages.get(key)
        if kept and (kept.page.is_whole or kept.page.is_known_to(environ)) and self._stands(kept):
            return kept.page(environ, start_response)
        begun = monotonic()  # what is published while the page is made is asked for after it
        answer = self.behind(environ, start_response)
        page: Answer | None = environ.get(ANSWER)
        if page and page.may_be_kept:
            self.pages.keep(key, Kept(page.to_be_kept(), begun))
        return answer

    def forget(self) -> None:
        """Keep nothing: for tests, whose databases come and go."""
        self.pages.forget()

    def _may_know(self, environ: Environ) -> bool:
        return (
            environ["PATH_INFO"].startswith(ROOM)
            and environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("QUERY_STRING")
            and "HTTP_ORIGIN" not in environ  # whether that site may read it is for the view to say
            and self.app.config["BOARD_CACHE"]
        )

    def _key(self, environ: Environ) -> tuple:
        """All that tells one page from another: its whole address, the language, and what day it is."""
        switch = parse_cookie(environ).get("lang") if "lang=" in environ.get("HTTP_COOKIE", "") else None
        language = chosen(switch, accept=environ.get("HTTP_ACCEPT_LANGUAGE"))
        address = (environ["wsgi.url_scheme"], environ.get("HTTP_HOST"), environ.get("SCRIPT_NAME"))
        return *address, environ["PATH_INFO"], language, clock.today(self.app)

    def _stands(self, kept: Kept) -> bool:
        now = monotonic()
        if now - kept.asked >= self.app.config["BOARD_HOLD"]:
            face = kept.page.made_of
            if self._face(face.code) != face:
                return False
            kept.asked = now
        return True

    def _face(self, code: str) -> tuple | None:
        """The face as it is now; None for an unknown code, and where the database does not answer: Flask says so."""
        try:
            return next(iter(answer_of(self.app, FACE, {"code": code})), None)
        except OperationalError:
            return None
