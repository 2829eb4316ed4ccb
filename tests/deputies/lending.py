"""Short ways to lend a role, and to read what is lent."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from portal.accounts import queries as account_queries
from portal.accounts.models import Deputy, Person, RoleGrant
from portal.accounts.name_queries import with_names
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.permissions import Role
from tests.factories import TODAY, World
from tests.page import Browser, Page

DEPUTIES = "/deputies/"


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def grant_of(person: Person, role: Role = Role.HOMEROOM) -> RoleGrant:
    """The (only) grant of this role."""
    return db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.role == role)).one()


def lent(world: World, grant: RoleGrant, to: Person, first: int = 0, last: int = 0) -> Deputy:
    """A loan as it is stored, from one day to another, counted from today. Everybody's rights are read anew."""
    loan = Deputy(school_id=grant.school_id, grant_id=grant.id, person_id=to.id, first=day(first), last=day(last))
    db.session.add(loan)
    db.session.commit()
    read_rights(world)
    return loan


def read_rights(world: World, today: date = TODAY) -> None:
    """As at the beginning of a request of that day."""
    for person in account_queries.people_with_rights(world.school.id, today):
        vars(person).pop("rights", None)
    account_queries.people_with_rights(world.school.id, today)


def stored() -> list[tuple[str, str, date, date]]:
    """(role, account of the deputy, first, last) of every loan."""
    db.session.rollback()
    rows = db.session.execute(
        select(RoleGrant.role, Person.login, Deputy.first, Deputy.last)
        .join(Deputy, Deputy.grant_id == RoleGrant.id)
        .join(Person, Person.id == Deputy.person_id)
        .order_by(Deputy.id)
    )
    return [tuple(row) for row in rows]


def log() -> list[tuple[str, str, dict]]:
    """Step, who, details of all rows about deputies, which hold ids, with the names of people in their place."""
    db.session.rollback()
    rows = db.session.scalars(select(LogEntry).where(LogEntry.step.like("deputy.%")).order_by(LogEntry.id))
    return [(each.step, each.actor_name, each.details | each.names) for each in with_names(rows.all())]


def lend(
    browser: Browser, grant: RoleGrant | int, to: str, first: date | str = TODAY, last: date | str = TODAY
) -> Page:
    """Fill in the form and send it."""
    number = grant if isinstance(grant, int) else grant.id
    return browser.send(DEPUTIES, {"grant": str(number), "to": to, "first": str(first), "last": str(last)})


def another(browser: Browser, person: Person) -> Browser:
    """Somebody else at their own computer."""
    return Browser(browser.client.application).sign_in(person)


def go_to_day(app: Flask, offset: int) -> None:
    """The clock of the school, the same hour on another day."""
    app.config["NOW"] = app.config["NOW"] + timedelta(days=offset)
