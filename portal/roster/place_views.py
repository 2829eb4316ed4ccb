"""The school's classes and subjects: seen, added, renamed. Moving classes up belongs to the school year."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.errors import translated
from portal.extensions import db
from portal.fields import VersionedForm
from portal.filters import grade_name
from portal.policy.caps import GRADES
from portal.policy.errors import PolicyError
from portal.roster import people_queries as queries
from portal.roster import place_actions as actions
from portal.roster.import_views import bp
from portal.roster.place_forms import ClassForm, SubjectForm
from portal.school import queries as school_queries


@bp.get("/classes")
@requires("roster.set")
def classes():
    """Classes with their homeroom teachers, and subjects."""
    return _page()


@bp.post("/classes")
@requires("roster.set")
def add_class():
    form = _class_form()
    if not form.validate():
        return _page(adding=form), 422

    def step(**who: object) -> object:
        return actions.add_class(int(form.grade.data), form.number.data, **who)

    return _done(form, step, gettext("已添加班级。"), adding=form)


@bp.post("/subjects")
@requires("roster.set")
def add_subject():
    form = SubjectForm()
    if not form.validate():
        return _page(naming=form), 422
    return _done(form, lambda **who: actions.add_subject(form.name.data, **who), gettext("已添加学科。"), naming=form)


@bp.post("/subjects/<int:subject_id>")
@requires("roster.set")
def rename_subject(subject_id: int):
    subject = school_queries.subject_or_404(current_user.school_id, subject_id)
    form = SubjectForm()
    if not form.validate():
        return _page(refusal=form.name.errors[0]), 422
    return _done(form, lambda **who: actions.rename_subject(subject, form.name.data, **who), gettext("已保存。"))


def _done(form: VersionedForm, step: Callable[..., object], said: str, **shown: object):
    """Take the step and show the page anew; with the sentence and the present state where the rules say no."""
    try:
        with db.session.begin_nested():
            step(seen_version=form.seen_version, by=current_user, at=clock.now())
    except PolicyError as error:
        return _page(refusal=translated(error), **shown), 409
    db.session.commit()
    flash(said)
    return redirect(url_for("roster.classes", _anchor="main"), 303)


def _class_form(**shown: object) -> ClassForm:
    return ClassForm(grades={each: grade_name(each) for each in GRADES}, **shown)


def _page(adding: ClassForm | None = None, naming: SubjectForm | None = None, **more: object) -> str:
    return render_template(
        "roster/classes.html",
        classes=school_queries.classes_of_school(current_user.school_id),
        homerooms=queries.homeroom_teachers(current_user.school_id),
        subjects=school_queries.subjects_of_school(current_user.school_id),
        version=current_user.school.roster_version,
        adding=adding or _class_form(formdata=None),
        naming=naming or SubjectForm(formdata=None),
        **more,
    )
