"""What must hold after any load and any fault. Each check reads plain rows and yields a sentence for each fault.

`Records` is what the database holds, `acts` what the writers were answered. Sums are the checks' own.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from math import inf

from tests.stress.journal import REFUSED, Act
from tests.stress.records import Records, Row

FILING_ACTS = ("submit", "save", "none", "withdraw", "minutes")
LOGGED = {  # act → the rows it leaves in the log when it is done
    "submit": ("homework.submit",),
    "none": ("homework.submit",),
    "withdraw": ("homework.withdraw",),
    "minutes": ("item.minutes",),
    "ask_shorter": ("request.ask",),
    "accept": ("request.accept", "item.minutes"),
    "return_subject": ("homework.return",),
    "coordinate": ("sheet.coordinate",),
    "approve": ("sheet.approve", "sheet.publish"),
    "grid": ("sheet.approve", "sheet.publish"),
    "give_back": ("sheet.return",),
    "ask": ("sheet.ask",),
    "except": ("sheet.except",),
    "review": ("sheet.review",),
    "publish_itself": ("sheet.automatic",),
}
MAY_LOG = {"return_subject": ("sheet.return",), "save": ("homework.save",)}  # and those it may leave as well
STILL = ("sheet.ask", "sheet.review")  # nothing moves
STATUS_AFTER = {"submit": "submitted", "save": "draft", "none": "submitted", "withdraw": "withdrawn"}


def written(items: Sequence[Row]) -> int:
    """Mandatory written minutes: the load has no choices, levels or long tasks."""
    return sum(item["minutes"] or 0 for item in items if (item["tier"], item["form"]) == ("mandatory", "written"))


def named(sheet: Row) -> str:
    return f"class {sheet['class_id']}"


# What is public


def versions_are_numbered_without_gaps(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    for sheet in records.sheets:
        numbers = [row["number"] for row in records.of_sheet(sheet).versions]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{named(sheet)}: the versions are numbered {numbers}"
        if sheet["published_number"] != len(numbers):
            yield f"{named(sheet)}: version {sheet['published_number']} is the last, and there are {len(numbers)}"


def no_version_is_over_its_cap_without_a_reason(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    for row in records.versions:
        items = [item for subject in row["content"]["subjects"] for item in subject["items"]]
        told = {row["total"], row["content"]["load"]["total"]}
        if told != {written(items)}:
            yield f"version {row['id']}: says {sorted(told)} minutes and holds {written(items)}"
        if written(items) > row["allowed"] and not row["exception_reason"]:
            yield f"version {row['id']}: {written(items)} minutes, {row['allowed']} allowed, no reason"
        if any(item["minutes"] is None for item in items):
            yield f"version {row['id']}: an item without minutes"


# What was acknowledged


def every_acknowledged_act_is_in_the_log(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    """Each once; and nothing else is in it, but for acts whose answer was lost."""
    places = {sheet["id"]: sheet["class_id"] for sheet in records.sheets}
    found = Counter(
        (row["by"], places[row["sheet_id"]], row["details"].get("subject", ""), row["step"])
        for row in records.log
        if row["step"] not in ("sheet.correct", "sheet.lapse")  # they follow from a teacher's change
    )
    least, most = Counter(), Counter()
    for act in acts:
        if not act.is_done and not act.is_open and not (act.act == "grid" and act.status in REFUSED):
            continue
        for step in (*LOGGED.get(act.act, ()), *MAY_LOG.get(act.act, ())):
            key = (act.by, act.class_id, act.subject if not step.startswith("sheet.") else "", step)
            most[key] += 1
            least[key] += act.is_done and step in LOGGED.get(act.act, ())
    for key in found.keys() | most.keys():
        if not least[key] <= found[key] <= most[key]:
            yield f"{key}: {least[key]} acknowledged, {most[key]} at most, and {found[key]} in the log"


def every_acknowledged_filing_is_there(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    """As it was acknowledged last, or changed by what was acknowledged later."""
    places = {sheet["class_id"]: sheet["id"] for sheet in records.sheets}
    filings = {(row["sheet_id"], row["subject"]): row for row in records.filings}
    if len(filings) != len(records.filings):
        yield "a subject has two filings on one sheet"
    for (class_id, subject), own in _by_filing(acts).items():
        done = [act for act in own if act.is_done]
        row = filings.get((places.get(class_id), subject))
        if row is None:
            if done:
                yield f"class {class_id} {subject}: acknowledged, and not there"
            continue
        most = len(done) + sum(act.is_open for act in own)
        if not len(done) <= row["version"] <= most:
            changed = f"changed {row['version']} times, {len(done)} acknowledged, {most} at most"
            yield f"class {class_id} {subject}: {changed}"
        seen = [act.seen for act in done if act.act in FILING_ACTS]
        twice = [each for each, count in Counter(seen).items() if count > 1]
        if twice:
            yield f"class {class_id} {subject}: two changes of the same version {twice} were both acknowledged"
        for act in done:
            if act.act in FILING_ACTS and row["version"] == act.seen + 1:
                yield from _as_acknowledged(act, row)


def _by_filing(acts: Sequence[Act]) -> dict[tuple[int, str], list[Act]]:
    found = defaultdict(list)
    for act in acts:
        if act.act in (*FILING_ACTS, "accept", "return_subject") and act.subject:
            found[act.class_id, act.subject].append(act)
    return found


def _as_acknowledged(act: Act, row: Row) -> Iterator[str]:
    if act.act in STATUS_AFTER and row["status"] != STATUS_AFTER[act.act]:
        yield f"{act.tag}: {act.act} was acknowledged, and the filing is {row['status']}"
    if act.act == "minutes" and act.minutes not in [item["minutes"] for item in row["items"]]:
        yield f"{act.tag}: {act.minutes} minutes were acknowledged, and are not there"
    if act.act in ("submit", "save", "none"):
        held = [[item["text"], item["minutes"], item["tier"], item["form"]] for item in row["items"]]
        if held != act.rows or row["no_homework"] != (not act.rows):
            yield f"{act.tag}: {act.rows} was acknowledged, and {held} is there"


def nothing_is_there_by_half(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    """A filing holds all items of one act, and a version all items of each filing it shows; no refused act is there."""
    sent = {act.tag: act for act in acts if act.act in ("submit", "save")}
    held = [(f"filing {row['id']}", row["items"]) for row in records.filings]
    for row in records.versions:
        held += [(f"version {row['id']} {each['name']}", each["items"]) for each in row["content"]["subjects"]]
    for where, items in held:
        texts = [item["text"] for item in items]
        tags = {text.split(" ")[0] for text in texts}
        if not texts:
            continue
        act = sent.get(tags.pop())
        if tags or act is None or texts != [row[0] for row in act.rows]:
            yield f"{where}: {texts} is no act's, or half of one"
        elif act.status in REFUSED:
            yield f"{where}: {act.tag} was refused, and is there"


# What the log tells


def the_log_tells_the_story_of_the_rows(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    for sheet in records.sheets:
        yield from (f"{named(sheet)}: {fault}" for fault in Story(records.of_sheet(sheet)).faults())


class Story:
    """One sheet, told again row by row of its log."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.state = "collecting"
        self.filings: dict[str, tuple[str, int]] = {}  # subject → status, minutes
        self.published = 0

    def is_counted(self, subject: str, state: str) -> bool:
        status = self.filings.get(subject, ("", 0))[0]
        return status == "submitted" or (status == "draft" and state == "collecting")

    def counts(self, subject: str, *, state: str = "") -> int:
        return self.filings[subject][1] if self.is_counted(subject, state or self.state) else 0

    def total(self, *, state: str = "") -> int:
        return sum(self.counts(subject, state=state) for subject in self.filings)

    def faults(self) -> Iterator[str]:
        moves = 0
        for row in self.records.log:
            if row["step"].startswith("request."):  # words between colleagues: nothing moves
                continue
            is_of_sheet = row["step"].startswith("sheet.")
            moves += is_of_sheet and row["step"] not in STILL
            yield from (f"log row {row['id']} {fault}" for fault in (self._sheet if is_of_sheet else self._filing)(row))
        yield from self._ends(moves)

    def _filing(self, row: Row) -> Iterator[str]:
        subject = row["details"]["subject"]
        before, after = row["details"]["minutes"]
        status = self.filings.get(subject, ("", 0))[0]
        if (row["before"], before) != (status, self.counts(subject)):
            yield f"begins at {row['before']} {before}, where {status} {self.counts(subject)} was"
        self.filings[subject] = (row["after"], after)

    def _sheet(self, row: Row) -> Iterator[str]:
        if row["before"] != self.state:
            yield f"{row['step']} begins at {row['before']}, where {self.state} was"
        if "total" in row["details"]:  # as the sheet counts from then on; asked about is what is handed in
            states = {"sheet.ask": "published", "sheet.lapse": "published"}
            total = self.total(state=states.get(row["step"], row["after"]))
            if row["details"]["total"] != total:
                yield f"{row['step']} tells of {row['details']['total']} minutes, where {total} were"
        if row["step"] in STILL and row["after"] != row["before"]:
            yield f"{row['step']} moves the sheet"
        self.state = row["after"]
        if "version" in row["details"]:
            self.published += 1
            totals = {each["number"]: each["total"] for each in self.records.versions}
            told = (row["details"]["version"], totals.get(self.published))
            if told != (self.published, self.total()):
                yield f"publishes (version, minutes) {told}, where {(self.published, self.total())} were due"

    def _ends(self, moves: int) -> Iterator[str]:
        sheet = self.records.sheets[0]
        if sheet["status"] != self.state:
            yield f"the log ends at {self.state}, and the sheet is {sheet['status']}"
        if self.published != len(self.records.versions):
            yield f"the log tells of {self.published} versions, and there are {len(self.records.versions)}"
        rows = {row["subject"]: row["status"] for row in self.records.filings}
        told = {subject: status for subject, (status, _) in self.filings.items()}
        if rows != told:
            yield f"the log ends with the filings {told}, and they are {rows}"
        for row in self.records.filings:
            minutes = self.counts(row["subject"])
            counted = written(row["items"]) if self.is_counted(row["subject"], self.state) else 0
            if counted != minutes:
                yield f"the log ends with {minutes} minutes of {row['subject']}, and they are {counted}"
        changes = moves + sum(row["version"] for row in self.records.filings)
        if sheet["version"] != changes:
            yield f"the sheet has changed {sheet['version']} times, and {changes} are told of"


