"""What comes back from the addresses that anybody may open, down to its last byte, for tests that look for secrets."""

import gzip
import html
import re
from collections.abc import Iterable
from contextvars import Context
from dataclasses import dataclass
from itertools import product

from flask import Flask

from tests.public import ADDRESSES

SHOW_THE_LIST = {  # routes on which the homework of TODAY stands word by word
    *("/board/<code>/", "/board/<code>/<day:day>", "/board/<code>/week", "/board/<code>/wall"),
    *("/board/children", "/board/children/<day:day>"),
    *("/board/<code>/calendar.ics", "/board/<code>/feed.atom"),
    *("/board/<code>/today.json", "/board/<code>/<day:day>.json"),
}


@dataclass(frozen=True)
class Answer:
    """What came back from a route: `text` is all of it in the clear, headers and body."""

    rule: str
    address: str
    status: int
    text: str


def addresses(codes: Iterable[str], schools: Iterable[str]) -> list[tuple[str, str]]:
    """(route, address) of all that anybody may open, of each of these classes and schools."""
    found = {}
    for code, school in product(codes, schools):
        names = dict.fromkeys(("code", "other", "first"), code) | dict.fromkeys(("school", "links"), school)
        found |= {each.format(**names): rule for rule, some in ADDRESSES.items() for each in some}
    return [(rule, address) for address, rule in found.items()]


def ask(app: Flask, rule: str, address: str, **headers: str) -> Answer:
    """Ask as a stranger, outside of the test's own application context."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = Context().run(app.test_client().get, address, headers=named, buffered=True)
    body = response.data
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    head = "\n".join(f"{name}: {value}" for name, value in response.headers)
    return Answer(rule, address, response.status_code, f"{head}\n\n{in_the_clear(body.decode())}")


def in_the_clear(text: str) -> str:
    """The text with the folds of a calendar, the entities of HTML and the escapes of JSON taken out."""
    unfolded = text.replace("\r\n ", "")
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), unfolded)
    return html.unescape(html.unescape(unescaped))  # Atom holds HTML as text


def everything(app: Flask, asked: Iterable[tuple[str, str]]) -> list[Answer]:
    """All answers: in both languages made by Flask, and then given out by the step in front of it in other bytes."""
    asked = list(asked)
    app.wsgi_app.forget()
    made, kept = [("zh-CN", ""), ("en", "gzip")], [("zh-CN", "gzip"), ("en", "")]
    return [
        ask(app, rule, address, Accept_Language=language, Accept_Encoding=encoding)
        for language, encoding in made + kept
        for rule, address in asked
    ]


def leaks(answers: Iterable[Answer], secrets: Iterable[str]) -> set[tuple[str, str]]:
    """(secret, address) of each answer that holds a secret; what stands in the address itself is none."""
    secrets = list(secrets)
    return {
        (secret, each.address)
        for each in answers
        for secret in secrets
        if secret in each.text and secret not in each.address
    }
