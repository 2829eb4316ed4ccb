"""Everybody with an account: found, added, and given passwords on slips."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import reads_first, requires
from portal.accounts import actions as account_actions
from portal.accounts import queries as account_queries
from portal.errors import translated
from portal.extensions import db, start_writing
from portal.pinyin import sort_key
from portal.policy import passwords
from portal.policy.errors import PolicyError
from portal.roster import actions
from portal.roster.people_composing import Listed, listed_people, role_words
from portal.roster.people_forms import PersonForm
from portal.roster.people_queries import Shown
from portal.site import absolute

bp = Blueprint("people", __name__, url_prefix="/people")
SHOWN_LAST = "people.last"  # the address of the list as this session has seen it last


@bp.get("")
@requires("people.read")
def people():
    """Who has an account, with roles: by pinyin, a page at a time. What is asked for stands in the address; `?last=1`
    leads back to what was shown last.
    """
    if "last" in request.args:
        return redirect(session.get(SHOWN_LAST, url_for("people.people")))
    listed = listed_people()
    if session.get(SHOWN_LAST) != listed.paging.here:
        session[SHOWN_LAST] = listed.paging.here
    return _list_page(listed)


@bp.get("/new")
@requires("roster.set")
def new():
    return _new_page(PersonForm(formdata=None))


@bp.post("/new")
@requires("roster.set")
def add():
    """Add somebody, and go on with their roles."""
    form = PersonForm()
    if not form.validate():
        return _new_page(form), 422
    try:
        with db.session.begin_nested():
            person = actions.add_person(form.login.data, form.name.data, by=current_user, at=clock.now())
    except PolicyError as error:
        form.login.errors = [translated(error)]
        return _new_page(form), 422
    db.session.commit()
    flash(gettext("已添加 %(name)s。接着填角色和任课，再发密码。", name=person.name))
    return redirect(url_for("people.person", person_id=person.id), 303)


@bp.post("/passwords")
@requires("roster.set")
@reads_first
def give_passwords():
    """One-time passwords for those who are ticked, or for all who have none. They are shown in this answer and never
    again, so there is no page to be sent to.
    """
    ticked = request.form.getlist("person")
    wanted = None if request.form.get("do") == "all" else ticked
    if wanted is not None and (not ticked or not all(map(_is_token, ticked))):
        return _list_page(refusal=gettext("请先勾选要发密码的人。")), 422
    count = account_queries.count_without_password(current_user.school_id) if wanted is None else len(wanted)
    drawn = account_actions.draw_passwords(count)
    how = {"last": passwords.last_day(clock.today(), current_app.config["ONE_TIME_DAYS"]), "by": current_user}
    start_writing()
    try:
        with db.session.begin_nested():
            slips = account_actions.give_one_time_passwords(wanted, drawn, **how, at=clock.now())
    except PolicyError as error:
        return _list_page(refusal=translated(error)), 409
    db.session.commit()
    slips.sort(key=lambda each: (sort_key(each.name), each.login))  # as they stand in the list
    return render_template("roster/slips.html", slips=slips, address=absolute(url_for("accounts.sign_in")))


def _is_token(typed: str) -> bool:
    """Whether it is an id and a number of sessions, as Person.get_id() writes them."""
    parts = typed.split(".")
    return len(parts) == 2 and all(each.isascii() and each.isdecimal() and len(each) < 10 for each in parts)


def _list_page(listed: Listed | None = None, **more: object) -> str:
    listed = listed or listed_people()
    return render_template(
        "roster/people.html", listed=listed, roles=role_words(), states=Shown, today=clock.today(), **more
    )


def _new_page(form: PersonForm, **more: object) -> str:
    return render_template("roster/person_new.html", form=form, **more)
