"""The day sheet of a class, the filings on it, and their items."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.extensions import Model, Moment, one_of, one_while
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.item import LONGEST_SPAN, MOST_MINUTES, ItemValues
from portal.policy.permissions import Scope
from portal.policy.vocabulary import Level, Place, Source, Tier
from portal.school.models import SchoolClass, Subject

EMPTY = text("''")


class DaySheet(Model):
    """All homework of one class on one date: what is totalled, approved and published.

    `version` counts the changes of the row; a form that was shown an older one is stale. While the sheet is
    signed off, `coordinated_by_id` says by whom. `published_number` is the last published version's,
    0 for none; `correction` collects the reasons of what was changed since the last
    published version; the next one carries them.

    `grade` and `number` are what the class was called on this day, where it has moved up or left since; None: as now.
    Caps, names and pages of old days go by them (`called`).

    `totals` are the minutes as they were counted under the row's lock at the last change (see `ClassDay.totals`), by
    the school's rules of version `totals_rules`; after a change of the rules they are counted anew by who reads them.
    """

    __tablename__ = "day_sheet"
    __table_args__ = (
        UniqueConstraint("class_id", "date"),
        CheckConstraint(one_of("status", SheetStatus), name="the_status_is_known"),
        CheckConstraint("(grade IS NULL) = (number IS NULL)", name="an_old_name_has_a_grade_and_a_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"))
    date: Mapped[date]
    grade: Mapped[int | None]
    number: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(20), default=SheetStatus.COLLECTING)
    version: Mapped[int] = mapped_column(default=0)
    coordinated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_number: Mapped[int] = mapped_column(default=0, server_default="0")
    correction: Mapped[str] = mapped_column(Text, default="", server_default=EMPTY)
    totals: Mapped[dict | None] = mapped_column(JSON)
    totals_rules: Mapped[int] = mapped_column(default=-1, server_default="-1")

    school_class: Mapped[SchoolClass] = relationship(lazy="raise_on_sql")
    filings: Mapped[list["Homework"]] = relationship(back_populates="sheet", lazy="raise_on_sql")

    @property
    def scope(self) -> Scope:
        return self.school_class.scope

    @property
    def called(self) -> "DaySheet | SchoolClass":
        """Whatever has the grade and number that the class had on this day. Needs the class to be loaded."""
        return self.school_class if self.grade is None else self

    def totals_by(self, rules_version: int) -> dict | None:
        """The stored minutes, if they were counted by these rules of the school; None: count them anew."""
        return self.totals if self.totals and self.totals_rules == rules_version else None

    @property
    def was_public(self) -> bool:
        """Whether families have already read a version of it: every change needs a reason from then on."""
        return self.published_number > 0


grade_then = func.coalesce(DaySheet.grade, SchoolClass.grade)  # what the class of a sheet was called on its day
number_then = func.coalesce(DaySheet.number, SchoolClass.number)


class Homework(Model):
    """One teacher's filing for one class, one subject, one date: items, or the word that there is none today.

    `reason` is what the teacher wrote where a filing was `late` or changed after publication; `return_reason` what
    was written when it was returned.
    """

    __tablename__ = "homework"
    __table_args__ = (
        one_while(
            "uq_homework_one_live_filing_per_subject",
            "sheet_id",
            "subject_id",
            where="status IN ('draft', 'submitted')",
        ),
        CheckConstraint(one_of("status", FilingStatus), name="the_status_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("day_sheet.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(String(20))
    no_homework: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    late: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str] = mapped_column(Text, default="", server_default=EMPTY)
    return_reason: Mapped[str] = mapped_column(Text, default="", server_default=EMPTY)

    sheet: Mapped[DaySheet] = relationship(back_populates="filings", lazy="raise_on_sql")
    subject: Mapped[Subject] = relationship(lazy="raise_on_sql")
    teacher: Mapped[Person] = relationship(lazy="raise_on_sql")
    items: Mapped[list["Item"]] = relationship(
        back_populates="homework", order_by="Item.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class Item(Model):
    """One thing to do. `minutes` is for a middling pupil and for the whole task; NULL means nobody said yet.

    `kept` names the text checks (policy.wording.Check) that the teacher has read and kept the wording in spite of.
    """

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint(one_of("tier", Tier), name="the_tier_is_known"),
        CheckConstraint(one_of("place", Place), name="the_place_is_known"),
        CheckConstraint(one_of("level", Level), name="the_level_is_known"),
        CheckConstraint(one_of("source", Source), name="the_source_is_known"),
        CheckConstraint(f"minutes BETWEEN 0 AND {MOST_MINUTES}", name="the_minutes_are_possible"),
        CheckConstraint("choose >= 1", name="one_at_least_is_chosen"),
        CheckConstraint("(choice_group IS NULL) = (choose IS NULL)", name="a_choice_says_how_many"),
        CheckConstraint(f"days BETWEEN 1 AND {LONGEST_SPAN}", name="a_span_has_days"),
        CheckConstraint("every IN (1, 7)", name="a_span_is_daily_or_weekly"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    homework_id: Mapped[int] = mapped_column(ForeignKey("homework.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int | None]
    level: Mapped[str | None] = mapped_column(String(20))
    choice_group: Mapped[str | None] = mapped_column(String(40))
    choose: Mapped[int | None]
    days: Mapped[int] = mapped_column(default=1)
    every: Mapped[int] = mapped_column(default=1)
    source: Mapped[str | None] = mapped_column(String(20))
    kept: Mapped[list[str]] = mapped_column(JSON, default=list)

    homework: Mapped[Homework] = relationship(back_populates="items", lazy="raise_on_sql")


class CommonHomework(Model):
    """统一内容: what a grade's teachers of a subject have agreed on for a day, filed once and taken over by classes.

    `items` holds the values of the items (see `policy.item.ItemValues`) in order; none: it was taken back. The row
    stays then, so that `version` goes on counting and no form that was shown before it comes through.
    """

    __tablename__ = "common_homework"
    __table_args__ = (
        UniqueConstraint("school_id", "grade", "subject_id", "date"),
        CheckConstraint("grade BETWEEN 1 AND 9", name="grades_are_1_to_9"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    grade: Mapped[int]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    date: Mapped[date]
    items: Mapped[list[dict]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(Moment)

    subject: Mapped[Subject] = relationship(lazy="raise_on_sql")
    saved_by: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def values(self) -> list[ItemValues]:
        return [ItemValues(**(each | {"kept": tuple(each.get("kept", ()))})) for each in self.items]
