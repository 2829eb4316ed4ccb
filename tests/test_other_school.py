"""Two schools in one database: another school's things cannot be read, changed, or told from what is not there."""

import html
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask
from sqlalchemy import JSON, String, Text

from portal.accounts.models import Person
from portal.audit.models import LogEntry
from portal.extensions import Model, db
from portal.homework.models import DaySheet
from tests.doors import ROWS, browser_of, cast, is_public, token_of, try_door
from tests.factories import World
from tests.places import MARK, UNKNOWN, UNKNOWN_CODE, Values, address, fill, names

sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

IDS = {  # names in addresses that call something of one school
    *("class_id", "subject_id", "item_id", "request_id", "person_id", "grant_id", "assignment_id", "loan_id"),
    *("term_id", "import_id", "rollover_id", "code", "school_code"),
}
FOR_ALL = {"grade", "day", "month", "number", "kind", "guide", "filename"}  # and those that do not
INSIDE = ("teacher", "homeroom", "lead", "office", "principal", "administrator")
SHUT = {403, 404}
ITEM = "/classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>"
CELL = "/grades/<int:grade>/<day:day>/classes/<int:class_id>/subjects/<int:subject_id>"
GONE = {  # whoever may do it to the items of this filing reads that there is no such item; a way to a page that is not
    ("POST", f"{ITEM}/ask", ("item_id",)): 409,
    ("POST", f"{ITEM}/minutes", ("item_id",)): 422,
    ("GET", CELL, ("subject_id",)): 303,
}


# What there is to hide

OF_NO_SCHOOL = {"setup_code"}  # what the first start needs, before there is a school
WITHOUT_WORDS = {  # of our own: names of states, hashes, counters
    *("person.password_hash", "log_entry.step", "day_sheet.correction", "day_sheet.totals", "item.kept"),
    *("roster_import.notes", "roster_import.counts", "rollover.counts", "rollover.changes", "subject.ended"),
    "school_class.ended",
}


@sqlite
def test_every_kind_of_word_that_the_other_school_stores_has_the_mark(world: World, app: Flask) -> None:
    fill(world)
    db.session.rollback()
    columns = {
        f"{table.name}.{column.name}": column
        for table in Model.metadata.sorted_tables
        if table.name not in OF_NO_SCHOOL
        for column in table.columns
        if isinstance(column.type, Text | JSON) or (isinstance(column.type, String) and column.type.length > 20)
    }
    marked = {
        name
        for name, column in columns.items()
        if any(MARK in str(value) for value in db.session.execute(db.select(column)).scalars())
    }
    assert columns.keys() - marked == WITHOUT_WORDS


NOTHING_TO_TELL = {  # pages of those who have signed in on which no word of a school stands
    *("/roster/import/template-<kind>.csv", "/roster/import/template.xlsx"),
    *("/office/sample", "/school/calendar", "/homework/", CELL),  # which lead on
}


@sqlite
def test_its_own_people_read_it(world: World, app: Flask) -> None:
    there = fill(world)["elsewhere"]
    browser = browser_of(app, world.zhou, "elsewhere")
    own = [rule for method, rule, _ in ROWS if method == "GET" and not is_public(app, rule)]
    answers = [try_door(browser, "elsewhere", "GET", rule, address(there, rule)) for rule in own]
    assert {each.rule for each in answers if MARK not in each.text} == NOTHING_TO_TELL
    assert {each.status for each in answers} == {200, 302, 303}


# What its numbers open


def test_every_name_in_an_address_is_known_to_be_of_one_school_or_not() -> None:
    assert {name for _, rule, _ in ROWS for name in names(rule)} == IDS | FOR_ALL


def swapped(here: Values, there: Values, rule: str) -> list[tuple[tuple[str, ...], Values, Values]]:
    """For each number in the address, and for all: what is swapped, for another school's, and for what nothing has."""
    ids = sorted(names(rule) & IDS)
    unknown = {name: UNKNOWN_CODE if name.endswith("code") else UNKNOWN for name in ids}
    unknown |= {"imported": UNKNOWN}
    groups = {(name,) for name in ids} | {tuple(ids)}
    named = [(group, (*group, "imported")) for group in sorted(groups)]
    return [
        (group, *(here | {name: each[name] for name in more} for each in (there, unknown))) for group, more in named
    ]


def same(texts: Iterable[str], named: Iterable[object]) -> list[str]:
    """The texts without what was asked for, as it is or as addresses write it, and without tokens."""
    words = {write(str(each)) for each in named for write in (str, quote, quote_plus, html.escape)}
    asked = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return [re.sub(rf'csrf_token"[^>]*|\b({asked})\b', "…", text) for text in texts]


