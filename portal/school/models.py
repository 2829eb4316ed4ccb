"""The school and how it is organised."""

from datetime import date, datetime, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Model, Moment, one_of, one_while
from portal.policy.approval import ApprovalMode
from portal.policy.calendar import DayKind
from portal.policy.links import BoardAccess
from portal.policy.permissions import Scope

SETTINGS = (  # of a school: what its office sets, beside the rules of each grade
    *("name", "approval_mode", "cutoff", "publish_at", "published_by"),
    *("bedtime_primary", "bedtime_junior", "supervision_phone", "privacy_contact"),
    *("board_access", "shows_teachers"),
)
EVERY_WEEKDAY = 0b0011111  # Monday is the lowest bit


class School(Model):
    """One school and what it has set for itself."""

    __tablename__ = "school"
    __table_args__ = (
        CheckConstraint(one_of("approval_mode", ApprovalMode), name="the_approval_mode_is_known"),
        CheckConstraint(one_of("board_access", BoardAccess), name="the_board_access_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    supervision_phone: Mapped[str] = mapped_column(String(40), default="")
    privacy_contact: Mapped[str] = mapped_column(
        String(80), default="", server_default=text("''")
    )  # whom to ask about personal data: a post and a phone
    published_by: Mapped[time] = mapped_column(default=time(16, 30))  # when families can usually expect the board
    rules_version: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # counts changes of calendar, terms, grade rules and settings, and of what the school itself puts on the board
    roster_version: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # counts changes of people, roles, loans, classes, subjects and who teaches what; by triggers of the database
    cutoff: Mapped[time] = mapped_column(
        default=time(16, 0), server_default="16:00:00.000000"
    )  # filings for the same day after it are late
    approval_mode: Mapped[str] = mapped_column(
        String(20), default=ApprovalMode.EXCEPTIONS, server_default=ApprovalMode.EXCEPTIONS.value
    )
    publish_at: Mapped[time | None]  # when clean sheets that nobody has acted on publish themselves; None: never
    board_access: Mapped[str] = mapped_column(
        String(20), default=BoardAccess.OPEN, server_default=BoardAccess.OPEN.value
    )
    shows_teachers: Mapped[bool] = mapped_column(default=False, server_default=false())  # by name on the board
    bedtime_primary: Mapped[time] = mapped_column(default=time(21, 20))
    bedtime_junior: Mapped[time] = mapped_column(default=time(22, 0))
    first_steps: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # the start page leads administrator and office to what is still to be done

    def bedtime(self, grade: int) -> time:
        """When pupils of `grade` should be asleep (primary 21:20, junior 22:00 unless the school says otherwise)."""
        return self.bedtime_primary if grade <= 6 else self.bedtime_junior


class GradeRule(Model):
    """What the school has set for a grade: its own cap in minutes, its weekday without homework (0 Monday).

    NULL: nothing of its own.
    """

    __tablename__ = "grade_rule"
    __table_args__ = (
        UniqueConstraint("school_id", "grade"),
        CheckConstraint("cap BETWEEN 0 AND 240", name="the_cap_is_a_number_of_minutes"),
        CheckConstraint("no_homework_weekday BETWEEN 0 AND 4", name="the_day_without_homework_is_a_weekday"),
        CheckConstraint("grade BETWEEN 1 AND 9", name="grades_are_1_to_9"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    grade: Mapped[int]
    cap: Mapped[int | None]
    no_homework_weekday: Mapped[int | None]


class CalendarDay(Model):
    """What the school itself says of a day; it wins over the national calendar."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        UniqueConstraint("school_id", "date"),
        CheckConstraint(one_of("kind", DayKind), name="the_kind_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(80), default="")


class TermDates(Model):
    """A term of the school, first and last day included."""

    __tablename__ = "term"
    __table_args__ = (CheckConstraint("first <= last", name="a_term_ends_after_it_starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    first: Mapped[date]
    last: Mapped[date]


class SchoolClass(Model):
    """A class of pupils, the same row from its first grade to its last. `code` is its address on the board, whatever
    grade the class moves up to: it changes only where the school replaces its link. `board_version` counts what is
    published for it.

    `since`: the first day on which it has this grade and number (None: it always had), see `DaySheet.grade` for what it
    was called before. `left_on`: the first day on which it is no class of the school any more; its number is free then.
    `ended`: who taught what until an administrator closed it, and who was its homeroom teacher, [person, subject or
    None, weekdays] by ids; None while it is open, and where it left at the end of a school year.
    """

    __tablename__ = "school_class"
    __table_args__ = (
        one_while(
            "uq_school_class_one_present_class_of_a_number", "school_id", "grade", "number", where="left_on IS NULL"
        ),
        CheckConstraint("grade BETWEEN 1 AND 9", name="grades_are_1_to_9"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    grade: Mapped[int]
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(32), unique=True)
    board_version: Mapped[int] = mapped_column(default=0, server_default="0")
    since: Mapped[date | None]
    left_on: Mapped[date | None]
    ended: Mapped[list[list[int | None]] | None] = mapped_column(JSON)

    school: Mapped[School] = relationship(lazy="raise_on_sql")

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.school_id, class_id=self.id, grade=self.grade)

    def has_left(self, day: date) -> bool:
        """Whether it is no class of the school any more on this day (`school.queries.still_there_on`)."""
        return self.left_on is not None and self.left_on <= day


class RetiredCode(Model):
    """A link of a class that was replaced by another one: whoever still has it is told so."""

    __tablename__ = "retired_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"))
    code: Mapped[str] = mapped_column(String(32), unique=True)
    retired_at: Mapped[datetime] = mapped_column(Moment)


class Subject(Model):
    """A subject. `budget`: the minutes a day the school thinks right for it; a hint, never a limit. None: no hint.

    `closed_on`: the first day on which the school does not teach it any more; it keeps its name. `ended`: who taught it
    where until then, [teacher, class, its grade, weekdays] by ids; None while it is open.
    """

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("school_id", "name"),
        CheckConstraint("budget BETWEEN 0 AND 240", name="the_budget_is_a_number_of_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    budget: Mapped[int | None] = mapped_column(default=15, server_default="15")
    closed_on: Mapped[date | None]
    ended: Mapped[list[list[int]] | None] = mapped_column(JSON)


class TeachingAssignment(Model):
    """Who teaches which subject to which class, on which weekdays (bits, Monday lowest; 0: stands in for others)."""

    __tablename__ = "teaching_assignment"
    __table_args__ = (
        UniqueConstraint("teacher_id", "class_id", "subject_id"),
        CheckConstraint("weekdays BETWEEN 0 AND 127", name="weekdays_are_seven_bits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    weekdays: Mapped[int] = mapped_column(default=EVERY_WEEKDAY)

    teacher: Mapped["Person"] = relationship("Person", back_populates="assignments", lazy="raise_on_sql")  # noqa: F821
    school_class: Mapped[SchoolClass] = relationship(lazy="raise_on_sql")
    subject: Mapped[Subject] = relationship(lazy="raise_on_sql")

    def taught_on(self, day: date) -> bool:
        """Whether the timetable has this subject on that day of the week."""
        return bool(self.weekdays >> day.weekday() & 1)
