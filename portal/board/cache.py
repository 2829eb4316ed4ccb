"""Rendered pages of this process, by ETag: the same words are not set twice.

An ETag names everything a page is made of, so an entry never goes out of date; it is only forgotten when many newer
ones have come.
"""

from collections import OrderedDict

MOST_PAGES = 512  # of some 10 kB each


class PageCache:
    """The pages asked for last. Two threads that render the same page at once do no harm."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self.most = most
        self._pages: OrderedDict[str, str] = OrderedDict()

    def get(self, etag: str) -> str | None:
        """The page, or None if it is not kept."""
        page = self._pages.get(etag)
        if page is not None:
            self._pages.move_to_end(etag)
        return page

    def keep(self, etag: str, page: str) -> str:
        """Keep a page, forgetting the one not asked for the longest where there are too many. Returns the page."""
        self._pages[etag] = page
        while len(self._pages) > self.most:
            self._pages.popitem(last=False)
        return page

    def forget(self) -> None:
        """Keep nothing: for tests, whose databases count versions from 1 again."""
        self._pages.clear()
