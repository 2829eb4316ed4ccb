"""One person: name and login, whether they may sign in, roles, what they teach. Each change is a form of its own."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.accounts.models import Person, Post
from portal.deputies import queries as deputy_queries
from portal.deputies.page import arranged
from portal.errors import translated
from portal.extensions import db
from portal.fields import VersionedForm
from portal.filters import class_name, grade_name, weekday_name
from portal.policy.caps import GRADES
from portal.policy.errors import PolicyError
from portal.policy.permissions import LENDABLE, Role
from portal.roster import actions
from portal.roster import people_queries as queries
from portal.roster.people_forms import AssignForm, GrantForm, PersonForm, StepForm
from portal.roster.people_views import bp
from portal.school import queries as school_queries

A_MONDAY = date(2026, 1, 5)


@bp.get("/<int:person_id>")
@requires("roster.set")
def person(person_id: int):
    return _page(_person(person_id))


@bp.post("/<int:person_id>")
@requires("roster.set")
def rename(person_id: int):
    """Correct name and login."""
    found, form = _person(person_id), PersonForm()
    if not form.validate():
        return _page(found, renaming=form), 422
    step = lambda **who: actions.rename(found, form.login.data, form.name.data, **who)  # noqa: E731
    return _done(found, form, step, gettext("已保存。"), renaming=form)


@bp.post("/<int:person_id>/stop")
@requires("roster.set")
def stop(person_id: int):
    """They cannot sign in any more."""
    found = _person(person_id)
    said = gettext("%(name)s 的账号已停用，登录都已结束。", name=found.name)
    return _done(found, StepForm(), lambda **who: actions.deactivate(found, **who), said)


@bp.post("/<int:person_id>/resume")
@requires("roster.set")
def resume(person_id: int):
    """They can sign in again."""
    found = _person(person_id)
    said = gettext("%(name)s 的账号已恢复。", name=found.name)
    return _done(found, StepForm(), lambda **who: actions.activate(found, **who), said)


@bp.post("/<int:person_id>/roles")
@requires("roster.set")
def grant(person_id: int):
    """Give a role."""
    found, form = _person(person_id), _grant_form()
    if not form.validate():
        return _page(found, granting=form), 422
    role = Role(form.role.data)
    class_id = int(form.homeroom_of.data) if role == Role.HOMEROOM else None
    place = next((each for each in _classes() if each.id == class_id), None)
    grade = place.grade if place else int(form.grade.data) if role == Role.LEAD else None
    post = Post(role, grade, place.number if place else None)
    step = lambda **who: actions.grant(found, post, class_id, **who)  # noqa: E731
    return _done(found, form, step, gettext("已保存。"), granting=form)


@bp.post("/<int:person_id>/roles/<int:grant_id>/take")
@requires("roster.set")
def revoke(person_id: int, grant_id: int):
    """Take a role away."""
    found = _person(person_id)
    granted = next((each for each in queries.grants_of(found.id) if each.id == grant_id), None) or abort(404)
    return _done(found, StepForm(), lambda **who: actions.revoke(granted, found, **who), gettext("已收回角色。"))


@bp.post("/<int:person_id>/teaching")
@requires("roster.set")
def assign(person_id: int):
    """Say what they teach, or change its weekdays."""
    found, form = _person(person_id), _assign_form()
    if not form.validate():
        return _page(found, assigning=form), 422
    place = next(each for each in _classes() if str(each.id) == form.school_class.data)
    subject = school_queries.subject_or_404(current_user.school_id, int(form.subject.data))
    step = lambda **who: actions.assign(found, place, subject, form.bits, **who)  # noqa: E731
    return _done(found, form, step, gettext("已保存。"), assigning=form)


@bp.post("/<int:person_id>/teaching/<int:assignment_id>/end")
@requires("roster.set")
def unassign(person_id: int, assignment_id: int):
    """They do not teach it any more."""
    found = _person(person_id)
    taught = school_queries.assignments_of_teacher(found.id)
    assignment = next((each for each in taught if each.id == assignment_id), None) or abort(404)
    return _done(found, StepForm(), lambda **who: actions.unassign(assignment, found, **who), gettext("已删去任课。"))


def _done(found: Person, form: VersionedForm, step: Callable[..., None], said: str, **shown: object):
    """Take the step and show the page anew; with the sentence and the present state where the rules say no."""
    try:
        with db.session.begin_nested():
            step(seen_version=form.seen_version, by=current_user, at=clock.now())
    except PolicyError as error:
        return _page(found, refusal=translated(error), **shown), 409
    db.session.commit()
    flash(said)
    return redirect(url_for("people.person", person_id=found.id, _anchor="main"), 303)


def _person(person_id: int) -> Person:
    return queries.person_or_404(current_user.school_id, person_id)


def _classes():
    return school_queries.classes_of_school(current_user.school_id)


def _grant_form(**shown: object) -> GrantForm:
    classes = {each.id: class_name(each) for each in _classes()}
    return GrantForm(classes=classes, grades={each: grade_name(each) for each in GRADES}, **shown)


def _assign_form(**shown: object) -> AssignForm:
    classes = {each.id: class_name(each) for each in _classes()}
    subjects = {each.id: each.name for each in school_queries.subjects_of_school(current_user.school_id)}
    return AssignForm(classes=classes, subjects=subjects, days=_days(), **shown)


def _days() -> dict[int, str]:
    return {each: weekday_name(A_MONDAY + timedelta(days=each)) for each in range(7)}


def _page(found: Person, **shown: object) -> str:
    """The page with its forms; `shown` holds those that were filled in, and what the rules say."""
    forms = {
        "renaming": lambda: PersonForm(formdata=None, obj=found),
        "granting": lambda: _grant_form(formdata=None),
        "assigning": lambda: _assign_form(formdata=None, weekdays=["0", "1", "2", "3", "4"]),
    }
    grants, taught = queries.grants_of(found.id), school_queries.assignments_of_teacher(found.id)
    today = clock.today()
    loans = deputy_queries.loans(found.school_id, today, found.id)
    return render_template(
        "roster/person.html",
        person=found,
        version=queries.state_of(found, grants, taught),
        grants=grants,
        taught=taught,
        days=_days(),
        **arranged(loans, today, person_id=found.id, arranges=True),
        back={"person": found.id},
        lends=any(each.role in LENDABLE for each in grants),
        today=today,
        **{name: make() for name, make in forms.items() if name not in shown},
        **shown,
    )
