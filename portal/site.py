"""The portal's public address: for what leaves the browser, such as paper, feeds and previews."""

from functools import lru_cache

from flask import current_app, request


def absolute(path: str) -> str:
    """A path of this portal, as `url_for()` makes it, with the site before it: what PORTAL_ADDRESS says, else the
    address under which the present page was asked for.
    """
    asked, app = request._get_current_object().environ, current_app._get_current_object()
    return (app.config["ADDRESS"] or _site(asked["wsgi.url_scheme"], asked.get("HTTP_HOST"))) + path


@lru_cache(maxsize=64)
def _site(scheme: str, host: str | None) -> str:
    return request.host_url.rstrip("/")
