"""What addresses name: one of each thing in 青禾, in two more of its classes, and in 远山, where each word has a mark.

What another school holds must be nowhere; `MARK` stands in each text of it, so a page that shows any of it is found.
"""

import re
from dataclasses import dataclass
from datetime import time, timedelta

from sqlalchemy import select

from portal.accounts.models import FormerName, Person, RoleGrant
from portal.approvals import actions as approvals
from portal.extensions import db
from portal.homework import common_actions
from portal.homework.models import Homework
from portal.homework.queries import class_day
from portal.negotiation import actions as negotiation
from portal.negotiation.models import MinutesRequest
from portal.policy.approval import ExceptionKind
from portal.policy.calendar import DayKind
from portal.policy.links import BoardAccess
from portal.policy.permissions import Role
from portal.policy.service import Band, Period
from portal.policy.vocabulary import Form
from portal.roster import import_actions, import_reading
from portal.roster.import_content import fingerprint
from portal.roster.import_models import RosterImport
from portal.roster.rollover_models import Rollover
from portal.school import actions as school_actions
from portal.school.models import RetiredCode, School, SchoolClass, Subject, TeachingAssignment, TermDates
from portal.service import actions as service
from tests.deputies.lending import grant_of, lent
from tests.factories import (
    NOW,
    TODAY,
    World,
    add,
    assign,
    grant,
    item,
    know_everybodys_rights,
    make_class,
    make_person,
)

MARK = "elsewhere7"
PUBLISHED = TODAY - timedelta(days=1)
UNKNOWN = 999_999_999  # the largest number that an address may hold
UNKNOWN_CODE = "nobody-9-9"
Values = dict[str, object]


@dataclass(frozen=True)
class Side:
    """One of the two schools, with those who fill it; `mark` stands before each of its words."""

    world: World
    school: School
    place: SchoolClass
    subject: Subject
    teacher: Person
    homeroom: Person
    everything: Person  # has the roles of lead, office and administrator
    colleague: Person
    mark: str


def address(values: Values, rule: str) -> str:
    """The address of a rule. Versions are those of a day that is published, undone is what was imported."""
    special = {"day": PUBLISHED} if "/versions/" in rule else {}
    special |= {"import_id": values["imported"]} if rule.endswith("/undo") else {}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str((values | special)[match[1]]), rule)


def names(rule: str) -> set[str]:
    """What a rule asks for by name."""
    return set(re.findall(r"<(?:\w+:)?(\w+)>", rule))


def fill(world: World) -> dict[str, Values]:
    """Both schools. What addresses name, by place: "here" 四(1), "beside" 四(2), "far" 一(1), and "elsewhere" 远山."""
    everybody(world.other_school, world.zhou, world.other_class)
    ours = Side(
        *(world, world.school, world.four_one, world.english, world.luo, world.chen),
        *(world.admin, world.lin, "青禾 "),
    )
    theirs = elsewhere(world)
    know_everybodys_rights(world.school, world.other_school)
    db.session.commit()
    here = things(ours)
    places = {"here": here, "elsewhere": things(theirs)}
    for name, place, subject, teacher in (
        ("beside", world.four_two, world.maths, world.chen),
        ("far", world.one_one, world.chinese, world.lin),
    ):
        filing = world.file(teacher, subject, item(10, form=Form.ORAL), school_class=place)
        places[name] = here | {
            "class_id": place.id,
            "subject_id": subject.id,
            "grade": place.grade,
            "code": place.code,
            "item_id": filing.items[0].id,
            "request_id": asked(filing, by=world.chen),
        }
        world.file(teacher, subject, item(10, form=Form.ORAL), school_class=place, day=PUBLISHED)
        publish(place, homeroom=world.chen, lead=world.shen)
    db.session.commit()
    return places


