"""A school in which much is known that families must not read: every secret is a word that stands nowhere else.

四(1)  Tuesday, today: published with names of teachers, which the school does not show any more; corrected, returned
       and edited since · Wednesday: a draft, a pending, an asked and returned filing · Friday: signed off, with one
       filing withdrawn
四(2)  today: published over its cap by the office, and looked at · 一(1): handed in, no more
远山   today: published · Wednesday: a draft
"""

from datetime import timedelta

from portal.accounts.models import Person
from portal.approvals import actions as approvals
from portal.approvals import queries as approval_queries
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import common_actions
from portal.negotiation import actions as negotiation
from portal.policy.approval import ExceptionKind
from portal.policy.vocabulary import Form
from portal.school import actions as school_actions
from portal.school.models import RetiredCode
from tests.deputies.lending import grant_of, lent
from tests.factories import HASH, TODAY, TOMORROW, World, add, item
from tests.public import FRIDAY

SHOWN = {"four_one": "shown-in-four-one", "four_two": "shown-in-four-two", "other_class": "shown-elsewhere"}
CORRECTION = "shown-why-corrected"
FILED = {
    *("replaced-words", "edited-words", "late-words", "draft-words", "pending-words", "asked-words", "signed-words"),
    *("withdrawn-words", "young-words", "elsewhere-draft-words", "common-words"),
}
SAID = {
    *(
        "why-it-was-returned",
        "why-edited",
        "why-late",
        "why-less",
        "why-not-less",
        "why-subject-returned",
        "why-over-the-cap",
    ),
    *("why-asked", "note-of-the-office", "why-minutes-changed", "why-the-cap"),
}
RETIRED = "retired-code"


def fill(world: World) -> set[str]:
    """Do all of it. Returns the secrets; all of them are stored."""
    people = db.session.query(Person).all()
    for person in people:
        person.login = f"login-{person.id}-secret"
    world.admin.name = "管理某"
    world.school.shows_teachers = True
    _today(world)
    world.school.shows_teachers = False
    _wednesday(world)
    _friday(world)
    _other_classes(world)
    _school(world)
    db.session.commit()
    names, logins = {person.name for person in people}, {person.login for person in people}
    return FILED | SAID | names | logins | {HASH, RETIRED}


def stored() -> str:
    """All that is in the database, as one text."""
    db.session.rollback()
    rows = (row for table in db.metadata.sorted_tables for row in db.session.execute(table.select()))
    return "\n".join(str(value) for row in rows for value in row)


def _today(world: World) -> None:
    world.file(world.chen, world.maths, item(30, "replaced-words"))
    world.publish()
    world.file(world.chen, world.maths, item(20, SHOWN["four_one"]), reason=CORRECTION)
    world.give_back("why-it-was-returned")
    world.file(world.chen, world.maths, item(25, "edited-words"), reason="why-edited")
    homework.file_homework(
        world.four_one,
        world.english,
        TODAY,
        items=[item(10, "late-words")],
        submit=True,
        seen_version=0,
        by=world.luo,
        at=world.at + timedelta(hours=2),
        reason="why-late",
    )


def _wednesday(world: World) -> None:
    world.file(world.chen, world.maths, item(20, "draft-words"), day=TOMORROW, submit=False)
    world.file(world.shen, world.chinese, item(20, "pending-words"), day=TOMORROW)
    asked = world.file(world.luo, world.english, item(30, "asked-words"), day=TOMORROW)
    how = {"suggested": 20, "message": "why-less", "seen_minutes": 30}
    request = negotiation.ask_shorter(world.four_one, TOMORROW, asked.items[0].id, **how, by=world.chen, at=world.at)
    negotiation.answer(request, "why-not-less", by=world.luo, at=world.at)
    approvals.return_subject(
        world.four_one,
        world.english,
        TOMORROW,
        reason="why-subject-returned",
        seen_version=world.day(world.four_one, TOMORROW).version,
        by=world.chen,
        at=world.at,
    )


def _friday(world: World) -> None:
    world.file(world.chen, world.maths, item(20, "signed-words"), day=FRIDAY)
    filing = world.file(world.luo, world.english, item(20, "withdrawn-words"), day=FRIDAY)
    seen = {"seen_version": filing.version, "at": world.at}
    homework.withdraw(world.four_one, world.english, FRIDAY, by=world.luo, **seen)
    filing = world.day(world.four_one, FRIDAY).filing_of(world.maths.id)
    seen = {"seen_version": filing.version, "by": world.shen, "at": world.at}
    item_id = filing.items[0].id
    homework.set_minutes(world.four_one, world.maths, FRIDAY, item_id, 15, reason="why-minutes-changed", **seen)
    world.coordinate(day=FRIDAY)


def _other_classes(world: World) -> None:
    two, at = world.four_two, world.at
    world.file(world.chen, world.maths, item(75, SHOWN["four_two"]), school_class=two)
    seen = world.day(two).version
    approvals.ask_for_exception(two, TODAY, reason="why-asked", seen_version=seen, by=world.chen, at=at)
    seen = world.day(two).version
    named = {"named": ExceptionKind.OVER_CAP, "reason": "why-over-the-cap"}
    approvals.publish_by_exception(two, TODAY, **named, seen_version=seen, by=world.zheng, at=at)
    entry = approval_queries.last_exception(world.day(two).sheet.id)
    approvals.review(two, TODAY, note="note-of-the-office", seen_entry=entry, by=world.zheng, at=at)
    world.file(world.lin, world.chinese, item(8, "young-words", form=Form.ORAL), school_class=world.one_one)
    there = world.other_class
    world.file(world.zhou, world.other_maths, item(20, SHOWN["other_class"]), school_class=there)
    world.file(world.zhou, world.other_maths, item(20, "elsewhere-draft-words"), school_class=there, day=TOMORROW)
    world.coordinate(there, by=world.zhou)
    approvals.publish_itself(there, TODAY, at=at)


def _school(world: World) -> None:
    by = {"by": world.shen, "at": world.at}
    common_actions.set_common(
        world.school, 4, world.chinese, FRIDAY, items=[item(20, "common-words")], seen_version=0, **by
    )
    seen = {"seen_version": world.school.rules_version, "by": world.zheng, "at": world.at}
    school_actions.set_grade_rule(world.school, 5, cap=70, no_homework_weekday=None, reason="why-the-cap", **seen)
    lent(world, grant_of(world.chen), world.luo)
    add(RetiredCode, school_id=world.school.id, class_id=world.four_one.id, code=RETIRED, retired_at=world.at)
