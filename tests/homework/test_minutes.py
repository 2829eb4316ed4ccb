"""The minutes of one item change without its teacher's composer: agreed with them, or by a reviewer who says why."""

import pytest
from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import actions
from portal.homework.models import Homework
from portal.policy.errors import PolicyError, StaleForm
from tests.factories import TODAY, TOMORROW, World, item


def shorten(
    world: World, filing: Homework, minutes: int = 15, *, nth: int = 0, seen: int = 1, **how: object
) -> Homework:
    done = actions.set_minutes(
        world.four_one,
        world.maths,
        TODAY,
        filing.items[nth].id,
        minutes,
        seen_version=seen,
        by=world.shen,
        at=world.at,
        **how,
    )
    db.session.commit()
    return done


def last_entry() -> LogEntry:
    return db.session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()


def test_a_reviewer_changes_minutes_with_a_reason_and_the_office_will_see_it(world: World) -> None:
    filing = world.file(world.chen, world.maths, item(16, "画受力图"), item(75, "练习册"))
    filing = shorten(world, filing, reason="合计 91 分钟")
    assert [each.minutes for each in filing.items] == [15, 75]
    entry = last_entry()
    assert (entry.step, entry.exception, entry.reason) == ("item.minutes", "reviewer", "合计 91 分钟")
    assert entry.details["item"] == {"text": "画受力图", "was": 16, "now": 15}
    assert entry.details["minutes"] == [91, 90]
    assert filing.teacher_id == world.chen.id


def test_what_was_agreed_on_needs_no_reason_and_is_no_exception(world: World) -> None:
    filing = world.file(world.chen, world.maths, item(25))
    shorten(world, filing, agreed=True)
    assert (last_entry().exception, last_entry().reason) == ("", "")
    assert world.day(world.four_one).load.total == 15


def test_a_reviewer_who_says_nothing_changes_nothing(world: World) -> None:
    filing = world.file(world.chen, world.maths, item(25))
    with pytest.raises(PolicyError, match="为什么"):
        shorten(world, filing, reason="  ")
    db.session.rollback()
    assert world.day(world.four_one).load.total == 25


def test_a_filing_that_has_changed_meanwhile_is_not_touched(world: World) -> None:
    filing = world.file(world.chen, world.maths, item(25))
    world.file(world.chen, world.maths, item(26))
    with pytest.raises(StaleForm):
        shorten(world, filing, reason="减一点", seen=1)
    db.session.rollback()
    assert world.day(world.four_one).load.total == 26


@pytest.mark.parametrize("submitted", [True, False])
def test_only_what_is_handed_in_on_a_sheet_that_collects_is_shortened(world: World, submitted: bool) -> None:
    filing = world.file(world.chen, world.maths, item(25), submit=submitted)
    if submitted:
        world.coordinate()
    with pytest.raises(PolicyError):
        shorten(world, filing, reason="减一点")


def test_an_item_of_another_day_is_not_reached_through_this_one(world: World) -> None:
    world.file(world.chen, world.maths, item(25))
    other = world.file(world.chen, world.maths, item(30), day=TOMORROW)
    with pytest.raises(PolicyError, match="不在清单上"):
        shorten(world, other, reason="减一点")


def test_a_shorter_span_is_shorter_on_the_later_sheets_and_their_stored_totals(world: World) -> None:
    filing = world.file(world.chen, world.maths, item(30, days=2))
    shorten(world, filing, 20, reason="减一点")
    later = world.day(world.four_one, TOMORROW)
    assert (later.load.total, later.sheet.totals["load"]["home"]) == (10, 10)
