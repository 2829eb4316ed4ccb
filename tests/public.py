"""All that anybody may open: each public route, with an address for each state its page can be in.

Whoever adds a public route adds its addresses to ADDRESSES; a test names those that are missing. Each address is judged
by the Nu checker and by axe-core, in both languages, and looked through for what families must not read.
"""

import re
from dataclasses import dataclass
from datetime import time, timedelta

from flask import Flask

from portal.access import PUBLIC, access_mark
from portal.extensions import db
from portal.help.page import Guide
from portal.policy.links import BoardAccess
from portal.policy.service import Band, Period
from portal.policy.vocabulary import Form, Level, Place, Source, Tier
from portal.school.link_actions import replace_links
from portal.school.models import School
from portal.service import actions as service
from tests.factories import TODAY, TOMORROW, World, add, item, make_class
from tests.office.exceptions import ask, except_it

MONDAY = TODAY - timedelta(days=1)
FRIDAY = TODAY + timedelta(days=3)
LANGUAGES = ("zh-CN", "en")

# {code} is 四(1), {other} a class of which nothing is published, {first} one of grade 1; {school} their school, and
# {links} one where nothing is published and classes are found by their links only.
ADDRESSES = {
    "/": ["/"],
    "/board/": ["/board/?choose="],
    "/board/<code>/": [
        "/board/{code}/",
        "/board/{other}/",
        "/board/{first}/",
        "/board/1999-1/",
        "/board/yuanshan-4-1/",
    ],
    "/board/<code>/<day:day>": [
        "/board/{code}/2026-11-24",  # over its cap, published by the office
        "/board/{code}/2026-11-23",  # corrected
        "/board/{code}/2026-11-25",  # waits
        "/board/{code}/2026-11-27",  # all there can be, for a weekend
        "/board/{code}/2026-11-29",  # its Sunday
        "/board/{code}/2026-10-01",  # a holiday
    ],
    "/board/<code>/<day:day>.json": [
        "/board/{code}/2026-11-24.json",
        "/board/{code}/2026-11-25.json",
        "/board/{code}/2026-11-27.json",
    ],
    "/board/<code>/calendar.ics": ["/board/{code}/calendar.ics"],
    "/board/<code>/feed.atom": ["/board/{code}/feed.atom", "/board/{other}/feed.atom"],
    "/board/<code>/month": ["/board/{code}/month"],
    "/board/<code>/month/<month:month>": ["/board/{code}/month/2026-11", "/board/{other}/month/2026-10"],
    "/board/<code>/poster": ["/board/{code}/poster"],
    "/board/<code>/today.json": ["/board/{code}/today.json"],
    "/board/<code>/wall": ["/board/{code}/wall", "/board/{other}/wall"],
    "/board/<code>/week": ["/board/{code}/week", "/board/{other}/week"],
    "/board/<code>/week/<day:day>": ["/board/{code}/week/2026-10-05", "/board/{code}/week/2026-11-24"],
    "/board/children": [
        "/board/children?class={code}",
        "/board/children?class={code}&class={first}",
        "/board/children",  # to choose from
        "/board/children?choose=&class={code}",
        "/board/children?class=1999-1",
        "/board/children?class={code}&class=nobody&class=yuanshan-4-1",
        "/board/children?class=1&class=2&class=3&class=4&class=5&class={code}",
    ],
    "/board/children/<day:day>": [
        "/board/children/2026-11-24?class={code}",
        "/board/children/2026-11-27?class={code}&class={first}",
    ],
    "/board/schools/<school_code>/": ["/board/schools/{school}/", "/board/schools/{links}/"],
    "/board/schools/<school_code>/lists": ["/board/schools/{school}/lists", "/board/schools/{links}/lists"],
    "/board/schools/<school_code>/lists/<day:day>": ["/board/schools/{school}/lists/2026-11-28"],
    "/board/schools/<school_code>/totals": [
        "/board/schools/{school}/totals",
        "/board/schools/{school}/totals?grade=4",
        "/board/schools/{links}/totals",
    ],
    "/board/schools/<school_code>/totals/<day:day>": ["/board/schools/{school}/totals/2026-11-28"],
    "/board/schools/<school_code>/wall": [
        "/board/schools/{school}/wall",
        "/board/schools/{school}/wall?grade=4",
        "/board/schools/{school}/wall?class={code}&class={first}",
        "/board/schools/{links}/wall",
    ],
    "/c/<code>": ["/c/{code}"],
    "/healthz": ["/healthz"],
    "/help/": ["/help/"],
    "/help/<guide>": [f"/help/{guide}" for guide in Guide],
    "/htmx.min.js": [],
    "/metrics": ["/metrics"],
    "/privacy": ["/privacy"],
    "/readyz": ["/readyz"],
    "/setup": ["/setup"],
    "/sign-in": ["/sign-in"],
    "/sign-in/provider": ["/sign-in/provider"],
    "/sign-in/provider/back": ["/sign-in/provider/back"],
    "/static/<path:filename>": ["/static/board.css", "/static/portal.css", "/static/wall.css", "/static/night.css"],
}
ANSWERS = {  # all others answer 200
    "/": 302,
    "/board/1999-1/": 404,
    "/board/children?class=1999-1": 404,
    "/board/yuanshan-4-1/": 410,  # a link that was replaced
    "/board/children?class=1&class=2&class=3&class=4&class=5&class={code}": 422,
    "/metrics": 404,  # the setting is off
    "/setup": 302,
    "/board/{code}/month": 302,
    "/sign-in/provider": 303,
    "/sign-in/provider/back": 404,  # the setting is off
    "/c/{code}": 302,
    "/board/schools/{links}/wall": 404,
    "/board/{code}/week/2026-11-24": 302,
}


