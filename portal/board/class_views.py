"""The ways to a class: its short address, and what those are told whose link does not hold any more."""

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal.access import public
from portal.board import link_queries
from portal.board.answer import instead_of_a_page
from portal.board.feed_views import json_error
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
        return _said(HTTPStatus.NOT_FOUND, "board/not_found.html")
    if present.access == BoardAccess.LINK:
        return instead_of_a_page(make_response(_said(HTTPStatus.GONE, "board/replaced.html")))
    query = request.query_string.decode("ascii", "replace")
    address = url_for(request.endpoint, **{**request.view_args, "code": present.code})
    return instead_of_a_page(redirect(f"{address}?{query}" if query else address))


def _said(status: HTTPStatus, template: str) -> Response | tuple[str, int]:
    """In words for people, in JSON for programs that ask for it."""
    return json_error(status) if request.path.endswith(".json") else (render_template(template), status)
