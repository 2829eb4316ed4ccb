"""One row for each thing that happened; rows are only ever added."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, column, func, select, table, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.extensions import Model, Moment, one_of
from portal.policy.approval import ExceptionKind

_person = table("person", column("id"), column("name"))  # these belong to a feature above
_former = table("former_name", column("person_id"), column("name"), column("until"))
PEOPLE = frozenset({"person", "lender", "deputy", "deputy_for"})  # the details that hold ids of people


class LogEntry(Model):
    """Who did what to which sheet, when, from which state to which, and why.

    `sheet_id` is None for what concerns the whole school: its calendar and settings.

    `before` and `after` are states; `details` holds what else changed, minutes above all:
    {"subject": name, "minutes": [before, after]}; of settings [before, after] for each that was changed. `exception`
    marks what the office looks at afterwards. `actor_id` is None, and the name empty, for the portal itself.

    People stand in it by their ids, never by their names: "person" is whom it is about, "lender" and "deputy" are
    those of a lent role, "deputy_for" is a list of those in whose place the actor acted. `actor_name` is what the
    actor was called at that time; `names` what the others were (see `accounts.name_queries.with_names`).
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
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("day_sheet.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    before: Mapped[str] = mapped_column(String(20), default="")
    after: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    exception: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    details: Mapped[dict] = mapped_column(JSON, default=dict)
    actor_name: Mapped[str] = column_property(
        func.coalesce(
            select(_former.c.name)
            .where(_former.c.person_id == actor_id, _former.c.until > at)
            .order_by(_former.c.until)
            .limit(1)
            .scalar_subquery(),
            select(_person.c.name).where(_person.c.id == actor_id).scalar_subquery(),
            "",
        )
    )

    actor: Mapped["Person"] = relationship("Person", lazy="raise_on_sql")  # noqa: F821
    _names = None

    @property
    def names(self) -> Mapping[str, str]:
        """The people in `details`, by its keys; "was": what the person was called before this row."""
        if self._names is None and PEOPLE & self.details.keys():
            raise LookupError("the names of this row were not asked for")
        return self._names or {}

    def name(self, names: Mapping[str, str]) -> None:
        self._names = names