@sqlite
@pytest.mark.parametrize("kind", INSIDE)
def test_a_number_of_another_school_is_no_other_than_one_that_nothing_has(world: World, app: Flask, kind: str) -> None:
    places, who = fill(world), cast(world)[kind]
    browser = browser_of(app, who, kind)
    token, got, told_apart = token_of(browser), {}, []
    for method, rule, _ in ROWS:
        if names(rule) & IDS and not is_public(app, rule):
            for ids, *both in swapped(places["here"], places["elsewhere"], rule):
                answers = [try_door(browser, "", method, rule, address(each, rule), token) for each in both]
                theirs, nothing = same((each.text for each in answers), (each[name] for each in both for name in ids))
                told_apart += [(method, rule, ids)] if theirs != nothing else []
                got[method, rule, ids] = {each.status for each in answers}
    assert told_apart == []
    assert {door: statuses for door, statuses in got.items() if not statuses <= SHUT | {GONE.get(door)}} == {}
    assert len(got) > 60


# What its numbers and names do in forms and filters


# who, how and where, the field that names something, what it names, the answer, the other fields
SENT = """
teacher GET /homework/ class class_id 404 subject={subject_id}
teacher GET /homework/ subject subject_id 404 class={class_id}
teacher GET /homework/{class_id}/{subject_id}/{day} copy class_id 404
administrator GET /people class class_id 200
administrator GET /people q person_name 200 shown=all
administrator POST /people/passwords person person_token 409 do=selected
administrator POST /people/{person_id}/roles homeroom_of class_id 422 role=homeroom
administrator POST /people/{person_id}/teaching school_class class_id 422 subject={subject_id} weekdays=0
administrator POST /people/{person_id}/teaching subject subject_id 422 school_class={class_id} weekdays=0
administrator GET /deputies/ person person_id 200 as=holder
administrator GET /deputies/ person person_id 200 as=deputy
homeroom POST /deputies/ grant grant_id 422 to=罗安怡 first={day} last={day}
homeroom POST /deputies/ to person_name 422 grant={grant_id} first={day} last={day}
homeroom POST /deputies/ to login 422 grant={grant_id} first={day} last={day}
lead POST /grades/4/{day}/approve class class_id 303 do=selected
lead POST /grades/4/{day}/approve only class_id 303
office GET /office/log class_id class_id 422
office GET /office/log person person_id 422
office GET /office/log.csv class_id class_id 422
office GET /office/log words words 200
office POST /office/reviews only sheet_id 422
office POST /office/reviews sheet sheet_id 422 do=selected
office POST /office/approved only sheet_id 422
office POST /office/approved listed sheet_id 422 do=clean
office POST /office/sample?first={day}&last={day}&n=5&seed=20261124-0001 sheet sheet_id 404 do=selected
office GET /office/links/new code code 404
office POST /office/links codes code 409 sure=y
office GET /service/timetable before timetable 404
office GET /service/content before content 404
office POST /service/content do class_id 400
"""


def words_of(values: Values) -> Values:
    """What forms call things by, beside what addresses do."""
    person = db.session.get(Person, values["person_id"])
    sheets = db.select(DaySheet.id).where(DaySheet.class_id == values["class_id"]).order_by(DaySheet.id)
    logged = db.select(LogEntry.id).where(LogEntry.school_id == person.school_id)
    more = {
        "sheet_id": db.session.scalars(sheets).first(),
        "timetable": db.session.scalars(logged.where(LogEntry.step == "service.timetable")).one(),
        "content": db.session.scalars(logged.where(LogEntry.step == "service.content")).one(),
    }
    more |= {"person_name": person.name, "person_token": person.get_id(), "login": person.login}
    return values | more


NO_WORDS = {
    "person_name": f"{MARK} 无名",
    "person_token": f"{UNKNOWN}.0",
    "login": f"{MARK}-no",
    "words": f"{MARK}没有",
    "code": UNKNOWN_CODE,
}


@sqlite
@pytest.mark.parametrize("kind", sorted({row.split()[0] for row in SENT.strip().splitlines()}))
def test_a_form_that_names_a_thing_of_another_school_names_nothing(world: World, app: Flask, kind: str) -> None:
    places = fill(world)
    browser = browser_of(app, cast(world)[kind], kind)
    here, there, token = words_of(places["here"]), words_of(places["elsewhere"]), token_of(browser)
    wanted, got, told_apart = {}, {}, []
    for row in [each for each in SENT.strip().splitlines() if each.startswith(f"{kind} ")]:
        _, method, where, name, thing, status, *others = row.split()
        ways = [there[thing], NO_WORDS.get(thing, UNKNOWN), *([here[thing]] if method == "GET" else [])]
        pages = []
        for named in ways:
            sent = dict(each.format(**here).split("=") for each in others)
            sent |= {"csrf_token": token, name: f"copy-{named}" if name == "do" else str(named)}
            how = {"query_string": sent} if method == "GET" else {"data": sent}
            pages.append(browser.open(method, where.format(**here), **how))
        theirs, nothing, *own = same((each.html for each in pages), ways)
        told_apart += [row] if theirs != nothing or nothing in own else []
        wanted[row], got[row] = {int(status)}, {each.status for each in pages[:2]}
    assert told_apart == []
    assert got == wanted
