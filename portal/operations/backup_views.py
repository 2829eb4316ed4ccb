"""What the office and the administrator see of the backups: how old the newest is, and whether that is too old."""

from datetime import timedelta
from socket import gethostname

from flask import current_app, render_template

from portal import clock
from portal.access import requires
from portal.operations import backups
from portal.operations.views import bp

TOO_OLD = timedelta(days=1)
SHOWN = 20


@bp.get("/backups")
@requires("backups.read")
def backup_list():
    """The newest backups in the folder of PORTAL_BACKUPS. Another host may have its own: the page names whose."""
    found, now = backups.all_of(current_app.config["BACKUPS"]), clock.now()
    age = max(now - found[0].made, timedelta()) if found else None
    return render_template(
        "operations/backups.html",
        found=found[:SHOWN],
        count=len(found),
        whole=sum(each.size for each in found),
        hours=int(age.total_seconds() // 3600) if found else None,
        is_late=age is None or age > TOO_OLD,
        host=gethostname(),
    )
