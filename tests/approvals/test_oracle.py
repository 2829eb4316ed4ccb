"""Random steps by random people, taken through the real actions and by a small plain model at the same time."""

from collections.abc import Callable
from datetime import datetime, time

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import queries as account_queries
from portal.accounts.models import Deputy, Person, RoleGrant
from portal.approvals import actions
from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import actions as homework
from portal.policy import approval
from portal.policy.approval import ApprovalMode, ExceptionKind
from portal.policy.errors import PolicyError
from portal.policy.item import ItemValues
from portal.policy.permissions import may
from portal.policy.vocabulary import Form, Tier
from tests.approvals.flow_model import TEACHERS, WHO, Day, Piece
from tests.conftest import clear_stage
from tests.factories import NOW, TODAY, item, make_person, make_world

SETTINGS = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PEOPLE = ("chen", "shen", "luo", "wu", "zheng", "cheng", "lin", "zhou")
EVENING = datetime.combine(TODAY, time(18, 0), NOW.tzinfo)
subjects = st.sampled_from(sorted(TEACHERS))
reasons = st.sampled_from(["换了课", "换了课", "换了课", " "])
anybody = st.sampled_from(PEOPLE)
somebody_else = st.sampled_from([None] * 8 + [*PEOPLE])
papers = st.lists(
    st.builds(
        Piece,
        minutes=st.one_of(*[st.integers(5, 25)] * 4, st.sampled_from([0, 60, 61, None])),
        must=st.sampled_from([True, True, True, False]),
        written=st.sampled_from([True, True, True, False]),
    ),
    max_size=2,
).map(tuple)


def by(step: str) -> st.SearchStrategy[str]:
    """Somebody for a step: mostly one who may, now and then anybody."""
    return st.one_of(*[st.sampled_from(sorted(WHO[step]))] * 3, anybody)


def mostly_in(*states: str) -> Callable:
    """A step makes sense in these states; in the others it is tried now and then, to be refused."""
    return precondition(lambda self: self.day.state in states or self.steps % 5 == 0)


def values(piece: Piece) -> ItemValues:
    return item(
        piece.minutes,
        tier=Tier.MANDATORY if piece.must else Tier.OPTIONAL,
        form=Form.WRITTEN if piece.written else Form.READING,
    )


