"""Changing the school's calendar and settings. Every function locks the school's row before it reads what it changes.

Each takes the version of the rules its form was shown (`seen_version`) and returns the version they have now. It raises
StaleForm where somebody else has changed the rules since. The kept rules (`rules_of`) are not asked here: what they
keep must be committed.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from portal.accounts.models import Person
from portal.audit.actions import record
from portal.extensions import db
from portal.policy import caps, school_year
from portal.policy.calendar import DayKind, Term
from portal.policy.errors import StaleForm
from portal.policy.links import BoardAccess
from portal.school import queries
from portal.school.link_actions import replace_guessable_links
from portal.school.models import SETTINGS, CalendarDay, GradeRule, School, SchoolClass, Subject, TermDates
from portal.school.rules import read_rules


def set_days(
    school: School,
    first: date,
    last: date,
    kind: DayKind | None,
    *,
    note: str = "",
    seen_version: int,
    by: Person,
    at: datetime,
) -> int:
    """What kind of day `first` to `last` are, whatever nation and weekday say; None: what they say again.

    Raises PolicyError for a range that ends before it starts or is too long, and where no school day would be left.
    """
    _lock(school, seen_version)
    school_year.check_range(first, last)
    own = queries.own_days(school.id, first, last)
    was = {day.isoformat(): [own[day].kind, own[day].note] for day in own}
    for n in range((last - first).days + 1):
        _set_day(school, first + timedelta(days=n), own, kind, note)
    db.session.flush()
    school_year.check_breaks_end(read_rules(school.id).calendar, first, last)
    days = {"first": first.isoformat(), "last": last.isoformat(), "kind": kind, "note": note, "was": was}
    record("calendar.set", by=by, at=at, **days)
    return _count_on(school)


def set_term(school: School, name: str, first: date, last: date, *, seen_version: int, by: Person, at: datetime) -> int:
    """Add a term. Raises PolicyError where it ends before it starts, is too long, or overlaps with another one."""
    _lock(school, seen_version)
    school_year.check_term_length(first, last)
    school_year.check_no_overlap(Term(name, first, last), read_rules(school.id).calendar.terms)
    db.session.add(TermDates(school_id=school.id, name=name, first=first, last=last))
    record("term.set", by=by, at=at, name=name, first=first.isoformat(), last=last.isoformat())
    return _count_on(school)


def remove_term(school: School, term: TermDates, *, seen_version: int, by: Person, at: datetime) -> int:
    """Take a term away; filings and versions of its days stay."""
    _lock(school, seen_version)
    db.session.delete(term)
    record("term.remove", by=by, at=at, name=term.name, first=term.first.isoformat(), last=term.last.isoformat())
    return _count_on(school)


def set_grade_rule(
    school: School,
    grade: int,
    *,
    cap: int | None,
    no_homework_weekday: int | None,
    reason: str = "",
    seen_version: int,
    by: Person,
    at: datetime,
) -> int:
    """The school's own cap of a grade (None: the national one) and its weekday without homework (0 Monday, None: none).

    Raises PolicyError for a cap above the national one without a reason, and for any cap in grades 1 and 2.
    """
    _lock(school, seen_version)
    rule = queries.rule_of_grade(school.id, grade) or GradeRule(school_id=school.id, grade=grade)
    if (rule.cap, rule.no_homework_weekday) == (cap, no_homework_weekday):
        return school.rules_version
    reason = caps.check_cap_change(grade, cap, reason) if rule.cap != cap else ""
    changed = {"cap": [rule.cap, cap], "no_homework_weekday": [rule.no_homework_weekday, no_homework_weekday]}
    rule.cap, rule.no_homework_weekday = cap, no_homework_weekday
    db.session.add(rule)
    record("cap.set", by=by, at=at, reason=reason, grade=grade, **changed)
    return _count_on(school)


def set_school_settings(
    school: School, settings: Mapping[str, object], *, seen_version: int, by: Person, at: datetime
) -> int:
    """How sheets are passed, times and phone of the school, and who finds its board: `settings` maps names of SETTINGS
    to their new values. A board that is found by link only from now on gives new links to the classes whose old ones
    can be guessed.

    Raises PolicyError where sheets would publish themselves before the cut-off.
    """
    _lock(school, seen_version)
    times = {name: settings.get(name, getattr(school, name)) for name in ("publish_at", "cutoff")}
    school_year.check_publish_at(**times)
    changed = {
        name: [_plain(getattr(school, name)), _plain(settings[name])]
        for name in SETTINGS
        if name in settings and getattr(school, name) != settings[name]
    }
    if not changed:
        return school.rules_version
    for name in changed:
        setattr(school, name, settings[name])
    record("settings.set", by=by, at=at, **changed)
    if "board_access" in changed and school.board_access == BoardAccess.LINK:
        replace_guessable_links(school, by=by, at=at)
    return _count_on(school)


def set_budget(
    school: School, subject: Subject, minutes: int | None, *, seen_version: int, by: Person, at: datetime
) -> int:
    """The minutes a day that the school thinks right for a subject: a hint beside the composer (None: no hint)."""
    _lock(school, seen_version)
    if subject.budget == minutes:
        return school.rules_version
    record("budget.set", by=by, at=at, subject=subject.name, budget=[subject.budget, minutes])
    subject.budget = minutes
    return _count_on(school)


def count_publication(class_id: int) -> None:
    """The board of a class shows something new from the commit on. The class's row stays locked until then, so that two
    publications of one class are counted one after the other.
    """
    counted = update(SchoolClass).where(SchoolClass.id == class_id)
    db.session.execute(counted.values(board_version=SchoolClass.board_version + 1))


def _plain(value: object) -> str:
    """A setting as the log keeps it; empty where nothing is set."""
    return "" if value is None else str(value)


def _lock(school: School, seen_version: int) -> None:
    """The school's row, read anew and locked until the commit. Raises StaleForm if it is not what the form showed.

    Colleagues who file meanwhile need not wait: their rows only name the school (`key_share`).
    """
    wanted = select(School).where(School.id == school.id).with_for_update(key_share=True)
    present = db.session.scalars(wanted.execution_options(populate_existing=True)).one()
    if present.rules_version != seen_version:
        raise StaleForm("校历或设置刚刚被改过，您这里还是旧的。您填写的内容都在，请对照现在的情况，再保存一次。")


def _count_on(school: School) -> int:
    """Forms that were shown what was before are stale from now on, and every process reads the rules anew."""
    school.rules_version += 1
    db.session.flush()
    return school.rules_version


def _set_day(school: School, day: date, own: Mapping[date, CalendarDay], kind: DayKind | None, note: str) -> None:
    row = own.get(day)
    if kind is None:
        if row:
            db.session.delete(row)
        return
    if row is None:
        row = CalendarDay(school_id=school.id, date=day)
        db.session.add(row)
    row.kind, row.note = kind, note
