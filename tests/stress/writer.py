"""One writer: a process that goes on doing what its people do, page by page, until it is told to stop.

python -m tests.stress.writer FOLDER NUMBER
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import sleep

from tests.stress.journal import DONE, LOST, Act, Journal
from tests.stress.window import Forms, Lost, Window

CREW = (  # who sits at which of the eight, and how often (weight) they do what
    ("chen", {"submit": 6, "save": 2, "none": 1, "withdraw": 1, "enter": 1}),
    ("luo", {"submit": 6, "save": 2, "none": 1, "withdraw": 1, "accept": 3}),
    ("shen", {"submit": 6, "save": 2, "none": 1, "withdraw": 1, "board": 1, "accept": 3}),
    ("chen", {"submit": 4, "withdraw": 1, "coordinate": 4, "give_back": 1, "ask": 1}),
    ("bai", {"coordinate": 8, "give_back": 1, "return_subject": 2, "ask": 1, "ask_shorter": 3}),
    ("shen", {"approve": 4, "grid": 4, "give_back": 1, "minutes": 2, "enter": 1}),
    ("zheng", {"approve": 3, "give_back": 1, "return_subject": 1, "minutes": 2, "grid": 1, "exception": 2}),
)
TIERS = ("mandatory", "mandatory", "mandatory", "optional")
FORMS = ("written", "written", "written", "oral")


class Writer:
    """What one person does. Each act opens the page it is on, fills in its form and sends it as a browser would."""

    def __init__(self, folder: Path, number: int) -> None:
        told = json.loads((folder / "plan.json").read_text("utf-8"))
        self.plan = told["plan"]
        self.folder, self.number, self.count = folder, number, 0
        login, self.weights = CREW[number]
        self.random = Random(f"{told['seed']}-{number}")
        self.parent = os.getppid()
        self.journal = Journal(folder / f"journal-{number}.jsonl")
        self.window = Window(told["urls"], login, self.plan["password"])
        self.classes = list(self.plan["classes"])
        self.own_subject = next((name for name, who in self.plan["teachers"].items() if who == login), "")

    def _goes_on(self) -> bool:
        """Until told to stop, or whoever started it is gone."""
        return not (self.folder / "stop").exists() and os.getppid() == self.parent

    def run(self) -> None:
        self._until_answered(self.window.sign_in)
        while self._goes_on():
            name = self.random.choices([*self.weights], [*self.weights.values()])[0]
            self.count += 1
            act = Act(f"w{self.number}-{self.count}", self.window.login, name)
            try:
                for done in getattr(self, name)(act):
                    self.journal.note(done)
            except Lost:  # while a page was opened, nothing was sent
                sleep(0.05)

    def _until_answered(self, ask: Callable[[], int]) -> None:
        while self._goes_on():
            try:
                if ask() == 303:
                    return
            except (Lost, KeyError):
                sleep(0.1)

    def _page(self, act: Act, path: str) -> str | None:
        """The page, or None; anything but a page is noted for the check."""
        status, html = self.window.get(path)
        if status != 200:
            self._note_page(act, status, path)
            return None
        return html

    def _note_page(self, act: Act, status: int, path: str) -> None:
        """A page that did not come: nothing was sent."""
        self.journal.note(Act(act.tag, act.by, "page", status=status, said=f"GET {path}"))
        sleep(0.1)

    def _send(self, act: Act, path: str, fields: dict[str, str]) -> Act:
        try:
            act.status, html = self.window.post(path, fields)
            if act.status not in (303, 409):
                act.said = f"POST {path}: {html[-3000:]}" if act.status != 422 else _complaint(html)
        except Lost as error:
            act.status, act.said = LOST, str(error)
        return act

    def _class(self, act: Act, among: list | None = None) -> str:
        act.class_id = int(self.random.choice(among or self.classes))
        return f"/classes/{act.class_id}/{self.plan['day']}"

    # A teacher

    def _compose(self, act: Act, do: str, rows: list) -> Iterator[Act]:
        self._class(act)
        act.subject, act.rows = self.own_subject, rows
        path = f"/homework/{act.class_id}/{self.plan['subjects'][act.subject]}/{self.plan['day']}"
        html = self._page(act, path)
        if html is None or f'name="do" value="{do}"' not in html:  # signed off: nothing to press
            return
        form = Forms(html).fields[path]
        act.seen = int(form["version"])
        fields = {name: value for name, value in form.items() if not name.startswith("items-")}
        for n, (text, minutes, tier, kind) in enumerate(rows):
            typed = {"text": text, "minutes": str(minutes), "tier": tier, "form": kind, "place": "home", "every": "1"}
            fields |= {f"items-{n}-{name}": value for name, value in typed.items()}
        if "reason" in fields:
            fields["reason"] = f"{act.tag} 写错了"
        yield self._send(act, path, fields | {"do": do})

    def _rows(self, act: Act) -> list:
        count = self.random.choice((1, 1, 2))
        return [
            [
                f"{act.tag} 第 {n + 1}/{count} 项",
                self.random.randint(3, 34 // count),
                self.random.choice(TIERS),
                self.random.choice(FORMS),
            ]
            for n in range(count)
        ]

    def submit(self, act: Act) -> Iterator[Act]:
        yield from self._compose(act, "submit", self._rows(act))

    def save(self, act: Act) -> Iterator[Act]:
        yield from self._compose(act, "save", self._rows(act))

    def none(self, act: Act) -> Iterator[Act]:
        yield from self._compose(act, "none", [])

    def withdraw(self, act: Act) -> Iterator[Act]:
        self._class(act)
        act.subject = self.own_subject
        path = f"/homework/{act.class_id}/{self.plan['subjects'][act.subject]}/{self.plan['day']}"
        html = self._page(act, path)
        forms = Forms(html or "").fields
        if f"{path}/withdraw" in forms:
            fields = forms[f"{path}/withdraw"]
            act.seen = int(fields["version"])
            if "reason" in fields:
                fields["reason"] = f"{act.tag} 不做了"
            yield self._send(act, f"{path}/withdraw", fields)

    def accept(self, act: Act) -> Iterator[Act]:
        """Agree with one tap to what the homeroom teacher asks for."""
        self._class(act)
        act.subject = self.own_subject
        html = self._page(act, f"/homework/{act.class_id}/{self.plan['subjects'][act.subject]}/{self.plan['day']}")
        forms = Forms(html or "").fields
        action = next((each for each in forms if each.endswith("/accept")), None)
        if action:
            yield self._send(act, action, forms[action])

    # A homeroom teacher, a lead, the office

    def _step(self, act: Act, step: str, among: list | None = None, **typed: str) -> Iterator[Act]:
        path = self._class(act, among)
        html = self._page(act, path)
        forms = Forms(html or "")
        action = f"{path}/{step}"
        if action in forms.pressable:
            act.seen = int(forms.fields[action]["version"])
            yield self._send(act, action, forms.fields[action] | typed)

    def coordinate(self, act: Act) -> Iterator[Act]:
        yield from self._step(act, "coordinate", self.plan["homerooms"][self.window.login])

    def approve(self, act: Act) -> Iterator[Act]:
        yield from self._step(act, "approve")

    def ask(self, act: Act) -> Iterator[Act]:
        among = self.plan["homerooms"].get(self.window.login)
        yield from self._step(act, "ask", among, why=f"{act.tag} 明天考试")

    def give_back(self, act: Act) -> Iterator[Act]:
        among = self.plan["homerooms"].get(self.window.login)
        yield from self._step(act, "return", among, reason=f"{act.tag} 再看看")

    def _subject_page(self, act: Act) -> tuple[str, Forms]:
        path = self._class(act, self.plan["homerooms"].get(self.window.login))
        act.subject = self.random.choice([*self.plan["subjects"]])
        path = f"{path}/subjects/{self.plan['subjects'][act.subject]}"
        status, html = self.window.get(path)
        if status not in (200, 404):  # nothing was filed yet
            self._note_page(act, status, path)
        return path, Forms(html if status == 200 else "")

    def return_subject(self, act: Act) -> Iterator[Act]:
        path, forms = self._subject_page(act)
        fields = forms.fields.get(f"{path}/return")
        if fields:
            yield self._send(act, f"{path}/return", fields | {"reason": f"{act.tag} 换一题"})

    def ask_shorter(self, act: Act) -> Iterator[Act]:
        _, forms = self._subject_page(act)
        action = next((each for each in forms.fields if each.endswith("/ask")), None)
        if action:
            names = {name.rpartition("-")[2]: name for name in forms.fields[action]}
            typed = {names["suggested"]: str(self.random.randint(1, 9)), names["message"]: f"{act.tag} 少一点"}
            yield self._send(act, action, forms.fields[action] | typed)

    def minutes(self, act: Act) -> Iterator[Act]:
        _, forms = self._subject_page(act)
        action = next((each for each in forms.fields if each.endswith("/minutes")), None)
        if action:
            fields = forms.fields[action]
            names = {name.rpartition("-")[2]: name for name in fields}
            act.seen, act.minutes = int(fields[names["version"]]), self.random.randint(1, 20)
            typed = {names["minutes"]: str(act.minutes), names["why"]: f"{act.tag} 太多"}
            yield self._send(act, action, fields | typed)

    def grid(self, act: Act) -> Iterator[Act]:
        """Approve all that are ticked. Where it is refused for some, the others are approved all the same."""
        path = f"/grades/{self.plan['grade']}/{self.plan['day']}"
        html = self._page(act, path)
        forms = Forms(html or "")
        action = f"{path}/approve"
        if action in forms.pressable:
            clean = [int(each.split('"')[0]) for each in (html or "").split('name="offered" value="')[1:]]
            fields = forms.fields[action] | {"do": "selected", "class": clean}
            self._send(act, action, fields)
            for class_id in clean:
                yield Act(act.tag, act.by, "grid", class_id, status=act.status, said=act.said)

    def exception(self, act: Act) -> Iterator[Act]:
        """The office names a reason, and confirms it on the second page."""
        act.act, path = "except", f"/office{self._class(act).replace('/classes/', '/exceptions/')}"
        first = Forms(self._page(act, path) or "").fields.get(path)
        if not first:
            return
        act.seen = int(first["version"])
        typed = first | {"reason": "exam", "words": f"{act.tag} 开放日", "do": "next"}
        status, html = self.window.post(path, typed)
        second = Forms(html).fields.get(path)
        if status != 200 or not second:  # somebody was faster
            act.status = status
            yield act
            return
        over = re.search(r"超 (\d+) 分钟", html)
        yield self._send(act, path, second | {"over": over[1] if over else "", "sure": "y", "do": "publish"})

    def enter(self, act: Act) -> Iterator[Act]:
        """Sign in anew."""
        self._until_answered(self.window.sign_in)
        act.status = DONE
        yield act

    # A family

    def board(self, act: Act) -> Iterator[Act]:
        code = self.random.choice([*self.plan["classes"].values()])
        status, _ = self.window.get(f"/board/{code}/{self.plan['day']}")
        yield Act(act.tag, "", "board", status=303 if status in (200, 404) else status)


def _complaint(html: str) -> str:
    """What a form was sent back with."""
    said = [part.split("</")[0] for mark in ('class="errors"', 'class="refusal"') for part in html.split(mark)[1:]]
    return " ".join(said)[:300] or html


if __name__ == "__main__":
    Writer(Path(sys.argv[1]), int(sys.argv[2])).run()
