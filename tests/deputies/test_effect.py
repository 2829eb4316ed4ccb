"""What a deputy may do, from which moment until which, and what the log says of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import queries as account_queries
from portal.accounts.name_queries import with_names
from portal.audit.models import LogEntry
from portal.deputies import actions, queries
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.policy.permissions import Role
from tests.approvals.reading import texts
from tests.deputies.lending import another, day, go_to_day, grant_of, lent, read_rights, stored
from tests.factories import TODAY, World, item
from tests.page import Browser, Page


def sheet(world: World, offset: int = 0) -> str:
    return f"/classes/{world.four_one.id}/{day(offset)}"


def sign_off(world: World, browser: Browser, offset: int = 0) -> Page:
    version = world.day(world.four_one, day(offset)).version
    return browser.send(f"{sheet(world, offset)}/coordinate", {"version": str(version)})


def doing(step: str) -> list[tuple[str, str]]:
    """Who took a step, and in whose place."""
    db.session.rollback()
    rows = db.session.scalars(select(LogEntry).where(LogEntry.step == step).order_by(LogEntry.id))
    return [(each.actor_name, each.names.get("deputy_for", "")) for each in with_names(rows.all())]


def test_a_role_comes_and_goes_by_the_date_without_signing_in_again(world: World, browser: Browser, app: Flask) -> None:
    lent(world, grant_of(world.chen), world.luo, 1, 2)
    for offset in (0, 1, 2, 3):
        world.file(world.luo, world.english, item(10), day=day(offset))
    deputy = browser.sign_in(world.luo)
    assert sign_off(world, deputy).status == 403
    lines = []
    for offset in (1, 2, 3):
        go_to_day(app, 1)
        lines.append(texts(deputy.get("/home"), "p", class_="lent"))
        assert sign_off(world, deputy, offset).status == (403 if offset == 3 else 303), offset
    assert lines == [["今天您代 陈立德 行使 四(1)班 班主任 的职责 到 11月26日 职责代理"]] * 2 + [[]]
    assert doing("sheet.coordinate") == [("罗安怡", "陈立德")] * 2


def test_the_line_stands_on_every_page_of_the_staff_and_in_english(world: World, browser: Browser) -> None:
    lent(world, grant_of(world.shen, Role.LEAD), world.luo)
    lent(world, grant_of(world.zheng, Role.OFFICE), world.luo)
    deputy = browser.sign_in(world.luo)
    for address in ("/home", sheet(world), f"/grades/4/{TODAY}", "/school/settings"):
        (line,) = texts(deputy.get(address), "p", class_="lent")
        assert "今天您代 沈知微 行使 四年级 年级组长 的职责" in line
        assert "今天您代 郑怀瑾 行使 教务处 的职责" in line
    assert texts(deputy.get("/home?lang=en"), "p", class_="lent")[0].startswith(
        "Today you stand in for 沈知微: Grade 4 Year-group lead until 24 Nov"
    )
    assert texts(another(browser, world.chen).get("/home"), "p", class_="lent") == []


def test_everything_still_works_when_the_person_who_approves_is_ill(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    lent(world, grant_of(world.shen, Role.LEAD), world.luo)
    version = world.day(world.four_one).version
    page = browser.sign_in(world.luo).send(f"{sheet(world)}/approve", {"version": str(version)})
    assert page.status == 303
    assert (world.day(world.four_one).status, doing("sheet.approve")) == ("published", [("罗安怡", "沈知微")])


def test_the_lender_keeps_the_role(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    lent(world, grant_of(world.chen), world.luo)
    assert sign_off(world, browser.sign_in(world.chen)).status == 303
    assert doing("sheet.coordinate") == [("陈立德", "")]


def test_nobody_approves_what_they_signed_off_as_a_deputy(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    lent(world, grant_of(world.chen), world.shen)  # the lead stands in for the homeroom teacher
    lead = browser.sign_in(world.shen)
    assert sign_off(world, lead).status == 303
    page = lead.send(f"{sheet(world)}/approve", {"version": str(world.day(world.four_one).version)})
    assert (page.status, texts(page, "p", class_="refusal")) == (
        409,
        ["这份清单是您以班主任身份协调的，请由另一位年级组长或教务处通过。"],
    )
    assert (world.day(world.four_one).status, doing("sheet.coordinate")) == ("coordinated", [("沈知微", "陈立德")])


def test_nor_what_they_signed_off_themselves_when_the_leads_role_is_lent_to_them(
    world: World, browser: Browser
) -> None:
    world.file(world.chen, world.maths, item(20))
    lent(world, grant_of(world.shen, Role.LEAD), world.chen)
    homeroom = browser.sign_in(world.chen)
    assert sign_off(world, homeroom).status == 303
    page = homeroom.send(f"{sheet(world)}/approve", {"version": str(world.day(world.four_one).version)})
    assert (page.status, world.day(world.four_one).status) == (409, "coordinated")
    approve = f"{sheet(world)}/approve"
    assert another(browser, world.shen).send(approve, {"version": str(world.day(world.four_one).version)}).status == 303


def test_a_role_that_is_lent_does_not_open_more_than_itself(world: World, browser: Browser) -> None:
    lent(world, grant_of(world.chen), world.luo)
    deputy = browser.sign_in(world.luo)
    composer = f"/homework/{world.four_one.id}/{world.maths.id}/{TODAY}"
    other_class = f"/classes/{world.one_one.id}/{TODAY}"
    statuses = [deputy.get(each).status for each in (sheet(world), composer, other_class, f"/grades/4/{TODAY}")]
    assert statuses == [200, 403, 404, 403]


# The actions, whoever calls them


@pytest.mark.parametrize("overlapping", [True, False])
def test_a_second_loan_is_checked_under_the_lock(world: World, overlapping: bool) -> None:
    who = {"by": world.chen, "at": world.at}
    actions.lend(grant_of(world.chen), world.luo, TODAY, day(3), **who)
    db.session.commit()
    first = day(3) if overlapping else day(4)
    if overlapping:
        with pytest.raises(PolicyError, match="已经由这位同事代理"):
            actions.lend(grant_of(world.chen), world.luo, first, day(8), **who)
    else:
        actions.lend(grant_of(world.chen), world.luo, first, day(8), **who)
    db.session.commit()
    assert len(stored()) == (1 if overlapping else 2)


def test_the_same_days_may_be_lent_to_two_colleagues(world: World) -> None:
    for to in (world.luo, world.lin):
        actions.lend(grant_of(world.chen), to, TODAY, TODAY, by=world.chen, at=world.at)
    db.session.commit()
    assert [login for _, login, *_ in stored()] == ["luo", "lin"]


def test_an_action_refuses_what_is_only_lent_and_what_somebody_takes_for_themselves(world: World) -> None:
    lent(world, grant_of(world.zheng, Role.OFFICE), world.luo)
    with pytest.raises(PolicyError, match="不能再转给别人"):
        actions.lend(grant_of(world.zheng, Role.OFFICE), world.lin, TODAY, TODAY, by=world.luo, at=world.at)
    with pytest.raises(PolicyError, match="不能把同事的职责安排给自己"):
        actions.lend(grant_of(world.chen), world.luo, TODAY, TODAY, by=world.luo, at=world.at)
    read_rights(world)
    assert len(stored()) == 1


def test_two_who_lend_the_same_role_at_the_same_moment_do_it_once(world: World, app: Flask) -> None:
    together, school_id, at = Barrier(2, timeout=10), world.school.id, world.at
    db.session.commit()  # SQLite has one writer, and it is not the test

    def lend(by: str) -> str:
        with app.app_context():
            people = {each.login: each for each in account_queries.people_with_rights(school_id, TODAY)}
            grant = queries.lendable_grants(school_id, people["chen"].id)[0]
            db.session.rollback()
            together.wait()
            try:
                actions.lend(grant, people["luo"], TODAY, TODAY, by=people[by], at=at)
                db.session.commit()
            except PolicyError as error:
                return str(error)
            return "lent"

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(lend, ("chen", "zheng")))
    assert said[0] == "lent"
    assert "已经由这位同事代理" in said[1]
    assert len(stored()) == 1
