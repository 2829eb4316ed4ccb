"""How Chinese names are spelled: to sort them, and to find them by what a keyboard has."""

import os
from collections.abc import Sequence
from functools import lru_cache

SURNAMES = {  # as a surname, not as the dictionary says first
    **{"曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "朴": "piao", "区": "ou", "盖": "ge"},
    **{"翟": "zhai", "任": "ren", "缪": "miao", "乐": "yue", "尉": "wei", "长": "zhang", "折": "she", "黑": "he"},
}


def sort_key(name: str) -> tuple[tuple[str, ...], str]:
    """Names in the order of their pinyin, the surname first; others by their letters."""
    spelled = [_readings(each)[0] for each in name]
    if name[:1] in SURNAMES:
        spelled[0] = SURNAMES[name[0]]
    return tuple(spelled), name


def initials(name: str) -> str:
    """The first letters of its pinyin, in small letters: "qhsyxx" of 青禾实验学校; what is no letter is left out."""
    first = (_readings(each)[0][:1] for each in name)
    return "".join(each for each in first if each.isascii() and each.isalnum())


def is_spelled(name: str, typed: str) -> bool:
    """Whether `typed` spells `name` from any character on: in whole ("chen lide"), or by initials ("cld")."""
    letters = "".join(typed.casefold().split())
    syllables = [_readings(each) for each in name]
    if name[:1] in SURNAMES:
        syllables[0] = (SURNAMES[name[0]], *syllables[0])
    return any(_fits(syllables[first:], letters) for first in range(len(syllables)))


def _fits(syllables: Sequence[tuple[str, ...]], letters: str) -> bool:
    """Whether the letters are beginnings of the syllables, one after the other."""
    if not letters or not syllables:
        return not letters
    return any(
        letters[:taken] == reading[:taken] and _fits(syllables[1:], letters[taken:])
        for reading in syllables[0]
        for taken in range(1, min(len(reading), len(letters)) + 1)
    )


@lru_cache(8192)
def _readings(character: str) -> tuple[str, ...]:
    """All readings of a Chinese character without tones, the usual one first; other characters as they are."""
    found = _dictionary()(character, style=0, heteronym=True, errors="ignore")
    return tuple(found[0]) if found else (character.casefold(),)


@lru_cache(1)
def _dictionary():
    """Loaded when somebody first asks: 13 MB, without the words of several characters, which names do not need."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import pinyin

    return pinyin
