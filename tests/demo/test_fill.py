"""The demo school, whatever day it is made on: last week is published, today has something to do for each role."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.accounts.name_queries import with_names
from portal.approvals.models import SheetVersion
from portal.approvals.queries import last_return_reason
from portal.audit.models import LogEntry
from portal.audit.queries import entries_of_sheet
from portal.demo import seed, story
from portal.extensions import db
from portal.homework import common_queries, queries
from portal.homework.models import Item
from portal.homework.sheet import ClassDay, fingerprint
from portal.negotiation.models import MinutesRequest
from portal.policy.approval import SheetStatus
from tests.page import Browser

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY, WEDNESDAY, FRIDAY, SATURDAY = (datetime(2026, 11, day, 15, 5, tzinfo=SHANGHAI) for day in (23, 25, 27, 28))
MIDNIGHT = datetime(2026, 11, 24, 0, 10, tzinfo=SHANGHAI)
EVENING = datetime(2026, 11, 26, 23, 50, tzinfo=SHANGHAI)


def sheets(demo: seed.Demo, first: date, last: date) -> dict[tuple[str, date], ClassDay]:
    """The sheets of all classes on the school days from `first` to `last`."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    classes = demo.classes.items()
    return {
        (name, day): queries.class_day(each, day) for name, each in classes for day in days if day.isoweekday() <= 5
    }


def check_the_past(demo: seed.Demo) -> None:
    past = sheets(demo, demo.monday - timedelta(days=7), demo.today - timedelta(days=1))
    assert {each.status for each in past.values()} == {SheetStatus.PUBLISHED}
    assert len(past) == 4 * (5 + demo.today.weekday())
    versions = list(db.session.scalars(select(SheetVersion).order_by(SheetVersion.id)))
    assert {(each.class_id, each.date) for each in versions} == {
        (each.school_class.id, day) for (_, day), each in past.items()
    }
    loads = [version.content["load"] for version in versions]
    assert [load for load in loads if load["limit"] is not None and load["total"] > load["limit"]] == []
    assert sum(load["total"] for load in loads) > 100


def check_today(demo: seed.Demo) -> None:
    today = {name: each for (name, _), each in sheets(demo, demo.today, demo.today).items()}
    assert {name: each.status for name, each in today.items()} == {
        "一(1)班": SheetStatus.COLLECTING,
        "四(1)班": SheetStatus.COLLECTING,
        "四(2)班": SheetStatus.COORDINATED,
        "八(3)班": SheetStatus.COLLECTING,
    }
    assert {name: each.over > 0 for name, each in today.items()} == {name: name == "四(1)班" for name in today}
    assert {name for name, each in today.items() if not each.load.complete} == set()
    returned = last_return_reason(entries_of_sheet(today["八(3)班"].sheet.id))
    assert (returned.actor_name, returned.reason) == ("蒋承志", story.RETURNED)


def log(step: str, *, exception: str | None = None) -> list[LogEntry]:
    wanted = select(LogEntry).where(LogEntry.step == step).order_by(LogEntry.id)
    return list(db.session.scalars(wanted if exception is None else wanted.where(LogEntry.exception == exception)))


def check_what_happened(demo: seed.Demo) -> None:
    """The whole flow is there to be looked at, and the log tells of it."""
    second = list(db.session.scalars(select(SheetVersion).where(SheetVersion.number == 2).order_by(SheetVersion.date)))
    lapsed, corrected = second
    assert [story.ADDED in lapsed.reason, story.CORRECTED in corrected.reason] == [True, True]
    assert lapsed.date < corrected.date < demo.today
    steps = [[mark["step"] for mark in each.content["marks"]] for each in second]
    assert steps == [["coordinate", "approve"]] * 2
    assert [(each.before, each.after) for each in log("sheet.lapse")] == [("published", "collecting")]
    assert [(each.before, each.after) for each in log("sheet.correct")] == [("published", "published")]

    automatic = db.session.scalars(select(SheetVersion).where(SheetVersion.published_by_id.is_(None))).one()
    assert (automatic.class_id, automatic.content["marks"][-1]["step"]) == (demo.classes["一(1)班"].id, "automatic")
    assert demo.school.publish_at is None  # it was tried for a day
    assert [each.details["publish_at"] for each in log("settings.set")] == [["", "17:30:00"], ["17:30:00", ""]]

    assert [each.reason for each in log("homework.submit", exception="late")] == [story.LATE]
    assert [each.reason for each in log("item.minutes", exception="reviewer")] == [story.CHANGED]
    assert {each.exception for each in log("sheet.coordinate")} == {"", "own_subject"}
    assert log("sheet.review")

    in_place = [each for each in log("sheet.coordinate") if "deputy_for" in each.details]
    assert [(each.actor_name, each.names["deputy_for"]) for each in with_names(in_place)] == [("贝思齐", "魏䶮")]
    assert [each.actor_name for each in log("deputy.lend")] == ["魏䶮"]

    assert [each.reason for each in log("sheet.ask")] == [story.EXCEPTION]
    requests = db.session.scalars(select(MinutesRequest).order_by(MinutesRequest.id)).all()
    assert [each.status for each in requests] == ["accepted", "answered", "open"]
    grade = common_queries.common_of(demo.school.id, 4, demo.subjects["数学"].id, demo.today)
    taken = {name: fingerprint(homework_of(demo, name)) == fingerprint(grade.values) for name in ("四(1)班", "四(2)班")}
    assert taken == {"四(1)班": False, "四(2)班": True}
    assert {each.budget for each in demo.subjects.values()} == {20, 15}


