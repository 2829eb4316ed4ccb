"""How often a password may be tried. Whoever guesses becomes slow; nobody waits for longer than some minutes.

Tries are counted by account and address, by account, and by address, whether the account exists or not. A device on
which somebody has signed in before is counted by itself: strangers who try a colleague's account do not lock it there.

A try is counted before the password is looked at, and given back where it was right: many at once get no further than
one after the other.
"""

import logging
import math
from collections.abc import Callable
from time import time
from typing import TypeVar

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
Answer = TypeVar("Answer")


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
    """The tries that failed or are being made: kept in this process, or in Redis for all that share it."""

    def __init__(self, redis: str = "") -> None:
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared = self._here
        self._alone_until = 0.0
        if redis:
            patience = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}
            self._shared = MovingWindowRateLimiter(storage_from_string(redis, wrap_exceptions=True, **patience))

    def take(self, tries: Tries) -> int:
        """0: the try is counted and may be made. Else it is not, and these are the seconds until another may."""
        return self._asked(lambda limiter: _take(limiter, tries))

    def failed(self) -> None:
        """The try that was taken was wrong: it stays counted."""
        PASSWORD_REFUSED.send(self)

    def give_back(self, tries: Tries) -> None:
        """The try that was taken was no wrong one."""
        self._asked(lambda limiter: [_give_back(limiter, *each) for each in tries])

    def succeeded(self, tries: Tries) -> None:
        """Those of this account are forgotten; what came from the address otherwise is not."""

        def forget(limiter: MovingWindowRateLimiter) -> None:
            for each in tries:
                _give_back(limiter, *each) if each[0] is SAME_ADDRESS else limiter.clear(*each)

        self._asked(forget)

    def forget(self) -> None:
        """For tests: nothing was tried."""
        self._here.storage.reset()

    def _asked(self, what: Callable[[MovingWindowRateLimiter], Answer]) -> Answer:
        """Where Redis does not answer, this process counts alone for a while."""
        if time() >= self._alone_until:
            try:
                return what(self._shared)
            except StorageError:
                self._alone_until = time() + PAUSE
                logging.getLogger(__name__).exception("Redis does not answer: tries are counted in this process")
        return what(self._here)


def _take(limiter: MovingWindowRateLimiter, tries: Tries) -> int:
    for count, each in enumerate(tries):
        if not limiter.hit(*each):
            for taken in tries[:count]:
                _give_back(limiter, *taken)
            return max(1, *(_wait(limiter, *of) for of in tries))
    return 0


def _give_back(limiter: MovingWindowRateLimiter, item: RateLimitItem, *of: str) -> None:
    """Take away the latest try: the library only counts on. A list of moments, the newest first, in either storage."""
    storage, key = limiter.storage, item.key_for(*of)
    if isinstance(storage, MemoryStorage):
        with storage.locks[key]:
            del storage.events.get(key, [])[:1]
        return
    try:
        storage.get_connection().lpop(storage.prefixed_key(key))
    except storage.base_exceptions as error:
        raise StorageError(error) from error


def _wait(limiter: MovingWindowRateLimiter, *of: object) -> int:
    if limiter.test(*of):
        return 0
    return max(1, math.ceil(limiter.get_window_stats(*of).reset_time - time()))


def init_app(app: Flask) -> None:
    app.extensions["attempts"] = Attempts(app.config["REDIS_URL"])
