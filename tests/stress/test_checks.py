"""The checks of the load find what they are there for: each is shown a day that is right, and then one that is not."""

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from portal.app import create_app
from portal.approvals import actions
from portal.extensions import db
from portal.homework import actions as homework
from portal.policy.approval import ExceptionKind
from portal.school.rules import forget_rules
from tests.conftest import test_config
from tests.factories import TODAY, World, item, make_world
from tests.stress.checks import CHECKS, faults, nobody_was_left_without_an_answer
from tests.stress.journal import DONE, LOST, Act
from tests.stress.records import Records, read_records

Day = tuple[Records, list[Act]]


@pytest.fixture(scope="module")
def told(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """A day of 四(1), told once."""
    path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("day") / "portal.db")
    forget_rules()
    with create_app(test_config(f"sqlite:///{path}")).app_context():
        world = make_world()
        db.session.commit()
        day = a_day(world)
        db.session.remove()
        db.engine.dispose()
    return day


@pytest.fixture
def good(told: Day) -> Day:
    return deepcopy(told)


def a_day(world: World) -> Day:
    """Something of everything, and what those who did it were answered."""
    acts: list[Act] = []
    place, maths, english = world.four_one, world.maths, world.english

    def note(by, act: str, subject=None, **more: object) -> Act:
        name = subject.name if subject else ""
        acts.append(Act(f"w0-{len(acts)}", by.login, act, place.id, name, status=DONE, **more))
        return acts[-1]

    def file(by, subject, *minutes: int, submit: bool = True) -> None:
        filing = world.day(place).filing_of(subject.id)
        act = note(by, "submit" if submit else "save", subject, seen=filing.version if filing else 0)
        texts = [f"{act.tag} 第 {n}/{len(minutes)} 项" for n in range(1, len(minutes) + 1)]
        act.rows = [[text, each, "mandatory", "written"] for text, each in zip(texts, minutes, strict=True)]
        items = [item(each, text) for text, each in zip(texts, minutes, strict=True)]
        world.file(by, subject, *items, submit=submit, reason="写错了")

    file(world.luo, english, 9, submit=False)
    file(world.luo, english, 10)
    file(world.chen, maths, 20, 5)
    note(world.chen, "coordinate"), world.coordinate()
    note(world.shen, "approve"), world.approve()
    file(world.chen, maths, 15, 5)  # a correction
    file(world.chen, maths, 40, 5)  # minutes rise
    filing = world.day(place).filing_of(maths.id)
    note(world.shen, "minutes", maths, seen=filing.version, minutes=30)
    where = (place, maths, TODAY, filing.items[0].id, 30)
    homework.set_minutes(*where, seen_version=filing.version, by=world.shen, at=world.at, reason="太多")
    file(world.luo, english, 30, 10)
    seen = {"seen_version": world.day(place).version, "at": world.at}
    note(world.zheng, "except")
    actions.publish_by_exception(place, TODAY, named=ExceptionKind.OVER_CAP, reason="开放日", by=world.zheng, **seen)
    db.session.commit()
    acts.append(
        Act("w0-x", "chen", "submit", place.id, "数学", seen=1, rows=[["w0-x 第 1/1 项", 3, "", ""]], status=409)
    )
    return read_records(str(db.engine.url)), acts


def last_log(records: Records, step: str) -> dict:
    return [row for row in records.log if row["step"] == step][-1]


def maths(records: Records) -> dict:
    return next(row for row in records.filings if row["subject"] == "数学")


def shown(records: Records) -> dict:
    """The first item of the last version."""
    return next(each["items"][0] for each in records.versions[-1]["content"]["subjects"] if each["items"])