class TwoTellings(RuleBasedStateMachine):
    """四(1) on one day: `self.day` is the model's, the database has the portal's."""

    def __init__(self) -> None:
        super().__init__()
        clear_stage()
        self.world = make_world()
        wu = make_person(self.world.school, "wu", "吴悠")
        owners = [self.world.chen.id, self.world.shen.id]
        for held in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id.in_(owners))).all():
            loan = Deputy(school_id=held.school_id, grant_id=held.id, person_id=wu.id, first=TODAY, last=TODAY)
            db.session.add(loan)
        db.session.commit()
        account_queries.people_with_rights(self.world.school.id, TODAY)
        self.people: dict[str, Person] = {name: getattr(self.world, name, wu) for name in PEOPLE}
        self.day = Day()
        self.steps = 0

    @initialize(all_of_them=st.booleans())
    def the_school_decides(self, all_of_them: bool) -> None:
        self.world.school.approval_mode = ApprovalMode.ALL if all_of_them else ApprovalMode.EXCEPTIONS
        db.session.commit()
        self.day = Day(office_passes_all=all_of_them)

    def both(self, told: Day | None, who: str, permission: str, action: Callable, *where: object, **how: object):
        """The portal takes the step as well, or refuses it as the model does."""
        self.steps += 1
        place = self.world.four_one.scope
        if permission == "homework.write":
            place = self.real.scope_of(where[0].id)
        done = may(self.people[who].actor, permission, place)
        if done:
            try:
                with db.session.begin_nested():
                    how = {"by": self.people[who], "at": NOW} | how
                    action(self.world.four_one, *where, **how)
            except PolicyError:
                done = False
        db.session.commit()
        assert done == (told is not None), (action.__name__, who, how)
        self.day = told or self.day

    @property
    def real(self):
        return self.world.day(self.world.four_one)

    def subject(self, name: str):
        return {"语文": self.world.chinese, "数学": self.world.maths, "英语": self.world.english}[name]

    def seen(self, subject: str, stale: bool = False) -> int:
        filing = self.real.filing_of(self.subject(subject).id)
        return (filing.version if filing else 0) - stale

    @mostly_in("collecting", "published")
    @rule(
        subject=subjects,
        other=somebody_else,
        pieces=papers,
        submit=st.sampled_from([True, True, True, False]),
        evening=st.sampled_from([False, False, False, True]),
        why=reasons,
        stale=st.sampled_from([False] * 9 + [True]),
    )
    def file(self, subject, other, pieces, submit, evening, why, stale) -> None:
        who = other or TEACHERS[subject]
        told = self.day.file(who, subject, pieces, submit=submit, evening=evening, why=why.strip())
        self.both(
            None if stale else told,
            *(who, "homework.write", homework.file_homework, self.subject(subject), TODAY),
            items=[values(each) for each in pieces],
            submit=submit,
            seen_version=self.seen(subject, stale),
            at=EVENING if evening else NOW,
            reason=why,
        )

    @mostly_in("collecting", "published")
    @rule(subject=subjects, other=somebody_else, why=reasons)
    def withdraw(self, subject, other, why) -> None:
        who = other or TEACHERS[subject]
        told = self.day.withdraw(who, subject, why=why.strip())
        where = (self.subject(subject), TODAY)
        self.both(told, who, "homework.write", homework.withdraw, *where, seen_version=self.seen(subject), reason=why)

    @mostly_in("collecting")
    @rule(who=by("set minutes"), subject=subjects, minutes=st.integers(0, 70), why=reasons)
    def set_minutes(self, who, subject, minutes, why) -> None:
        told = self.day.set_minutes(who, subject, minutes, why=why.strip())
        filing = self.real.filing_of(self.subject(subject).id)
        first = filing.items[0].id if filing and filing.items else -1
        self.both(
            told,
            *(who, "sheet.change_minutes", homework.set_minutes, self.subject(subject), TODAY, first, minutes),
            seen_version=self.seen(subject),
            reason=why,
        )

    def sheet_step(self, told: Day | None, who: str, permission: str, action: Callable, *more, **how) -> None:
        self.both(told, who, permission, action, *more, TODAY, seen_version=self.real.version, **how)

    @mostly_in("collecting")
    @rule(who=by("coordinate"))
    def coordinate(self, who) -> None:
        self.sheet_step(self.day.coordinate(who), who, "sheet.coordinate", actions.coordinate)

    @mostly_in("coordinated")
    @rule(who=by("approve"))
    def approve(self, who) -> None:
        self.sheet_step(self.day.approve(who), who, "sheet.approve", actions.approve)

    @mostly_in("collecting")
    @rule(office_too=st.booleans())
    def take_the_daily_way(self, office_too) -> None:
        """All steps in their order, as on most days: what comes after publishing is reached more often."""
        self.coordinate("chen")
        self.approve("shen")
        if office_too:
            self.publish("zheng")

    @mostly_in("approved")
    @rule(who=by("publish"))
    def publish(self, who) -> None:
        self.sheet_step(self.day.publish(who), who, "sheet.publish", actions.publish)

    @mostly_in("collecting")
    @rule(who=by("ask"), why=reasons)
    def ask(self, who, why) -> None:
        told = self.day.ask(who, why=why.strip())
        self.sheet_step(told, who, "sheet.ask_exception", actions.ask_for_exception, reason=why)

    @mostly_in("collecting", "coordinated")
    @rule(who=by("except"), named=st.sampled_from(["over_cap", "in_place"]), why=reasons)
    def publish_by_exception(self, who, named, why) -> None:
        told = self.day.publish_by_exception(who, named, why=why.strip())
        how = {"named": ExceptionKind(named), "reason": why}
        self.sheet_step(told, who, "sheet.except", actions.publish_by_exception, **how)

    @mostly_in("coordinated", "approved", "published")
    @rule(who=by("return"), why=reasons)
    def give_back(self, who, why) -> None:
        told = self.day.give_back(who, why=why.strip())
        self.sheet_step(told, who, "sheet.return", actions.return_sheet, reason=why)

    @rule(who=by("return subject"), subject=subjects, why=reasons)
    def give_back_subject(self, who, subject, why) -> None:
        told = self.day.give_back_subject(who, subject, why=why.strip())
        where = self.subject(subject)
        self.sheet_step(told, who, "filing.return", actions.return_subject, where, reason=why)

    @mostly_in("collecting", "coordinated")
    @rule()
    def the_clock_strikes(self) -> None:
        told = self.day.publish_itself()
        done = actions.publish_itself(self.world.four_one, TODAY, at=NOW)
        db.session.commit()
        assert (done is not None) == (told is not None)
        self.day = told or self.day

    @invariant()
    def both_tell_the_same(self) -> None:
        real, day = self.real, self.day
        signer = self.people[day.signer].id if day.signer else None
        assert (real.status, real.load.total, real.load.everything) == (day.state, day.total(), day.everything())
        assert real.load.complete != day.open_minutes()
        if real.sheet:
            assert real.sheet.totals in (None, real.totals())
            assert (real.sheet.published_number, real.sheet.coordinated_by_id) == (len(day.public), signer)
        filed = {each.subject.name: (each.status, each.late) for each in real.filings}
        assert filed == {name: (paper.state, paper.late) for name, paper in day.papers.items()}
        versions = db.session.scalars(select(SheetVersion).order_by(SheetVersion.number)).all()
        assert [(each.number, each.total, each.exception_reason) for each in versions] == [
            (number, *public) for number, public in enumerate(day.public, 1)
        ]
        names = {person.name: login for login, person in self.people.items()} | {"": ""}
        rows = db.session.scalars(select(LogEntry).where(LogEntry.step != "homework.save").order_by(LogEntry.id))
        assert [(names[row.actor_name], row.step) for row in rows] == list(day.log)
        db.session.commit()


def test_the_portal_does_what_the_plain_model_says(stage: Flask) -> None:
    run_state_machine_as_test(TwoTellings, settings=SETTINGS)


def nothing(*args: object, **named: object) -> None:
    """A rule that never says no."""


BROKEN = {
    "check_publishable": nothing,
    "check_four_eyes": nothing,
    "lapses": lambda *args: False,
    "may_publish_itself": lambda *args, **named: True,
}


@pytest.mark.parametrize("rule_name", BROKEN)
def test_a_portal_with_a_broken_rule_is_found_out(
    stage: Flask, monkeypatch: pytest.MonkeyPatch, rule_name: str
) -> None:
    monkeypatch.setattr(approval, rule_name, BROKEN[rule_name])
    with pytest.raises((AssertionError, IntegrityError)):  # the tellings differ, or the database itself refuses
        run_state_machine_as_test(TwoTellings, settings=settings(SETTINGS, max_examples=300, phases=[Phase.generate]))
