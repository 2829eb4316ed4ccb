"""How every public page is answered: with a tag that names all it is made of, and 304 for those who have it."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from flask import Response, make_response, request
from flask_babel import get_locale

from portal import clock
from portal.board.queries import Face, SchoolFace
from portal.compression import SUFFIX, asked_for_gzip
from portal.filters import template_revision
from portal.site import absolute

MADE_OF = "portal.board.face"  # in the WSGI environment: what an answer stands on, for the front step
SHARED = 1  # seconds that a shared cache may give out an answer without asking


def answer(
    made_of: Face | SchoolFace | Sequence[Face | SchoolFace],
    render: Callable[[], str | bytes],
    *,
    mimetype: str = "text/html",
) -> Response:
    """A public page that is made of these classes and schools, the address, the day, the language and the templates.

    While none of that changes, the page is the same: whoever has it gets a 304, and `render` is not called.
    """
    tag = _tag(made_of)
    response = make_response()
    response.mimetype = mimetype
    response.set_etag(tag + SUFFIX if asked_for_gzip() else tag)
    response.cache_control.public = True
    response.cache_control.max_age = 0
    response.cache_control.s_maxage = SHARED
    response.cache_control.must_revalidate = True
    response.vary.update(("Accept-Language", "Cookie"))
    response.headers["X-Robots-Tag"] = "noindex"
    if isinstance(made_of, Face):
        request.environ[MADE_OF] = made_of
    if response.make_conditional(request).status_code != 304:
        response.set_data(render())
    return response


def _tag(made_of: object) -> str:
    """A hash of all that a page is made of; `request.url` is the address as the visitor wrote it, `absolute("")` the
    site's, which some pages show.
    """
    everything = (made_of, request.url, absolute(""), clock.today(), str(get_locale()), template_revision())
    return sha256(repr(everything).encode()).hexdigest()[:32]
