"""What a school begins with: its name, its terms, its classes, and who looks after the accounts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.policy import school_year
from portal.policy.calendar import Term
from portal.policy.caps import GRADES
from portal.policy.errors import PolicyError
from portal.policy.roster import MOST_CLASSES

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True)
class Founding:
    """`code` stands in the address of the school's page; `classes`: how many in each grade; `person` and `login` are
    the administrator's, who is the academic affairs office as well with `is_office`.
    """

    name: str
    code: str
    person: str
    login: str
    terms: tuple[Term, ...] = ()
    classes: Mapping[int, int] = field(default_factory=dict)
    is_office: bool = False

    def check(self) -> None:
        """Raises PolicyError where it cannot be: for who comes past the form."""
        if not CODE.fullmatch(self.code):
            raise PolicyError("网址简称只用小写字母、数字和 -，以字母或数字开头，最多 32 个，例如 qinghe。")
        if not all(grade in GRADES and 0 <= count <= MOST_CLASSES for grade, count in self.classes.items()):
            raise PolicyError("班数请填 0 到 %(most)s 的整数。", most=MOST_CLASSES)
        for n, term in enumerate(self.terms):
            school_year.check_term_length(term.first, term.last)
            school_year.check_no_overlap(term, self.terms[:n])
