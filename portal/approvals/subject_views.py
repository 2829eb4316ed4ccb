"""One subject of a class's day, for those who coordinate and review: ask for fewer minutes, change them, return it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf import FlaskForm

from portal import clock
from portal.access import authorize, requires, within
from portal.approvals import actions
from portal.approvals.forms import AskShorterForm, MinutesForm, StepForm
from portal.approvals.views import bp, readable_class
from portal.errors import translated
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import queries as homework_queries
from portal.homework.models import Item
from portal.homework.sheet import ClassDay, SubjectDay
from portal.negotiation import actions as negotiation
from portal.negotiation import queries as negotiation_queries
from portal.policy.errors import PolicyError
from portal.school import queries as school_queries
from portal.school.models import SchoolClass, Subject

PLACE = "/classes/<int:class_id>/<day:day>/subjects/<int:subject_id>"


@dataclass(frozen=True)
class Target:
    """What is looked at: a subject of a class on a day."""

    school_class: SchoolClass
    subject: Subject
    day: date

    @property
    def address(self) -> dict[str, object]:
        return {"class_id": self.school_class.id, "subject_id": self.subject.id, "day": self.day}

    @property
    def class_day(self) -> ClassDay:
        return homework_queries.class_day(self.school_class, self.day)

    def may(self, permission: str) -> "Target":
        """This, if the present person may; aborts with 403 where not."""
        authorize(permission, within(self.school_class, subject_id=self.subject.id))
        return self


@bp.get(PLACE)
@requires("sheets.open")
def subject(class_id: int, day: date, subject_id: int):
    """The subject's items, what was asked about each, and what the reader may do about it."""
    return _page(_target(class_id, subject_id, day))


@bp.post(f"{PLACE}/items/<int:item_id>/ask")
@requires("sheets.open")
def ask_shorter(class_id: int, day: date, subject_id: int, item_id: int):
    """The homeroom teacher asks the colleague for fewer minutes."""
    target = _target(class_id, subject_id, day).may("item.ask_shorter")
    form = AskShorterForm(prefix=f"ask{item_id}-")

    def step(**who: object) -> object:
        seen = form.seen_minutes
        return negotiation.ask_shorter(
            target.school_class,
            day,
            item_id,
            suggested=form.wanted(seen),
            message=form.message.data or "",
            seen_minutes=seen,
            **who,
        )

    return _step(target, form, step, gettext("已请同事考虑，对方首页会看到。"), {("ask", item_id): form})


@bp.post(f"{PLACE}/items/<int:item_id>/minutes")
@requires("sheets.open")
def change_minutes(class_id: int, day: date, subject_id: int, item_id: int):
    """The lead or the office changes an item's minutes, with a reason the teacher reads."""
    target = _target(class_id, subject_id, day).may("sheet.change_minutes")
    form = MinutesForm(prefix=f"minutes{item_id}-")

    def step(**who: object) -> object:
        return homework.set_minutes(
            target.school_class,
            target.subject,
            day,
            item_id,
            form.minutes.data,
            reason=form.why.data or "",
            seen_version=form.seen_version,
            **who,
        )

    return _step(target, form, step, gettext("分钟数已改，原因记在记录里。"), {("minutes", item_id): form})


@bp.post(f"{PLACE}/return")
@requires("sheets.open")
def return_subject(class_id: int, day: date, subject_id: int):
    """This one subject goes back to its teacher, with a reason; the others stay as they are."""
    target = _target(class_id, subject_id, day).may("filing.return")
    form = StepForm()

    def step(**who: object) -> object:
        reason = form.reason.data or ""
        return actions.return_subject(
            target.school_class, target.subject, day, reason=reason, seen_version=form.seen_version, **who
        )

    return _step(target, form, step, gettext("已退回这一科，老师可以修改了。"), {("return", 0): form})


def _target(class_id: int, subject_id: int, day: date) -> Target:
    school_class = readable_class(class_id, day, "sheet.read")
    return Target(school_class, school_queries.subject_or_404(school_class.school_id, subject_id), day)


def _step(target: Target, form: FlaskForm, step: Callable[..., object], said: str, forms: dict):
    """Do it and show the sheet; 422 or 409 with the sentence, everything typed, and the present state."""
    if not form.validate():
        return _page(target, forms), 422
    try:
        with db.session.begin_nested():
            step(by=current_user, at=clock.now())
    except PolicyError as error:
        return _page(target, forms, refusal=translated(error)), 409
    db.session.commit()
    flash(said)
    return redirect(url_for("approvals.subject", **target.address), 303)


def _page(target: Target, forms: dict | None = None, **more: object) -> str:
    class_day = target.class_day
    subject_day = class_day.subject(target.subject.id) or abort(404)
    requests = negotiation_queries.requests_of_sheet(class_day.sheet.id if class_day.sheet else None)
    return render_template(
        "approvals/subject.html",
        target=target,
        class_day=class_day,
        subject_day=subject_day,
        requests=[each for each in requests if each.homework.subject_id == target.subject.id],
        forms=_forms(subject_day, forms or {}),
        **more,
    )


def _forms(subject_day: SubjectDay, typed: dict) -> dict[tuple[str, int], FlaskForm]:
    """One form of each kind for each item, and one for the whole subject: what was typed, or else an empty one."""
    forms: dict = {("return", 0): StepForm(formdata=None)}
    for item in subject_day.own_items:
        forms["ask", item.id] = _asking(item)
        forms["minutes", item.id] = MinutesForm(formdata=None, prefix=f"minutes{item.id}-")
    return forms | typed


def _asking(item: Item) -> AskShorterForm:
    form = AskShorterForm(formdata=None, prefix=f"ask{item.id}-")
    if item.minutes is None or item.minutes <= int(form.less.default):
        form.less.data = ""
    return form
