"""What happened at the sample school until now: two weeks of filings through the real actions, whatever day it is.

The days that are over are published, each in its own way: one was corrected, of one the approval lapsed, one published
itself, on one a teacher was late. The coming days are filed ahead. Today holds something to do for everybody: 四(1)班
is over its cap, with a request that waits and the office asked for an exception; 四(2)班 was signed off by a deputy and
waits for the lead; 八(3)班 was returned; 一(1)班 waits for its homeroom teacher.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from portal.accounts import queries as account_queries
from portal.accounts.models import Person
from portal.approvals import actions as approvals
from portal.approvals import queries as approval_queries
from portal.demo.lists import publish_lists
from portal.demo.seed import CLASSES, GRADES, Demo, Filing, person_name, sample_filings
from portal.deputies import actions as deputies
from portal.deputies import queries as deputy_queries
from portal.homework import actions as homework
from portal.homework import common_actions as common
from portal.homework import queries as homework_queries
from portal.homework.models import Homework, Item
from portal.negotiation import actions as negotiation
from portal.negotiation.models import MinutesRequest
from portal.policy.item import ItemValues
from portal.policy.permissions import Role
from portal.school import actions as school_actions

SAMPLE_DAY = {"一(1)班": 1, "四(1)班": 2, "四(2)班": 2, "八(3)班": 1}  # the sample's day that today is taken from
OVER = "四(1)班"
MORE = 5  # minutes that a change adds or takes away
OFFICE = "郑怀瑾"
DEPUTY = "贝思齐"
AUTOMATIC = time(17, 30)

RETURNED = "数学第 3 题超出本周进度，请换一题；其余可以。"
LATE = "下午外出教研，回校后补填。"
CORRECTED = "最后一题课上已经讲过，不用再做。"
ADDED = "漏写了最后一题，补上。"
CHANGED = "和平行班统一用时。"
ASKED = "今天的量有点多，这一项能不能短一些？"
ANSWERED = "要连着写四天，每天只有一刻钟以内，再短就写不成了。"
EXCEPTION = "观察日记今天起要连写几天，各科已经商量过，还是放不下，申请今天例外。"


def fill(now: datetime) -> Demo:
    """Make the whole demo school as of `now` (aware); the caller commits."""
    demo = Demo(now)
    filings = list(sample_filings())
    day_before = demo.calendar.sheet_date(demo.monday - timedelta(days=1))
    mondays = (day_before - timedelta(days=day_before.weekday()), demo.monday)
    week = [monday + timedelta(days=n) for monday in mondays for n in range(7)]
    days = [day for day in week if demo.calendar.is_school_day(day)]
    past = [day for day in days if day < demo.today]
    special = dict(
        zip(reversed(past), (_a_corrected_day, _a_day_that_lapsed, _a_day_by_the_clock, _a_late_day), strict=False)
    )
    publish_lists(demo, by=demo.people[OFFICE], at=demo.clock(days[0], 8, 30))
    for day in days:
        of_day = [each for each in filings if each.day == demo.day_of_sample(day)]
        if day < demo.today:
            special.get(day, _an_old_day)(demo, of_day, day)
        elif day == demo.today:
            _today(demo, filings)
        else:
            for filing in of_day:
                demo.file(filing, day, now - timedelta(hours=20), filing.items(as_published=False))
    return demo


# The days that are over


def _an_old_day(demo: Demo, filings: Sequence[Filing], day: date) -> None:
    """Published as it should be; the office has looked at it since."""
    _file(demo, filings, day)
    _pass(demo, day)
    _look(demo, day)


def _a_late_day(demo: Demo, filings: Sequence[Filing], day: date) -> None:
    """A teacher of 八(3)班 files after the cut-off, and everybody after them waits."""
    late = next(each for each in reversed(filings) if each.class_name == "八(3)班" and each.rows)
    _file(demo, [each for each in filings if each != late], day)
    _pass(demo, day, *(name for name in CLASSES if name != late.class_name))
    demo.file(late, day, demo.clock(day, 16, 20), late.items(as_published=True), LATE)
    demo.coordinate(late.class_name, day, demo.clock(day, 16, 35))
    demo.approve(late.class_name, day, demo.clock(day, 16, 50))
    _look(demo, day, but=late.class_name)


def _a_day_by_the_clock(demo: Demo, filings: Sequence[Filing], day: date) -> None:
    """The office tries out publication by the clock for a day, and nobody signs 一(1)班's sheet."""
    _set_publish_at(demo, AUTOMATIC, demo.clock(day, 8, 0))
    _file(demo, filings, day)
    _pass(demo, day, *(name for name in CLASSES if name != "一(1)班"))
    at = datetime.combine(day, AUTOMATIC, demo.now.tzinfo)
    _look(demo, day, but="一(1)班")
    assert approvals.publish_itself(demo.classes["一(1)班"], day, at=at)
    _set_publish_at(demo, None, demo.clock(day, 18, 0))


