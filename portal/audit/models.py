"""One row for each thing that happened; rows are only ever added."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Model, Moment


class LogEntry(Model):
    """Who did what to which sheet, when, from which state to which, and why.

    `sheet_id` is None for what concerns the whole school: its calendar and settings.

    `before` and `after` are states; `details` holds what else changed, minutes above all:
    {"subject": name, "minutes": [before, after]}; of settings
    [before, after] for each that was changed. `actor_name` is kept as it was at that time.
    """

    __tablename__ = "log_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_name: Mapped[str] = mapped_column(String(80))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("day_sheet.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    before: Mapped[str] = mapped_column(String(20), default="")
    after: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict] = mapped_column(JSON, default=dict)

    actor: Mapped["Person"] = relationship("Person", lazy="raise_on_sql")  # noqa: F821
