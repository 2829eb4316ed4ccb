"""Which language an answer is in: the switch wins over what the browser asks for, and Chinese comes first."""

from functools import lru_cache

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = {"zh_Hans": "中文", "en": "English"}


def chosen(*switches: str | None, accept: str | None) -> str:
    """The first switch (`?lang=`, then its cookie) that names a language we have, else what the header asks for."""
    for switch in switches:
        if switch in LANGUAGES:
            return switch
    return asked_for(accept or "")


@lru_cache(maxsize=1024)
def asked_for(accept: str) -> str:
    """The language of an Accept-Language header."""
    best = parse_accept_header(accept, LanguageAccept).best_match(["zh", "en"], default="zh")
    return "en" if best == "en" else "zh_Hans"
