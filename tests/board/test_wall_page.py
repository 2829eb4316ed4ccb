"""How large a day stands on a wall screen: the fewer lines, the larger."""

import pytest

from portal.board.page import Page
from portal.board.wall_page import IN_PAGES, SIZES, size_of


def day(*items: str, **more: object) -> Page:
    """A published day with these items for home."""
    plain = {"tier": "mandatory", "place": "home", "form": "written", "level": "", "group": "", "span": None}
    listed = [{**plain, "text": text, **more} for text in items]
    return Page({"subjects": [{"name": "语文", "items": listed}], "load": {"home": 0, "school": 0}})


@pytest.mark.parametrize(
    ("items", "size"),
    [
        ([], "huge"),
        (["一行字"] * 6, "huge"),
        (["一行字"] * 7, "large"),
        (["一行字"] * 14, "dense"),
        (["一行字"] * 17, "small"),
        (["一行字"] * 18, IN_PAGES),
        (["字" * 112], "huge"),
        (["字" * 113], "large"),
        (["字" * 450], "compact"),
        (["words of letters" * 25], "normal"),
        (["诗\n" * 9], "huge"),
        (["诗\n" * 10], "large"),
        (["诗\n" * 300], IN_PAGES),
    ],
)
def test_the_more_there_is_the_smaller_the_letters_until_pages_are_turned(items: list[str], size: str) -> None:
    assert size_of(day(*items), []) == size


def test_tags_corrections_and_states_take_room_too() -> None:
    items = ["字" * 10] * 6
    assert size_of(day(*items), []) == "huge"
    assert size_of(day(*items, level="basic", form="oral"), []) == "large"
    assert size_of(day(*items), ["15:40 更正：数学 页码写错了"]) == "large"


def test_sizes_go_down() -> None:
    letters = list(SIZES.values())
    assert letters == sorted(letters, reverse=True)
    assert IN_PAGES in SIZES
