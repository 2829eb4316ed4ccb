"""A step in front of Flask: a page of the board that this process has made is given out without making it again.

A page stands while its class's `Face` is what it was. One small statement asks for it, for a page that many read at
once not more often than every BOARD_HOLD seconds. Whether the page is public and its link still holds is asked with it.
What this step does not know goes on to Flask, which says what may be kept by naming the face it is made of
(`board.answer`).
"""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.http import parse_cookie

from portal import clock
from portal.asking import answer_of
from portal.board.answer import MADE_OF
from portal.board.queries import FACE
from portal.compression import SUFFIX, packed, takes_gzip
from portal.languages import chosen
from portal.page_cache import PageCache, heard, whole

ROOM = "/board/"
MOST_PAGES = 1024  # of some 4 kB each
OF_THE_BYTES = frozenset({"etag", "content-encoding", "content-length"})  # headers that tell of the encoding
OF_THE_BODY = OF_THE_BYTES | {"content-type"}

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Kept:
    """A page, ready to be sent: the face it is made of, its tag, its headers, and its bytes as gzip.

    `body` is None where only a 304 was ever asked for. `asked` is when the database was asked last.
    """

    face: tuple
    tag: str
    headers: Headers
    body: bytes | None
    asked: float
    gzipped: Headers = field(init=False)
    unchanged: dict[bool, Headers] = field(init=False)

    def __post_init__(self) -> None:
        bare = [each for each in self.headers if each[0].lower() not in OF_THE_BODY]
        tags = {True: ("ETag", f'"{self.tag}{SUFFIX}"'), False: ("ETag", f'"{self.tag}"')}
        self.unchanged = {takes: [*bare, tag] for takes, tag in tags.items()}
        self.headers = [each for each in self.headers if each[0].lower() not in OF_THE_BYTES]
        length = ("Content-Length", str(len(self.body or b"")))
        self.gzipped = [*self.headers, tags[True], ("Content-Encoding", "gzip"), length]

    def answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """304 for who has it, else the bytes in the encoding they take."""
        takes = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if self.is_known_to(environ):
            start_response("304 Not Modified", self.unchanged[takes])
            return []
        body, headers = self.body, self.gzipped
        if not takes:
            body = gzip.decompress(self.body)
            headers = [*self.headers, ("ETag", f'"{self.tag}"'), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def is_known_to(self, environ: Environ) -> bool:
        """Whether the reader has this page, in whichever encoding: no tag holds another one."""
        return self.tag in environ.get("HTTP_IF_NONE_MATCH", "")


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
        if kept and (kept.body is not None or kept.is_known_to(environ)) and self._stands(kept):
            return kept.answer(environ, start_response)
        return self._made(key, environ, start_response)

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
            if self._face(kept.face.code) != kept.face:
                return False
            kept.asked = now
        return True

    def _face(self, code: str) -> tuple | None:
        """The face as it is now; None for an unknown code, and where the database does not answer: Flask says so."""
        try:
            return next(iter(answer_of(self.app, FACE, {"code": code})), None)
        except OperationalError:
            return None

    def _made(self, key: tuple, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """The page as Flask makes it, kept if it may be."""
        begun = monotonic()  # what is published while the page is made is asked for after it
        answer, said = heard(self.behind, environ, start_response)
        face = environ.get(MADE_OF)
        if face is None:
            return answer
        body = whole(answer)
        self._keep(key, environ, face, *said, body, begun)
        return [body]

    def _keep(
        self, key: tuple, environ: Environ, face: tuple, status: str, headers: Headers, body: bytes, begun: float
    ) -> None:
        named = {name.lower(): value for name, value in headers}
        if "set-cookie" in named or not (status.startswith("304") or (status.startswith("200") and body)):
            return
        tag = named["etag"].strip('"').removesuffix(SUFFIX)
        content = None
        if status.startswith("200"):
            content = body if named.get("content-encoding") == "gzip" else packed(body)
        self.pages.keep(key, Kept(face, tag, headers, content, begun))