def public_routes(app: Flask) -> set[str]:
    """The rules of all routes that anybody may open with GET."""
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and access_mark(app, rule.endpoint) == PUBLIC
    }


def pages_of_a_class() -> list[str]:
    """What comes after the code in an address of each page of a class."""
    own = "/board/{code}/"
    return [some[0].removeprefix(own) for some in ADDRESSES.values() if some and some[0].startswith(own)]


def pages_of_no_class(school: str) -> list[str]:
    """The addresses that name no class of a school."""
    every = [each for some in ADDRESSES.values() for each in some if not re.search("{(code|other|first)}", each)]
    return sorted({each.format(school=school, links=school) for each in every})


@dataclass(frozen=True)
class Example:
    """An address of a route, and the status of its answer."""

    rule: str
    address: str
    status: int


def examples(world: World) -> list[Example]:
    """All addresses, in the world given."""
    names = {"code": world.four_one.code, "other": world.four_two.code, "first": world.one_one.code}
    names |= {"school": world.school.code, "links": world.other_school.code}
    return [
        Example(rule, address.format(**names), ANSWERS.get(address, 200))
        for rule, some in ADDRESSES.items()
        for address in some
    ]


def fill(world: World) -> World:
    """Days of each kind: see ADDRESSES. It is Tuesday."""
    world.file(world.chen, world.maths, item(20, "第 3 题"), day=MONDAY)
    world.publish(day=MONDAY)
    world.file(world.chen, world.maths, item(20, "第 4 题"), day=MONDAY, reason="页码写错了 <三>")
    ask(world)
    except_it(world)
    world.file(world.chen, world.maths, item(20), day=TOMORROW)
    world.file(
        world.shen,
        world.chinese,
        item(25, "背《山行》：\n远上寒山石径斜，\n白云生处有人家。", level=Level.BASIC),
        item(30, "写一首自己的诗 🍁", level=Level.EXTENDED, source=Source.ORIGINAL),
        item(40, "读一本书", form=Form.READING, days=5),
        item(5, "看图说话", form=Form.ORAL, tier=Tier.OPTIONAL, choice_group="A", choose=1),
        item(10, "<b>说</b> & 演", form=Form.ORAL, tier=Tier.OPTIONAL, choice_group="A", choose=1),
        day=FRIDAY,
    )
    world.file(world.chen, world.maths, item(15, "口算", place=Place.SCHOOL), item(20, form=Form.SPORT), day=FRIDAY)
    world.publish(day=FRIDAY)
    world.file(world.lin, world.chinese, item(10, place=Place.SCHOOL), school_class=world.one_one)
    world.coordinate(world.one_one, by=world.lin)
    world.approve(world.one_one, by=world.gu)
    write_lists(world)
    make_class(add(School, code="beishan", name="北山学校"), 9, 12)
    world.other_school.board_access = BoardAccess.LINK
    replace_links(world.other_school, [world.other_class.code], by=world.zhou, at=world.at)
    db.session.commit()
    return world


def write_lists(world: World) -> None:
    """What the school offers after lessons."""
    how = {"seen_version": 0, "by": world.zheng, "at": world.at}
    sport = Period(Band.LOWEST, "体锻时光", time(15, 40), time(16, 20), ("跳绳", "", "", "", "游戏"))
    help_ = Period(Band.UPPER, "作业辅导", time(16, 30), time(17, 10), ("作业辅导",) * 5)
    service.set_timetable(world.school, [sport, help_], **how)
    content = {world.one_one.id: ("绘本", "", "", "", ""), world.four_one.id: ("作业辅导", "", "阅读 & 写字", "", "")}
    service.set_content(world.school, content, [world.one_one, world.four_one, world.four_two], **how)
    db.session.commit()
