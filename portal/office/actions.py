"""The office looks at several sheets at once, and passes several; each is told apart where it could not be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.models import Person
from portal.approvals import actions as approvals
from portal.extensions import db
from portal.homework.locks import lock_sheets
from portal.office import queries
from portal.policy.errors import PolicyError
from portal.school.models import SchoolClass


@dataclass(frozen=True)
class Chosen:
    """A sheet somebody has chosen on a page: `seen` is the version, or the last exception, that the page showed."""

    school_class: SchoolClass
    day: date
    seen: int
    note: str = ""


Refused = list[tuple[Chosen, PolicyError]]


def review_several(chosen: Iterable[Chosen], *, by: Person, at: datetime) -> tuple[list[Chosen], Refused]:
    """Mark the exceptions of each sheet as looked at; what changed since, or was looked at, is handed back."""
    return _each(chosen, lambda one: _review(one, by=by, at=at))


def publish_several(chosen: Iterable[Chosen], *, by: Person, at: datetime) -> tuple[list[Chosen], Refused]:
    """Publish each approved sheet that can be; the others are handed back with the reason, unchanged."""
    return _each(chosen, lambda one: approvals.publish(one.school_class, one.day, seen_version=one.seen, by=by, at=at))


def inspect(one: Chosen, *, seed: str, by: Person, at: datetime) -> None:
    """Note that a sheet of a sample was looked at; `note` names the sample. Its open exceptions are settled as well.

    Raises StaleForm if there are newer exceptions, PolicyError if it was looked at in this sample before.
    """
    [sheet] = lock_sheets(one.school_class, [one.day])
    if queries.was_inspected(sheet.id, seed):
        raise PolicyError("这份清单在这次抽查里已经看过了。")
    approvals.review(one.school_class, one.day, note=one.note, seen_entry=one.seen, by=by, at=at)


def _each(chosen: Iterable[Chosen], step: Callable[[Chosen], object]) -> tuple[list[Chosen], Refused]:
    """Take the step for one after the other, always in the same order, for each locks its sheet."""
    done: list[Chosen] = []
    refused: Refused = []
    for one in sorted(chosen, key=lambda each: (each.school_class.id, each.day)):
        try:
            with db.session.begin_nested():
                step(one)
                done.append(one)
        except PolicyError as error:
            refused.append((one, error))
    return done, refused


def _review(one: Chosen, *, by: Person, at: datetime) -> None:
    [sheet] = lock_sheets(one.school_class, [one.day])
    if not queries.has_open_matters(sheet.id):
        raise PolicyError("这份清单的例外已经有同事查看过了。")
    approvals.review(one.school_class, one.day, note=one.note, seen_entry=one.seen, by=by, at=at)
