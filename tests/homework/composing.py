"""The composer as a browser handles it: which forms a page holds, what they would send, what is said at which field."""

from datetime import date
from html.parser import HTMLParser

from tests.approvals.reading import texts
from tests.factories import TODAY, World
from tests.page import Browser, Page

ROW = {"text": "第 42 页", "tier": "mandatory", "form": "written", "place": "home", "minutes": "20", "every": "1"}
UNTOUCHED = {"level": "", "choice_group": "", "choose": "", "days": "", "source": ""}
EMPTY_ROW = ROW | UNTOUCHED | {"text": "", "minutes": ""}


def address(world: World, suffix: str = "", *, day: date = TODAY) -> str:
    """The composer of 数学 for 四(1), or one of its other addresses."""
    return f"/homework/{world.four_one.id}/{world.maths.id}/{day}{suffix}"


def typed(number: int = 0, **values: str) -> dict[str, str]:
    """One row of the composer as a browser sends it: a written exercise for home, 20 minutes, unless said otherwise."""
    return {f"items-{number}-{name}": value for name, value in (ROW | UNTOUCHED | values).items()}


def send(browser: Browser, world: World, do: str, *rows: dict[str, str], version: int = 0, day: date = TODAY) -> Page:
    """Press a button of the composer over these rows."""
    fields = {name: value for row in rows for name, value in row.items()}
    return browser.send(address(world, day=day), {"version": str(version), "do": do, **fields})


class _Forms(HTMLParser):
    """The forms of a page; a control belongs to the form around it, or to the one that its `form` names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.actions: dict[str, str] = {}  # form → action
        self.controls: list[tuple[str, str, str]] = []  # form, name, value
        self.form = self.select = self.textarea = None
        self.feed(html.replace("\r\n", "\n"))  # as browsers read it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self.form = has.get("id") or f"form {len(self.actions)}"
            self.actions[self.form] = has.get("action")
        elif tag == "select":
            self.select = [has["name"], None]
        elif tag == "option" and ("selected" in has or self.select[1] is None):
            self.select[1] = has["value"]
        elif tag == "textarea":
            self.textarea = (has["name"], [])
        elif tag == "input" and (has.get("type") not in ("radio", "checkbox") or "checked" in has):
            self._keep(has["name"], has.get("value", ""), has.get("form"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self._keep(*self.select)
        elif tag == "textarea":
            name, pieces = self.textarea
            self.textarea = self._keep(name, "".join(pieces).removeprefix("\n"))

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.textarea[1].append(data)

    def _keep(self, name: str, value: str, form: str | None = None) -> None:
        self.controls.append((form or self.form, name, value))


def fields(page: Page, action: str) -> dict[str, str]:
    """What the form that goes to `action` would send (without a button)."""
    forms = _Forms(page.html)
    sent = [
        (name, value) for form, name, value in forms.controls if form in forms.actions and forms.actions[form] == action
    ]
    assert len(dict(sent)) == len(sent), "a field is sent twice"
    return dict(sent)


def still_there(page: Page, world: World, *, day: date = TODAY) -> dict[str, str]:
    """What the composer's rows hold now."""
    sent = fields(page, address(world, day=day))
    return {name: value for name, value in sent.items() if name.startswith("items-")}


def complaints(page: Page) -> dict[str, str]:
    """What is said at which field; it is tied to the field for those who do not see that it stands beside it."""
    lists = [has["id"] for has in page.all("ul", class_="errors")]
    told = {has["id"]: has for _, has in page.elements if "id" in has}
    said = {}
    for errors, sentence in zip(lists, texts(page, "ul", class_="errors"), strict=True):
        field = told[errors.removesuffix("-errors")]
        assert field["aria-invalid"] == "true"
        assert errors in field["aria-describedby"].split()
        said[field["id"]] = sentence
    return said


def refusals(page: Page) -> list[str]:
    """The sentences that are said for the whole page, at once."""
    return texts(page, "p", class_="refusal", role="alert")
