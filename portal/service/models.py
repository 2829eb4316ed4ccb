"""The two lists of 三单公开 that the office writes; each is read and stored as a whole."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model, one_of
from portal.policy.service import WEEKDAYS, ListKind, Period, period_of

NOTHING = ("",) * len(WEEKDAYS)


class ServiceList(Model):
    """One list of a school; none is stored while it has never been written. `version` counts its changes.

    `rows` of the timetable: a list of `Period.plain`. Of the content: {class id: texts from Monday to Friday}, with the
    classes of which something is known. Neither names a teacher or a pupil.
    """

    __tablename__ = "service_list"
    __table_args__ = (
        UniqueConstraint("school_id", "kind"),
        CheckConstraint(one_of("kind", ListKind), name="the_list_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=0)
    rows: Mapped[list | dict] = mapped_column(JSON)

    @property
    def periods(self) -> list[Period]:
        """The rows of a timetable."""
        return [period_of(each) for each in self.rows]

    @property
    def content(self) -> dict[int, tuple[str, ...]]:
        """The texts of each class, by its id."""
        return {int(class_id): tuple(texts) for class_id, texts in self.rows.items()}


def never_written(school_id: int, kind: ListKind) -> ServiceList:
    """The list of a school that has not written it yet: empty, of version 0, not stored."""
    return ServiceList(school_id=school_id, kind=kind, version=0, rows=[] if kind == ListKind.TIMETABLE else {})