def homework_of(demo: seed.Demo, class_name: str) -> list[Item]:
    return queries.class_day(demo.classes[class_name], demo.today).subject(demo.subjects["数学"].id).own_items


def check_the_days_to_come(demo: seed.Demo) -> None:
    to_come = sheets(demo, demo.today + timedelta(days=1), demo.monday + timedelta(days=4))
    assert {each.status for each in to_come.values()} <= {SheetStatus.COLLECTING}
    assert {day for (_, day), each in to_come.items() if each.sheet} == {day for _, day in to_come}


def check_the_pages(demo: seed.Demo, app: Flask) -> None:
    visitor = Browser(app)
    for school_class in demo.classes.values():
        for day in range(-9, 4):
            assert visitor.get(f"/board/{school_class.code}/{demo.today + timedelta(days=day)}").status == 200
    pages = {
        "沈知微": f"/grades/4/{demo.today}",
        "郑怀瑾": f"/grades/8/{demo.today}",
        "唐若溪": f"/classes/{demo.classes['八(3)班'].id}/{demo.today}",
        "贺𣲗": f"/homework/{demo.classes['八(3)班'].id}/{demo.subjects['物理'].id}/{demo.today}",
        "系统管理员": "/people",
    }
    for name, address in pages.items():
        browser = Browser(app).sign_in(demo.people[name], seed.PASSWORD)
        assert (name, browser.get("/home").status, browser.get(address).status) == (name, 200, 200)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # what `make demo` fills; it takes seconds
@pytest.mark.parametrize(
    "now",
    [MONDAY, WEDNESDAY, FRIDAY, SATURDAY, MIDNIGHT, EVENING],
    ids=["Monday", "Wednesday", "Friday", "Saturday", "Tuesday after midnight", "Thursday evening"],
)
def test_the_week_is_as_promised_on_any_day(app: Flask, now: datetime) -> None:
    app.config["NOW"] = now
    demo = story.fill(now)
    db.session.commit()
    check_the_past(demo)
    check_today(demo)
    check_what_happened(demo)
    check_the_days_to_come(demo)
    assert db.session.scalar(select(func.max(LogEntry.at))) <= now
    if now == WEDNESDAY:
        check_the_pages(demo, app)


def test_every_person_of_the_sample_has_an_account(app: Flask) -> None:
    seed.Demo(MONDAY)
    logins = {login for (login,) in db.session.query(Person.login)}
    assert logins == {*seed.LOGINS.values(), seed.ADMINISTRATOR[1]}
    assert {row["name"] for row in seed.SAMPLE["people"]} <= set(seed.LOGINS)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_in_a_week_of_holidays_there_is_a_school_as_well(app: Flask) -> None:
    """1 October 2026: today is the first school day afterwards, and two weeks hold less than ten school days."""
    now = datetime(2026, 10, 1, 9, 0, tzinfo=SHANGHAI)
    app.config["NOW"] = now
    demo = story.fill(now)
    db.session.commit()
    assert demo.today == date(2026, 10, 8)
    check_today(demo)
    assert db.session.scalar(select(func.max(LogEntry.at))) <= now
    assert [each.status for each in db.session.scalars(select(MinutesRequest))].count("open") == 1
