"""ClassDay: one class's day as pages and actions see it. Today is Tuesday, 24 November 2026."""

from datetime import date, timedelta

import pytest

from portal.extensions import db
from portal.homework.sheet import SubjectDay
from portal.policy.approval import FilingStatus
from portal.policy.vocabulary import Form, Place, Tier
from portal.school.models import Subject
from tests.factories import TODAY, TOMORROW, World, add, assign, item, make_person, set_rule

YESTERDAY = TODAY - timedelta(days=1)
MONDAYS, STANDS_IN = 0b0000001, 0
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (27, 28, 29, 30))


def states(world: World, day: date = TODAY) -> dict[str, str]:
    """What the board would say of each subject of 四(1), in its order."""
    return {each.subject.name: each.state.value for each in world.day(world.four_one, day).subjects}


def maths(world: World, day: date = TODAY) -> SubjectDay:
    return world.day(world.four_one, day).subject(world.maths.id)


def shares(world: World, days: list[date]) -> list[list[tuple[int | None, int]]]:
    """The items of 数学 on each of these days: minutes here, and which day of the task it is."""
    on_days = (maths(world, day) for day in days)
    return [[(each.share, each.day_number) for each in on_day.items] if on_day else [] for on_day in on_days]


def test_a_subject_is_listed_declared_none_or_missing(world: World) -> None:
    world.file(world.shen, world.chinese, item(20))
    world.file(world.luo, world.english)
    assert states(world) == {"语文": "listed", "数学": "missing", "英语": "none"}
    assert [each.subject.name for each in world.day(world.four_one).missing] == ["数学"]


@pytest.mark.parametrize("status", FilingStatus)
def test_what_was_taken_back_is_missing_again(world: World, status: FilingStatus) -> None:
    live = status in (FilingStatus.DRAFT, FilingStatus.SUBMITTED)
    filing = world.file(world.chen, world.maths, item(20))
    none = world.file(world.luo, world.english)
    filing.status = none.status = status
    db.session.commit()
    assert states(world)["数学"] == ("listed" if live else "missing")
    assert states(world)["英语"] == ("none" if live else "missing")
    assert world.day(world.four_one).load.total == (20 if live else 0)
    assert maths(world).filing.id == filing.id
    assert (maths(world).is_draft, maths(world).is_returned) == (status == "draft", status == "returned")


def test_a_subject_is_only_missed_on_the_days_it_is_taught(world: World) -> None:
    art = add(Subject, school_id=world.school.id, name="美术", position=9)
    assign(world.luo, world.four_one, art, MONDAYS)
    assert states(world) == {"语文": "missing", "数学": "missing", "英语": "missing"}
    assert states(world, MONDAY) == {"语文": "missing", "数学": "missing", "英语": "missing", "美术": "missing"}
    world.file(world.luo, art, item(10, form=Form.PRACTICAL))
    assert states(world)["美术"] == "listed"


def test_who_stands_in_is_not_expected_to_file(world: World) -> None:
    substitute = make_person(world.school, "xu", "许知行")
    assign(substitute, world.four_one, world.maths, STANDS_IN)
    assert maths(world).teachers == ("陈立德",)
    music = add(Subject, school_id=world.school.id, name="音乐", position=9)
    assign(substitute, world.four_one, music, STANDS_IN)
    world.file(substitute, music)
    day = world.day(world.four_one).subject(music.id)
    assert (day.state.value, day.teachers) == ("none", ("许知行",))


def test_an_untaught_subject_is_on_the_sheet_only_while_something_was_filed(world: World) -> None:
    art = add(Subject, school_id=world.school.id, name="美术", position=9)
    assign(world.luo, world.four_one, art, MONDAYS)
    assert world.day(world.four_one).subject(art.id) is None
    world.file(world.luo, art, item(10)).status = FilingStatus.WITHDRAWN
    db.session.commit()
    assert states(world) == {"语文": "missing", "数学": "missing", "英语": "missing", "美术": "untaught"}


def test_a_task_over_several_days_is_carried_into_the_next_sheets(world: World) -> None:
    world.file(world.chen, world.maths, item(20, days=3), day=YESTERDAY)
    assert shares(world, [YESTERDAY, TODAY, TOMORROW, date(2026, 11, 26)]) == [[(7, 1)], [(7, 2)], [(6, 3)], []]
    assert states(world)["数学"] == "listed"
    assert maths(world).filing is None
    world.file(world.chen, world.maths, item(5))
    assert shares(world, [TODAY, TOMORROW]) == [[(7, 2), (5, 1)], [(6, 3)]]
    load = world.day(world.four_one).load
    assert (load.total, load.from_spans) == (12, 7)


