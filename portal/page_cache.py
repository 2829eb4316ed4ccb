"""What this process has rendered, by a key that names everything it is made of: the same words are not set twice.

So an entry never goes out of date; it is only forgotten when many newer ones have come.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from typing import Any, Generic, TypeVar

Rendered = TypeVar("Rendered")

MOST_PAGES = 512  # of some 10 kB each


def heard(behind: Callable, environ: dict[str, Any], start_response: Callable) -> tuple[Iterable[bytes], list[Any]]:
    """What a WSGI application answers, and with what status and headers, for a step in front of it that keeps pages."""
    said: list[Any] = []

    def listen(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
        said[:] = (status, headers)
        return start_response(status, headers, exc_info)

    return behind(environ, listen), said


def whole(answer: Any) -> bytes:
    """All bytes of an answer, which is closed."""
    try:
        return b"".join(answer)
    finally:
        answer.close()


class PageCache(Generic[Rendered]):
    """The pages asked for last. Two threads that render the same page at once do no harm."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self.most = most
        self._pages: OrderedDict[Hashable, Rendered] = OrderedDict()

    def get(self, key: Hashable) -> Rendered | None:
        """The page, or None if it is not kept."""
        page = self._pages.get(key)
        if page is not None:
            with suppress(KeyError):  # another thread has just forgotten it
                self._pages.move_to_end(key)
        return page

    def keep(self, key: Hashable, page: Rendered) -> Rendered:
        """Keep a page, forgetting the one not asked for the longest where there are too many. Returns the page."""
        self._pages[key] = page
        while len(self._pages) > self.most:
            self._pages.popitem(last=False)
        return page

    def forget(self) -> None:
        """Keep nothing: for tests, whose databases count versions from 1 again."""
        self._pages.clear()
