"""How every public page is answered: with a tag that names all it is made of, and 304 for those who have it."""

import gzip
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Response, current_app, request
from werkzeug.utils import get_content_type

from portal import clock
from portal.board.queries import Face, SchoolFace
from portal.compression import SUFFIX, packed, takes_gzip
from portal.filters import html_language, template_revision
from portal.site import absolute

SHARED = 1  # seconds that a shared cache may give out an answer without asking
STALE = 10  # seconds more, for one that we have set up: while it asks, or where we do not answer (RFC 5861)
LASTS = f"max-age=0, s-maxage={SHARED}, must-revalidate, stale-while-revalidate={STALE}, stale-if-error={STALE}"

MadeOf = Face | SchoolFace | Sequence[Face | SchoolFace]
Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Answer:
    """A public page ready to be sent, as a WSGI application: 304 for who has it, else bytes in the encoding they take.

    `made_of` is what it stands on; what `may_be_kept`, to be given out again, is packed well. Each answer has the
    headers `kept_by`, for caches; a 304 has no others, since the reader has the rest (RFC 9110, 15.4.5). `plain` and
    `gzipped` are both None where only a 304 was asked for.
    """

    made_of: MadeOf
    may_be_kept: bool
    tag: str
    kept_by: Headers
    headers: Headers
    plain: bytes | None
    gzipped: bytes | None = None
    told: dict[tuple[bool, bool], tuple] = field(default_factory=dict)  # by whether gzip is taken, the page is known

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        takes = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        which = takes, self.is_known_to(environ)
        if which not in self.told:
            self.told[which] = self._head(*which)
        start_response(*self.told[which])
        return [self.body(takes)] if not which[1] and environ["REQUEST_METHOD"] == "GET" else []

    def _head(self, takes: bool, is_known: bool) -> tuple[str, list[tuple[str, str]]]:
        """Status and headers for who takes gzip or not, and has the page or not."""
        tag = ("ETag", f'"{self.tag}{SUFFIX}"' if takes else f'"{self.tag}"')
        if is_known:
            return "304 Not Modified", [*self.kept_by, tag]
        encoding = [("Content-Encoding", "gzip")] if takes else []
        length = ("Content-Length", str(len(self.body(takes))))
        return "200 OK", [*self.kept_by, tag, *self.headers, *encoding, length]

    def is_known_to(self, environ: dict[str, Any]) -> bool:
        """Whether the reader has this page, in whichever encoding: no tag holds another one."""
        return self.tag in environ.get("HTTP_IF_NONE_MATCH", "")

    @property
    def is_whole(self) -> bool:
        return self.plain is not None or self.gzipped is not None

    def body(self, takes_gzip: bool) -> bytes:
        if not takes_gzip:
            return gzip.decompress(self.gzipped) if self.plain is None else self.plain
        if self.gzipped is None:
            self.gzipped = packed(self.plain, at_once=not self.may_be_kept)
        return self.gzipped

    def to_be_kept(self) -> "Answer":
        """The same in less memory."""
        if self.is_whole:
            self.gzipped, self.plain = self.body(takes_gzip=True), None
        return self


def answer(
    made_of: MadeOf, render: Callable[[], str | bytes], *, mimetype: str = "text/html", vary: str = ""
) -> Answer:
    """A public page that is made of these classes and schools, the address, the day, the language and the templates.

    While none of that changes, the page is the same: whoever has it gets a 304, and `render` is not called.
    """
    asked, app = request._get_current_object().environ, current_app._get_current_object()
    headers, seal = _headers(mimetype, html_language(), tuple(app.extensions["headers"].items()))
    may_be_kept = isinstance(made_of, Face) and app.config["BOARD_CACHE"]
    page = Answer(made_of, may_be_kept, _tag(made_of, asked, seal), _kept_by(vary), headers, None)
    if not page.is_known_to(asked):
        words = render()
        page.plain = words.encode() if isinstance(words, str) else words
    return page


def instead_of_a_page(response: Response) -> Response:
    """What stands now where a page was: shared caches take it for that page, whose copy they would go on giving out."""
    response.headers.extend(_kept_by(""))
    return response


def html_of(template: str, **context: object) -> str:
    """The words of a public page. Its template knows no session and nobody who has signed in."""
    return current_app.jinja_env.get_template(template).render(request=request._get_current_object(), **context)


def _tag(made_of: MadeOf, asked: dict[str, Any], seal: str) -> str:
    """A hash of all that a page is made of; `seal` is that of its headers, with the language among them, and of the
    templates. `absolute("")` is the site's address, which some pages show.
    """
    stands_on = made_of if isinstance(made_of, tuple) else tuple(made_of)  # a Face is one
    address = asked.get("SCRIPT_NAME"), asked.get("PATH_INFO"), asked.get("QUERY_STRING")
    return _hash((stands_on, *address, absolute(""), clock.today(), seal))


@lru_cache(maxsize=1024)  # the same page is asked for again and again
def _hash(everything: tuple) -> str:
    return sha256(repr(everything).encode()).hexdigest()[:32]


@lru_cache
def _kept_by(vary: str) -> Headers:
    """What caches are told: made once, for all pages of a kind."""
    varies = ("Accept-Language", "Cookie", *filter(None, [vary]), "Accept-Encoding")
    return ("Cache-Control", f"public, {LASTS}"), ("Vary", ", ".join(varies))


@lru_cache
def _headers(mimetype: str, language: str, told: Headers) -> tuple[Headers, str]:
    """What stands at the head of every page of this kind, and a hash of it with the templates; `told` are the headers
    of every answer.
    """
    kind = ("Content-Type", get_content_type(mimetype, "utf-8"))
    headers = (kind, ("X-Robots-Tag", "noindex"), ("Content-Language", language), *told)
    return headers, _hash((headers, template_revision()))
