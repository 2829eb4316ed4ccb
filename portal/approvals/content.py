"""What a published version holds: all that the board shows, frozen, as plain JSON values.

school, phone, bedtime "21:20", grade, number, date, days [ISO dates], batch
load    {school, home, total, shortest, other, optional, cap, limit}    minutes; cap and limit may be null
subjects [{name, state: listed | none | missing, late, items: [item]}]
        and teachers: [ids of people], where something is filed and the school shows them; the board asks again
        whether it does, and for their names
item    {text, tier, form, place, level, source, group, choose, minutes, span}
        minutes: on this sheet; span: null or {day, days, whole, every, due: ISO date of the last day}
marks   [{step: coordinate | approve | publish | except | automatic, at: ISO moment}]
exception    over_cap | in_place where the office published it as such, else empty: the kind, never the reason
Versions that were published before the board told it have no `late`, no `exception`, no `due` and no `teachers`.
"""

from datetime import datetime

from portal.homework.sheet import ClassDay, SheetItem, SubjectDay, SubjectState
from portal.school.models import School


def content_of(class_day: ClassDay, marks: list[tuple[str, datetime]], exception: str = "") -> dict:
    """Freeze a class's day as it stands. Names of people are no part of it; who teaches is, by id, where the school
    shows it on its board.
    """
    called, load, cap = class_day.called, class_day.load, class_day.cap
    school = class_day.school_class.school
    return {
        "school": school.name,
        "phone": school.supervision_phone,
        "bedtime": school.bedtime(called.grade).strftime("%H:%M"),
        "grade": called.grade,
        "number": called.number,
        "date": class_day.date.isoformat(),
        "days": [day.isoformat() for day in class_day.days],
        "batch": class_day.is_batch,
        "load": {
            "school": load.school,
            "home": load.home,
            "total": load.total,
            "shortest": load.shortest,
            "other": load.other,
            "optional": load.optional,
            "cap": cap.minutes,
            "limit": cap.limit,
        },
        "subjects": [_subject(each, school) for each in class_day.subjects if each.state != SubjectState.UNTAUGHT],
        "marks": [{"step": step, "at": at.isoformat()} for step, at in marks],
        "exception": exception,
    }


def _subject(subject_day: SubjectDay, school: School) -> dict:
    shows_teachers = school.shows_teachers and subject_day.state != SubjectState.MISSING
    return {
        "name": subject_day.subject.name,
        "state": subject_day.state.value,
        "late": subject_day.is_late,
        "items": [_item(each) for each in subject_day.items],
        **({"teachers": list(subject_day.teacher_ids)} if shows_teachers else {}),
    }


def _item(on_sheet: SheetItem) -> dict:
    item = on_sheet.item
    return {
        "text": item.text,
        "tier": item.tier,
        "form": item.form,
        "place": item.place,
        "level": item.level,
        "source": item.source,
        "group": item.choice_group,
        "choose": item.choose,
        "minutes": on_sheet.share,
        "span": _span(on_sheet) if on_sheet.is_span else None,
    }


def _span(on_sheet: SheetItem) -> dict:
    item = on_sheet.item
    return {
        "day": on_sheet.day_number,
        "days": item.days,
        "whole": item.minutes,
        "every": item.every,
        "due": on_sheet.due.isoformat(),
    }
