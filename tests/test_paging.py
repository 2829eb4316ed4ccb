"""A long list in pages: whatever page is asked for, one that exists is shown, with the filters in every address."""

import pytest

from portal.paging import Paging


def at(asked: str | None, count: int = 95) -> Paging:
    return Paging.at(asked, count=count, size=20, address="/list", args={"grade": "4", "words": "a&b"})


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        *((None, 1), ("", 1), ("1", 1), ("5", 5), ("6", 5), ("0", 1), ("-1", 1)),
        *(("abc", 1), ("２", 1), ("1e3", 1), ("9" * 30, 1), ("99999999", 5)),
    ],
)
def test_the_page_shown_is_one_that_exists(asked: str | None, number: int) -> None:
    assert at(asked).number == number


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (95, 5), (100, 5), (101, 6)])
def test_there_are_as_many_pages_as_it_takes(count: int, pages: int) -> None:
    assert at(None, count).pages == pages


def test_a_page_knows_its_neighbours_and_what_stands_before_it() -> None:
    first, middle, last = at("1"), at("3"), at("5")
    assert [each.offset for each in (first, middle, last)] == [0, 40, 80]
    assert (first.previous, last.next) == (None, None)
    assert middle.previous == "/list?grade=4&words=a%26b&page=2"
    assert middle.next == "/list?grade=4&words=a%26b&page=4"
    assert middle.here == "/list?grade=4&words=a%26b&page=3"
