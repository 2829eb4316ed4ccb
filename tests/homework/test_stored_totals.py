"""What is stored with a sheet is what a fresh count finds, after whatever was done, on that day and on later ones."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from portal.approvals import actions as approvals
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import locks
from portal.homework.models import DaySheet, Homework
from portal.negotiation import actions as negotiation
from portal.negotiation import queries as negotiation_queries
from portal.negotiation.models import MinutesRequest
from portal.policy.approval import ApprovalMode, ExceptionKind, FilingStatus
from portal.policy.calendar import DayKind
from portal.policy.errors import PolicyError
from portal.policy.item import ItemValues
from portal.policy.vocabulary import Form, Level, Place, Tier
from portal.school import actions as school
from portal.school.rules import rules_of
from tests.conftest import clear_stage
from tests.factories import NOW, TODAY, item, make_world

SETTINGS = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
DAYS = [TODAY + timedelta(days=n) for n in range(4)]  # Tuesday to Friday, whose sheet covers the weekend too
REASON = "换了课"

days = st.sampled_from([*DAYS, TODAY])
subjects = st.sampled_from(["chinese", "maths", "english"])
minutes = st.one_of(*[st.integers(0, 12)] * 7, st.sampled_from([None, 61]))
lasting = st.one_of(st.just({"days": 1}), st.builds(dict, days=st.integers(2, 9), every=st.sampled_from([1, 1, 7])))
choices = st.sampled_from(
    [{}, {}, {"choice_group": "A", "choose": 1}, {"level": Level.BASIC}, {"level": Level.EXTENDED}]
)


@st.composite
def items(draw: st.DrawFn) -> ItemValues:
    return item(
        draw(minutes),
        draw(st.sampled_from(["第 42 页", "抄写十遍", "请家长签字"])),
        tier=draw(st.sampled_from([Tier.MANDATORY, Tier.MANDATORY, Tier.OPTIONAL])),
        form=draw(st.sampled_from([Form.WRITTEN, Form.WRITTEN, Form.READING])),
        place=draw(st.sampled_from(Place)),
        **draw(lasting),
        **draw(choices),
    )


class OneClass(RuleBasedStateMachine):
    """四(1) and four of its days. A step that the rules refuse leaves everything as it was."""

    def __init__(self) -> None:
        super().__init__()
        clear_stage()
        self.world = make_world()
        db.session.commit()

    def take(self, action: Callable, *where: object, **how: object) -> None:
        try:
            with db.session.begin_nested():
                action(*where, **{"at": NOW} | how)
        except PolicyError:
            pass
        db.session.commit()

    def is_school_day(self, day: date) -> bool:
        return rules_of(self.world.school).calendar.is_school_day(day)

    def of_filing(self, action: Callable, name: str, day: date, *more: object, **how: object) -> None:
        """A step that asks for the version of one filing."""
        if self.is_school_day(day):
            subject = getattr(self.world, name)
            filing = self.filing(name, day)
            seen = filing.version if filing else 0
            self.take(action, self.world.four_one, subject, day, *more, seen_version=seen, reason=REASON, **how)

    def of_sheet(self, action: Callable, day: date, *subject: object, **how: object) -> None:
        """A step that asks for the version of the sheet."""
        if self.is_school_day(day):
            seen = self.world.day(self.world.four_one, day).version
            self.take(action, self.world.four_one, *subject, day, seen_version=seen, **how)

    def filing(self, name: str, day: date) -> Homework | None:
        return self.world.day(self.world.four_one, day).filing_of(getattr(self.world, name).id)

    def teacher(self, name: str) -> object:
        return getattr(self.world, {"chinese": "shen", "maths": "chen", "english": "luo"}[name])

    @rule(name=subjects, day=days, items=st.lists(items(), max_size=3), submit=st.sampled_from([True, True, False]))
    def file(self, name, day, items, submit) -> None:
        self.of_filing(homework.file_homework, name, day, items=items, submit=submit, by=self.teacher(name))

    @rule(name=subjects, day=days, minutes=st.integers(5, 15), last=st.integers(2, 9))
    def file_a_task_over_several_days(self, name, day, minutes, last) -> None:
        task = item(minutes, days=last)
        self.of_filing(homework.file_homework, name, day, items=[task], submit=True, by=self.teacher(name))

    @rule(name=subjects, day=days)
    def withdraw(self, name, day) -> None:
        self.of_filing(homework.withdraw, name, day, by=self.teacher(name))

    @rule(name=subjects, day=days)
    def return_filing(self, name, day) -> None:
        self.of_filing(homework.return_filing, name, day, by=self.world.chen)

    @rule(name=subjects, day=days, minutes=st.integers(0, 30))
    def set_minutes(self, name, day, minutes) -> None:
        filing = self.filing(name, day)
        for each in filing.items[:1] if filing else ():
            self.of_filing(homework.set_minutes, name, day, each.id, minutes, by=self.world.shen)

    @rule(name=subjects, day=days, minutes=st.integers(0, 4))
    def ask_and_agree(self, name, day, minutes) -> None:
        filing = self.filing(name, day)
        if filing and filing.status == FilingStatus.SUBMITTED and filing.items and self.is_school_day(day):
            first = filing.items[0]
            how = {"suggested": minutes, "message": "", "seen_minutes": first.minutes, "by": self.world.zheng}
            self.take(negotiation.ask_shorter, self.world.four_one, day, first.id, **how)
        last = db.session.scalar(select(MinutesRequest.id).order_by(MinutesRequest.id.desc()).limit(1))
        if last is not None:
            asked = negotiation_queries.request_or_404(last)
            if self.is_school_day(asked.sheet.date):
                self.take(negotiation.accept, asked, minutes=None, by=self.teacher(name))

    @rule(day=days, passes=st.booleans())
    def coordinate(self, day, passes) -> None:
        self.of_sheet(approvals.coordinate, day, by=self.world.chen)
        if passes:
            self.of_sheet(approvals.approve, day, by=self.world.shen)

    @rule(name=subjects, day=days, minutes=st.integers(5, 15), last=st.integers(1, 4))
    def sign_off_with_a_draft_left_open(self, name, day, minutes, last) -> None:
        """It stops counting, on later sheets too, and counts again when the sheet comes back."""
        task = item(minutes, days=last)
        self.of_filing(homework.file_homework, name, day, items=[task], submit=False, by=self.teacher(name))
        self.coordinate(day, passes=False)

    @rule(day=days)
    def approve(self, day) -> None:
        self.of_sheet(approvals.approve, day, by=self.world.shen)

    @rule(day=days)
    def publish(self, day) -> None:
        self.of_sheet(approvals.publish, day, by=self.world.zheng)

    @rule(day=days, named=st.sampled_from([ExceptionKind.OVER_CAP, ExceptionKind.IN_PLACE]))
    def publish_by_exception(self, day, named) -> None:
        self.of_sheet(approvals.publish_by_exception, day, named=named, reason=REASON, by=self.world.zheng)

    @rule(day=days)
    def publish_itself(self, day) -> None:
        self.take(approvals.publish_itself, self.world.four_one, day)

    @rule(day=days)
    def return_sheet(self, day) -> None:
        self.of_sheet(approvals.return_sheet, day, reason=REASON, by=self.world.shen)

    @rule(name=subjects, day=days)
    def return_subject(self, name, day) -> None:
        subject = getattr(self.world, name)
        self.of_sheet(approvals.return_subject, day, subject, reason=REASON, by=self.world.zheng)

    @rule(office_passes_all=st.booleans())
    def change_the_mode(self, office_passes_all) -> None:
        self.world.school.approval_mode = ApprovalMode.ALL if office_passes_all else ApprovalMode.EXCEPTIONS
        db.session.commit()

    @rule(day=st.sampled_from(DAYS[1:3]), kind=st.sampled_from([DayKind.HOLIDAY, None, None]))
    def change_the_calendar(self, day, kind) -> None:
        seen = self.world.school.rules_version
        self.take(school.set_days, self.world.school, day, day, kind, seen_version=seen, by=self.world.zheng)

    @invariant()
    def what_is_stored_is_what_a_fresh_count_finds(self) -> None:
        """Of every sheet that today's rules have counted; the others are counted anew by who reads them."""
        db.session.rollback()
        db.session.expire_all()
        world, now = self.world, self.world.school.rules_version
        for day in db.session.scalars(select(DaySheet.date).order_by(DaySheet.date)).all():
            class_day = world.day(world.four_one, day)
            stored, rules = class_day.sheet.totals, class_day.sheet.totals_rules
            if rules == now:
                assert stored == class_day.totals(), f"the sheet of {day}"
            elif class_day.filings:
                assert rules < now, f"the sheet of {day} was never counted"
        db.session.rollback()


def test_stored_totals_are_those_of_a_fresh_count_whatever_was_done(stage: Flask) -> None:
    run_state_machine_as_test(OneClass, settings=SETTINGS)


def nothing(*args: object) -> None:
    """A step left out."""


def only_the_first(school_class: object, sheets: object) -> None:
    """Counts the day itself and forgets the later ones."""
    counted(school_class, list(sheets)[:1])


counted = locks.recount
BROKEN = {
    "nothing counted": [(homework, "recount", nothing)],
    "later sheets forgotten when filing": [(homework, "recount", only_the_first)],
    "nothing counted on approval": [(approvals, "recount", nothing)],
    "later sheets forgotten on approval": [(approvals, "recount", only_the_first)],
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_count_left_out_is_found_out(stage: Flask, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    for room, name, instead in BROKEN[fault]:
        monkeypatch.setattr(room, name, instead)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(OneClass, settings=settings(SETTINGS, phases=[Phase.generate]))