def _a_day_that_lapsed(demo: Demo, filings: Sequence[Filing], day: date) -> None:
    """The lead changes minutes before the sign-off; in the evening something is added, and approved once more."""
    _file(demo, filings, day)
    _shorten(demo, day)
    _pass(demo, day)
    for class_name in ("八(3)班", "四(2)班", "一(1)班"):
        room = homework_queries.class_day(demo.classes[class_name], day).left
        filing = _with_minutes(filings, class_name)
        if filing and (room is None or room >= MORE):
            demo.file(filing, day, demo.clock(day, 17, 5), _changed(demo, filing, day, MORE), ADDED)
            demo.coordinate(class_name, day, demo.clock(day, 17, 25))
            demo.approve(class_name, day, demo.clock(day, 17, 40))
            return


def _shorten(demo: Demo, day: date) -> None:
    """A lead takes minutes off a colleague's item."""
    for class_name in (OVER, "八(3)班"):
        lead = demo.holder(Role.LEAD, grade=CLASSES[class_name][0])
        found = _somebody_elses(demo, class_name, day, lead)
        if found:
            item, filing = found
            homework.set_minutes(
                demo.classes[class_name],
                filing.subject,
                day,
                item.id,
                item.minutes - MORE,
                seen_version=filing.version,
                by=lead,
                at=demo.clock(day, 15, 20),
                reason=CHANGED,
            )
            return


def _a_corrected_day(demo: Demo, filings: Sequence[Filing], day: date) -> None:
    """A colleague agrees to fewer minutes before the sign-off; in the evening a class gets a second version."""
    _file(demo, filings, day)
    found = _somebody_elses(demo, OVER, day, demo.holder(Role.HOMEROOM, class_name=OVER))
    if found:
        item, filing = found
        request = _ask(demo, day, item, suggested=item.minutes - MORE, at=demo.clock(day, 15, 20))
        by = next(each for each in demo.people.values() if each.id == filing.teacher_id)
        negotiation.accept(request, minutes=None, by=by, at=demo.clock(day, 15, 30))
    _pass(demo, day)
    for wrong in filter(None, (_with_minutes(filings, name) for name in ("四(2)班", "八(3)班", OVER))):
        demo.file(wrong, day, demo.clock(day, 18, 40), _changed(demo, wrong, day, -MORE), CORRECTED)
        return


def _file(demo: Demo, filings: Sequence[Filing], day: date) -> None:
    for filing in filings:
        demo.file(filing, day, demo.clock(day, 14, 5), filing.items(as_published=True))


def _pass(demo: Demo, day: date, *class_names: str) -> None:
    """Signed off and approved in time: these classes, or all."""
    for class_name in class_names or CLASSES:
        demo.coordinate(class_name, day, demo.clock(day, 15, 40))
        demo.approve(class_name, day, demo.clock(day, 16, 10))


def _look(demo: Demo, day: date, but: str = "") -> None:
    """The office has looked at the day's exceptions, all `but` those of one class."""
    for school_class in (each for name, each in demo.classes.items() if name != but):
        seen = approval_queries.last_exception(homework_queries.class_day(school_class, day).sheet.id)
        if seen:
            at = demo.clock(day, 17, 0)
            approvals.review(school_class, day, note="", seen_entry=seen, by=demo.people[OFFICE], at=at)


def _set_publish_at(demo: Demo, publish_at: time | None, at: datetime) -> None:
    school = demo.school
    school_actions.set_school_settings(
        school, {"publish_at": publish_at}, seen_version=school.rules_version, by=demo.people[OFFICE], at=at
    )


def _with_minutes(filings: Sequence[Filing], class_name: str) -> Filing | None:
    """A filing that lasts one day and whose first item is long enough to be shortened."""
    for filing in filings:
        items = filing.items(as_published=True) if filing.class_name == class_name else []
        if items and (items[0].minutes or 0) > MORE and all(each.days == 1 for each in items):
            return filing
    return None


def _changed(demo: Demo, filing: Filing, day: date, minutes: int) -> list[ItemValues]:
    """The items as they are filed now, the first one with so many minutes more."""
    class_day = homework_queries.class_day(demo.classes[filing.class_name], day)
    rows = class_day.filing_of(demo.subjects[filing.subject].id).items
    first, *others = (ItemValues(**{name: getattr(each, name) for name in ItemValues.__slots__}) for each in rows)
    return [replace(first, minutes=first.minutes + minutes), *others]


