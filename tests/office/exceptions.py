"""Short ways to what the office looks at."""

from datetime import date, datetime, time

from portal.approvals import actions as approvals
from portal.approvals import queries as approval_queries
from portal.extensions import db
from portal.homework import actions as homework
from portal.policy.approval import ExceptionKind
from portal.school.models import SchoolClass
from tests.factories import TODAY, World, item


def own_subject(world: World, school_class: SchoolClass | None = None, day: date = TODAY, minutes: int = 20) -> None:
    """The homeroom teacher signs off a sheet with their own subject on it."""
    world.file(world.chen, world.maths, item(minutes), school_class=school_class, day=day)
    world.coordinate(school_class, day)


def late(world: World, minutes: int = 20) -> None:
    """罗安怡 hands in after the cut-off, and says why."""
    homework.file_homework(
        world.four_one,
        world.english,
        TODAY,
        items=[item(minutes)],
        submit=True,
        seen_version=0,
        by=world.luo,
        at=datetime.combine(TODAY, time(16, 20), world.at.tzinfo),
        reason="外出教研",
    )
    db.session.commit()


def ask(world: World, school_class: SchoolClass | None = None, day: date = TODAY, minutes: int = 75) -> None:
    """A sheet over its cap, and the homeroom teacher asks to publish it all the same."""
    school_class = school_class or world.four_one
    world.file(world.chen, world.maths, item(minutes), school_class=school_class, day=day)
    approvals.ask_for_exception(
        school_class,
        day,
        reason="明天期末复习",
        seen_version=world.day(school_class, day).version,
        by=world.chen,
        at=world.at,
    )
    db.session.commit()


def except_it(world: World, named: ExceptionKind = ExceptionKind.OVER_CAP) -> None:
    approvals.publish_by_exception(
        world.four_one,
        TODAY,
        named=named,
        reason="期末统一练习",
        seen_version=world.day(world.four_one).version,
        by=world.zheng,
        at=world.at,
    )
    db.session.commit()


def review(world: World, school_class: SchoolClass | None = None, note: str = "") -> None:
    school_class = school_class or world.four_one
    seen = approval_queries.last_exception(world.day(school_class).sheet.id)
    approvals.review(school_class, TODAY, note=note, seen_entry=seen, by=world.zheng, at=world.at)
    db.session.commit()
