"""A month of the archive, and the months beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.policy.calendar import Calendar, Term, is_known
from portal.school.page import first_of, last_of

A_MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Month:
    """A month (`first`: its first day), the first day of the ones before and after it that are in a term.

    Without terms: the months of the last year.
    """

    first: date
    calendar: Calendar
    today: date

    @property
    def last(self) -> date:
        return last_of(self.first)

    @property
    def previous(self) -> date | None:
        return max((each for each in self._known() if each < self.first), default=None)

    @property
    def next(self) -> date | None:
        return min((each for each in self._known() if each > self.first), default=None)

    @property
    def is_coming(self) -> bool:
        return self.first > self.today

    @property
    def is_in_term(self) -> bool:
        terms = self.calendar.terms
        return not terms or any(self.first <= term.last and term.first <= self.last for term in terms)

    def _known(self) -> Iterator[date]:
        year = Term("", self.today - timedelta(days=365), self.today)
        for term in self.calendar.terms or (year,):
            month = first_of(term.first)
            while month <= term.last:
                if is_known(month):
                    yield month
                month = first_of(month + A_MONTH)
