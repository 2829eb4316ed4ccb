"""A browser's window with the standard library alone, so that eight of them start in no time."""

import http.client
from collections.abc import Sequence
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PATIENCE = 40  # seconds; longer than a writer ever waits for another


class Lost(Exception):
    """No answer came: whether the portal did what it was asked is not known."""


class Forms(HTMLParser):
    """The forms of a page. `fields`: action → what a browser would send (without a button); `pressable`: the actions
    whose form has a button that can be pressed. A control belongs to the form around it, or to the one it names.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.actions: dict[str, str] = {}  # form → action
        self.sent: dict[str, dict[str, str]] = {}  # form → name → value
        self.form = self.select = self.textarea = ""
        self.pressable: set[str] = set()
        self.feed(html)
        self.fields = {action: self.sent.get(form, {}) for form, action in self.actions.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        mine = self.sent.setdefault(has.get("form") or self.form, {})
        if tag == "form":
            self.form = has.get("id") or f"form {len(self.actions)}"
            self.actions[self.form] = has.get("action", "")
        elif tag == "input" and has.get("name"):
            if has.get("type") not in ("radio", "checkbox") or "checked" in has:
                mine[has["name"]] = has.get("value", "")
        elif tag == "select":
            self.select = has["name"]
        elif tag == "option" and self.select and ("selected" in has or self.select not in mine):
            mine[self.select] = has.get("value", "")
        elif tag == "textarea":
            self.textarea = has["name"]
            mine[self.textarea] = ""
        elif tag == "button" and self.form and "disabled" not in has:
            self.pressable.add(self.actions[self.form])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = ""
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.sent[self.form][self.textarea] += data


class Window:
    """One person at one browser. Answers are (status, page); 303 is not followed. Where there are several hosts, each
    request goes to the next one, and past one that does not listen, as a proxy in front would do.
    """

    def __init__(self, urls: Sequence[str], login: str, password: str) -> None:
        self.hosts = [urlsplit(url).netloc for url in urls]
        self.login, self.password = login, password
        self.cookies: dict[str, str] = {}

    def sign_in(self) -> int:
        self.cookies = {}
        _, html = self.get("/sign-in")
        fields = Forms(html).fields["/sign-in"] | {"login": self.login, "password": self.password}
        return self.post("/sign-in", fields)[0]

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, object]) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        for _ in self.hosts:
            self.hosts.append(host := self.hosts.pop(0))
            try:
                return self._ask_one(host, method, path, body)
            except ConnectionRefusedError as error:  # it was sent nothing
                refused = error
        raise Lost(repr(refused)) from refused

    def _ask_one(self, host: str, method: str, path: str, body: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(host, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            html = answer.read().decode()
        except ConnectionRefusedError:
            raise
        except (OSError, http.client.HTTPException) as error:
            raise Lost(repr(error)) from error
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, html