def elsewhere(world: World) -> Side:
    """The other school; all its names have the mark."""
    school, place, subject = world.other_school, world.other_class, world.other_maths
    school.code, school.name, school.supervision_phone, school.privacy_contact = MARK, f"{MARK} 学校", MARK, MARK
    school.board_access = BoardAccess.LINK  # else the public lists of all schools show it
    place.code, subject.name = f"{MARK}-4-1", f"{MARK} 数学"
    world.zhou.login, world.zhou.name = f"{MARK}-zhou", f"{MARK} 周远"
    teacher = make_person(school, f"{MARK}-qian", f"{MARK} 钱")
    colleague = make_person(school, f"{MARK}-sun", f"{MARK} 孙")
    assign(teacher, place, subject)
    make_class(school, 4, 2)
    return Side(world, school, place, subject, teacher, world.zhou, world.zhou, colleague, f"{MARK} ")


def everybody(school: School, person: Person, place: SchoolClass) -> None:
    """Every role that is granted, to one person; those they have already are left."""
    has = set(db.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id)))
    where = {Role.HOMEROOM: {"school_class": place}, Role.LEAD: {"grade": place.grade}}
    for role in set(Role) - has:
        grant(person, role, **where.get(role, {}))


def things(side: Side) -> Values:
    """One of everything there is, and what addresses call it."""
    filing = a_day(side)
    published(side)
    other_days(side)
    of_the_school(side)
    imported, waiting = files(side)
    loan = lent(side.world, grant_of(side.homeroom), side.colleague)
    granted = grant_of(side.homeroom)
    taught = select(TeachingAssignment.id).where(TeachingAssignment.teacher_id == side.homeroom.id)
    return {
        "class_id": side.place.id,
        "subject_id": side.subject.id,
        "day": TODAY,
        "month": f"{TODAY:%Y-%m}",
        "grade": side.place.grade,
        "code": side.place.code,
        "school_code": side.school.code,
        "item_id": filing.items[0].id,
        "request_id": asked(filing, by=side.homeroom),
        "number": 1,
        "person_id": side.homeroom.id,
        "grant_id": granted.id,
        "assignment_id": db.session.scalars(taught.order_by(TeachingAssignment.id)).first(),
        "loan_id": loan.id,
        "term_id": db.session.scalars(select(TermDates.id).where(TermDates.school_id == side.school.id)).one(),
        "rollover_id": moved_up(side).id,
        "import_id": waiting,
        "imported": imported,
        "kind": "person",
        "guide": "teacher",
        "words": f"{side.mark}请改",
        "filename": "portal.css",
    }


def moved_up(side: Side) -> Rollover:
    """The year before this one began so; homework was filed since."""
    at = NOW - timedelta(days=480)
    who = {"school_id": side.school.id, "person_id": side.homeroom.id}
    return add(Rollover, **who, year=at.year, at=at, day=at.date(), counts={}, changes={})


def a_day(side: Side) -> Homework:
    """Today: handed in, talked about, and looked up in what the grade has agreed on for another subject."""
    world, mark = side.world, side.mark
    filing = world.file(
        side.teacher,
        side.subject,
        item(20, f"{mark}第 3 题"),
        item(10, f"{mark}第 4 题"),
        item(5, f"{mark}选一", tier="optional", choice_group=f"{mark}A", choose=1),
        item(5, f"{mark}选二", tier="optional", choice_group=f"{mark}A", choose=1),
        school_class=side.place,
    )
    how = {"suggested": 5, "message": f"{mark}太长", "seen_minutes": 10, "by": side.homeroom, "at": world.at}
    request = negotiation.ask_shorter(side.place, TODAY, filing.items[1].id, **how)
    negotiation.answer(request, f"{mark}不能少", by=side.teacher, at=world.at)
    common = add(Subject, school_id=side.school.id, name=f"{mark}科学", position=9)
    assign(side.teacher, side.place, common)
    where = (side.school, side.place.grade, common, TODAY)
    common_actions.set_common(*where, items=[item(5, f"{mark}统一")], seen_version=0, by=side.everything, at=world.at)
    db.session.commit()
    return filing


def published(side: Side) -> None:
    """Yesterday: published, and corrected."""
    world = side.world
    where = {"school_class": side.place, "day": PUBLISHED}
    world.file(side.teacher, side.subject, item(20, f"{side.mark}第 1 题"), **where)
    publish(side.place, homeroom=side.homeroom, lead=side.colleague)
    world.file(side.teacher, side.subject, item(15, f"{side.mark}第 2 题"), **where, reason=f"{side.mark}写错了")


