"""Reading sheets and filings: what belongs to a day, in how many statements."""

from datetime import date, timedelta

from portal.extensions import db
from portal.homework import queries
from portal.policy.approval import FilingStatus
from tests.factories import TODAY, TOMORROW, World, assign, item, make_class
from tests.page import statements

MONDAY = date(2026, 11, 23)


def last(world: World, day: date = TODAY) -> str | None:
    """The text of what "same as last time" copies for 数学 in 四(1)."""
    filing = queries.last_filing_before(world.four_one.id, world.maths.id, day)
    return filing.items[0].text if filing else None


def test_one_class_and_three_take_the_same_statements(world: World) -> None:
    four_three = make_class(world.school, 4, 3)
    assign(world.chen, four_three, world.maths)
    for school_class in (world.four_one, world.four_two, four_three):
        world.file(world.chen, world.maths, item(20), item(5, days=3), school_class=school_class)
    counts = []
    for classes in ([world.four_one], [four_three, world.four_one, world.four_two]):
        db.session.commit()
        with statements() as seen:
            days = queries.class_days(classes, TODAY)
            totals = [each.load.total for each in days]
            subjects = [[subject.subject.name for subject in each.subjects] for each in days]
        counts.append(len(seen))
        assert [each.school_class for each in days] == classes
        assert totals == [22] * len(classes)
    assert subjects == [["数学"], ["语文", "数学", "英语"], ["数学"]]
    assert counts == [4, 4]


def test_a_week_takes_as_many_statements_as_a_day(world: World) -> None:
    world.file(world.chen, world.maths, item(21, days=3), day=MONDAY)
    world.file(world.shen, world.chinese, item(10), day=TOMORROW)
    db.session.commit()
    with statements() as seen:
        week = queries.class_week(world.four_one, TODAY)
        totals = [each.load.total for each in week]
    assert [each.date for each in week] == [MONDAY + timedelta(days=n) for n in range(5)]
    assert totals == [7, 7, 17, 0, 0]
    assert len(seen) == 4
    for each in week:
        alone = queries.class_day(world.four_one, each.date)
        assert (each.load, each.version) == (alone.load, alone.version)
        assert [day.state for day in each.subjects] == [day.state for day in alone.subjects]


def test_no_classes_need_no_statement(world: World) -> None:
    with statements() as seen:
        assert queries.class_days([], TODAY) == []
    assert seen == []


def test_what_is_read_is_what_is_stored_now(world: World) -> None:
    """The session may know an older state: under the lock of a sheet, sums are read anew."""
    filing = world.file(world.chen, world.maths, item(20))
    db.session.execute(db.update(type(filing)).values(status="withdrawn").execution_options(synchronize_session=False))
    assert filing.status == FilingStatus.SUBMITTED
    assert world.day(world.four_one).load.total == 0


def test_classes_do_not_mix(world: World) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.chen, world.maths, item(33), school_class=world.four_two)
    world.file(world.zhou, world.other_maths, item(44), school_class=world.other_class)
    classes = [world.four_one, world.four_two]
    assert [each.load.total for each in queries.class_days(classes, TODAY)] == [20, 33]
    assert queries.class_day(world.other_class, TODAY).load.total == 44


def test_the_longest_task_reaches_its_last_day_and_not_beyond(world: World) -> None:
    first = date(2026, 11, 24)
    world.file(world.chen, world.maths, item(62, days=62), day=first)
    on_days = {n: queries.class_day(world.four_one, first + timedelta(days=n)).load.total for n in (0, 1, 59, 62, 63)}
    assert on_days == {0: 1, 1: 1, 59: 3, 62: 0, 63: 0}


def test_last_time_is_the_last_submitted_filing_with_items(world: World) -> None:
    days = [TODAY - timedelta(days=n) for n in (8, 7, 6, 5)]
    assert last(world) is None
    world.file(world.chen, world.maths, item(20, "更早"), day=days[0])
    world.file(world.chen, world.maths, item(20, "上次"), day=days[1])
    world.file(world.chen, world.maths, item(20, "草稿"), day=days[2], submit=False)
    world.file(world.chen, world.maths, day=days[3])
    world.file(world.shen, world.chinese, item(20, "语文"), day=days[3])
    world.file(world.chen, world.maths, item(20, "别的班"), day=days[3], school_class=world.four_two)
    world.file(world.chen, world.maths, item(20, "今天"))
    assert [last(world), last(world, days[1]), last(world, TOMORROW)] == ["上次", "更早", "今天"]
    withdrawn = world.day(world.four_one, days[1]).filing_of(world.maths.id)
    withdrawn.status = FilingStatus.WITHDRAWN
    db.session.commit()
    assert last(world) == "更早"
