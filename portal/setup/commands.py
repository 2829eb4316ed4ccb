"""`flask setup`, the first start on a console; `flask setup-code`, which prints the code for its page; `flask slip`
is for an administrator who has nobody to ask.
"""

import re
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from secrets import choice

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.accounts import actions as account_actions
from portal.accounts import queries as account_queries
from portal.audit.actions import Portal
from portal.errors import translated
from portal.extensions import db
from portal.pinyin import initials
from portal.policy.errors import PolicyError
from portal.policy.passwords import last_day, one_time_password
from portal.policy.school_year import present_term
from portal.setup import actions, queries
from portal.setup.console import address_of, announcement
from portal.setup.forms import SetupForm, name_of

NOT_READY = "The database is not ready: first `flask --app wsgi prepare`."
THERE_IS_ONE = "学校已经建好了，什么都没有做。 There is a school already; nothing was done."
NOBODY = "没有这个账号，或者已经停用。 There is no such account, or it is deactivated."
CLASSES = re.compile(r"([1-9])\s*[:：]\s*(\d{1,2})")
QUESTIONS = {  # what is asked for where no option says it
    "school": "校名 School name",
    "short": "网址简称，可空 Short name in addresses, or nothing",
    "classes": "各年级班数，如 1:4 2:4，可空 Classes by grade, such as 1:4 2:4, or nothing",
    "present_name": "学期名称，可空 Name of the term, or nothing",
    "present_first": "学期第一天 First day of the term",
    "present_last": "学期最后一天 Last day of the term",
    "name": "管理员姓名 Administrator's name",
    "login": "管理员账号 Administrator's account",
    "password": "密码，至少 10 个字符 Password, at least 10 characters",
}
Values = dict[str, str]


def when_ready(command: Callable) -> Callable:
    """A database that does not answer, or was never migrated, ends a command with a sentence."""

    @wraps(command)
    def told(*args: object, **options: object) -> None:
        try:
            with force_locale("zh_Hans"):  # a console says nothing of languages: it is told in both
                command(*args, **options)
        except DBAPIError as error:
            is_there = not isinstance(error, OperationalError) or db.engine.dialect.name == "sqlite"
            raise click.ClickException(
                NOT_READY if is_there else f"The database does not answer: {error.orig}"
            ) from error

    return told


@click.command("setup")
@click.option("--school", help="Its name.")
@click.option("--short", help="A short name for addresses: small letters, digits and -. Else initials of the name.")
@click.option("--classes", help="How many classes each grade has, such as '1:4 2:4 7:3'. They can be imported later.")
@click.option("--term", nargs=3, metavar="NAME FIRST LAST", help="The present term, with dates such as 2026-09-01.")
@click.option("--name", help="The administrator's name.")
@click.option("--login", help="What the administrator signs in with.")
@click.option("--generate-password", "generate", is_flag=True, help="Draw one that holds until the first sign-in.")
@click.option("--no-office", is_flag=True, help="The administrator is not the academic affairs office as well.")
@with_appcontext
@when_ready
def setup_command(term: tuple[str, str, str] | None, generate: bool, no_office: bool, **options: str | None) -> None:
    """Found the school and its administrator. What no option says is asked for."""
    if queries.has_school():
        raise click.ClickException(THERE_IS_ONE)
    db.session.rollback()  # while somebody types, nobody waits
    given = {name: value for name, value in options.items() if value is not None}
    if term:
        given |= dict(zip(("present_name", "present_first", "present_last"), term, strict=True))
    drawn = one_time_password(choice) if generate else ""
    asked = [name for name in QUESTIONS if name not in given and not (drawn and name == "password")]
    values = given | _ask(asked, _proposals())
    while wrong := _wrong(values, drawn, office=not no_office):
        for name, sentence in wrong.items():
            click.echo(f"{QUESTIONS[name]}: {sentence}", err=True)
        if not sys.stdin.isatty() or not set(wrong) <= set(asked):
            raise click.ClickException("什么都没有建。 Nothing was founded.")
        values |= _ask([name for name in asked if name in wrong], values)
    form, last = _form(values, drawn, office=not no_office), _last_day() if drawn else None
    try:
        founding = form.founding((initials(form.school.data) or "school")[:32])
        actions.found_school(founding, drawn or values["password"], at=clock.now(), one_time_last=last)
    except PolicyError as error:
        raise click.ClickException(_both(error)) from error
    db.session.commit()
    click.echo(f"“{founding.name}”建好了。 The school is founded. 账号 Account: {founding.login}")
    if drawn:
        _print(drawn, last)