def test_a_weekly_task_is_only_on_the_sheets_of_its_days(world: World) -> None:
    world.file(world.chen, world.maths, item(30, days=15, every=7))
    weeks = [TODAY + timedelta(days=n) for n in (0, 7, 14, 21)]
    assert shares(world, weeks) == [[(10, 1)], [(10, 8)], [(10, 15)], []]
    assert shares(world, [TOMORROW]) == [[]]
    assert states(world, TOMORROW)["数学"] == "missing"


def test_none_today_does_not_hide_a_task_that_goes_on(world: World) -> None:
    world.file(world.chen, world.maths, item(20, days=3), day=YESTERDAY)
    world.file(world.chen, world.maths)
    assert (states(world)["数学"], shares(world, [TODAY])) == ("listed", [[(7, 2)]])


def test_withdrawn_and_returned_tasks_are_not_carried(world: World) -> None:
    filing = world.file(world.chen, world.maths, item(20, days=3), day=YESTERDAY)
    for gone in (FilingStatus.WITHDRAWN, FilingStatus.RETURNED):
        filing.status = gone
        db.session.commit()
        assert shares(world, [TODAY]) == [[]]


def test_drafts_leave_the_count_when_the_sheet_is_coordinated_and_come_back(world: World) -> None:
    world.file(world.shen, world.chinese, item(20))
    world.file(world.chen, world.maths, item(15, days=2), submit=False)
    both = [world.day(world.four_one, day).load.total for day in (TODAY, TOMORROW)]
    world.coordinate()
    signed = [world.day(world.four_one, day).load.total for day in (TODAY, TOMORROW)]
    assert states(world)["数学"] == "missing"
    world.give_back("再看看")
    again = [world.day(world.four_one, day).load.total for day in (TODAY, TOMORROW)]
    assert (both, signed, again) == ([28, 7], [20, 0], [28, 7])


def test_friday_covers_the_weekend(world: World) -> None:
    world.file(world.chen, world.maths, item(50, days=5), item(20), day=FRIDAY)
    friday = world.day(world.four_one, FRIDAY)
    assert (friday.days, friday.is_batch) == ((FRIDAY, SATURDAY, SUNDAY), True)
    assert (friday.cap.minutes, friday.cap.limit, friday.load.total) == (60, 120, 50)
    assert shares(world, [FRIDAY, MONDAY]) == [[(30, 1), (20, 1)], [(10, 4)]]
    assert world.day(world.four_one).is_batch is False


def test_what_is_taught_on_friday_is_missed_on_the_weekend_sheet(world: World) -> None:
    assert states(world, FRIDAY) == {"语文": "missing", "数学": "missing", "英语": "missing"}
    assert states(world, SATURDAY) == {}


@pytest.mark.parametrize(
    ("minutes", "verdict", "over", "left"),
    [(59, "within", 0, 1), (60, "full", 0, 0), (61, "over", 1, 0)],
)
def test_the_cap_is_not_passed_by_sixty_minutes(world: World, minutes: int, verdict: str, over: int, left: int) -> None:
    world.file(world.chen, world.maths, item(minutes))
    day = world.day(world.four_one)
    assert (day.verdict.value, day.over, day.left) == (verdict, over, left)


def test_the_schools_own_cap_holds(world: World) -> None:
    set_rule(world.school, 4, cap=45)
    set_rule(world.other_school, 4, cap=30)
    world.file(world.chen, world.maths, item(50))
    assert (world.day(world.four_one).cap.minutes, world.day(world.four_one).over) == (45, 5)
    assert world.day(world.other_class).cap.minutes == 30


def test_grades_1_and_2_have_no_cap_and_no_rest(world: World) -> None:
    world.file(world.lin, world.chinese, item(90, place=Place.SCHOOL), school_class=world.one_one)
    day = world.day(world.one_one)
    assert (day.cap.minutes, day.over, day.left, day.load.school) == (None, 0, None, 90)


def test_missing_minutes_make_the_day_incomplete(world: World) -> None:
    world.file(world.shen, world.chinese, item(20))
    world.file(world.chen, world.maths, item(None), item(10), submit=False)
    day = world.day(world.four_one)
    assert (day.load.total, day.load.complete) == (30, False)
    assert [each.subject.name for each in day.incomplete] == ["数学"]
    assert [each.subject.name for each in day.drafts] == ["数学"]


def test_a_day_without_one_subject_keeps_what_earlier_tasks_carry(world: World) -> None:
    world.file(world.chen, world.maths, item(20, days=2), day=YESTERDAY)
    world.file(world.chen, world.maths, item(5))
    world.file(world.shen, world.chinese, item(30, tier=Tier.OPTIONAL))
    tasks = world.day(world.four_one).tasks(without_subject=world.maths.id)
    assert [(each.ref, each.minutes) for each in tasks] == [(world.maths.id, 20), (world.chinese.id, 30)]
