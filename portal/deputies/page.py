"""The loans of a page, arranged for reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.accounts.models import Deputy, Post
from portal.policy.deputies import Phase, phase


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as the page shows it. `may_end`: who reads it may end it."""

    id: int
    post: Post
    lender: str
    deputy: str
    first: date
    last: date
    phase: Phase
    may_end: bool


def arranged(loans: Sequence[Deputy], today: date, *, person_id: int | None, arranges: bool) -> dict[str, list[Loan]]:
    """The loans in three lists: `mine` (lent to this person), `given` by them (None: by everybody) that are not over
    yet, and `past`. `arranges`: who reads it may end all of them.
    """
    found: dict[str, list[Loan]] = {"mine": [], "given": [], "past": []}
    for each in loans:
        loan = Loan(
            id=each.id,
            post=each.grant.post,
            lender=each.grant.person.name,
            deputy=each.person.name,
            first=each.first,
            last=each.last,
            phase=phase(each.first, each.last, today),
            may_end=arranges or each.grant.person_id == person_id,
        )
        if loan.phase == Phase.PAST:
            found["past"].append(loan)
        elif each.person_id == person_id:
            found["mine"].append(loan)
        else:
            found["given"].append(loan)
    for name in ("mine", "given"):
        found[name].sort(key=lambda loan: (loan.phase != Phase.CURRENT, loan.first, loan.id))
    return found
