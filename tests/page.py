"""A client that opens pages as people do, and judges each: valid structure, one h1, labels, no lost translation."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from sqlalchemy import Select, create_engine, event, text
from werkzeug.test import TestResponse

from portal import asking
from portal.accounts.models import Person
from portal.extensions import db
from tests.factories import PASSWORD

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class Page(HTMLParser):
    """What a page holds: its text, headings, forms with their fields, links and ids."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.response = response
        self.status = response.status_code
        self.html = (
            "" if (response.mimetype or "").endswith("sheet") else response.get_data(as_text=True)
        )  # of a workbook: none
        self.open: list[str] = []
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.unbalanced: list[str] = []
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        """All words a reader sees, with white space folded."""
        return re.sub(r"\s+", " ", "".join(self.words)).strip()

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """The attributes of all elements of this name that have these attributes (`class_` for class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [has for name, has in self.elements if name == tag and wanted.items() <= has.items()]

    def value(self, name: str) -> str:
        """The value of the first input of this name."""
        return self.all("input", name=name)[0].get("value", "")

    def posts_to(self) -> set[str]:
        """Where forms, and what htmx sends by itself, post to."""
        found = [has.get("action") for has in self.all("form", method="post")]
        found += [has.get(name) for _, has in self.elements for name in ("formaction", "hx-post")]
        return {each for each in found if each}

    def inline(self) -> list[str]:
        """What a browser that keeps to our content security policy would not do: styles and scripts within the page."""
        found = [
            f"{tag} {name}" for tag, has in self.elements for name in has if name == "style" or name.startswith("on")
        ]
        found += [f"{tag} {name}" for tag, has in self.elements for name in has if name.startswith("hx-on")]
        found += [tag for tag, has in self.elements if tag in ("style", "base", "iframe", "object", "embed")]
        found += ["script" for has in self.all("script") if not has.get("src")]
        addresses = [
            value for _, has in self.elements for name, value in has.items() if name in ("href", "src", "action")
        ]
        return found + [each for each in addresses if each.strip().lower().startswith(("javascript:", "vbscript:"))]

    def judge(self) -> None:
        """Faults that no page may have."""
        assert self.unbalanced == [], f"tags closed that were not open: {self.unbalanced}"
        assert self.open == [], f"tags never closed: {self.open}"
        ids = [has["id"] for _, has in self.elements if "id" in has]
        assert sorted(set(ids)) == sorted(ids), "an id stands twice on the page"
        assert self.inline() == [], "what the content security policy forbids"
        if self.all("html"):
            assert len(self.all("h1")) == 1, "a page has one h1"
            assert self.all("html")[0]["lang"] in ("zh-Hans", "en")
            labelled = {has.get("for") for has in self.all("label")}
            for tag in ("input", "select", "textarea"):
                for has in self.all(tag):
                    named = has.get("id") in labelled or "aria-label" in has
                    assert named or has.get("type") == "hidden", f"no label: {has}"


class Browser:
    """Opens pages with a session of its own; carries the CSRF token as a browser would."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def sign_in(self, person: Person, password: str = PASSWORD) -> "Browser":
        page = self.get("/sign-in")
        page = self.post(
            "/sign-in", {"csrf_token": page.value("csrf_token"), "login": person.login, "password": password}
        )
        assert page.status == 303, page.text
        self.get("/sign-in")  # as in a process that has served them a page before: it knows who they are
        return self

    def get(self, address: str, **options: Any) -> Page:
        return self.open("GET", address, **options)

    def post(self, address: str, data: dict[str, Any] | None = None, **options: Any) -> Page:
        return self.open("POST", address, data=data or {}, **options)

    def token(self) -> str:
        """A CSRF token of this session."""
        page = self.get("/home")
        return (page if page.status == 200 else self.get("/sign-in")).value("csrf_token")

    def send(self, address: str, data: dict[str, Any] | None = None, **options: Any) -> Page:
        """Post with a valid CSRF token."""
        return self.post(address, {"csrf_token": self.token(), **(data or {})}, **options)

    def htmx(self, address: str, data: dict[str, Any] | None = None) -> Page:
        """Post as htmx does for a fragment."""
        headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
        return self.send(address, data, headers=headers)

    def open(self, method: str, address: str, **options: Any) -> Page:
        """A request in a context of its own, as on a server, to the last byte of its answer; the test's own
        transaction ends before it.
        """
        db.session.commit()
        response = Context().run(self.client.open, address, method=method, buffered=True, **options)
        page = Page(response)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            page.judge()
        return page


@contextmanager
def all_asked() -> Iterator[list[str]]:
    """Collects all that the database is asked inside the block: `statements` and `questions`."""
    with statements() as seen, questions(seen):
        yield seen


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collects the SQL statements that run inside the block (BEGIN, SAVEPOINT and the like not counted)."""
    seen: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def questions(seen: list[str] | None = None) -> Iterator[list[str]]:
    """Collects the small questions (`portal.asking`) of the block, which `statements` does not see."""
    seen = [] if seen is None else seen
    ask = asking._Line.rows

    def note(line: asking._Line, statement: Select, values: dict) -> list[tuple]:
        seen.append(str(statement))
        return ask(line, statement, values)

    asking._Line.rows = note
    try:
        yield seen
    finally:
        asking._Line.rows = ask


def by_other_hands(app: Flask, statement: str, **values: object) -> None:
    """Change the database as another process would: over a connection of its own, knowing nothing of the portal."""
    db.session.commit()
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount
    engine.dispose()
