"""What a writer did and was answered, line by line, on the disk before the next act."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import time
from typing import Any

LOST = 0  # the connection died: it may have happened or not
DONE = 303
BUSY = 503
REFUSED = (409, 422)


@dataclass
class Act:
    """One act of one person. `seen` is the version that its form was shown, `rows` what a filing holds afterwards:
    (text, minutes, tier, form). `status` is the answer's, `at` when it came.
    """

    tag: str
    by: str
    act: str
    class_id: int = 0
    subject: str = ""
    seen: int | None = None
    rows: list = field(default_factory=list)
    minutes: int | None = None
    status: int = LOST
    said: str = ""
    at: float = 0

    @property
    def is_done(self) -> bool:
        return self.status == DONE

    @property
    def is_open(self) -> bool:
        """Whether it may have happened or not: the answer was lost, or the portal said it does not know."""
        return self.status in (LOST, BUSY)


class Journal:
    """Lines are only ever added, each safe on the disk before the writer goes on."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("a", encoding="utf-8")

    def note(self, act: Act) -> None:
        act.at = time()
        line: dict[str, Any] = asdict(act)
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())


def read(folder: Path) -> Iterator[Act]:
    """Everything all writers noted."""
    for path in sorted(folder.glob("journal-*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield Act(**json.loads(line))
