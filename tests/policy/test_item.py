"""From what a teacher typed to how it counts."""

from datetime import date, timedelta

import pytest

from portal.policy.calendar import Calendar
from portal.policy.errors import PolicyError
from portal.policy.item import ItemValues, check_allowed, days_without_homework, task_of
from portal.policy.vocabulary import Form, Level, Place, Tier
from portal.policy.workload import Task, day_load
from tests.policy.strategies import MONDAY

SUNDAY = MONDAY - timedelta(days=1)


def typed(minutes: int | None, **facts: object) -> ItemValues:
    return ItemValues(
        **{"text": "口算", "tier": "mandatory", "form": "written", "place": "home"} | facts, minutes=minutes
    )


def total(*tasks: Task) -> int:
    return day_load(tasks, [MONDAY]).total


def on(subject: str, *items: ItemValues, first_day: date = MONDAY) -> list[Task]:
    return [task_of(item, subject=subject, first_day=first_day) for item in items]


def test_the_words_of_the_database_become_the_types_of_the_rules() -> None:
    item = typed(40, tier="optional", place="school", level="basic", days=4, every=2)
    [task] = on("数学", item)
    assert (task.tier, task.form, task.place, task.level) == (
        Tier.OPTIONAL,
        Form.WRITTEN,
        Place.SCHOOL,
        Level.BASIC,
    )
    assert (task.minutes, task.first_day, task.days, task.every) == (40, MONDAY, 4, 2)


def test_an_item_for_one_day_counts_in_full_and_not_as_a_share() -> None:
    load = day_load(on("数学", typed(25)), [MONDAY])
    assert (load.total, load.from_spans) == (25, 0)


def test_an_item_without_minutes_is_named_by_its_subject() -> None:
    assert day_load(on("数学", typed(None)) + on("语文", typed(5)), [MONDAY]).missing == ("数学",)


def test_two_teachers_who_both_call_their_choice_a_never_make_the_day_look_shorter() -> None:
    choice = [typed(20, choice_group="A", choose=1), typed(30, choice_group="A", choose=1)]
    assert total(*on("数学", *choice), *on("语文", *choice)) == 60


def test_an_optional_choice_of_one_name_is_shared_by_the_subjects() -> None:
    choice = [typed(20, tier="optional", choice_group="A", choose=1)]
    assert day_load(on("数学", *choice) + on("语文", *choice), [MONDAY]).optional == 20


def test_a_choice_without_a_name_is_no_choice() -> None:
    assert total(*on("数学", typed(20, choice_group=""), typed(30, choice_group=""))) == 50


def test_levels_are_those_of_one_subject_set_on_one_day() -> None:
    today = [typed(20, level="basic"), typed(30, level="extended")]
    since_sunday = [typed(50, level="basic", days=2), typed(20, level="extended", days=2)]
    assert total(*on("数学", *today), *on("语文", *today), *on("数学", *since_sunday, first_day=SUNDAY)) == 85


def test_a_choice_of_yesterday_and_one_of_today_are_two_even_under_one_name() -> None:
    today = typed(20, choice_group="A", choose=1)
    since_sunday = typed(50, choice_group="A", choose=1, days=2)
    assert total(*on("数学", today), *on("数学", since_sunday, first_day=SUNDAY)) == 45


# Days without homework

WEDNESDAYS = Calendar(no_homework={4: 2})
WEDNESDAY = MONDAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("item", "days"),
    [
        (typed(20), []),
        (typed(20, days=2), []),
        (typed(20, days=3), [WEDNESDAY]),
        (typed(None, days=3), [WEDNESDAY]),
        (typed(20, days=10), [WEDNESDAY, WEDNESDAY + timedelta(days=7)]),
        (typed(20, days=10, every=7), []),
        (typed(20, days=3, place="school"), [WEDNESDAY]),
        (typed(20, days=3, tier="optional"), []),
        (typed(20, days=3, form="reading"), []),
    ],
)
def test_a_mandatory_written_task_over_several_days_lands_on_a_no_homework_day(
    item: ItemValues, days: list[date]
) -> None:
    assert days_without_homework(item, first_day=MONDAY, calendar=WEDNESDAYS, grade=4) == days
    assert days_without_homework(item, first_day=MONDAY, calendar=WEDNESDAYS, grade=3) == []


def allowed(grade: int, *items: ItemValues, without: bool = False) -> bool:
    try:
        check_allowed(items, grade=grade, without_homework=without)
    except PolicyError:
        return False
    return True


def test_what_a_grade_and_a_day_refuse() -> None:
    written, reading, optional = typed(20), typed(20, form="reading"), typed(20, tier="optional")
    assert [allowed(4, each) for each in (written, reading, optional)] == [True] * 3
    assert [allowed(4, each, without=True) for each in (written, reading, optional)] == [False, True, True]
    assert [allowed(1, each) for each in (written, reading, typed(20, place="school"))] == [False, True, True]
    assert not allowed(4, reading, written, without=True)
    assert allowed(1)
