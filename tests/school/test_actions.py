"""Changing calendar and settings: what is written, what is refused, what the log keeps, who reads it anew."""

from datetime import date, time, timedelta

import pytest
from flask import Flask

from portal.app import create_app
from portal.extensions import db
from portal.homework import actions as homework
from portal.policy.calendar import DayKind
from portal.policy.errors import PolicyError, StaleForm
from portal.school import actions
from portal.school.rules import rules_of
from tests.conftest import test_config
from tests.factories import TODAY, World, item
from tests.school.setting import log, rules_version, stored_days, stored_rules, stored_terms

HOLIDAY, MAKEUP = DayKind.HOLIDAY, DayKind.MAKEUP
SATURDAY = date(2026, 11, 28)
WEDNESDAY = date(2026, 11, 25)


def who(world: World) -> dict[str, object]:
    return {"seen_version": world.school.rules_version, "by": world.zheng, "at": world.at}


def set_days(world: World, first: date, last: date, kind: DayKind | None, note: str = "") -> int:
    version = actions.set_days(world.school, first, last, kind, note=note, **who(world))
    db.session.commit()
    return version


def set_rule(world: World, grade: int, cap: int | None, weekday: int | None = None, reason: str = "") -> int:
    version = actions.set_grade_rule(
        world.school, grade, cap=cap, no_homework_weekday=weekday, reason=reason, **who(world)
    )
    db.session.commit()
    return version


# Days


def test_a_range_is_set_changed_and_cleared_and_every_step_is_logged(world: World) -> None:
    assert set_days(world, WEDNESDAY, WEDNESDAY + timedelta(days=2), HOLIDAY, "秋假") == 1
    assert stored_days() == dict.fromkeys(("2026-11-25", "2026-11-26", "2026-11-27"), ("holiday", "秋假"))
    assert set_days(world, date(2026, 11, 27), SATURDAY, MAKEUP, "补课") == 2
    assert set_days(world, date(2026, 11, 26), date(2026, 11, 27), None) == 3
    assert stored_days() == {"2026-11-25": ("holiday", "秋假"), "2026-11-28": ("makeup", "补课")}
    assert rules_version(world) == 3
    assert [(step, name, reason) for step, name, reason, _ in log()] == [("calendar.set", "郑怀瑾", "")] * 3
    assert [details for *_, details in log()] == [
        {"first": "2026-11-25", "last": "2026-11-27", "kind": "holiday", "note": "秋假", "was": {}},
        {
            "first": "2026-11-27",
            "last": "2026-11-28",
            "kind": "makeup",
            "note": "补课",
            "was": {"2026-11-27": ["holiday", "秋假"]},
        },
        {
            "first": "2026-11-26",
            "last": "2026-11-27",
            "kind": None,
            "note": "",
            "was": {"2026-11-26": ["holiday", "秋假"], "2026-11-27": ["makeup", "补课"]},
        },
    ]


@pytest.mark.parametrize("days", [-1, 100])
def test_a_range_that_is_none_or_too_long_is_refused(world: World, days: int) -> None:
    with pytest.raises(PolicyError):
        set_days(world, TODAY, TODAY + timedelta(days=days), HOLIDAY)
    assert (stored_days(), log(), rules_version(world)) == ({}, [], 0)


def test_a_break_that_would_not_end_is_refused(world: World) -> None:
    set_days(world, TODAY, TODAY + timedelta(days=59), HOLIDAY)
    with pytest.raises(PolicyError, match="连续 100 天以上没有上学日"):
        set_days(world, TODAY + timedelta(days=60), TODAY + timedelta(days=119), HOLIDAY)
    assert len(stored_days()) == 60


def test_a_school_changes_its_own_days_only(world: World) -> None:
    set_days(world, WEDNESDAY, WEDNESDAY, HOLIDAY)
    calendars = [rules_of(each).calendar for each in (world.school, world.other_school)]
    assert [each.kind(WEDNESDAY) for each in calendars] == [HOLIDAY, DayKind.SCHOOL]
    db.session.refresh(world.other_school)
    assert world.other_school.rules_version == 0


# Terms