# What is stored beside the rows


def stored_totals_equal_a_recount(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    for sheet in records.sheets:
        own = records.of_sheet(sheet).filings
        states = ("draft", "submitted") if sheet["status"] == "collecting" else ("submitted",)
        counted = {row["subject_id"]: written(row["items"]) for row in own if row["status"] in states}
        totals = sheet["totals"]
        if totals is None:
            yield from ([f"{named(sheet)}: no totals are stored"] if own else [])
            continue
        told = {int(key): each["total"] for key, each in totals["subjects"].items() if int(key) in counted}
        total = totals["load"]["school"] + totals["load"]["home"]
        signed = sum(written(row["items"]) for row in own if row["status"] == "submitted")
        if (told, total, totals["to_sign"]) != (counted, sum(counted.values()), signed):
            yield f"{named(sheet)}: {(told, total, totals['to_sign'])} is stored, {(counted, signed)} counted"


# What people saw


def nobody_was_answered_with_a_fault(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    for act in acts:
        if act.status not in (303, 409, 422, 503, 0):
            yield f"{act.tag} {act.act}: answered {act.status}. {act.said}"
        if re.search(r"database is locked|deadlock|Traceback", act.said):
            yield f"{act.tag} {act.act}: {act.said}"
        if act.status == 422 and not re.search("原因|协调好", act.said):
            yield f"{act.tag} {act.act}: a form that was filled in was sent back: {act.said}"


def nobody_was_left_without_an_answer(records: Records, acts: Sequence[Act]) -> Iterator[str]:
    """Until something was killed."""
    for act in acts:
        if act.is_open:
            yield f"{act.tag} {act.act}: {act.status or 'no answer'}. {act.said}"


CHECKS: tuple[Callable[[Records, Sequence[Act]], Iterator[str]], ...] = (
    versions_are_numbered_without_gaps,
    no_version_is_over_its_cap_without_a_reason,
    every_acknowledged_act_is_in_the_log,
    every_acknowledged_filing_is_there,
    nothing_is_there_by_half,
    the_log_tells_the_story_of_the_rows,
    stored_totals_equal_a_recount,
    nobody_was_answered_with_a_fault,
)


def faults(records: Records, acts: Sequence[Act], *, killed_at: float = inf) -> list[str]:
    """Every fault that any check finds; `killed_at` is the moment of the first kill."""
    found = [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(records, acts)]
    quiet = [act for act in acts if act.at < killed_at]
    last = nobody_was_left_without_an_answer
    return found + [f"{last.__name__}: {fault}" for fault in last(records, quiet)]
