"""The portal's public address: for what leaves the browser, such as paper, feeds and previews."""

from flask import current_app, request


def absolute(path: str) -> str:
    """A path of this portal, as `url_for()` makes it, with the site before it: what PORTAL_ADDRESS says, else the
    address under which the present page was asked for.
    """
    return (current_app.config["ADDRESS"] or request.host_url.rstrip("/")) + path
