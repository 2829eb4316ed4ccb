"""The nation's holidays and make-up working days, as far as they are announced (library chinesecalendar)."""

from datetime import date

import chinese_calendar

from portal.policy.calendar import DayKind, weekday_kind


def national_kind(day: date) -> DayKind | None:
    """What kind of day the nation makes of `day`; None for years the library does not know."""
    try:
        works = chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    by_weekday = weekday_kind(day)
    if works:
        return DayKind.SCHOOL if by_weekday == DayKind.SCHOOL else DayKind.MAKEUP
    _, name = chinese_calendar.get_holiday_detail(day)
    return DayKind.HOLIDAY if name else DayKind.WEEKEND
