"""One request to shorten one item, and what became of it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Person
from portal.extensions import Model, Moment, one_of, one_while
from portal.homework.models import DaySheet, Homework, Item
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.item import MOST_MINUTES
from portal.policy.negotiation import Outcome, RequestStatus, outcome
from portal.policy.permissions import Scope


class MinutesRequest(Model):
    """请减 10 分钟: asked by the homeroom teacher about one item of a colleague.

    `was` are the item's minutes when it was asked, `suggested` what it should take. The item may be gone when its
    teacher files anew (`item_id` None); `item_text` stays.
    """

    __tablename__ = "minutes_request"
    __table_args__ = (
        CheckConstraint(one_of("status", RequestStatus), name="the_status_is_known"),
        CheckConstraint(f"suggested BETWEEN 0 AND {MOST_MINUTES}", name="the_minutes_are_possible"),
        one_while("uq_minutes_request_one_open_per_item", "item_id", where="status = 'open'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("day_sheet.id"), index=True)
    homework_id: Mapped[int] = mapped_column(ForeignKey("homework.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="SET NULL"))
    item_text: Mapped[str] = mapped_column(Text)
    was: Mapped[int | None]
    suggested: Mapped[int | None]
    message: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default=RequestStatus.OPEN)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    sheet: Mapped[DaySheet] = relationship(lazy="raise_on_sql")
    homework: Mapped[Homework] = relationship(lazy="raise_on_sql")
    item: Mapped[Item | None] = relationship(lazy="raise_on_sql")
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id], lazy="raise_on_sql")
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id], lazy="raise_on_sql")

    @property
    def scope(self) -> Scope:
        """Where the item is: class and subject."""
        return replace(self.sheet.school_class.scope, subject_id=self.homework.subject_id)

    @property
    def outcome(self) -> Outcome:
        """How it stands now. An item whose text has changed is another item."""
        item = self.item if self.item_id else None
        same = item is not None and item.homework_id == self.homework_id and item.text == self.item_text
        return outcome(
            RequestStatus(self.status),
            was=self.was,
            now=item.minutes if item else None,
            on_sheet=same and self.homework.status == FilingStatus.SUBMITTED,
            collecting=self.sheet.status == SheetStatus.COLLECTING,
        )

    @property
    def waits(self) -> bool:
        return self.outcome == Outcome.WAITING
