"""What is not needed any more goes by the clock."""

from datetime import datetime

from sqlalchemy import Text, cast, delete, or_, update

from portal.extensions import db
from portal.privacy.page import UNDO_KEPT
from portal.roster.import_models import ImportState, RosterImport


def forget(at: datetime) -> int:
    """Files that nobody confirmed in time, and what was kept to take back imports of long ago. How many it was."""
    waiting = RosterImport.state == ImportState.WAITING
    unconfirmed = db.session.execute(delete(RosterImport).where(waiting, RosterImport.expires <= at))
    told = or_(*(cast(column, Text) != "[]" for column in (RosterImport.changes, RosterImport.notes)))
    old = update(RosterImport).where(~waiting, RosterImport.at <= at - UNDO_KEPT, told)
    emptied = db.session.execute(old.values(changes=[], notes=[]))
    return unconfirmed.rowcount + emptied.rowcount