def test_terms_are_added_and_removed_and_logged(world: World) -> None:
    first, last = date(2026, 9, 1), date(2027, 1, 20)
    actions.set_term(world.school, "第一学期", first, last, **who(world))
    db.session.commit()
    assert stored_terms() == [("第一学期", first, last)]
    assert [rules_of(world.school).calendar.in_term(day) for day in (TODAY, date(2027, 1, 21))] == [True, False]
    [term] = actions.queries.terms_of_school(world.school.id)
    actions.remove_term(world.school, term, **who(world))
    db.session.commit()
    assert stored_terms() == []
    details = {"name": "第一学期", "first": "2026-09-01", "last": "2027-01-20"}
    assert log() == [("term.set", "郑怀瑾", "", details), ("term.remove", "郑怀瑾", "", details)]


def test_terms_of_one_school_do_not_overlap_and_those_of_two_may(world: World) -> None:
    actions.set_term(world.school, "第一学期", date(2026, 9, 1), date(2027, 1, 20), **who(world))
    with pytest.raises(PolicyError, match="和“第一学期”（2026-09-01 至 2027-01-20）重叠"):
        actions.set_term(world.school, "第二学期", date(2027, 1, 20), date(2027, 7, 1), **who(world))
    actions.set_term(
        world.other_school, "第一学期", date(2026, 9, 1), date(2027, 1, 20), seen_version=0, by=world.zhou, at=world.at
    )
    assert world.other_school.rules_version == 1


# Grades


def test_lowering_a_cap_is_free_and_logged_with_before_and_after(world: World) -> None:
    set_rule(world, 4, 45, 2)
    set_rule(world, 4, None, 2)
    assert stored_rules() == {4: (None, 2)}
    assert log() == [
        ("cap.set", "郑怀瑾", "", {"grade": 4, "cap": [None, 45], "no_homework_weekday": [None, 2]}),
        ("cap.set", "郑怀瑾", "", {"grade": 4, "cap": [45, None], "no_homework_weekday": [2, 2]}),
    ]


def test_above_the_national_number_a_reason_is_needed_and_kept(world: World) -> None:
    with pytest.raises(PolicyError, match="高于国家规定的 60 分钟"):
        set_rule(world, 4, 61)
    assert (stored_rules(), log()) == ({}, [])
    set_rule(world, 4, 61, reason=" 市教育局批复 ")
    assert [(reason, details["cap"]) for _, _, reason, details in log()] == [("市教育局批复", [None, 61])]
    assert world.day(world.four_one).cap.minutes == 61


def test_another_weekday_needs_no_new_reason_for_an_old_cap(world: World) -> None:
    set_rule(world, 4, 61, reason="市教育局批复")
    set_rule(world, 4, 61, 4)
    assert stored_rules() == {4: (61, 4)}


@pytest.mark.parametrize("grade", [1, 2])
def test_grades_one_and_two_have_no_cap_but_may_have_a_day_without_homework(world: World, grade: int) -> None:
    with pytest.raises(PolicyError, match="没有上限可以设置"):
        set_rule(world, grade, 30, reason="为什么不")
    set_rule(world, grade, None, 0)
    assert stored_rules() == {grade: (None, 0)}


def test_what_is_not_changed_is_not_logged_and_leaves_other_forms_fresh(world: World) -> None:
    set_rule(world, 4, 45)
    assert set_rule(world, 4, 45) == 1
    assert set_rule(world, 5, None) == 1
    assert len(log()) == 1


# Times and phone


def test_settings_are_logged_with_before_and_after_of_what_changed(world: World) -> None:
    settings = {"cutoff": time(15, 30), "published_by": time(16, 30), "supervision_phone": "12345"}
    assert actions.set_school_settings(world.school, settings, **who(world)) == 1
    assert actions.set_school_settings(world.school, settings, **who(world)) == 1
    db.session.commit()
    changed = {"cutoff": ["16:00:00", "15:30:00"], "supervision_phone": ["0513-0000 0000", "12345"]}
    assert log() == [("settings.set", "郑怀瑾", "", changed)]


# Two at a time


