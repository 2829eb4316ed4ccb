"""The day sheet (homeroom teacher's "my class today", readable for all who may)."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import authorize, requires
from portal.accounts.name_queries import with_names
from portal.approvals import actions, queries
from portal.approvals.forms import AskOfficeForm, StepForm
from portal.audit import queries as audit_queries
from portal.errors import translated
from portal.extensions import db
from portal.fields import VersionedForm
from portal.homework import queries as homework_queries
from portal.homework.sheet import ClassDay
from portal.negotiation import queries as negotiation_queries
from portal.policy.approval import SheetStatus, check_class_is_there, check_publishable
from portal.policy.calendar import Calendar
from portal.policy.errors import PolicyError
from portal.policy.workload import weekly_mean
from portal.school import queries as school_queries
from portal.school.models import SchoolClass
from portal.school.rules import rules_of

bp = Blueprint("approvals", __name__)


@bp.get("/classes/<int:class_id>/<day:day>")
@requires("sheets.open")
def sheet(class_id: int, day: date):
    """One class's day: subjects and items, the total against the cap, who has not filed, what can be done, the log."""
    return _sheet_page(readable_class(class_id, day, "sheet.read"), day, StepForm())


@bp.post("/classes/<int:class_id>/<day:day>/coordinate")
@requires("sheets.open")
def coordinate(class_id: int, day: date):
    """The homeroom teacher signs off."""
    school_class = readable_class(class_id, day, "sheet.coordinate")
    said = gettext("已协调，交给年级组长了。")
    return _step(school_class, day, said, lambda _, **who: actions.coordinate(school_class, day, **who))


@bp.post("/classes/<int:class_id>/<day:day>/approve")
@requires("sheets.open")
def approve(class_id: int, day: date):
    """The year-group lead approves, and the sheet is on the board."""
    school_class = readable_class(class_id, day, "sheet.approve")
    said = gettext("已通过，家长现在可以在公示栏看到。")
    return _step(school_class, day, said, lambda _, **who: actions.approve(school_class, day, **who))


@bp.post("/classes/<int:class_id>/<day:day>/return")
@requires("sheets.open")
def give_back(class_id: int, day: date):
    """Back to the teachers, with the reason."""
    school_class = readable_class(class_id, day, "sheet.return")
    said = gettext("已退回，老师可以修改了。")

    def step(form: StepForm, **who: object) -> object:
        return actions.return_sheet(school_class, day, reason=form.reason.data or "", **who)

    return _step(school_class, day, said, step)


@bp.post("/classes/<int:class_id>/<day:day>/ask")
@requires("sheets.open")
def ask_office(class_id: int, day: date):
    """Ask the office to publish a sheet over its cap; nothing else changes."""
    school_class = readable_class(class_id, day, "sheet.ask_exception")
    said = gettext("已向教务处申请，请等教务处处理。")

    def step(form: AskOfficeForm, **who: object) -> object:
        return actions.ask_for_exception(school_class, day, reason=form.why.data or "", **who)

    return _step(school_class, day, said, step, AskOfficeForm())


def readable_class(class_id: int, day: date, permission: str) -> SchoolClass:
    """The class, on a school day, if the present person may.

    What was filed before the calendar took the day away can be read and returned.
    """
    school_class = authorize(permission, school_queries.class_or_404(class_id), known_by="sheet.read")
    if _calendar().is_school_day(day):
        return school_class
    filed = permission in ("sheet.read", "sheet.return") and homework_queries.has_sheet(class_id, day)
    return school_class if filed else abort(404)


def _calendar() -> Calendar:
    return rules_of(current_user.school).calendar


def _step(
    school_class: SchoolClass, day: date, said: str, step: Callable[..., object], form: VersionedForm | None = None
):
    """Take a step on a sheet. A refusal answers 409 with the sentence, the present state, and the reason typed."""
    form = form or StepForm()
    if not form.validate():
        return _sheet_page(school_class, day, form), 422
    try:
        with db.session.begin_nested():
            step(form, seen_version=form.seen_version, by=current_user, at=clock.now())
    except PolicyError as error:
        return _sheet_page(school_class, day, form, refusal=translated(error)), 409
    db.session.commit()
    flash(said)
    return redirect(url_for("approvals.sheet", class_id=school_class.id, day=day), 303)


def _sheet_page(school_class: SchoolClass, day: date, form: VersionedForm, **more: object) -> str:
    week = homework_queries.class_week(school_class, day)
    class_day = next(each for each in week if each.date == day)
    log = with_names(audit_queries.entries_of_sheet(class_day.sheet.id if class_day.sheet else None))
    returned = queries.last_return_reason(log) if class_day.status == SheetStatus.COLLECTING else None
    return render_template(
        "approvals/sheet.html",
        class_day=class_day,
        form=form if isinstance(form, StepForm) else StepForm(formdata=None),
        asking=form if isinstance(form, AskOfficeForm) else AskOfficeForm(formdata=None),
        requests=negotiation_queries.requests_of_sheet(class_day.sheet.id if class_day.sheet else None),
        asked=queries.open_ask(log),
        log=log,
        returned=returned,
        versions=queries.versions_of_sheet(school_class.id, day),
        problem=_problem(class_day),
        is_school_day=_calendar().is_school_day(day),
        left=_left(class_day),
        week_mean=weekly_mean([each.load.total for each in week]),
        **_days_around(day),
        **more,
    )


def _problem(class_day: ClassDay) -> str:
    """Why this sheet cannot go on (what is still a draft would stay behind), or nothing."""
    try:
        check_publishable(class_day.load_to_sign, class_day.cap)
    except PolicyError as error:
        return translated(error)
    return ""


def _left(class_day: ClassDay) -> str:
    """That the class is none any more on this day, or nothing."""
    try:
        check_class_is_there(class_day.school_class.left_on, class_day.date)
    except PolicyError as error:
        return translated(error)
    return ""


def _days_around(day: date) -> dict[str, date]:
    return {
        "day": day,
        "today": clock.today(),
        "previous": _calendar().sheet_date(day - timedelta(days=1)),
        "next": _calendar().next_school_day(day + timedelta(days=1)),
    }
