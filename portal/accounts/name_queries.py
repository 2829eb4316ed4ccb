"""What people are called, and were called at some moment: all that is written of them elsewhere is their ids."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from portal.accounts.models import FormerName, Person
from portal.audit.models import PEOPLE, LogEntry
from portal.extensions import db

JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True)
class Called:
    """A name and what its owner signs in with, until a moment; None: until now."""

    name: str
    login: str
    until: datetime | None = None

    @property
    def both(self) -> str:
        """ "陈立德 (chen)"."""
        return f"{self.name} ({self.login})"


@dataclass(frozen=True)
class Names:
    """What each of some people was called, the earliest first, the present last; of the erased only the present."""

    called: Mapping[int, list[Called]]
    erased: Collection[int] = ()

    def knows(self, person_id: int) -> bool:
        """Whether there is a name of theirs: they were not erased, and are in this list."""
        return person_id in self.called and person_id not in self.erased

    def at(self, person_id: int, moment: datetime) -> str:
        """The name at that moment; empty for nobody of this list."""
        found = self._at(person_id, moment)
        return found.name if found else ""

    def both_at(self, person_id: int, moment: datetime) -> str:
        """Name and login at that moment; of the erased what stands for their name."""
        found = self._at(person_id, moment)
        return "" if found is None else found.both if self.knows(person_id) else found.name

    def both_now(self, person_id: int) -> str:
        """The present name and login."""
        found = self.called[person_id][-1]
        return found.both if self.knows(person_id) else found.name

    def _at(self, person_id: int, moment: datetime) -> Called | None:
        return next(
            (each for each in self.called.get(person_id, ()) if each.until is None or each.until > moment), None
        )


def names_of(ids: Collection[int]) -> Names:
    """The names of these people (1 statement, none for nobody)."""
    return _names(Person.id.in_(ids)) if ids else Names({})


def names_of_school(school_id: int) -> Names:
    """The names of everybody who ever had an account at the school (1 statement)."""
    return _names(Person.school_id == school_id)


def with_names(entries: Sequence[LogEntry]) -> Sequence[LogEntry]:
    """The same rows of the log, which can now name the people in their details (1 statement where there are any)."""
    named(entries, names_of({each for entry in entries for each in ids_in(entry.details)}))
    return entries


def named(entries: Iterable[LogEntry], names: Names) -> None:
    """Let these rows say their names."""
    for entry in entries:
        entry.name(_of_details(entry, names))


def ids_in(details: Mapping[str, object]) -> set[int]:
    """The people in the details of a row."""
    found = [details[key] for key in PEOPLE & details.keys()]
    return {each for some in found for each in (some if isinstance(some, list) else [some]) if each is not None}


def _of_details(entry: LogEntry, names: Names) -> dict[str, str]:
    details, at = entry.details, entry.at
    found = {key: names.at(details[key], at) for key in ("lender", "deputy") if key in details}
    if "deputy_for" in details:
        found["deputy_for"] = " ".join(sorted(names.at(each, at) for each in details["deputy_for"]))
    if "person" in details:
        found["person"] = names.both_at(details["person"], at)
        found["was"] = names.both_at(details["person"], at - JUST_BEFORE)
    return found


def _names(which: ColumnElement[bool]) -> Names:
    former = (FormerName.name, FormerName.login, FormerName.until)
    rows = select(Person.id, Person.name, Person.login, Person.erased_at, *former).where(which)
    rows = rows.outerjoin(FormerName, FormerName.person_id == Person.id).order_by(Person.id, FormerName.until)
    called: dict[int, list[Called]] = {}
    present, erased = {}, []
    for person_id, name, login, erased_at, *before in db.session.execute(rows):
        present[person_id] = Called(name, login)
        some = called.setdefault(person_id, [])
        if before[0] is not None:
            some.append(Called(*before))
        if erased_at is not None:
            erased.append(person_id)
    return Names({person_id: [*some, present[person_id]] for person_id, some in called.items()}, frozenset(erased))
