"""A school's move into a new school year, kept so that it is done once and can be taken back."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model, Moment, one_while
from portal.policy.permissions import Scope
from portal.policy.rollover import Name

HOLDS = "undone_at IS NULL"


class Rollover(Model):
    """Into the school year that begins in `year`; from `day` on the classes have their new names.

    `counts`: {"moved", "left", "opened", "ended", "begun", "leads", "terms": numbers}. `changes`: {"classes": [[id,
    grade, number, since (ISO or null), grade now or null, number now]], "made": {table: [ids]}, "gone": {table:
    [columns]}}.
    """

    __tablename__ = "rollover"
    __table_args__ = (one_while("uq_rollover_a_school_moves_up_once_a_year", "school_id", "year", where=HOLDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    year: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    day: Mapped[date]
    counts: Mapped[dict] = mapped_column(JSON)
    changes: Mapped[dict] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def moves(self) -> list[tuple[Name, Name | None]]:
        """What each class was called, and what it became; None: it left."""
        rows = sorted(self.changes["classes"], key=lambda each: each[1:3])
        return [(Name(*was), Name(*to) if to[0] else None) for was, to in ((each[1:3], each[4:6]) for each in rows)]

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.school_id)