def test_a_form_from_before_anothers_change_is_stale_whatever_it_would_change(world: World) -> None:
    actions.set_term(world.school, "第一学期", date(2026, 9, 1), date(2027, 1, 20), **who(world))
    db.session.commit()
    [term] = actions.queries.terms_of_school(world.school.id)
    old = {"seen_version": 0, "by": world.zheng, "at": world.at}
    for change in (
        lambda: actions.set_days(world.school, TODAY, TODAY, HOLIDAY, **old),
        lambda: actions.set_term(world.school, "二", date(2027, 2, 1), date(2027, 7, 1), **old),
        lambda: actions.remove_term(world.school, term, **old),
        lambda: actions.set_grade_rule(world.school, 4, cap=45, no_homework_weekday=None, **old),
        lambda: actions.set_school_settings(world.school, {}, **old),
    ):
        with pytest.raises(StaleForm):
            change()
    assert (stored_days(), len(stored_terms()), stored_rules(), len(log())) == ({}, 1, {}, 1)


def test_another_process_reads_the_rules_anew_when_their_version_counts_on(world: World, app: Flask) -> None:
    """The kept rules of a process are a dictionary of its own; here a second one, filled before the change."""
    from portal.school import rules

    another = create_app(test_config(str(db.engine.url.render_as_string(hide_password=False))))
    kept: dict = {}

    def elsewhere() -> tuple[DayKind, int | None]:
        here, rules._kept = rules._kept, kept
        try:
            with another.app_context():
                found = rules.rules_of(db.session.get(type(world.school), 1))
                db.session.remove()
                db.engine.dispose()
                return found.calendar.kind(WEDNESDAY), found.caps.get(4)
        finally:
            rules._kept = here

    db.session.commit()
    assert elsewhere() == (DayKind.SCHOOL, None)
    set_days(world, WEDNESDAY, WEDNESDAY, HOLIDAY)
    set_rule(world, 4, 45)
    assert elsewhere() == (HOLIDAY, 45)
    assert [version for version, _ in kept.values()] == [2]


def test_rules_that_were_refused_are_not_kept(world: World) -> None:
    set_days(world, TODAY, TODAY + timedelta(days=59), HOLIDAY)
    assert rules_of(world.school).calendar.kind(TODAY) == HOLIDAY
    too_far = TODAY + timedelta(days=60), TODAY + timedelta(days=119)
    with pytest.raises(PolicyError), db.session.begin_nested():
        actions.set_days(world.school, *too_far, HOLIDAY, **who(world))
    assert rules_of(world.school).calendar.kind(TODAY + timedelta(days=62)) == DayKind.SCHOOL


# What teachers feel


def test_a_holiday_cannot_be_filed_for_and_a_make_up_saturday_can(world: World) -> None:
    set_days(world, WEDNESDAY, WEDNESDAY, HOLIDAY, "校运动会")
    set_days(world, SATURDAY, SATURDAY, MAKEUP, "补周三")
    calendar = rules_of(world.school).calendar
    with pytest.raises(PolicyError, match="这一天不上学"):
        calendar.check_filing_day(WEDNESDAY, TODAY)
    calendar.check_filing_day(SATURDAY, TODAY)
    assert calendar.covered_days(TODAY) == (TODAY, WEDNESDAY)
    assert world.day(world.four_one, TODAY).cap.limit == 120
    filing = world.file(world.chen, world.maths, item(20), day=SATURDAY)
    assert world.day(world.four_one, SATURDAY).filing_of(world.maths.id).id == filing.id


def test_on_a_day_without_homework_mandatory_written_items_are_refused(world: World) -> None:
    set_rule(world, 4, None, 1)
    with pytest.raises(PolicyError, match="无作业日"):
        homework.file_homework(
            world.four_one, world.maths, TODAY, items=[item(5)], submit=True, seen_version=0, by=world.chen, at=world.at
        )


def test_a_cut_off_after_the_time_of_publication_is_refused(world: World) -> None:
    actions.set_school_settings(world.school, {"publish_at": time(17, 30)}, **who(world))
    with pytest.raises(PolicyError, match="自动公示不能早于填报截止（18:00）"):
        actions.set_school_settings(world.school, {"cutoff": time(18, 0)}, **who(world))
