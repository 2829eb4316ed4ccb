"""The ways to a class: its short address, and what those are told whose link does not hold any more."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal.access import public
from portal.board import link_queries
from portal.board.views import bp
from portal.policy.links import BoardAccess, as_meant

short = Blueprint("short", __name__)


@short.get("/c/<code>")
@public
def class_page(code: str):
    """The address that stands on posters and is read out on the phone."""
    response = redirect(url_for("board.class_page", code=as_meant(code)))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.errorhandler(404)
def not_found(error: NotFound) -> Response | tuple[str, int]:
    """A class's link that was replaced leads to the present one where everybody may find the class; else it is gone.

    All other addresses of the board that mean nothing: what to do now.
    """
    code = (request.view_args or {}).get("code", "")
    present = link_queries.present_links([code]).get(code) if code else None
    if present is None:
        return render_template("board/not_found.html"), 404
    if present.access == BoardAccess.LINK:
        return render_template("board/replaced.html"), 410
    query = request.query_string.decode("ascii", "replace")
    address = url_for(request.endpoint, **{**request.view_args, "code": present.code})
    return redirect(f"{address}?{query}" if query else address)
