"""The school's classes and subjects: seen, added, corrected, closed. Moving up has a page of its own."""

from collections.abc import Callable
from functools import partial

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.errors import translated
from portal.extensions import db
from portal.filters import class_name, grade_name
from portal.policy.caps import GRADES
from portal.policy.errors import PolicyError
from portal.roster import people_queries as queries
from portal.roster import place_actions as actions
from portal.roster.import_views import bp
from portal.roster.people_forms import StepForm
from portal.roster.place_forms import ClassForm, SubjectForm
from portal.roster.place_queries import touched_by_closing_class, touched_by_closing_subject
from portal.school import queries as school_queries
from portal.school.models import SchoolClass, Subject


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

    return _done(step, gettext("已添加班级。"), adding=form)


@bp.post("/classes/<int:class_id>")
@requires("roster.set")
def correct_class(class_id: int):
    """Correct a grade or number that was entered wrongly."""
    found, form = _class(class_id), _class_form()
    if not form.validate():
        return _page(refusal=next(iter(form.errors.values()))[0]), 422

    def step(**who: object) -> object:
        return actions.correct_class(
            found, int(form.grade.data), form.number.data, seen_version=form.seen_version, **who
        )

    return _done(step, gettext("已保存。"))


@bp.get("/classes/<int:class_id>/close")
@requires("roster.set")
def before_closing_class(class_id: int):
    """What closing a class would touch."""
    found = _class(class_id)
    return _back() if found.left_on else _closing_class(found)


@bp.post("/classes/<int:class_id>/close")
@requires("roster.set")
def close_class(class_id: int):
    """It is none of the school's any more."""
    found, form = _class(class_id), StepForm()
    step = partial(actions.close_class, found, seen_version=form.seen_version)
    said = gettext("%(name)s 已停用。以前的作业都还在。", name=class_name(found))
    return _done(step, said, anew=partial(_closing_class, found))


@bp.post("/classes/<int:class_id>/open")
@requires("roster.set")
def open_class(class_id: int):
    """It is one again."""
    found, form = _class(class_id), StepForm()
    step = partial(actions.open_class, found, seen_version=form.seen_version)
    nobody = gettext("%(name)s 已恢复。请给它安排班主任和任课。", name=class_name(found))

    def some(count: int) -> str:
        return gettext("%(name)s 已恢复，任课和班主任恢复了 %(count)s 项。", name=class_name(found), count=count)

    return _done(step, partial(_opened, nobody, some))


@bp.post("/subjects")
@requires("roster.set")
def add_subject():
    form = SubjectForm()
    if not form.validate():
        return _page(naming=form), 422
    return _done(partial(actions.add_subject, form.name.data), gettext("已添加学科。"), naming=form)


@bp.post("/subjects/<int:subject_id>")
@requires("roster.set")
def rename_subject(subject_id: int):
    subject, form = _subject(subject_id), SubjectForm()
    if not form.validate():
        return _page(refusal=form.name.errors[0]), 422
    step = partial(actions.rename_subject, subject, form.name.data, seen_version=form.seen_version)
    return _done(step, gettext("已保存。"))


@bp.get("/subjects/<int:subject_id>/close")
@requires("roster.set")
def before_closing_subject(subject_id: int):
    """What closing a subject would touch."""
    subject = _subject(subject_id)
    return _back() if subject.closed_on else _closing_subject(subject)


@bp.post("/subjects/<int:subject_id>/close")
@requires("roster.set")
def close_subject(subject_id: int):
    """It is taught no more."""
    subject, form = _subject(subject_id), StepForm()
    step = partial(actions.close_subject, subject, seen_version=form.seen_version)
    said = gettext("“%(name)s”已停用。以前的作业都还在。", name=subject.name)
    return _done(step, said, anew=partial(_closing_subject, subject))


@bp.post("/subjects/<int:subject_id>/open")
@requires("roster.set")
def open_subject(subject_id: int):
    """It is taught again."""
    subject, form = _subject(subject_id), StepForm()
    step = partial(actions.open_subject, subject, seen_version=form.seen_version)
    nobody = gettext("“%(name)s”已恢复。请安排任课。", name=subject.name)

    def some(count: int) -> str:
        return gettext("“%(name)s”已恢复，任课恢复了 %(count)s 项。", name=subject.name, count=count)

    return _done(step, partial(_opened, nobody, some))


def _opened(nobody: str, some: Callable[[int], str], given_back: tuple[int, int]) -> str:
    back, gone = given_back
    if not (back or gone):
        return nobody
    rest = gettext("另有 %(count)s 项没有恢复：教师或学科已停用，或班级已变动。请重新安排。", count=gone)
    return some(back) + rest if gone else some(back)


def _subject(subject_id: int) -> Subject:
    return school_queries.subject_or_404(current_user.school_id, subject_id)


def _class(class_id: int) -> SchoolClass:
    found = school_queries.class_or_404(class_id)
    return found if found.school_id == current_user.school_id else abort(404)


def _done(step: Callable[..., object], said: str | Callable[..., str], anew: Callable[..., str] | None = None, **shown):
    """Take the step and show the page anew; with the sentence and the present state where the rules say no.

    `said` may ask what came of it; `anew` makes the page if it is another one, `shown` is what stands on it.
    """
    try:
        with db.session.begin_nested():
            done = step(by=current_user, at=clock.now())
    except PolicyError as error:
        return (anew or _page)(refusal=translated(error), **shown), 409
    db.session.commit()
    flash(said if isinstance(said, str) else said(done))
    return _back()


def _back():
    return redirect(url_for("roster.classes", _anchor="main"), 303)


def _class_form(**shown: object) -> ClassForm:
    return ClassForm(grades={each: grade_name(each) for each in GRADES}, **shown)


def _page(adding: ClassForm | None = None, naming: SubjectForm | None = None, **more: object) -> str:
    return render_template(
        "roster/classes.html",
        classes=school_queries.classes_of_school(current_user.school_id),
        homerooms=queries.homeroom_teachers(current_user.school_id),
        subjects=school_queries.subjects_of_school(current_user.school_id),
        closed=school_queries.closed_subjects(current_user.school_id),
        left=school_queries.classes_that_left(current_user.school_id),
        grades={each: grade_name(each) for each in GRADES},
        state_of_class=queries.state_of_class,
        state_of_subject=queries.state_of_subject,
        adding=adding or _class_form(formdata=None),
        naming=naming or SubjectForm(formdata=None),
        **more,
    )


def _closing_class(school_class: SchoolClass, **more: object) -> str:
    touched = touched_by_closing_class(school_class, clock.today())
    return render_template("roster/class_close.html", touched=touched, **more)


def _closing_subject(subject: Subject, **more: object) -> str:
    touched = touched_by_closing_subject(subject, clock.today())
    return render_template("roster/subject_close.html", touched=touched, **more)