def publish(place: SchoolClass, *, homeroom: Person, lead: Person) -> None:
    """Yesterday's sheet goes the daily way."""
    for step, by in ((approvals.coordinate, homeroom), (approvals.approve, lead)):
        step(place, PUBLISHED, seen_version=class_day(place, PUBLISHED).version, by=by, at=NOW - timedelta(days=1))
    db.session.commit()


def other_days(side: Side) -> None:
    """Tomorrow: over its cap and published all the same. The day after: returned."""
    day = TODAY + timedelta(days=1)
    where = {"school_class": side.place, "day": day}
    side.world.file(side.teacher, side.subject, item(90, f"{side.mark}很多"), **where)

    def seen(by: Person, reason: str) -> dict[str, object]:
        version = class_day(side.place, day).version
        return {"seen_version": version, "reason": f"{side.mark}{reason}", "by": by, "at": NOW}

    approvals.ask_for_exception(side.place, day, **seen(side.homeroom, "请批准"))
    approvals.publish_by_exception(side.place, day, named=ExceptionKind.OVER_CAP, **seen(side.everything, "特殊"))
    day += timedelta(days=1)
    side.world.file(side.teacher, side.subject, item(10, f"{side.mark}退回"), school_class=side.place, day=day)
    approvals.return_subject(side.place, side.subject, day, **seen(side.homeroom, "请改"))
    db.session.commit()


def of_the_school(side: Side) -> None:
    """Its calendar, its term, a grade's cap, what it offers after lessons, a link that was replaced, and lists."""
    school, mark, how = side.school, side.mark, {"by": side.everything, "at": NOW}
    day, last = TODAY + timedelta(days=4), TODAY + timedelta(days=60)
    school_actions.set_days(
        school, day, day, DayKind.HOLIDAY, note=f"{mark}校庆", seen_version=school.rules_version, **how
    )
    rules = {"seen_version": school.rules_version, **how}
    school_actions.set_term(school, f"{mark}学期", TODAY - timedelta(days=60), last, **rules)
    periods = [Period(Band.PRIMARY, f"{mark}课后", time(16), time(17), (f"{mark}画画",) * 5)]
    service.set_timetable(school, periods, seen_version=0, **how)
    service.set_content(school, {side.place.id: (f"{mark}下棋",) * 5}, [side.place], seen_version=0, **how)
    called = {"name": f"{side.mark} 旧名", "login": f"{side.mark}-old", "until": NOW}
    add(FormerName, school_id=school.id, person_id=side.teacher.id, **called)
    add(RetiredCode, school_id=school.id, class_id=side.place.id, code=f"{school.code}-old", retired_at=NOW)
    db.session.commit()


def files(side: Side) -> tuple[int, int]:
    """The numbers of a file that was imported, and of one that waits."""
    mark, by = side.mark, {"by": side.everything, "at": NOW}

    def kept(words: str) -> RosterImport:
        return import_actions.keep(import_reading.read(words.encode()), f"{mark}名单.csv", **by)

    done = kept(f"学科\n{mark}音乐\n")
    seen = fingerprint(import_actions.preview(done, by=side.everything))
    import_actions.bring_in(done, seen=seen, only_good=False, **by)
    waiting = kept(f"工号,姓名,角色\n{mark.strip()}-wu,{mark}吴,{mark}\n")
    db.session.commit()
    return done.id, waiting.id


def asked(filing: Homework, by: Person) -> int:
    """The number of a request about the first item of a filing, which waits."""
    first = filing.items[0]
    values = {"sheet_id": filing.sheet_id, "homework_id": filing.id, "item_id": first.id, "item_text": first.text}
    values |= {"was": first.minutes, "suggested": 5, "message": first.text, "asked_by_id": by.id, "asked_at": NOW}
    return add(MinutesRequest, school_id=filing.school_id, **values).id
