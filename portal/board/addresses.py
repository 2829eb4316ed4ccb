"""The addresses of a class's pages. Each of these leads to a dozen others, so they are made once for a class."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from flask import request, url_for

A_DAY = date(2000, 1, 3)


class Addresses(NamedTuple):
    """`days`, `weeks` and `months` end where the date follows; that of a week is its Monday's."""

    today: str
    days: str
    this_week: str
    weeks: str
    this_month: str
    months: str
    children: str
    wall: str
    poster: str
    calendar: str
    atom: str

    def month(self, day: date) -> str:
        """That of the month in which `day` is."""
        return f"{self.months}{day.isoformat()[:7]}"


def addresses_of(code: str) -> Addresses:
    """The addresses of the class with this code."""
    return _addresses(request.script_root, code)


@lru_cache(maxsize=1024)
def _addresses(script_root: str, code: str) -> Addresses:
    def to(page: str, **values: object) -> str:
        return url_for(f"board.{page}", code=code, **values)

    return Addresses(
        today=to("class_page"),
        days=to("day", day=A_DAY).removesuffix(f"{A_DAY}"),
        this_week=to("this_week"),
        weeks=to("week", day=A_DAY).removesuffix(f"{A_DAY}"),
        this_month=to("this_month"),
        months=to("month", month=A_DAY).removesuffix(f"{A_DAY:%Y-%m}"),
        children=url_for("board.children", choose="", **{"class": code}),
        wall=to("wall"),
        poster=to("poster"),
        calendar=to("calendar"),
        atom=to("atom"),
    )
