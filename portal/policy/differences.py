"""统一内容: how a class's homework in a subject differs from what the grade does (DOMAIN, "The flow")."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Against(StrEnum):
    """What a class is compared with."""

    COMMON = "common"  # the grade's common content
    MOST = "most"  # the minutes of more than half of the classes


@dataclass(frozen=True, slots=True)
class Filed:
    """What a class has filed in a subject: minutes, and a fingerprint of the content."""

    minutes: int
    content: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`minutes` more (or, negative, less) than what it is compared with; 0 where only the content differs."""

    against: Against
    minutes: int


def differences(filed: Mapping[Hashable, Filed], common: Filed | None = None) -> dict[Hashable, Difference]:
    """The classes that differ, of those that have filed something in one subject.

    Where the grade has agreed on common content, whatever is not the same differs. Where it has not, wording is each
    teacher's own, and only minutes are compared: with those of more than half of the classes, if there are any such.
    """
    if common is not None:
        return {
            key: Difference(Against.COMMON, each.minutes - common.minutes)
            for key, each in filed.items()
            if each.content != common.content
        }
    counted = Counter(each.minutes for each in filed.values()).most_common(1)
    if not counted or counted[0][1] * 2 <= len(filed):
        return {}
    usual = counted[0][0]
    return {key: Difference(Against.MOST, each.minutes - usual) for key, each in filed.items() if each.minutes != usual}
