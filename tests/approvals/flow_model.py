"""A small plain model of one class's day: what may happen, by whom, and what comes of it.

Written from DOMAIN.md ("The flow", "What counts"), with sums and tables of its own: it shares no code with portal/.
"""

from dataclasses import dataclass, field, replace

CAP = 60  # of grade 4
TEACHERS = {"语文": "shen", "数学": "chen", "英语": "luo"}
WHO = {  # step → who may; 吴悠 (wu) stands in for 陈立德 as homeroom teacher and for 沈知微 as lead
    "coordinate": {"chen", "wu"},
    "approve": {"shen", "wu", "zheng"},
    "publish": {"zheng"},
    "return": {"chen", "wu", "shen", "zheng"},
    "return subject": {"chen", "wu", "zheng"},
    "set minutes": {"shen", "wu", "zheng"},
    "ask": {"chen", "wu", "shen"},
    "except": {"zheng"},
}


@dataclass(frozen=True)
class Piece:
    """One item: minutes (None: nobody said), whether it must be done, whether it is written."""

    minutes: int | None
    must: bool = True
    written: bool = True


@dataclass(frozen=True)
class Paper:
    """What a teacher filed for one subject: pieces, or none today; draft, submitted, returned, withdrawn."""

    pieces: tuple[Piece, ...]
    state: str
    late: bool = False


@dataclass(frozen=True)
class Day:
    """The sheet: its papers, its state, who signed it off, whether it was sent back last, and what is public."""

    office_passes_all: bool = False
    state: str = "collecting"
    signer: str | None = None
    sent_back: bool = False
    papers: dict[str, Paper] = field(default_factory=dict)
    public: tuple[tuple[int, str], ...] = ()  # (total, reason of an exception) of each version
    log: tuple[tuple[str, str], ...] = ()  # (who, step), without saved drafts

    # Sums

    def pieces(self, *, state: str = "") -> list[Piece]:
        """What counts in this state: a draft only until the homeroom teacher has signed off."""
        counting = ["draft", "submitted"] if (state or self.state) == "collecting" else ["submitted"]
        return [piece for paper in self.papers.values() if paper.state in counting for piece in paper.pieces]

    def total(self, **how: str) -> int:
        total = 0
        for piece in self.pieces(**how):
            if piece.must and piece.written:
                total += piece.minutes or 0
        return total

    def everything(self) -> int:
        return sum(piece.minutes or 0 for piece in self.pieces())

    def open_minutes(self, **how: str) -> bool:
        return any(piece.minutes is None for piece in self.pieces(**how))

    def clean(self, *, state: str = "") -> bool:
        return self.total(state=state) <= CAP and not self.open_minutes(state=state)

    # Steps: each gives the day afterwards, or None where it may not happen

    def note(self, who: str, *steps: str, **changes: object) -> "Day":
        return replace(self, log=(*self.log, *((who, step) for step in steps)), **changes)

    def with_paper(self, subject: str, paper: Paper) -> dict[str, Paper]:
        return self.papers | {subject: paper}

    def published(self, reason: str = "", **changes: object) -> "Day":
        day = replace(self, state="published", **changes)
        return replace(day, public=(*day.public, (day.total(), reason)))

    def file(self, who: str, subject: str, pieces: tuple[Piece, ...], *, submit: bool, evening: bool, why: str):
        paper = self.papers.get(subject)
        if TEACHERS[subject] != who or self.state in ("coordinated", "approved"):
            return None
        if self.state == "published" and not submit:
            return None
        late = submit and evening
        if submit and self.public and paper and paper.state == "submitted":
            late = paper.late  # a correction of what was in time is no late homework
        if submit and (late or self.public) and not why:
            return None
        new = Paper(pieces, "submitted" if submit else "draft", late)
        day = replace(self, papers=self.with_paper(subject, new))
        return self.carried_on(day.note(who, "homework.submit") if submit else day, who)

    def withdraw(self, who: str, subject: str, *, why: str):
        paper = self.papers.get(subject)
        if TEACHERS[subject] != who or self.state in ("coordinated", "approved"):
            return None
        if paper is None or paper.state not in ("draft", "submitted") or (self.public and not why):
            return None
        day = self.note(who, "homework.withdraw", papers=self.with_paper(subject, replace(paper, state="withdrawn")))
        return self.carried_on(day, who)

    def carried_on(self, after: "Day", who: str) -> "Day":
        """What was public is corrected at once if nothing grew; else everything starts anew."""
        if self.state != "published":
            return after
        grew = after.total() > self.total() or after.everything() > self.everything()
        if grew or not after.clean():
            return after.note(who, "sheet.lapse", state="collecting", signer=None)
        return after.note(who, "sheet.correct").published()

    def set_minutes(self, who: str, subject: str, minutes: int, *, why: str):
        paper = self.papers.get(subject)
        if who not in WHO["set minutes"] or self.state != "collecting" or not why:
            return None
        if paper is None or paper.state != "submitted" or not paper.pieces:
            return None
        first = replace(paper.pieces[0], minutes=minutes)
        new = replace(paper, pieces=(first, *paper.pieces[1:]))
        return self.note(who, "item.minutes", papers=self.with_paper(subject, new))

    def coordinate(self, who: str):
        if who not in WHO["coordinate"] or self.state != "collecting" or not self.clean(state="coordinated"):
            return None
        return self.note(who, "sheet.coordinate", state="coordinated", signer=who, sent_back=False)

    def approve(self, who: str):
        if who not in WHO["approve"] or self.state != "coordinated" or who == self.signer or not self.clean():
            return None
        if self.office_passes_all:
            return self.note(who, "sheet.approve", state="approved")
        return self.note(who, "sheet.approve", "sheet.publish", sent_back=False).published()

    def publish(self, who: str):
        if who not in WHO["publish"] or self.state != "approved" or who == self.signer or not self.clean():
            return None
        return self.note(who, "sheet.publish", sent_back=False).published()

    def ask(self, who: str, *, why: str):
        over = self.total(state="coordinated") > CAP
        if who not in WHO["ask"] or self.state == "published" or not over or not why:
            return None
        return self.note(who, "sheet.ask")

    def publish_by_exception(self, who: str, named: str, *, why: str):
        over = self.total(state="published") > CAP
        if who not in WHO["except"] or self.state == "published" or not why:
            return None
        if self.open_minutes(state="published") or over != (named == "over_cap"):
            return None
        return self.note(who, "sheet.except", sent_back=False).published(why)

    def publish_itself(self):
        """Nobody has to look: something is handed in, nothing is a draft or came back, and nothing was public yet."""
        states = {paper.state for paper in self.papers.values()}
        unseen = self.state != "published" and not self.public and not self.sent_back
        if not unseen or "submitted" not in states or not states <= {"submitted", "withdrawn"} or not self.clean():
            return None
        return self.note("", "sheet.automatic", sent_back=False).published()

    def give_back(self, who: str, *, why: str):
        if who not in WHO["return"] or self.state == "collecting" or not why:
            return None
        return self.note(who, "sheet.return", state="collecting", signer=None, sent_back=True)

    def give_back_subject(self, who: str, subject: str, *, why: str):
        paper = self.papers.get(subject)
        if who not in WHO["return subject"] or not why or paper is None or paper.state != "submitted":
            return None
        day = self if self.state == "collecting" else self.give_back(who, why=why)
        return day.note(who, "homework.return", papers=day.with_paper(subject, replace(paper, state="returned")))
