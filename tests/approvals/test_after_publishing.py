"""After publishing: a correction that adds nothing is public at once; one that adds minutes has to be approved anew."""

import pytest
from sqlalchemy import select

from portal.approvals import queries
from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework.models import DaySheet
from portal.policy.approval import SheetStatus
from portal.policy.errors import PolicyError
from portal.policy.vocabulary import Form, Tier
from tests.factories import TODAY, TOMORROW, World, item, set_rule


def versions(world: World) -> list[tuple[int, int, str]]:
    """Number, total and reason of the published versions of 四(1) today, the first one first."""
    db.session.rollback()
    found = queries.versions_of_sheet(world.four_one.id, TODAY)
    return [(each.number, each.total, each.reason) for each in reversed(found)]


def texts(version: SheetVersion) -> list[str]:
    return [each["text"] for subject in version.content["subjects"] for each in subject["items"]]


def steps(world: World) -> list[tuple[str, str, str, str, str]]:
    rows = db.session.scalars(select(LogEntry).where(LogEntry.step.like("sheet.%")).order_by(LogEntry.id))
    return [(row.actor_name, row.step, row.before, row.after, row.exception) for row in rows]


@pytest.fixture
def published(world: World) -> World:
    """四(1) with 数学 20 and 语文 25 minutes, published."""
    world.file(world.chen, world.maths, item(20, "第 3 题"))
    world.file(world.shen, world.chinese, item(25))
    world.publish()
    return world


def test_a_correction_without_more_minutes_is_the_next_version_with_its_reason(published: World) -> None:
    published.file(published.chen, published.maths, item(20, "第 4 题"), reason="页码写错了")
    assert versions(published) == [(1, 45, ""), (2, 45, "数学 页码写错了")]
    assert published.day(published.four_one).status == SheetStatus.PUBLISHED
    first, second = reversed(queries.versions_of_sheet(published.four_one.id, TODAY))
    assert ("第 3 题" in texts(first), "第 4 题" in texts(second), "第 3 题" in texts(second)) == (True, True, False)
    assert steps(published)[-1] == ("陈立德", "sheet.correct", "published", "published", "changed")


def test_fewer_minutes_and_a_withdrawal_are_corrections_too(published: World) -> None:
    published.file(published.chen, published.maths, item(15), reason="减一题")
    homework.withdraw(
        published.four_one,
        published.chinese,
        TODAY,
        seen_version=1,
        by=published.shen,
        at=published.at,
        reason="改到明天",
    )
    db.session.commit()
    assert versions(published) == [(1, 45, ""), (2, 40, "数学 减一题"), (3, 15, "语文 改到明天")]


def test_more_minutes_make_the_approval_lapse_and_the_last_version_stays_public(published: World) -> None:
    published.file(published.chen, published.maths, item(26, "第 4 题"), reason="加一题")
    sheet = published.day(published.four_one)
    assert (sheet.status, sheet.load.total, sheet.sheet.coordinated_by_id) == (SheetStatus.COLLECTING, 51, None)
    assert versions(published) == [(1, 45, "")]
    assert steps(published)[-1] == ("陈立德", "sheet.lapse", "published", "collecting", "changed")
    published.publish()
    assert versions(published) == [(1, 45, ""), (2, 51, "数学 加一题")]


def test_minutes_that_are_not_written_or_voluntary_count_as_more_too(published: World) -> None:
    published.file(
        published.chen, published.maths, item(20), item(10, "读一读", form=Form.READING), reason="加一项阅读"
    )
    assert published.day(published.four_one).status == SheetStatus.COLLECTING
    published.publish()
    published.file(
        published.chen,
        published.maths,
        item(20),
        item(10, "读一读", form=Form.READING),
        item(5, "想一想", tier=Tier.OPTIONAL),
        reason="加一项选做",
    )
    assert published.day(published.four_one).status == SheetStatus.COLLECTING
    assert versions(published) == [(1, 45, ""), (2, 45, "数学 加一项阅读")]


def test_the_reasons_of_several_changes_wait_for_the_next_version_together(published: World) -> None:
    published.file(published.chen, published.maths, item(30), reason="加一题")
    published.file(published.shen, published.chinese, item(20), reason="少一段")
    published.publish()
    assert versions(published)[-1] == (2, 50, "数学 加一题\n语文 少一段")
    assert db.session.scalar(select(DaySheet.correction).where(DaySheet.date == TODAY)) == ""


def test_a_change_of_what_was_public_without_a_reason_is_refused_whatever_the_state(published: World) -> None:
    for _ in range(2):
        with pytest.raises(PolicyError, match="修改要写明原因"):
            published.file(published.chen, published.maths, item(20), reason=" ")
        db.session.rollback()
        published.give_back("看看") if published.day(published.four_one).status == SheetStatus.PUBLISHED else None
    assert versions(published) == [(1, 45, "")]


def test_a_draft_of_a_correction_is_not_kept(published: World) -> None:
    with pytest.raises(PolicyError, match="不存草稿"):
        published.file(published.chen, published.maths, item(20), submit=False)


def test_a_correction_below_a_lowered_cap_is_no_correction_but_lapses(published: World) -> None:
    """What is over the cap now is never published, not even with fewer minutes than before."""
    set_rule(published.school, 4, cap=30)
    db.session.commit()
    published.file(published.chen, published.maths, item(15), reason="减一题")
    assert versions(published) == [(1, 45, "")]
    assert published.day(published.four_one).status == SheetStatus.COLLECTING


def test_a_correction_that_reaches_into_a_later_signed_off_sheet_is_refused_whole(published: World) -> None:
    published.file(published.luo, published.english, item(20), day=TOMORROW)
    published.coordinate(day=TOMORROW)
    with pytest.raises(PolicyError, match="已经协调好"):
        published.file(published.chen, published.maths, item(20, days=2), reason="分两天做")
    db.session.rollback()
    assert versions(published) == [(1, 45, "")]
    assert published.day(published.four_one).load.total == 45
