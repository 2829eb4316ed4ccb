"""What was published: numbered versions of a sheet, each frozen."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model, Moment


class SheetVersion(Model):
    """A published version of a day sheet. Never changed, never deleted: the database refuses.

    `content` is all the board shows, see `portal.approvals.content`.
    """

    __tablename__ = "sheet_version"
    __table_args__ = (
        UniqueConstraint("class_id", "date", "number"),
        CheckConstraint("number >= 1", name="versions_count_from_1"),
        CheckConstraint("last_day >= date", name="a_sheet_ends_after_it_starts"),
        CheckConstraint(
            "allowed IS NULL OR total <= allowed OR exception_reason <> ''",
            name="no_version_over_its_cap_without_a_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("day_sheet.id"))
    date: Mapped[date]
    last_day: Mapped[date]  # of the break that the sheet covers too; the same as `date` otherwise
    number: Mapped[int]
    content: Mapped[dict] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: it published itself
    reason: Mapped[str] = mapped_column(Text, default="")  # of a correction; the board shows it
    total: Mapped[int] = mapped_column(default=0)  # mandatory written minutes
    allowed: Mapped[int | None]  # the minutes that must not be passed; None where there is no cap
    exception_reason: Mapped[str] = mapped_column(Text, default="")  # why the office published it as an exception
