"""The list of all that anybody may open is complete and true."""

import pytest
from flask import Flask

from portal.school.rules import rules_of
from tests.factories import World
from tests.page import Browser, all_asked
from tests.public import ADDRESSES, Example, examples, fill, public_routes

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
HTMX = "/htmx.min.js"  # there only where a school has its own copy


def test_each_public_route_has_its_addresses(app: Flask) -> None:
    assert public_routes(app) - set(ADDRESSES) == set(), "a new public route has to be added to tests/public.py"
    assert set(ADDRESSES) - public_routes(app) == set(), "these routes are gone, or not public any more"
    assert [rule for rule, some in ADDRESSES.items() if not some] == [HTMX]


def test_each_address_leads_to_its_route_and_answers_as_it_should(app: Flask, world: World) -> None:
    fill(world)
    routes = app.url_map.bind("localhost")
    told, found = examples(world), []
    for each in told:
        rule = routes.match(each.address.partition("?")[0], return_rule=True)[0].rule
        with Browser(app).get(each.address).response as response:
            found.append(Example(rule, each.address, response.status_code))
    assert found == told


def test_each_page_of_a_class_takes_two_statements_at_most_and_may_be_kept(app: Flask, world: World) -> None:
    rules_of(fill(world).school)  # as in a process that has served a page before
    counts = {}
    for each in examples(world):
        if "<code>" in each.rule and each.status == 200:
            with all_asked() as seen:
                answer = Browser(app).get(each.address).response
            counts[each.address] = len(seen)
            headers = answer.headers
            assert ("Set-Cookie" in headers, headers.get("X-Robots-Tag")) == (False, "noindex"), each.address
            assert headers["Cache-Control"].startswith("public"), each.address
    assert {address: count for address, count in counts.items() if count > 2} == {}
    assert max(counts.values()) == 2
