"""For the machines that watch over the portal: is it there, and may people be sent to it?"""

from flask import Blueprint

from portal.access import public
from portal.operations.queries import why_not_ready

bp = Blueprint("operations", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/healthz")
@public
def health():
    """This process answers. The database is not asked: starting the process anew would not mend it."""
    return "ok\n", PLAIN


@bp.get("/readyz")
@public
def readiness():
    """The database answers, and its migrations are those of this portal; else 503 with what is missing."""
    missing = why_not_ready()
    return (f"{missing}\n", 503, PLAIN) if missing else ("ready\n", PLAIN)
