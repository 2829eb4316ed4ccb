"""The start page: the board for the public, the day's work for people with an account."""

from flask import Blueprint, current_app, redirect, render_template, send_from_directory, url_for
from flask_login import current_user

from portal import clock
from portal.access import actor, public, signed_in
from portal.homework import queries as homework_queries
from portal.policy import caps
from portal.policy.permissions import Role
from portal.school import queries as school_queries
from portal.school.rules import rules_of

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def start():
    return redirect(url_for("home.home" if current_user.is_authenticated else "board.start"))


@bp.get("/home")
@signed_in
def home():
    """What a person teaches and looks after, on the next school day."""
    person = actor()
    day = rules_of(current_user.school).calendar.next_school_day(clock.today())
    own = school_queries.assignments_of_teacher(person.id)
    classes = school_queries.classes_of_school(person.school_id)
    taught = {each.class_id: each.school_class for each in own}
    class_days = homework_queries.class_days(list(taught.values()), day)
    return render_template(
        "home/home.html",
        day=day,
        today=clock.today(),
        own=own,
        class_days={each.school_class.id: each for each in class_days},
        homerooms=[each for each in classes if each.id in person.homeroom_of],
        grades=_grades(person, {each.grade for each in classes}),
        reads_people=not person.roles.isdisjoint({Role.ADMINISTRATOR, Role.PRINCIPAL}),
    )


@bp.get("/htmx.min.js")
@public
def htmx():
    """htmx for schools without internet, once `flask fetch-htmx` has put it into the instance folder."""
    return send_from_directory(current_app.instance_path, "htmx.min.js", max_age=365 * 24 * 3600)


def _grades(person, grades: set[int]) -> list[int]:
    """The grades whose day this person follows, of those that have classes."""
    whole_school = not person.roles.isdisjoint({Role.OFFICE, Role.PRINCIPAL})
    return [grade for grade in caps.GRADES if grade in grades and (whole_school or grade in person.leads)]
