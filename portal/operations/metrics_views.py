"""What Prometheus reads: `portal.metrics`, for whoever brings the token."""

from hmac import compare_digest

from flask import abort, current_app, request

from portal import metrics
from portal.access import public
from portal.operations import backups
from portal.operations.queries import publications
from portal.operations.views import PLAIN, bp


@bp.get("/metrics")
@public
def numbers():
    """The numbers, asked for with `Authorization: Bearer …`. Without PORTAL_METRICS_TOKEN there is no such page."""
    token, given = current_app.config["METRICS_TOKEN"], request.authorization
    if not token:
        abort(404)
    if given is None or given.type != "bearer" or not compare_digest((given.token or "").encode(), token.encode()):
        return "the token of PORTAL_METRICS_TOKEN is missing\n", 401, PLAIN | {"WWW-Authenticate": "Bearer"}
    newest = next(iter(backups.all_of(current_app.config["BACKUPS"])), None)
    text, kind = metrics.exposition({"published": publications(), "backup": newest and newest.made.timestamp()})
    return text, {"Content-Type": kind}
