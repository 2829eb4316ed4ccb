"""The approval trails of the sample week, replayed step by step through the actions, to the ends they tell of."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Person
from portal.approvals import actions, queries
from portal.audit.models import LogEntry
from portal.demo import seed
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import queries as homework_queries
from portal.homework.models import Homework
from portal.homework.sheet import ClassDay, SubjectState
from portal.policy.approval import ApprovalMode, ExceptionKind, FilingStatus, SheetStatus
from portal.policy.caps import Verdict, assess
from portal.policy.errors import PolicyError
from portal.policy.wording import Check, findings
from tests.factories import NOW

TRAILS = {each["case"]: each for each in seed.SAMPLE["approval_samples"]}
ROWS = {row["id"]: row for row in seed.SAMPLE["homework"]}


class Trail:
    """One trail: the school on its day with everything filed, and the told steps one after the other."""

    def __init__(self, case: str) -> None:
        told = TRAILS[case]
        self.told = told
        self.day = date.fromisoformat(told["date"])
        self.steps = iter(told["steps"])
        self.at = datetime.combine(self.day, NOW.timetz())
        self.demo = seed.Demo(self.at)
        self.school_class = self.demo.classes[told["class_name"]]
        db.session.commit()

    def next(self, action: str, who: str = "") -> Person | None:
        """The next step the trail tells of: the clock moves to it; who takes it, None where the portal does."""
        step = next(self.steps)
        assert (step["action"], step["who"]) == (action, who)
        self.at = datetime.fromisoformat(step["at"]).replace(tzinfo=NOW.tzinfo)
        return self.demo.people[who] if who else None

    def is_over(self) -> bool:
        return next(self.steps, None) is None

    def person(self, name: str) -> Person:
        return self.demo.people[name]

    def sheet(self) -> ClassDay:
        return homework_queries.class_day(self.school_class, self.day)

    def filing(self, subject: str) -> Homework:
        return self.sheet().filing_of(self.demo.subjects[subject].id)

    def file(self, *ids: str, **minutes: int) -> None:
        """The rows with these ids as their teacher files them, with other minutes where `minutes` says so. Commits."""
        first = ROWS[ids[0]]
        filing = self.filing(first["subject"])
        homework.file_homework(
            self.school_class,
            self.demo.subjects[first["subject"]],
            self.day,
            items=[seed.item_values(ROWS[each], minutes.get(each.replace("-", "_"))) for each in ids],
            submit=True,
            seen_version=filing.version if filing else 0,
            by=self.person(seed.person_name(first["teacher"])),
            at=self.at,
        )
        db.session.commit()

    def file_all(self, *, but: tuple[str, ...] = ()) -> None:
        """What the week has for the class up to this day and was not sent back; without the subjects in `but` today."""
        for filing in seed.sample_filings():
            day = self.demo.monday + timedelta(days=filing.day - 1)
            if filing.class_name == self.told["class_name"] and day <= self.day:
                if day == self.day and filing.subject in but:
                    continue
                self.demo.file(
                    filing, day, datetime.combine(day, NOW.replace(hour=10).timetz()), filing.items(as_published=False)
                )
        db.session.commit()

    def step(self, action, by: Person, **more: object):
        """A step on the sheet as it is now. Commits."""
        done = action(self.school_class, day=self.day, seen_version=self.sheet().version, by=by, at=self.at, **more)
        db.session.commit()
        return done

    def log(self, after: str = "") -> list[tuple[str, str]]:
        """(who, step) of this sheet in order, from the moment `after` (15:05) on."""
        rows = db.session.scalars(
            select(LogEntry).where(LogEntry.sheet_id == self.sheet().sheet.id).order_by(LogEntry.id)
        )
        local = [(row, f"{row.at.astimezone(NOW.tzinfo):%H:%M}") for row in rows]
        return [(row.actor_name, row.step) for row, moment in local if moment >= after]

    def exceptions(self) -> list[str]:
        wanted = select(LogEntry.exception).where(LogEntry.sheet_id == self.sheet().sheet.id, LogEntry.exception != "")
        return list(db.session.scalars(wanted.order_by(LogEntry.id)))


@pytest.fixture
def trail(app: Flask, request: pytest.FixtureRequest) -> Trail:
    return Trail(request.param)


def of(case: str):
    return pytest.mark.parametrize("trail", [case], indirect=True, ids=[case])


@of("超量后协调通过")
def test_a_sheet_over_its_cap_is_coordinated_approved_and_passed_by_the_office(trail: Trail) -> None:
    trail.demo.school.approval_mode = ApprovalMode.ALL
    trail.file_all(but=("数学",))
    trail.next("提交", "陈立德")
    trail.file("G4A-11")
    trail.next("提示")
    sheet = trail.sheet()
    assert (sheet.load.total, sheet.over) == (trail.told["total_before"], 20)
    chen = trail.next("协调", "陈立德")
    with pytest.raises(PolicyError, match="80 分钟，超过上限 60 分钟，超 20 分钟"):
        trail.step(actions.coordinate, chen)
    db.session.rollback()
    trail.file("G4A-11", G4A_11=15)
    trail.file("G4A-09", "G4A-10", G4A_09=15)
    luo = trail.next("修改后重交", "罗安怡")
    trail.file("G4A-12", G4A_12=8)
    assert trail.filing("英语").teacher_id == luo.id
    trail.step(actions.coordinate, chen)
    with pytest.raises(PolicyError, match="另一位"):  # alone with their own subject: somebody else has to pass it
        trail.step(actions.approve, chen)
    db.session.rollback()
    shen = trail.next("通过", "沈知微")
    assert trail.step(actions.approve, shen) is None
    assert (trail.sheet().status, queries.versions_of_sheet(trail.school_class.id, trail.day)) == ("approved", [])
    zheng = trail.next("通过并公示", "郑怀瑾")
    version = trail.step(actions.publish, zheng)
    assert trail.is_over()
    assert (version.number, version.total, version.allowed) == (1, trail.told["total_after"], 60)
    assert (trail.sheet().status, trail.exceptions()) == (SheetStatus.PUBLISHED, [ExceptionKind.OWN_SUBJECT])
    assert [mark["step"] for mark in version.content["marks"]] == ["coordinate", "approve", "publish"]
    assert trail.log(after="13:40") == [
        ("陈立德", "homework.submit"),
        ("陈立德", "homework.submit"),
        ("沈知微", "homework.submit"),
        ("罗安怡", "homework.submit"),
        ("陈立德", "sheet.coordinate"),
        ("沈知微", "sheet.approve"),
        ("郑怀瑾", "sheet.publish"),
    ]


@of("审核人直接改时长")
def test_a_lead_who_changes_the_minutes_leaves_a_trace_for_the_teacher_and_the_office(trail: Trail) -> None:
    trail.file_all()
    before = trail.sheet()
    assert (before.load.total, before.over) == (trail.told["total_before"], 1)
    jiang = trail.next("修改并通过", "蒋承志")
    filing = trail.filing("物理")
    change = {"seen_version": filing.version, "by": jiang, "at": trail.at}
    where = (trail.school_class, trail.demo.subjects["物理"], trail.day, filing.items[0].id, 15)
    with pytest.raises(PolicyError, match="为什么"):
        homework.set_minutes(*where, **change)
    db.session.rollback()
    homework.set_minutes(*where, reason="合计 91 分钟，只能 90", **change)
    trail.step(actions.coordinate, trail.person("唐若溪"))
    version = trail.step(actions.approve, jiang)
    trail.next("通知")
    row = db.session.scalars(select(LogEntry).where(LogEntry.step == "item.minutes")).one()
    assert (row.details["subject"], row.details["item"]["was"], row.details["item"]["now"]) == ("物理", 16, 15)
    assert (row.actor_name, row.reason) == ("蒋承志", "合计 91 分钟，只能 90")
    assert trail.filing("物理").teacher_id == trail.person("贺𣲗").id
    assert trail.is_over()
    assert (version.number, version.total, version.allowed) == (1, trail.told["total_after"], 90)
    assert assess(version.total, trail.sheet().cap) == Verdict.FULL
    assert trail.exceptions() == [ExceptionKind.REVIEWER, ExceptionKind.OWN_SUBJECT]
    assert trail.log(after="14:20") == [
        ("蒋承志", "item.minutes"),
        ("唐若溪", "sheet.coordinate"),
        ("蒋承志", "sheet.approve"),
        ("蒋承志", "sheet.publish"),
    ]


@of("教务处退回")
def test_the_office_sends_back_homework_that_parents_would_have_to_mark(trail: Trail) -> None:
    trail.file_all(but=("数学",))
    trail.next("提交", "陈立德")
    trail.file("G4A-25")
    trail.next("提示")
    suspected = {each.check for each in findings(trail.filing("数学").items[0].text)}
    assert suspected == {Check.PARENT_WORK, Check.PHONE}
    submitted = db.session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert {name for name, _, _ in submitted.details["checks"]} == suspected
    filed, without = trail.sheet().load.total, trail.sheet().load.total - 15
    zheng = trail.next("退回", "郑怀瑾")
    trail.step(actions.return_subject, zheng, subject=trail.demo.subjects["数学"], reason="不得要求家长批改作业")
    assert trail.is_over()
    filing, sheet = trail.filing("数学"), trail.sheet()
    assert (filing.status, filing.return_reason) == (FilingStatus.RETURNED, "不得要求家长批改作业")
    assert (sheet.status, sheet.load.total, filed) == (SheetStatus.COLLECTING, without, without + 15)
    assert trail.log(after="11:30") == [("陈立德", "homework.submit"), ("郑怀瑾", "homework.return")]
    assert queries.versions_of_sheet(trail.school_class.id, trail.day) == []


@of("逾期未审")
def test_the_office_publishes_the_rest_of_a_sheet_that_nobody_looked_at_in_time(trail: Trail) -> None:
    trail.file_all(but=("历史",))
    trail.at = trail.at.replace(hour=15, minute=5)
    trail.file("G8C-24")
    trail.next("催办")
    assert (trail.sheet().status, trail.filing("历史").items[0].minutes) == (SheetStatus.COLLECTING, 0)
    zheng = trail.next("代为通过其余条目", "郑怀瑾")
    trail.step(actions.return_subject, zheng, subject=trail.demo.subjects["历史"], reason="时长为 0，暂不公示")
    named = {"named": ExceptionKind.IN_PLACE, "reason": "班主任没有协调，放学已过"}
    version = trail.step(actions.publish_by_exception, zheng, **named)
    assert trail.is_over()
    assert (version.number, version.published_at, version.exception_reason) == (1, trail.at, "班主任没有协调，放学已过")
    assert [mark["step"] for mark in version.content["marks"]] == ["except"]
    sheet = trail.sheet()
    history = sheet.subject(trail.demo.subjects["历史"].id)
    assert (sheet.status, history.state, history.items) == (SheetStatus.PUBLISHED, SubjectState.MISSING, ())
    assert (version.total, sheet.load.total) == (40, 40)
    assert trail.log(after="17:05") == [("郑怀瑾", "homework.return"), ("郑怀瑾", "sheet.except")]
    assert trail.exceptions() == [ExceptionKind.IN_PLACE]


def test_every_trail_of_the_sample_week_is_replayed() -> None:
    replayed = {
        mark.args[1][0] for name, test in globals().items() if name.startswith("test_") for mark in _marks(test)
    }
    assert replayed == set(TRAILS)
    assert len(TRAILS) == 4


def _marks(test) -> list[pytest.Mark]:
    return [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