@click.command("setup-code")
@click.option("--host", default="127.0.0.1", help="Where the portal listens.")
@click.option("--port", default="8000")
@with_appcontext
@when_ready
def setup_code_command(host: str, port: str) -> None:
    """Print a new code for the page of the first start, where no start of the server has."""
    if queries.has_school():
        raise click.ClickException(THERE_IS_ONE)
    db.session.rollback()
    click.echo(announcement(address_of(host, port)))


@click.command("slip")
@click.argument("login")
@with_appcontext
@when_ready
def slip_command(login: str) -> None:
    """Draw a one-time password for LOGIN; the present one, and all that is signed in with it, ends.

    For an administrator who has nobody to ask; others get theirs from the administrator.
    """
    person = account_queries.person_by_login(login, clock.today())
    if person is None:
        raise click.ClickException(NOBODY)
    drawn, last = account_actions.draw_passwords(1), _last_day()
    how = {"last": last, "by": Portal(person.school_id), "at": clock.now()}
    [slip] = account_actions.give_one_time_passwords([person.get_id()], drawn, **how)
    db.session.commit()
    _print(slip.password, last)


def _last_day() -> date:
    return last_day(clock.today(), current_app.config["ONE_TIME_DAYS"])


def _print(drawn: str, last: date) -> None:
    click.echo(f"一次性密码，只印这一次 One-time password, printed only now: {drawn}")
    click.echo(f"只能用到 It can be used until: {last}")


def _proposals() -> Values:
    term = present_term(clock.today())
    dates = {"present_first": term.first.isoformat(), "present_last": term.last.isoformat()}
    return {"short": "", "classes": "", "present_name": name_of(term), **dates}


def _ask(names: list[str], proposed: Values) -> Values:
    """What is typed, question by question."""
    typed = {}
    for name in names:
        if name == "password":
            typed[name] = click.prompt(QUESTIONS[name], hide_input=True, confirmation_prompt="再写一遍 Once more")
        else:
            typed[name] = click.prompt(
                QUESTIONS[name], default=proposed.get(name), show_default=bool(proposed.get(name))
            )
    return typed


def _form(values: Values, drawn: str, *, office: bool) -> SetupForm:
    """The form of the page, filled in."""
    data = {name: value for name, value in values.items() if name != "classes"}
    data |= {f"classes_{grade}": count for grade, count in CLASSES.findall(values.get("classes", ""))}
    data |= {"again": data.get("password", "")} | ({"office": "y"} if office else {})
    form = SetupForm(formdata=MultiDict(data), meta={"csrf": False})
    for name in ("code", "password", "again") if drawn else ("code",):
        del form[name]
    return form


def _wrong(values: Values, drawn: str, *, office: bool) -> Values:
    """What the form says is wrong, by question, in both languages."""
    said: dict[str, list[str]] = {}
    for language in ("zh_Hans", "en"):
        with force_locale(language):
            form = _form(values, drawn, office=office)
            form.validate()
            for name, errors in form.errors.items():
                key = "classes" if name.startswith("classes_") else name
                said.setdefault(key, []).append(str(errors[0]))
            if CLASSES.sub("", values.get("classes", "")).strip(" ,，;；、"):
                said.setdefault("classes", []).append(
                    translated(PolicyError("请写成“年级:班数”，例如 1:4 2:4，年级从 1 到 9。"))
                )
    return {name: " ".join(dict.fromkeys(sentences)) for name, sentences in said.items()}


def _both(error: PolicyError) -> str:
    """The sentence in both languages."""
    sentences = []
    for language in ("zh_Hans", "en"):
        with force_locale(language):
            sentences.append(translated(error))
    return " ".join(sentences)
