"""Random sheets, spans and school calendars for hypothesis."""

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from portal.policy.calendar import Calendar, DayKind
from portal.policy.vocabulary import Form, Level, Place, Tier
from portal.policy.workload import Task

MONDAY = date(2025, 10, 13)
quick = settings(max_examples=150, deadline=None)

minutes = st.one_of(st.none(), st.integers(0, 60))
sheets = st.builds(
    lambda first, length: tuple(MONDAY + timedelta(days=first + n) for n in range(length)),
    st.integers(0, 4),
    st.integers(1, 4),
)


@st.composite
def task_lists(draw: st.DrawFn) -> list[Task]:
    """Up to 8 tasks in choices, in levels, over several days, of each tier, form and place, mixed."""
    choose = {name: draw(st.integers(1, 4)) for name in "AB"}
    return [_task(draw, ref, choose) for ref in range(draw(st.integers(0, 8)))]


def _task(draw: st.DrawFn, ref: int, choose: dict[str, int]) -> Task:
    group = draw(st.sampled_from([None, "A", "B"]))
    days = draw(st.one_of(st.just(1), st.integers(2, 10)))
    return Task(
        tier=draw(st.sampled_from(Tier)),
        form=draw(st.sampled_from([Form.WRITTEN, Form.WRITTEN, *Form])),
        place=draw(st.sampled_from(Place)),
        minutes=draw(minutes),
        subject=draw(st.sampled_from(["语文", "数学"])),
        level=draw(st.sampled_from([None, *Level])),
        group=group,
        choose=choose.get(group),
        first_day=MONDAY + timedelta(days=draw(st.integers(-6, 6))),
        days=days,
        every=draw(st.sampled_from([1, 1, 2, 7])),
        ref=ref,
    )


@st.composite
def school_calendars(draw: st.DrawFn) -> Calendar:
    """Some weekdays are school days; some dates near `MONDAY` are holidays or make-up days instead."""
    school_weekdays = draw(st.sets(st.integers(1, 7), min_size=1))
    exceptions = {MONDAY + timedelta(days=n) for n in draw(st.sets(st.integers(-20, 40)))}

    def kind(day: date) -> DayKind:
        is_school_day = (day.isoweekday() in school_weekdays) != (day in exceptions)
        return DayKind.SCHOOL if is_school_day else DayKind.HOLIDAY

    return Calendar(national=kind)
