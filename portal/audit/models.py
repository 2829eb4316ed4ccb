"""One row for each thing that happened; rows are only ever added."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Model, Moment, one_of
from portal.policy.approval import ExceptionKind


class LogEntry(Model):
    """Who did what to which sheet, when, from which state to which, and why.

    `sheet_id` is None for what concerns the whole school: its calendar and settings.

    `before` and `after` are states; `details` holds what else changed, minutes above all:
    {"subject": name, "minutes": [before, after]}; of settings
    [before, after] for each that was changed; "deputy_for": whose role was lent to the actor. `exception` marks what
    the office looks at afterwards. `actor_name` is kept as it was at that time; `actor_id` is None, and the name empty,
    for the portal itself.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_school_id_exception", "school_id", "exception"),
        Index("ix_log_entry_school_id_at", "school_id", "at"),
        CheckConstraint(
            f"exception = '' OR {one_of('exception', ExceptionKind)}",
            name="the_exception_is_known",
        ),
    )

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
    exception: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    details: Mapped[dict] = mapped_column(JSON, default=dict)

    actor: Mapped["Person"] = relationship("Person", lazy="raise_on_sql")  # noqa: F821
