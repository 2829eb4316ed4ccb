"""The calendar, which everybody at school reads and the office sets, and the settings page of the office."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.errors import translated
from portal.extensions import db
from portal.policy import caps
from portal.policy.errors import PolicyError, StaleForm
from portal.school import actions, queries
from portal.school.forms import DaysForm, SettingsForm, TermForm, with_budgets
from portal.school.models import School, Subject
from portal.school.page import first_of, last_of, month_of, settings_of
from portal.school.rules import rules_of

bp = Blueprint("school", __name__, url_prefix="/school")
MONTH = "/calendar/<month:month>"


@bp.get("/calendar")
@requires("calendar.read")
def calendar_now():
    return redirect(url_for("school.calendar", month=clock.today()))


@bp.get(MONTH)
@requires("calendar.read")
def calendar(month: date):
    """A month: what kind of day each is, and for the office the forms that change it."""
    return _calendar_page(month)


@bp.post(f"{MONTH}/days")
@requires("school.set")
def set_days(month: date):
    """Set a day or a range; afterwards its month is shown."""
    form = DaysForm()
    if not form.validate():
        return _calendar_page(month, days_form=form), 422
    first, last = form.days

    def change(**who: object) -> int:
        return actions.set_days(current_user.school, first, last, form.day_kind, note=form.note.data, **who)

    refusal = _refused(change, form.seen_version)
    if refusal:
        return _calendar_page(month, days_form=form, days_refusal=refusal), 409
    db.session.commit()
    flash(gettext("校历已更新。"))
    return _to(first)


@bp.post(f"{MONTH}/terms")
@requires("school.set")
def set_term(month: date):
    """Add a term."""
    form = TermForm()
    if not form.validate():
        return _calendar_page(month, term_form=form), 422

    def change(**who: object) -> int:
        return actions.set_term(current_user.school, form.name.data, form.starts.data, form.ends.data, **who)

    refusal = _refused(change, form.seen_version)
    if refusal:
        return _calendar_page(month, term_form=form, term_refusal=refusal), 409
    db.session.commit()
    flash(gettext("学期已添加。"))
    return _to(month)


@bp.post(f"{MONTH}/terms/<int:term_id>/remove")
@requires("school.set")
def remove_term(month: date, term_id: int):
    """Take a term away."""
    term = queries.term_or_404(current_user.school_id, term_id)
    refusal = _refused(
        lambda **who: actions.remove_term(current_user.school, term, **who),
        TermForm().seen_version,
    )
    if refusal:
        return _calendar_page(month, term_refusal=refusal), 409
    db.session.commit()
    flash(gettext("学期已删去。"))
    return _to(month)


@bp.get("/settings")
@requires("school.set")
def settings():
    """How sheets are passed, caps and weekdays without homework per grade, budgets, times, phone."""
    subjects = queries.subjects_of_school(current_user.school_id)
    form = _settings_form(subjects, formdata=None)
    form.show(_present(subjects), current_user.school.rules_version)
    return _settings_page(form)


@bp.post("/settings")
@requires("school.set")
def set_settings():
    """Store what was changed. A stale form answers 409 with what is stored now beside what was typed."""
    subjects = queries.subjects_of_school(current_user.school_id)
    form, present = _settings_form(subjects), _present(subjects)
    if not form.validate(present=present):
        return _settings_page(form), 422
    try:
        with db.session.begin_nested():
            _store(form, present, subjects)
    except StaleForm as error:
        form.version.data = str(current_user.school.rules_version)
        return _settings_page(form, refusal=translated(error), now=_present(subjects)), 409
    except PolicyError as error:
        return _settings_page(form, refusal=translated(error)), 409
    db.session.commit()
    flash(gettext("设置已保存。"))
    return redirect(url_for("school.settings", _anchor="main"), 303)


def _refused(change: Callable[..., int], seen_version: int) -> str:
    """Make the change; the sentence where the rules say no and nothing has changed."""
    try:
        with db.session.begin_nested():
            change(seen_version=seen_version, by=current_user, at=clock.now())
    except PolicyError as error:
        return translated(error)
    return ""


def _to(month: date):
    return redirect(url_for("school.calendar", month=month, _anchor="main"), 303)


def _calendar_page(month: date, **more: object) -> str:
    school: School = current_user.school
    forms = {"days_form": DaysForm(formdata=None), "term_form": TermForm(formdata=None)}
    own = queries.own_days(school.id, first_of(month), last_of(month))
    return render_template(
        "school/calendar.html",
        month=month_of(month, rules_of(school).calendar, own, clock.today()),
        terms=queries.terms_of_school(school.id),
        today=clock.today(),
        version=school.rules_version,
        **(forms | more),
    )


def _settings_form(subjects: Sequence[Subject], **formdata: object) -> SettingsForm:
    return with_budgets({each.id: each.name for each in subjects})(**formdata)


def _present(subjects: Sequence[Subject]) -> dict[str, object]:
    rules = rules_of(current_user.school)
    return settings_of(current_user.school, rules.caps, rules.calendar, subjects)


def _store(form: SettingsForm, present: dict[str, object], subjects: Sequence[Subject]) -> None:
    """Every grade and subject that was changed, then the school's own settings: one change after the other, each with
    its row in the log.
    """
    wanted = form.wanted()
    seen = {"seen_version": form.seen_version, "by": current_user, "at": clock.now()}
    for grade in caps.GRADES:
        names = {f"cap_{grade}", f"weekday_{grade}"}
        if any(wanted.get(name) != present.get(name) for name in names):
            weekday = wanted[f"weekday_{grade}"]
            seen["seen_version"] = actions.set_grade_rule(
                current_user.school,
                grade,
                cap=wanted.get(f"cap_{grade}"),
                no_homework_weekday=int(weekday) if weekday else None,
                reason=form.reason.data,
                **seen,
            )
    for subject in subjects:
        minutes = wanted[f"budget_{subject.id}"]
        seen["seen_version"] = actions.set_budget(current_user.school, subject, minutes, **seen)
    actions.set_school_settings(current_user.school, wanted, **seen)


def _settings_page(form: SettingsForm, **more: object) -> str:
    return render_template(
        "school/settings.html", form=form, grades=caps.GRADES, national=caps.NATIONAL_CAPS, **({"now": None} | more)
    )
