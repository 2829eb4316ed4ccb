"""What no request asks for: forgetting by the clock."""

from datetime import datetime

from portal.extensions import db
from portal.privacy import retention_actions


def forget_due(at: datetime) -> int:
    """Forget what is due, in a transaction of its own; how many things it was."""
    forgotten = retention_actions.forget(at)
    db.session.commit()
    return forgotten
