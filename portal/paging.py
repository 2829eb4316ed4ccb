"""A long list in pages: which page is shown, and the addresses of those around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class Paging:
    """`count` rows at `address` with the filters `args`, `size` to a page; `number` is the page that is shown."""

    count: int
    size: int
    address: str
    args: Mapping[str, str] = field(default_factory=dict)
    number: int = 1

    @classmethod
    def at(cls, asked: str | None, **rest: object) -> "Paging":
        """The page that was asked for: the last one where there are fewer, the first where it is no number."""
        first = cls(**rest)
        number = int(asked) if asked and asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
        return cls(**rest, number=min(max(number, 1), first.pages))

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def offset(self) -> int:
        """Rows on the pages before this one."""
        return (self.number - 1) * self.size

    @property
    def previous(self) -> str | None:
        return self.to(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        return self.to(self.number + 1) if self.number < self.pages else None

    @property
    def here(self) -> str:
        return self.to(self.number)

    def to(self, number: int) -> str:
        """The address of a page, with the same filters."""
        return f"{self.address}?{urlencode({**self.args, 'page': number})}"
