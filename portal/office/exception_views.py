"""The one way over the cap: the office publishes a sheet with a named reason, and confirms it on a second page."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import authorize, requires
from portal.accounts.name_queries import with_names
from portal.approvals import actions as approvals
from portal.approvals import queries as approval_queries
from portal.audit import queries as audit_queries
from portal.errors import translated
from portal.extensions import db
from portal.homework import queries as homework_queries
from portal.homework.sheet import ClassDay
from portal.office.forms import ExceptionForm
from portal.office.views import bp
from portal.policy import approval, caps
from portal.policy.approval import ExceptionKind, Step
from portal.policy.errors import PolicyError, StaleForm
from portal.school import queries as school_queries
from portal.school.models import SchoolClass
from portal.school.rules import rules_of

STEPS = ("next", "publish", "back")  # the buttons
PLACE = "/exceptions/<int:class_id>/<day:day>"


@bp.get(PLACE)
@requires("office.open")
def exception(class_id: int, day: date):
    """The whole sheet, what was asked and why, and the form that names the reason."""
    class_day = homework_queries.class_day(_class(class_id, day), day)
    return _page(class_day, ExceptionForm(formdata=None))


@bp.post(PLACE)
@requires("office.open")
def publish_by_exception(class_id: int, day: date):
    """First the reason: the second page repeats the figures. Then, confirmed, the sheet is published."""
    school_class = _class(class_id, day)
    class_day = homework_queries.class_day(school_class, day)
    form = ExceptionForm()
    do = request.form.get("do")
    if do not in STEPS or form.kind is None:
        abort(400)
    try:
        _check(class_day, form)
        if do == "back":
            return _page(class_day, form)
        if not form.names_a_reason():
            return _page(class_day, form), 422
        if do == "next":
            return _page(class_day, form, second=True)
        if not form.confirms(_over(class_day)):
            return _page(class_day, form, second=True), 422
        _publish(school_class, day, form)
    except PolicyError as error:
        return _page(homework_queries.class_day(school_class, day), form, refusal=translated(error)), 409
    db.session.commit()
    flash(gettext("已按例外公示，原因留在记录里。"))
    return redirect(url_for("approvals.sheet", class_id=class_id, day=day), 303)


def _class(class_id: int, day: date) -> SchoolClass:
    school_class = authorize("sheet.except", school_queries.class_or_404(class_id), known_by="sheet.read")
    return school_class if rules_of(school_class.school).calendar.is_school_day(day) else abort(404)


def _check(class_day: ClassDay, form: ExceptionForm) -> None:
    """What publishing asks, asked before the second page already. Raises StaleForm, PolicyError."""
    if class_day.version != form.seen_version:
        raise StaleForm("这份清单刚刚有变化，您看到的已经不是最新的。请看过当前内容，再决定。")
    _check_at_all(class_day, form.kind)


def _check_at_all(class_day: ClassDay, kind: ExceptionKind) -> None:
    """Whether this sheet can be published by exception. Raises PolicyError."""
    approval.check_class_is_there(class_day.school_class.left_on, class_day.date)
    approval.next_status(class_day.status, Step.EXCEPT)
    approval.check_exception(class_day.load_to_sign, class_day.cap, kind)


def _publish(school_class: SchoolClass, day: date, form: ExceptionForm) -> None:
    with db.session.begin_nested():
        approvals.publish_by_exception(
            school_class,
            day,
            named=form.kind,
            reason=form.whole_reason,
            seen_version=form.seen_version,
            by=current_user,
            at=clock.now(),
        )


def _over(class_day: ClassDay) -> int:
    """Minutes over the cap once it is published: drafts stay behind."""
    return caps.over_by(class_day.load_to_sign.total, class_day.cap)


def _page(class_day: ClassDay, form: ExceptionForm, *, second: bool = False, refusal: str = "") -> str:
    """The first page, or the second. Both carry the version and the kind as they are now."""
    fits = ExceptionKind.OVER_CAP if _over(class_day) else ExceptionKind.IN_PLACE
    form.version.data, form.named.data = str(class_day.version), fits.value
    log = with_names(audit_queries.entries_of_sheet(class_day.sheet.id if class_day.sheet else None))
    return render_template(
        "office/confirm.html" if second else "office/exception.html",
        class_day=class_day,
        load=class_day.load_to_sign,
        over=_over(class_day),
        form=form,
        fits=fits,
        problem=_problem(class_day, fits),
        asked=approval_queries.open_ask(log),
        refusal=refusal,
    )


def _problem(class_day: ClassDay, fits: ExceptionKind) -> str:
    """Why this sheet cannot be published by exception at all, or nothing."""
    try:
        _check_at_all(class_day, fits)
    except PolicyError as error:
        return translated(error)
    return ""
