"""Clean sheets that nobody has acted on publish themselves at the time their school has set.

Whoever wakes calls `publish_due`: the keeper of every server process each minute, `flask publish-due` from cron. Each
sheet is published in a transaction of its own, under its lock, so that they may all call it at once, and again and
again. Nothing is remembered: a portal that was down at the set time makes up for it when it starts on the same day.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from portal.approvals import actions, queries
from portal.extensions import db
from portal.homework import queries as homework_queries
from portal.school import queries as school_queries
from portal.school.rules import rules_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many sheets were published, and how many could not be because of a fault that the log file tells about."""

    published: int = 0
    failed: int = 0


def publish_due(at: datetime) -> Outcome:
    """Publish what is due at `at`, a moment on the school's clock: sheets of that very day, where it is a school day.

    Commits each sheet. One statement where no school has anything due.
    """
    day = at.date()
    class_ids = [
        class_day.school_class.id
        for school in queries.schools_publishing_by(at.time())
        if rules_of(school).calendar.is_school_day(day)
        for class_day in homework_queries.class_days(queries.classes_waiting(school.id, day), day)
        if queries.publishes_itself(class_day, at)
    ]
    db.session.rollback()  # what was read without a lock is read again under it
    done = [_publish(class_id, day, at) for class_id in class_ids]
    return Outcome(published=done.count(True), failed=done.count(None))


def _publish(class_id: int, day: date, at: datetime) -> bool | None:
    """Whether this sheet was published now; None where that failed, which must not keep the others from it."""
    try:
        version = actions.publish_itself(school_queries.class_or_404(class_id), day, at=at)
        if version is None:  # somebody was faster
            db.session.rollback()
            return False
        db.session.commit()
        return True
    except Exception:
        db.session.rollback()
        current_app.logger.exception("The sheet of class %s on %s could not publish itself", class_id, day)
        return None
