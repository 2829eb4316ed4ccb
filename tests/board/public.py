"""Every address that anybody may open, by route, and what comes back from it, down to its last byte."""

import gzip
import html
import re
from collections.abc import Iterable
from contextvars import Context
from dataclasses import dataclass

from flask import Flask

from portal import access
from tests.factories import TODAY

DAYS = [TODAY, "2026-11-20", "2026-11-25", "2026-11-26", "2026-11-28"]  # of what tests.board.secrets has filed
OF_A_CLASS = {
    "/board/<code>/": ["/board/{code}/"],
    "/board/<code>/<day:day>": [f"/board/{{code}}/{day}" for day in DAYS],
    "/board/<code>/week": ["/board/{code}/week"],
    "/board/<code>/week/<day:day>": ["/board/{code}/week/2026-11-16", "/board/{code}/week/2026-11-25"],
    "/board/<code>/month": ["/board/{code}/month"],
    "/board/<code>/month/<month:month>": ["/board/{code}/month/2026-11"],
    "/c/<code>": ["/c/{code}"],
    "/board/<code>/poster": ["/board/{code}/poster"],
    "/board/<code>/wall": ["/board/{code}/wall"],
    "/board/<code>/calendar.ics": ["/board/{code}/calendar.ics"],
    "/board/<code>/feed.atom": ["/board/{code}/feed.atom"],
    "/board/<code>/today.json": ["/board/{code}/today.json"],
    "/board/<code>/<day:day>.json": [f"/board/{{code}}/{day}.json" for day in DAYS],
}
SHOW_THE_LIST = {  # routes on which the homework of TODAY stands word by word
    *("/board/<code>/", "/board/<code>/<day:day>", "/board/<code>/week", "/board/<code>/wall"),
    *("/board/<code>/calendar.ics", "/board/<code>/feed.atom"),
    *("/board/<code>/today.json", "/board/<code>/<day:day>.json"),
}
OF_A_SCHOOL = {
    "/board/schools/<school_code>/": ["/board/schools/{school}/"],
    "/board/schools/<school_code>/totals": ["/board/schools/{school}/totals", "/board/schools/{school}/totals?grade=4"],
    "/board/schools/<school_code>/totals/<day:day>": [f"/board/schools/{{school}}/totals/{day}" for day in DAYS],
    "/board/schools/<school_code>/lists": ["/board/schools/{school}/lists"],
    "/board/schools/<school_code>/lists/<day:day>": [f"/board/schools/{{school}}/lists/{day}" for day in DAYS],
    "/board/schools/<school_code>/wall": ["/board/schools/{school}/wall", "/board/schools/{school}/wall?grade=4"],
}
WITHOUT_A_CLASS = {
    "/": ["/"],
    "/board/": ["/board/", "/board/?choose="],
    "/sign-in": ["/sign-in"],
    "/htmx.min.js": ["/htmx.min.js"],
    "/static/<path:filename>": ["/static/board.css", "/static/portal.css", "/static/img/icon.svg"],
}
EXAMPLES = OF_A_CLASS | OF_A_SCHOOL | WITHOUT_A_CLASS


@dataclass(frozen=True)
class Answer:
    """What came back from a route: `text` is all of it in the clear, headers and body."""

    rule: str
    address: str
    status: int
    text: str


def public_routes(app: Flask) -> set[str]:
    """The routes that anybody may open."""
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if access.access_mark(app, rule.endpoint) == access.PUBLIC and "GET" in rule.methods
    }


def addresses(codes: Iterable[str], schools: Iterable[str]) -> list[tuple[str, str]]:
    """(route, address) of every example, of each of these classes and schools."""
    found = [(rule, each) for rule, examples in WITHOUT_A_CLASS.items() for each in examples]
    for rules, name, values in ((OF_A_CLASS, "code", codes), (OF_A_SCHOOL, "school", schools)):
        found += [
            (rule, each.format(**{name: value})) for value in values for rule, all_ in rules.items() for each in all_
        ]
    return found


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
