"""How often a password may be tried. Whoever guesses becomes slow; nobody waits for longer than some minutes.

Tries are counted by account and address, by account, and by address, whether the account exists or not. A device on
which somebody has signed in before is counted by itself: strangers who try a colleague's account do not lock it there.
"""

import logging
import math
from collections.abc import Callable
from time import time

from flask import Flask
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from portal.metrics import PASSWORD_REFUSED

SAME_ACCOUNT_AND_ADDRESS = parse("5 per minute")
SAME_ACCOUNT = parse("20 per 5 minutes")
SAME_ADDRESS = parse("60 per 5 minutes")  # a whole school may stand behind one
SECONDS = 1  # how long Redis may take for an answer; somebody waits for it
PAUSE = 10  # seconds; how long Redis is left alone after it did not answer
Tries = list[tuple[RateLimitItem, str, str]]


def tries_of(login: str, address: str, *, known: bool) -> Tries:
    """What a try for `login` from `address` counts as; `known`: on a device where this person has signed in before."""
    account = login.casefold()
    if known:
        return [(SAME_ACCOUNT_AND_ADDRESS, account, "known")]
    return [(SAME_ACCOUNT_AND_ADDRESS, account, address), (SAME_ACCOUNT, account, ""), (SAME_ADDRESS, "", address)]


def tries_of_code(address: str) -> Tries:
    """What a try for the code of the first start counts as. Nobody is kept out by what others try."""
    return [(SAME_ACCOUNT_AND_ADDRESS, ":setup", address), (SAME_ADDRESS, "", address)]


class Attempts:
    """The tries that failed: kept in this process, or in Redis for all that share it."""

    def __init__(self, redis: str = "") -> None:
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared = self._here
        self._alone_until = 0.0
        if redis:
            patience = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}
            self._shared = MovingWindowRateLimiter(storage_from_string(redis, wrap_exceptions=True, **patience))

    def wait(self, tries: Tries) -> int:
        """Seconds until the next try is taken; 0: now."""
        return max(self._asked(lambda limiter: [_wait(limiter, *each) for each in tries]))

    def failed(self, tries: Tries) -> None:
        self._asked(lambda limiter: [limiter.hit(*each) for each in tries])
        PASSWORD_REFUSED.send(self)

    def succeeded(self, tries: Tries) -> None:
        """Those of this account are forgotten; what came from the address otherwise is not."""
        of_account = [each for each in tries if each[0] is not SAME_ADDRESS]
        self._asked(lambda limiter: [limiter.clear(*each) for each in of_account])

    def forget(self) -> None:
        """For tests: nothing was tried."""
        self._here.storage.reset()

    def _asked(self, what: Callable[[MovingWindowRateLimiter], list]) -> list:
        """Where Redis does not answer, this process counts alone for a while."""
        if time() >= self._alone_until:
            try:
                return what(self._shared)
            except StorageError:
                self._alone_until = time() + PAUSE
                logging.getLogger(__name__).exception("Redis does not answer: tries are counted in this process")
        return what(self._here)


def _wait(limiter: MovingWindowRateLimiter, *of: object) -> int:
    if limiter.test(*of):
        return 0
    return max(1, math.ceil(limiter.get_window_stats(*of).reset_time - time()))


def init_app(app: Flask) -> None:
    app.extensions["attempts"] = Attempts(app.config["REDIS_URL"])
