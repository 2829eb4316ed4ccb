"""The links of classes: who finds them, and how an address is made that nobody can guess."""

import re
from collections.abc import Callable
from enum import StrEnum

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0 o, 1 i l: read off a poster, told on the phone
LENGTH = 10  # characters: 8 · 10¹⁴ codes


class BoardAccess(StrEnum):
    """Who finds the pages of a school's classes: everybody from the school's page, or who has the link of a class."""

    OPEN = "open"
    LINK = "link"


def drawn_code(choose: Callable[[str], str]) -> str:
    """A code at random; `choose` draws one of the characters it is given."""
    return "".join(choose(ALPHABET) for _ in range(LENGTH))


def cannot_be_guessed(code: str) -> bool:
    """Whether the code was drawn at random, and not made from the year and number of a class."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET)


def code_in(typed: str) -> str:
    """The code in what somebody typed or pasted: the address of one of the class's pages, or the code alone."""
    found = re.search(r"/(?:c|board)/([^/?#\s]+)", typed)
    return as_meant(found[1] if found else typed.strip())


def as_meant(code: str) -> str:
    """A code as somebody typed it: in one that was drawn, capital letters are forgiven."""
    return code.lower() if cannot_be_guessed(code.lower()) else code
