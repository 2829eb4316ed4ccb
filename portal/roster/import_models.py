"""A file that was uploaded, from its preview until it can no longer be undone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model, Moment, one_of
from portal.policy.permissions import Scope


class ImportState(StrEnum):
    """A file waits to be confirmed, was imported, or its import was taken back."""

    WAITING = "waiting"
    DONE = "done"
    UNDONE = "undone"


class RosterImport(Model):
    """A file as it was read: `tables` as `Table.plain`, `notes` as [sentence, params]. While it waits, it belongs to
    who uploaded it, until `expires`; once imported, `tables` is emptied.

    `counts`: {kind: {"new": n, "changed": n}}. `changes` is what the import did, in the order in which it did it:
    [table, id, label, null] for what it made, [table, id, label, {column: [was, now]}] for what it changed.
    """

    __tablename__ = "roster_import"
    __table_args__ = (CheckConstraint(one_of("state", ImportState), name="the_state_is_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    expires: Mapped[datetime] = mapped_column(Moment)
    file: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), default=ImportState.WAITING)
    tables: Mapped[list] = mapped_column(JSON)
    notes: Mapped[list] = mapped_column(JSON)
    counts: Mapped[dict] = mapped_column(JSON, default=dict)
    changes: Mapped[list] = mapped_column(JSON, default=list)

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.school_id)