CORRUPTIONS: dict[str, tuple[str, Callable[[Records, list[Act]], object]]] = {
    "a version is gone": ("versions_are_numbered", lambda records, acts: records.versions.pop(0)),
    "the last version is gone": ("versions_are_numbered", lambda records, acts: records.versions.pop()),
    "two versions have one number": (
        "versions_are_numbered",
        lambda records, acts: records.versions[1].update(number=1),
    ),
    "over the cap without a reason": ("no_version_is_over", lambda r, acts: r.versions[-1].update(exception_reason="")),
    "a version's total is wrong": ("no_version_is_over", lambda records, acts: records.versions[0].update(total=34)),
    "a version's item is longer": ("no_version_is_over", lambda records, acts: shown(records).update(minutes=99)),
    "an acknowledged sign-off left no trace": (
        "every_acknowledged_act",
        lambda records, acts: records.log.remove(last_log(records, "sheet.coordinate")),
    ),
    "something happened that nobody was told of": (
        "every_acknowledged_act",
        lambda records, acts: acts.remove(next(act for act in acts if act.act == "except")),
    ),
    "an acknowledged filing is gone": (
        "every_acknowledged_filing",
        lambda records, acts: records.filings.remove(maths(records)),
    ),
    "an acknowledged change is gone": (
        "every_acknowledged_filing",
        lambda records, acts: maths(records).update(version=maths(records)["version"] - 1),
    ),
    "an acknowledged change was overwritten": (
        "every_acknowledged_filing",
        lambda records, acts: acts.append(Act("w0-9", "chen", "submit", acts[2].class_id, "数学", 0, status=DONE)),
    ),
    "an acknowledged filing is a draft": (
        "every_acknowledged_filing",
        lambda records, acts: records.filings[0].update(status="draft"),
    ),
    "an acknowledged filing holds something else": (
        "every_acknowledged_filing",
        lambda records, acts: records.filings[0]["items"][0].update(minutes=1),
    ),
    "acknowledged minutes are not there": (
        "every_acknowledged_filing",
        lambda records, acts: maths(records)["items"][0].update(minutes=31),
    ),
    "a subject has two filings": (
        "every_acknowledged_filing",
        lambda records, acts: records.filings.append(maths(records)),
    ),
    "half a filing": ("nothing_is_there_by_half", lambda records, acts: maths(records)["items"].pop()),
    "half a filing in a version": (
        "nothing_is_there_by_half",
        lambda records, acts: records.versions[0]["content"]["subjects"][1]["items"].pop(),
    ),
    "two filings in one": (
        "nothing_is_there_by_half",
        lambda records, acts: maths(records)["items"][0].update(text="w0-2 第 1/2 项"),
    ),
    "what was refused is there": (
        "nothing_is_there_by_half",
        lambda records, acts: maths(records).update(items=[{**maths(records)["items"][0], "text": "w0-x 第 1/1 项"}]),
    ),
    "the log lacks a filing": (
        "the_log_tells",
        lambda records, acts: records.log.remove(last_log(records, "homework.submit")),
    ),
    "the log lacks a correction": (
        "the_log_tells",
        lambda records, acts: records.log.remove(last_log(records, "sheet.correct")),
    ),
    "the log tells other minutes": (
        "the_log_tells",
        lambda records, acts: last_log(records, "item.minutes")["details"].update(minutes=[45, 36]),
    ),
    "the log tells another total": (
        "the_log_tells",
        lambda records, acts: last_log(records, "sheet.lapse")["details"].update(total=1),
    ),
    "the sheet is in another state": ("the_log_tells", lambda r, acts: r.sheets[0].update(status="coordinated")),
    "the sheet moved and nobody told": ("the_log_tells", lambda r, acts: r.sheets[0].update(version=1)),
    "a filing is in another state": ("the_log_tells", lambda r, acts: maths(r).update(status="withdrawn")),
    "a filing has other minutes": ("the_log_tells", lambda r, acts: maths(r)["items"][1].update(minutes=6)),
    "a stored total is old": (
        "stored_totals",
        lambda records, acts: records.sheets[0]["totals"]["load"].update(home=1),
    ),
    "a subject's stored total is old": (
        "stored_totals",
        lambda r, acts: r.sheets[0]["totals"]["subjects"][str(maths(r)["subject_id"])].update(total=1),
    ),
    "no totals are stored": ("stored_totals", lambda records, acts: records.sheets[0].update(totals=None)),
    "an answer was a fault": ("nobody_was_answered", lambda records, acts: setattr(acts[0], "status", 500)),
    "the database was locked": (
        "nobody_was_answered",
        lambda records, acts: setattr(acts[-1], "said", "database is locked"),
    ),
    "a good form came back": ("nobody_was_answered", lambda records, acts: setattr(acts[-1], "status", 422)),
    "no answer came": ("nobody_was_left", lambda records, acts: setattr(acts[-1], "status", LOST)),
}


def test_a_day_that_is_right_has_no_faults(good: Day) -> None:
    records, acts = good
    assert faults(records, acts) == []
    assert [row["number"] for row in records.versions] == [1, 2, 3]
    steps = {row["step"] for row in records.log}
    assert steps >= {"homework.save", "sheet.correct", "sheet.lapse", "sheet.except", "item.minutes"}


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_a_day_that_is_wrong_is_found_out(good: Day, what: str) -> None:
    records, acts = good
    check, corrupt = CORRUPTIONS[what]
    corrupt(records, acts)
    assert [fault for fault in faults(records, acts) if fault.startswith(check)] != []


def test_an_act_whose_answer_was_lost_may_have_happened_or_not(good: Day) -> None:
    records, acts = good
    lost = next(act for act in acts if act.act == "coordinate")
    lost.status = LOST
    assert faults(records, acts, killed_at=0) == []
    acts.append(Act("w1-1", "chen", "coordinate", lost.class_id, status=LOST))
    acts.append(Act("w1-2", "luo", "submit", lost.class_id, "英语", seen=3, rows=[["w1-2 第 1/1 项", 9, "", ""]]))
    assert faults(records, acts, killed_at=0) == []


def test_every_check_has_been_shown_something_wrong() -> None:
    names = [check.__name__ for check in (*CHECKS, nobody_was_left_without_an_answer)]
    shown_to = {name for name in names for check, _ in CORRUPTIONS.values() if name.startswith(check)}
    assert shown_to == set(names)
