"""What is not the daily way: over the cap, in place of others, by the clock, by deputies, passed by the office."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from portal.accounts import queries as account_queries
from portal.accounts.models import Deputy, RoleGrant
from portal.approvals import actions, queries
from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import actions as homework
from portal.policy.approval import ApprovalMode, ExceptionKind, SheetStatus
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.permissions import Role
from tests.factories import TODAY, World, item, make_person


def last(world: World, step: str) -> LogEntry:
    return db.session.scalars(select(LogEntry).where(LogEntry.step == step).order_by(LogEntry.id.desc()).limit(1)).one()


def version_of(world: World) -> int:
    return world.day(world.four_one).version


def except_it(
    world: World, named: ExceptionKind = ExceptionKind.OVER_CAP, reason: str = "期末统一练习"
) -> SheetVersion:
    done = actions.publish_by_exception(
        world.four_one,
        TODAY,
        named=named,
        reason=reason,
        seen_version=version_of(world),
        by=world.zheng,
        at=world.at,
    )
    db.session.commit()
    return done


# Over the cap


def test_the_office_publishes_over_the_cap_with_a_reason_that_the_log_keeps(world: World) -> None:
    world.file(world.chen, world.maths, item(75))
    version = except_it(world)
    assert (version.number, version.total, version.allowed, version.exception_reason) == (1, 75, 60, "期末统一练习")
    assert world.day(world.four_one).status == SheetStatus.PUBLISHED
    row = last(world, "sheet.except")
    assert (row.actor_name, row.reason, row.exception, row.before) == (
        "郑怀瑾",
        "期末统一练习",
        "over_cap",
        "collecting",
    )
    assert [each["step"] for each in version.content["marks"]] == ["except"]
    assert "期末" not in str(version.content)


@pytest.mark.parametrize(
    ("minutes", "named", "reason", "says"),
    [
        (60, ExceptionKind.OVER_CAP, "有原因", "没有超过上限"),
        (61, ExceptionKind.IN_PLACE, "有原因", "只能按超量公示"),
        (61, ExceptionKind.OVER_CAP, "  ", "原因"),
        (None, ExceptionKind.OVER_CAP, "有原因", "没有填分钟数"),
        (None, ExceptionKind.IN_PLACE, "有原因", "没有填分钟数"),
    ],
)
def test_an_exception_is_what_its_reason_says_and_complete(
    world: World, minutes: int | None, named: ExceptionKind, reason: str, says: str
) -> None:
    world.file(world.chen, world.maths, item(minutes))
    with pytest.raises(PolicyError, match=says):
        except_it(world, named, reason)
    db.session.rollback()
    assert queries.versions_of_sheet(world.four_one.id, TODAY) == []


def test_the_database_refuses_a_version_over_its_cap_without_a_reason(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    world.publish()
    columns = "school_id, class_id, sheet_id, date, last_day, content, published_at, reason, total, allowed"
    copy = (
        f"INSERT INTO sheet_version ({columns}, number, exception_reason) SELECT {columns.replace(', total', ', 61')}"
    )
    with pytest.raises(IntegrityError, match="no_version_over_its_cap_without_a_reason"):
        db.session.execute(text(f"{copy}, 2, '' FROM sheet_version"))
    db.session.rollback()
    db.session.execute(text(f"{copy}, 2, '有原因' FROM sheet_version"))


def test_a_correction_of_what_was_published_over_the_cap_goes_the_long_way(world: World) -> None:
    world.file(world.chen, world.maths, item(75))
    except_it(world)
    world.file(world.chen, world.maths, item(70), reason="减一题")
    assert world.day(world.four_one).status == SheetStatus.COLLECTING
    assert [each.total for each in queries.versions_of_sheet(world.four_one.id, TODAY)] == [75]


def test_asking_for_an_exception_leaves_the_sheet_where_it_is_and_tells_the_office(world: World) -> None:
    world.file(world.chen, world.maths, item(75))
    actions.ask_for_exception(
        world.four_one, TODAY, reason="明天考试", seen_version=version_of(world), by=world.chen, at=world.at
    )
    db.session.commit()
    row = last(world, "sheet.ask")
    assert (row.before, row.after, row.exception, row.reason) == ("collecting", "collecting", "asked", "明天考试")
    assert world.day(world.four_one).status == SheetStatus.COLLECTING


def test_nobody_asks_for_an_exception_within_the_cap(world: World) -> None:
    world.file(world.chen, world.maths, item(60))
    with pytest.raises(PolicyError, match="没有超过上限"):
        actions.ask_for_exception(
            world.four_one, TODAY, reason="明天考试", seen_version=version_of(world), by=world.chen, at=world.at
        )


# In place of those who are missing


def test_the_office_publishes_in_place_of_a_missing_homeroom_teacher(world: World) -> None:
    world.file(world.chen, world.maths, item(30))
    world.file(world.luo, world.english, item(50), submit=False)
    version = except_it(world, ExceptionKind.IN_PLACE, "班主任请假")
    assert (version.total, version.exception_reason) == (30, "班主任请假")  # the draft stays behind
    assert last(world, "sheet.except").exception == "in_place"
    totals = world.day(world.four_one).sheet.totals
    assert totals["load"]["home"] == 30


# By the clock


def clock(world: World) -> SheetVersion | None:
    done = actions.publish_itself(world.four_one, TODAY, at=world.at)
    db.session.commit()
    return done


def test_a_clean_sheet_publishes_itself_marked_as_such(world: World) -> None:
    world.file(world.chen, world.maths, item(30))
    version = clock(world)
    assert (version.number, version.published_by_id, version.content["marks"][-1]["step"]) == (1, None, "automatic")
    row = last(world, "sheet.automatic")
    assert (row.actor_id, row.actor_name, row.exception) == (None, "", "automatic")
    assert clock(world) is None


def test_a_sheet_that_waits_for_the_lead_publishes_itself_too(world: World) -> None:
    world.file(world.chen, world.maths, item(30))
    world.coordinate()
    assert [each["step"] for each in clock(world).content["marks"]] == ["coordinate", "automatic"]


@pytest.mark.parametrize(
    "why", ["nothing filed", "withdrawn", "over", "draft", "incomplete", "returned", "subject", "lapsed"]
)
def test_a_sheet_somebody_has_to_look_at_never_publishes_itself(world: World, why: str) -> None:
    if why != "nothing filed":
        world.file(world.chen, world.maths, item({"over": 61, "incomplete": None}.get(why, 20)))
    if why == "withdrawn":
        homework.withdraw(world.four_one, world.maths, TODAY, seen_version=1, by=world.chen, at=world.at)
        db.session.commit()
    if why == "draft":
        world.file(world.luo, world.english, item(5), submit=False)
    if why == "returned":
        world.coordinate()
        world.give_back("换一题")
    if why == "subject":
        return_maths(world)
    if why == "lapsed":
        world.publish()
        world.file(world.chen, world.maths, item(30), reason="加一题")
    before = len(queries.versions_of_sheet(world.four_one.id, TODAY))
    assert clock(world) is None
    assert len(queries.versions_of_sheet(world.four_one.id, TODAY)) == before


# One subject back


def return_maths(world: World, by: object = None, reason: str = "换一题") -> None:
    actions.return_subject(
        world.four_one,
        world.maths,
        TODAY,
        reason=reason,
        seen_version=version_of(world),
        by=by or world.chen,
        at=world.at,
    )
    db.session.commit()


def test_one_subject_goes_back_and_the_others_stay(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.luo, world.english, item(15))
    return_maths(world)
    day = world.day(world.four_one)
    filing = day.filing_of(world.maths.id)
    assert (filing.status, filing.return_reason, day.load.total) == ("returned", "换一题", 15)
    row = last(world, "homework.return")
    assert (row.before, row.after, row.reason, row.details["minutes"]) == ("submitted", "returned", "换一题", [20, 0])
    again = world.file(world.chen, world.maths, item(10))
    assert (again.id, again.status, again.return_reason) == (filing.id, "submitted", "")


def test_one_subject_of_a_signed_off_sheet_takes_the_sheet_back_with_it(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    return_maths(world, by=world.zheng)
    assert (world.day(world.four_one).status, last(world, "sheet.return").reason) == ("collecting", "数学 换一题")


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_subject_does_not_go_back_without_a_reason(world: World, reason: str) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    with pytest.raises(PolicyError, match="原因"):
        return_maths(world, reason=reason)
    db.session.rollback()
    assert world.day(world.four_one).status == SheetStatus.COORDINATED


def test_what_was_not_handed_in_cannot_go_back(world: World) -> None:
    world.file(world.chen, world.maths, item(20), submit=False)
    with pytest.raises(PolicyError, match="只有已提交"):
        return_maths(world)


# The office passes every sheet


def test_where_the_office_passes_every_sheet_approving_is_not_publishing(world: World) -> None:
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    world.file(world.luo, world.english, item(20))
    world.coordinate()
    assert world.approve() is None
    assert (world.day(world.four_one).status, queries.versions_of_sheet(world.four_one.id, TODAY)) == ("approved", [])
    later = world.at + timedelta(minutes=9)
    version = actions.publish(world.four_one, TODAY, seen_version=version_of(world), by=world.zheng, at=later)
    assert [each["step"] for each in version.content["marks"]] == ["coordinate", "approve", "publish"]


def test_whoever_signed_off_does_not_pass_it_for_the_office_either(world: World) -> None:
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    world.file(world.luo, world.english, item(20))
    world.coordinate(by=world.zheng)
    world.approve()
    with pytest.raises(PolicyError, match="另一位"):
        actions.publish(world.four_one, TODAY, seen_version=version_of(world), by=world.zheng, at=world.at)


# What the office looks at afterwards


def test_signing_off_ones_own_subject_is_marked_and_without_it_is_not(world: World) -> None:
    world.file(world.luo, world.english, item(20))
    world.coordinate()
    assert last(world, "sheet.coordinate").exception == ""
    world.give_back("再看看")
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    assert last(world, "sheet.coordinate").exception == "own_subject"


def test_the_office_reviews_only_what_it_has_seen(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    seen = queries.last_exception(world.day(world.four_one).sheet.id)
    world.give_back("再看看")
    world.coordinate()
    look = {"note": "没有问题", "by": world.zheng, "at": world.at}
    with pytest.raises(StaleForm):
        actions.review(world.four_one, TODAY, seen_entry=seen, **look)
    db.session.rollback()
    newest = queries.last_exception(world.day(world.four_one).sheet.id)
    actions.review(world.four_one, TODAY, seen_entry=newest, **look)
    assert last(world, "sheet.review").reason == "没有问题"


# Deputies


def test_what_a_deputy_does_says_in_whose_place(world: World, app: Flask) -> None:
    wu = make_person(world.school, "wu", "吴悠")
    held = db.session.scalars(
        select(RoleGrant).where(RoleGrant.role == Role.HOMEROOM, RoleGrant.person_id == world.chen.id)
    ).one()
    db.session.add(Deputy(school_id=world.school.id, grant_id=held.id, person_id=wu.id, first=TODAY, last=TODAY))
    db.session.commit()
    account_queries.people_with_rights(world.school.id, TODAY)
    world.file(world.chen, world.maths, item(20))
    world.coordinate(by=wu)
    assert (last(world, "sheet.coordinate").actor_name, last(world, "sheet.coordinate").details["deputy_for"]) == (
        "吴悠",
        [world.chen.id],
    )
    world.approve()
    assert "deputy_for" not in last(world, "sheet.approve").details
