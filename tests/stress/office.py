"""The eighth writer: a colleague in the office and the clock, through the actions as a cron job would.

python -m tests.stress.office FOLDER NUMBER
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import sleep

from sqlalchemy.exc import DBAPIError

from config import Config
from portal.accounts import queries as account_queries
from portal.app import create_app
from portal.approvals import actions, queries
from portal.extensions import db
from portal.homework import queries as homework_queries
from portal.policy import caps
from portal.policy.approval import ExceptionKind
from portal.policy.errors import PolicyError
from portal.school import queries as school_queries
from portal.school.models import SchoolClass
from tests.factories import NOW, TODAY
from tests.stress.journal import DONE, LOST, Act, Journal

WEIGHTS = {"except": 2, "publish_itself": 2, "review": 2}


class Office:
    """Each act is one transaction, as one request is."""

    def __init__(self, folder: Path, number: int) -> None:
        told = json.loads((folder / "plan.json").read_text("utf-8"))
        self.folder, self.number, self.count = folder, number, 0
        self.random = Random(f"{told['seed']}-{number}")
        self.parent = os.getppid()
        self.journal = Journal(folder / f"journal-{number}.jsonl")
        self.classes = [int(each) for each in told["plan"]["classes"]]

    def _goes_on(self) -> bool:
        """Until told to stop, or whoever started it is gone."""
        return not (self.folder / "stop").exists() and os.getppid() == self.parent

    def run(self) -> None:
        while self._goes_on():
            name = self.random.choices([*WEIGHTS], [*WEIGHTS.values()])[0]
            self.count += 1
            act = Act(f"w{self.number}-{self.count}", "zheng", name, self.random.choice(self.classes))
            try:
                happened = self._act(act, {"except": self.publish_by_exception}.get(name) or getattr(self, name))
                db.session.commit()
                act.status = DONE if happened else 409
            except PolicyError as error:
                _undo()
                act.status, act.said = 409, str(error)
            except DBAPIError as error:
                db.session().invalidate()
                gone = error.connection_invalidated or "connect" in str(error) or "terminat" in str(error)
                act.status, act.said = (LOST if gone else 500), str(error)
            self.journal.note(act)
            sleep(0.03)

    def _act(self, act: Act, step: Callable) -> bool:
        people = account_queries.people_with_rights(1, TODAY)
        office = next(person for person in people if person.login == "zheng")
        return step(act, school_queries.class_or_404(act.class_id), office)

    def publish_by_exception(self, act: Act, school_class: SchoolClass, office) -> bool:
        class_day = homework_queries.class_day(school_class, TODAY)
        act.seen = class_day.version
        over = caps.over_by(class_day.load_to_sign.total, class_day.cap)
        named = ExceptionKind.OVER_CAP if over else ExceptionKind.IN_PLACE
        db.session.commit()  # the page was shown; what follows is the answer to it
        sleep(self.random.random() / 20)
        reason = f"{act.tag} 家长开放日"
        actions.publish_by_exception(
            school_class, TODAY, named=named, reason=reason, seen_version=act.seen, by=office, at=NOW
        )
        return True

    def publish_itself(self, act: Act, school_class: SchoolClass, office) -> bool:
        act.by = ""
        return actions.publish_itself(school_class, TODAY, at=NOW) is not None

    def review(self, act: Act, school_class: SchoolClass, office) -> bool:
        sheet = homework_queries.class_day(school_class, TODAY).sheet
        if sheet is None:
            return False
        seen = queries.last_exception(sheet.id)
        actions.review(school_class, TODAY, note=act.tag, seen_entry=seen, by=office, at=NOW)
        return True


def _undo() -> None:
    """Nothing was written, also where the database died meanwhile."""
    try:
        db.session.rollback()
    except DBAPIError:
        db.session().invalidate()


if __name__ == "__main__":
    config = Config()
    config.NOW = NOW
    with create_app(config).app_context():
        Office(Path(sys.argv[1]), int(sys.argv[2])).run()
