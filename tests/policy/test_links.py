"""Codes that cannot be guessed: how they look, and which typing mistakes are forgiven."""

from itertools import cycle
from secrets import choice

import pytest

from portal.policy.links import ALPHABET, LENGTH, as_meant, cannot_be_guessed, code_in, drawn_code


def test_a_drawn_code_is_ten_characters_that_are_not_mistaken_for_each_other() -> None:
    code = drawn_code(choice)
    assert (len(code), cannot_be_guessed(code)) == (10, True)
    assert set(ALPHABET).isdisjoint("0o1il")
    letters = cycle(ALPHABET)
    assert drawn_code(lambda alphabet: next(letters)) == ALPHABET[:LENGTH]


@pytest.mark.parametrize("code", ["", "2023-1", "qinghe-4-1", "abcdefghj", "abcdefghjkm", "abcdefghj0", "ABCDEFGHJK"])
def test_what_was_not_drawn_can_be_guessed(code: str) -> None:
    assert not cannot_be_guessed(code)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ABCDEFGHJK", "abcdefghjk"), ("aBcDeFgHjK", "abcdefghjk"), ("Qinghe-4-1", "Qinghe-4-1"), ("x", "x"), ("", "")],
)
def test_capital_letters_are_forgiven_in_a_drawn_code_only(typed: str, meant: str) -> None:
    assert as_meant(typed) == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 2023-1 ", "2023-1"),
        ("https://homework.example/c/ABCDEFGHJK", "abcdefghjk"),
        ("homework.example/board/2023-1/2026-11-24?lang=en#main", "2023-1"),
        ("/board/2023-1", "2023-1"),
        ("看这里 https://x.cn/c/abcdefghjk 谢谢", "abcdefghjk"),
        ("", ""),
    ],
)
def test_a_code_is_found_in_what_was_pasted(typed: str, code: str) -> None:
    assert code_in(typed) == code