def _somebody_elses(demo: Demo, class_name: str, day: date, person: Person) -> tuple[Item, Homework] | None:
    """An item, with its filing, that somebody else than `person` has set and that could be shorter."""
    for on_sheet in homework_queries.class_day(demo.classes[class_name], day).items():
        own = on_sheet.filing.sheet.date == day and on_sheet.filing.teacher_id != person.id
        if own and on_sheet.item.days == 1 and (on_sheet.item.minutes or 0) > MORE:
            return on_sheet.item, on_sheet.filing
    return None


def _ask(demo: Demo, day: date, item: Item, *, suggested: int, at: datetime) -> MinutesRequest:
    """The homeroom teacher of 四(1)班 asks for fewer minutes."""
    return negotiation.ask_shorter(
        demo.classes[OVER],
        day,
        item.id,
        suggested=suggested,
        message=ASKED,
        seen_minutes=item.minutes,
        by=demo.holder(Role.HOMEROOM, class_name=OVER),
        at=at,
    )


# Today


def _today(demo: Demo, filings: Sequence[Filing]) -> None:
    before_a_break = len(demo.calendar.covered_days(demo.today)) > 1
    at = min(demo.now - timedelta(minutes=50), demo.clock(demo.today, 15, 10))  # in time, whenever this runs
    of_today = [each for each in filings if each.day == SAMPLE_DAY[each.class_name]]
    _agree(demo, next(each for each in of_today if (each.class_name, each.subject) == ("四(2)班", "数学")), at)
    for filing in of_today:
        items = filing.items(as_published=False)
        if before_a_break and filing.class_name == OVER:  # a weekend has room for two days' cap
            items = [replace(each, minutes=each.minutes * 2) if each.days == 1 else each for each in items]
        demo.file(filing, demo.today, at, items)
    demo.step(approvals.coordinate, "四(2)班", demo.today, _ago(demo, 20), _stand_in(demo))
    demo.coordinate("八(3)班", demo.today, _ago(demo, 20))
    lead = demo.holder(Role.LEAD, grade=GRADES["八年级"])
    demo.step(approvals.return_sheet, "八(3)班", demo.today, _ago(demo, 10), lead, reason=RETURNED)
    _negotiate(demo)


def _stand_in(demo: Demo) -> Person:
    """The deputy of 四(2)班's homeroom teacher, who is away from today until the end of the week."""
    away, deputy = demo.holder(Role.HOMEROOM, class_name="四(2)班"), demo.people[DEPUTY]
    grant = next(iter(deputy_queries.lendable_grants(demo.school.id, away.id)))
    until = demo.today + timedelta(days=6 - demo.today.weekday())
    deputies.lend(grant, deputy, demo.today, until, by=away, at=_ago(demo, 55))
    vars(deputy).pop("rights")
    account_queries.people_with_rights(demo.school.id, demo.today)
    return deputy


def _agree(demo: Demo, filing: Filing, at: datetime) -> None:
    """The grade's common content in 数学, which 四(2)班 takes over and 四(1)班 does not."""
    common.set_common(
        demo.school,
        GRADES["四年级"],
        demo.subjects[filing.subject],
        demo.today,
        items=filing.items(as_published=False),
        seen_version=0,
        by=demo.people[person_name(filing.teacher)],
        at=at - timedelta(minutes=10),
    )


def _negotiate(demo: Demo) -> None:
    """Over the cap: the colleague has said why not, has not answered a second request, and the office is asked."""
    class_day = homework_queries.class_day(demo.classes[OVER], demo.today)
    chinese = class_day.subject(demo.subjects["语文"].id).own_items
    once, diary = (next(each for each in chinese if (each.days > 1) == lasts) for lasts in (False, True))
    request = _ask(demo, demo.today, diary, suggested=diary.minutes // 2, at=_ago(demo, 40))
    negotiation.answer(request, ANSWERED, by=demo.people["沈知微"], at=_ago(demo, 30))
    _ask(demo, demo.today, once, suggested=once.minutes // 2, at=_ago(demo, 25))
    by = demo.holder(Role.HOMEROOM, class_name=OVER)
    demo.step(approvals.ask_for_exception, OVER, demo.today, _ago(demo, 15), by, reason=EXCEPTION)


def _ago(demo: Demo, minutes: int) -> datetime:
    return demo.now - timedelta(minutes=minutes)
