"""What the page about personal data says, where it is said by the code elsewhere as well: cookies and periods."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

UNDO_KEPT = timedelta(days=30)  # how long an import can be taken back


class Lifetime(StrEnum):
    """How long a cookie stays: a setting's time, a year, or until the browser is closed."""

    SESSION = "session"
    REMEMBERED = "remembered"
    YEAR = "year"


@dataclass(frozen=True)
class Cookie:
    """A cookie of the portal, and whether only people with an account are given it."""

    name: str
    staff: bool
    lifetime: Lifetime


COOKIES = (
    Cookie("lang", staff=False, lifetime=Lifetime.YEAR),
    Cookie("board_class", staff=False, lifetime=Lifetime.YEAR),
    Cookie("board_children", staff=False, lifetime=Lifetime.YEAR),
    Cookie("session", staff=True, lifetime=Lifetime.SESSION),
    Cookie("remember_token", staff=True, lifetime=Lifetime.REMEMBERED),
    Cookie("known", staff=True, lifetime=Lifetime.YEAR),
)
BACKUPS_KEPT = 14  # nightly ones, unless who runs the server says otherwise
