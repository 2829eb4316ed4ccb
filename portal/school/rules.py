"""What a school has set for itself, as the rules take it: caps and calendar.

Every page asks for it and it changes a few times a year, so each process keeps what it has read until the school's
`rules_version` counts on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from portal.extensions import db
from portal.policy.calendar import Calendar, DayKind, Term
from portal.school.holidays import national_kind
from portal.school.models import CalendarDay, GradeRule, TermDates


@dataclass(frozen=True)
class SchoolRules:
    """`caps`: grade → minutes, where the school has its own; `calendar` knows every day."""

    caps: Mapping[int, int]
    calendar: Calendar


_kept: dict[int, tuple[int, SchoolRules]] = {}


class HasRules(Protocol):
    """A school as its row, or as the board knows it."""

    id: int
    rules_version: int


def rules_of(school: HasRules) -> SchoolRules:
    """The rules of a school: read again (3 statements) only after somebody has changed them."""
    version, rules = _kept.get(school.id, (None, None))
    if rules is None or version != school.rules_version:
        rules = read_rules(school.id)
        _kept[school.id] = (school.rules_version, rules)
    return rules


def read_rules(school_id: int) -> SchoolRules:
    """The rules as they are stored now."""
    grades = db.session.scalars(select(GradeRule).where(GradeRule.school_id == school_id)).all()
    days = db.session.scalars(select(CalendarDay).where(CalendarDay.school_id == school_id)).all()
    terms = db.session.scalars(
        select(TermDates).where(TermDates.school_id == school_id).order_by(TermDates.first)
    ).all()
    return SchoolRules(
        caps={each.grade: each.cap for each in grades if each.cap is not None},
        calendar=Calendar(
            own={each.date: DayKind(each.kind) for each in days},
            national=national_kind,
            terms=tuple(Term(each.name, each.first, each.last) for each in terms),
            no_homework={
                each.grade: each.no_homework_weekday for each in grades if each.no_homework_weekday is not None
            },
        ),
    )


def forget_rules() -> None:
    """Keep nothing: for tests, whose databases count versions from 0 again."""
    _kept.clear()
