"""A teacher who stands wherever a person can stand, and then leaves the school."""

import json
import re
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update

from portal.accounts.models import Deputy
from portal.extensions import Model, db
from portal.homework import common_actions
from portal.negotiation import actions as negotiation
from portal.policy.permissions import Role
from portal.roster import actions as roster
from portal.roster import people_queries
from portal.roster.rollover_models import Rollover
from portal.school import queries as school_queries
from tests.deputies.lending import grant_of, lent
from tests.factories import TODAY, TOMORROW, World, add, grant, item
from tests.page import Browser
from tests.roster.files import ASSIGNMENTS, PEOPLE, bring_in, send, workbook

NAMES = ("陈立德", "陈立")  # before and after being renamed
LOGINS = ("chen", "chen2")


def leave(world: World, admin: Browser) -> None:
    """Chen files, agrees on common content, asks, signs off and publishes by name; lends a role and is lent one;
    imports a file and stands in others; is given a password, is renamed, and leaves without duties.
    """
    chen = world.chen
    world.school.shows_teachers = True
    grant(chen, Role.ADMINISTRATOR)
    db.session.commit()
    bring_in(Browser(admin.client.application).sign_in(chen), workbook(学科=[("学科",), ("书法",)]), "chen.xlsx")
    bring_in(admin, workbook(任课=[ASSIGNMENTS, ("chen", "陈立德", "四(2)班", "英语", "周一")]), "陈立德.xlsx")
    send(admin, workbook(教师=[PEOPLE, ("chen", "陈大", "", "")]))  # waits to be confirmed
    world.file(chen, world.maths, item(20), item(25))
    filing = world.file(world.luo, world.english, item(10))
    how = {"by": chen, "at": world.at}
    asked = {"suggested": 5, "seen_minutes": 10, "message": "短一点"}
    negotiation.ask_shorter(world.four_one, TODAY, filing.items[0].id, **asked, **how)
    common_actions.set_common(world.school, 4, world.maths, TOMORROW, items=[item(5)], seen_version=0, **how)
    db.session.commit()
    lent(world, grant_of(world.shen, Role.LEAD), chen)
    world.coordinate(by=chen)
    world.approve()
    lent(world, grant_of(chen), world.luo)
    world.file(chen, world.maths, item(15), day=TOMORROW)
    world.coordinate(day=TOMORROW, by=world.luo)  # in the place of chen
    world.approve(day=TOMORROW, by=chen)  # in the place of shen
    db.session.execute(update(Deputy).values(first=TODAY - timedelta(days=3), last=TODAY - timedelta(days=2)))
    gone = {
        "teaching_assignment": [{"id": 1, "teacher_id": chen.id}, {"id": 2, "teacher_id": world.luo.id}],
        "role_grant": [{"id": 3, "person_id": chen.id}, {"id": 4, "person_id": world.luo.id}],
        "deputy": [{"id": 5, "grant_id": 3, "person_id": world.luo.id}, {"id": 6, "grant_id": 4, "person_id": chen.id}],
    }
    changes = {"classes": [], "made": {}, "gone": gone}
    years = {"year": 2026, "at": world.at, "day": TODAY, "counts": {}, "changes": changes}
    add(Rollover, school_id=world.school.id, person_id=chen.id, **years)
    _let_go(world)


def _let_go(world: World) -> None:
    chen, later = world.chen, world.at + timedelta(days=2)
    how = {"by": world.admin, "at": later}
    roster.rename(chen, LOGINS[1], NAMES[1], seen_version=people_queries.state_now(chen.id), **how)
    for each in people_queries.grants_of(chen.id):
        roster.revoke(each, chen, seen_version=people_queries.state_now(chen.id), **how)
    for each in school_queries.assignments_of_teacher(chen.id):
        roster.unassign(each, chen, seen_version=people_queries.state_now(chen.id), **how)
    roster.deactivate(chen, seen_version=people_queries.state_now(chen.id), **how)
    db.session.commit()


def told_of(*words: str) -> dict[str, int]:
    """In which columns of the database these words stand, and how often: every cell of every table. Letters are whole
    words: "chen" is not told by "cheng".
    """
    words = re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in words))
    db.session.rollback()
    found: dict[str, int] = {}
    for table in Model.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            for name, value in row.items():
                if words.search(_plain(value)):
                    found[f"{table.name}.{name}"] = found.get(f"{table.name}.{name}", 0) + 1
    return found


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if isinstance(value, date | datetime | time) else json.dumps(value, ensure_ascii=False)
