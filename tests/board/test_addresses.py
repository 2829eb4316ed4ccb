"""The addresses of a class's pages are those of its routes, below whatever address the portal lives."""

from datetime import date

import pytest
from flask import Flask, url_for

from portal.board.addresses import addresses_of

DAY, MONDAY = date(2026, 11, 24), date(2026, 11, 23)
CODE = "二班 1/<&>"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("root", ["", "/portal"])
def test_each_leads_to_its_route(root: str, app: Flask) -> None:
    with app.test_request_context(base_url=f"http://localhost{root}/"):
        at = addresses_of(CODE)
        assert (at.today, at.this_week, at.this_month, at.wall, at.poster, at.calendar, at.atom) == tuple(
            url_for(f"board.{page}", code=CODE)
            for page in ("class_page", "this_week", "this_month", "wall", "poster", "calendar", "atom")
        )
        assert at.children == url_for("board.children", choose="", **{"class": CODE})
        assert f"{at.days}{DAY}" == url_for("board.day", code=CODE, day=DAY)
        assert f"{at.weeks}{MONDAY}" == url_for("board.week", code=CODE, day=MONDAY)
        assert at.month(DAY) == url_for("board.month", code=CODE, month=DAY)
        assert at.today.startswith(f"{root}/board/")
