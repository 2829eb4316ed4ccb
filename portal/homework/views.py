"""The composer: a teacher sets homework for one class, subject and day, seeing how full the day already is."""

import re
from collections.abc import Sequence
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import only_reads, requires
from portal.errors import translated
from portal.extensions import db
from portal.homework import actions, queries
from portal.homework.composing import (
    Target,
    common_of,
    date_error_of,
    form_for,
    page,
    preview_of,
    rearranged,
    refused,
    said,
    show_filing,
    target_of,
)
from portal.homework.forms import ComposerForm, WhenForm, WithdrawForm
from portal.homework.models import Homework, Item
from portal.homework.sheet import ClassDay, fingerprint
from portal.htmx import fragment, vary
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.errors import PolicyError
from portal.policy.item import ItemValues
from portal.school import queries as school_queries
from portal.school.rules import rules_of

bp = Blueprint("homework", __name__, url_prefix="/homework")
TARGET = "/<int:class_id>/<int:subject_id>/<day:day>"


@bp.get("/")
@requires("composer.open")
def start():
    """Choose class, subject and day; without a choice, the first of the teacher's own on the next school day."""
    own = school_queries.assignments_of_teacher(current_user.id)
    form = WhenForm(request.args)
    if "date" in request.args and not form.validate():
        return render_template("homework/start.html", own=own, form=form, today=clock.today()), 422
    chosen = (request.args.get("class", type=int), request.args.get("subject", type=int))
    pair = next(((each.class_id, each.subject_id) for each in own if (each.class_id, each.subject_id) == chosen), None)
    if any(chosen) and pair is None:
        abort(404)
    class_id, subject_id = pair or (own[0].class_id, own[0].subject_id)
    day = form.date.data or rules_of(current_user.school).calendar.next_school_day(clock.today())
    return redirect(url_for("homework.compose", class_id=class_id, subject_id=subject_id, day=day))


@bp.get(TARGET)
@requires("composer.open")
def compose(class_id: int, subject_id: int, day: date):
    """The composer with what is filed so far.

    `?copy=last` fills it with the last filing of this class and subject, `?copy=3` with what the same teacher set for
    class 3 on this day, `?copy=common` with what the grade has agreed on; nothing is saved by that.
    """
    target = target_of(class_id, subject_id, day)
    class_day = queries.class_day(target.school_class, day)
    form = form_for(target, class_day)
    show_filing(form, class_day, subject_id)
    copied = _copied(target, request.args.get("copy", ""))
    if copied:
        form.show(copied, form.seen_version, form.reason.data)
        flash(gettext("已照抄填好，还没有保存。"))
    elif "copy" in request.args:
        flash(gettext("没有可以照抄的作业。"))
    return page(target, form, class_day)


@bp.post(TARGET)
@requires("composer.open")
def file(class_id: int, subject_id: int, day: date):
    """Save, submit, declare none; or add and remove rows and look at the total, which save nothing."""
    target = target_of(class_id, subject_id, day)
    class_day = queries.class_day(target.school_class, day)
    form = form_for(target, class_day)
    do, _, position = request.form.get("do", "").partition("-")
    if do in ("add", "remove", "check"):
        return page(target, rearranged(form, do, position), class_day)
    if do == "move":
        return _moved_here(target, form)
    submit, none = do in ("submit", "none"), do == "none"
    if do not in ("save", "submit", "none"):
        abort(400)
    if date_error := date_error_of(target, class_day):
        return page(target, form, class_day, date_error=date_error), 422
    if none and form.filled() and position != "clear":
        return page(target, form, class_day, asks_to_clear=True), 422
    if not (form.check_reason() if none else form.check(submit=submit)):
        return page(target, form, class_day, asks_to_clear=none and bool(form.filled())), 422
    sentence = gettext("已申报今日无作业。") if none else gettext("已提交给班主任。")
    return _filed(target, class_day, form, [] if none else form.values(), submit=submit, sentence=sentence)


@bp.post(f"{TARGET}/take")
@requires("composer.open")
def take(class_id: int, subject_id: int, day: date):
    """File for this class what the grade has agreed on, with one tap; what is there already is replaced only after
    asking.
    """
    target = target_of(class_id, subject_id, day)
    class_day = queries.class_day(target.school_class, day)
    form, common = form_for(target, class_day), common_of(target)
    if common is None:
        return page(target, form, class_day, refusal=gettext("年级现在没有统一内容。")), 409
    others = {fingerprint(form.values()), fingerprint(getattr(class_day.filing_of(subject_id), "items", []))}
    if others - {"", fingerprint(common.values)} and request.form.get("do") != "take-replace":
        return page(target, form, class_day, asks_to_take=True), 422
    if date_error := date_error_of(target, class_day):
        return page(target, form, class_day, date_error=date_error), 422
    reason = form.reason.data
    if not form.check_reason():
        form.show(common.values, form.seen_version, reason)
        return page(target, form, class_day), 422
    sentence = gettext("已采用年级统一内容，并提交给班主任。")
    return _filed(target, class_day, form, common.values, submit=True, sentence=sentence)


@bp.post(f"{TARGET}/draft")
@requires("composer.open")
def keep_draft(class_id: int, subject_id: int, day: date):
    """htmx, a moment after the last change: keep a draft. What was submitted stays as it is until submitted again."""
    target = target_of(class_id, subject_id, day)
    class_day = queries.class_day(target.school_class, day)
    form, filing = form_for(target, class_day), class_day.filing_of(subject_id)
    drafted = filing is None or filing.status == FilingStatus.DRAFT
    if not drafted or not form.filled() or class_day.status == SheetStatus.PUBLISHED:
        return fragment("homework/_saved.html", form=form, filing=filing, kept=False)
    if not form.check(submit=False):
        problem = gettext("有需要改的地方，还没有保存。")
        return fragment("homework/_saved.html", form=form, filing=filing, kept=False, problem=problem)
    try:
        target.check_day(class_day)
        with db.session.begin_nested():
            filing = _file(target, form, form.values(), submit=False)
    except PolicyError as error:
        problem = translated(error)
        return fragment("homework/_saved.html", form=form, filing=None, kept=False, problem=problem, status=409)
    db.session.commit()
    form.version.data = str(filing.version)
    return fragment("homework/_saved.html", form=form, filing=filing, kept=True)


@bp.post(f"{TARGET}/load")
@requires("composer.open")
@only_reads
def load(class_id: int, subject_id: int, day: date):
    """htmx, while the teacher types: the class's day with this filing as typed, and beside each item what its wording
    is suspected of. Nothing is saved.
    """
    target = target_of(class_id, subject_id, day)
    class_day = queries.class_day(target.school_class, day)
    form = form_for(target, class_day)
    form.validate()
    preview = preview_of(target, class_day, form)
    return vary(
        fragment("homework/_load.html", "homework/_all_warnings.html", preview=preview, target=target, form=form)
    )


@bp.post(f"{TARGET}/withdraw")
@requires("composer.open")
def withdraw(class_id: int, subject_id: int, day: date):
    """Take the filing off the sheet; its items stay in the composer, so that submitting again undoes it."""
    target = target_of(class_id, subject_id, day)
    class_day = queries.class_day(target.school_class, day)
    form, withdrawing = form_for(target, class_day), WithdrawForm()
    show_filing(form, class_day, subject_id)
    if not withdrawing.check(needs_reason=bool(class_day.sheet and class_day.sheet.was_public)):
        form.version.data = withdrawing.version.data
        return page(target, form, class_day, withdrawing=withdrawing), 422
    was = class_day.status
    try:
        target.check_day(class_day)
        with db.session.begin_nested():
            actions.withdraw(
                target.school_class,
                target.subject,
                day,
                seen_version=withdrawing.seen_version,
                by=current_user,
                at=clock.now(),
                reason=withdrawing.reason.data or "",
            )
    except PolicyError as error:
        class_day = queries.class_day(target.school_class, day)
        show_filing(form, class_day, subject_id)
        return page(target, form, class_day, refusal=translated(error), withdrawing=withdrawing), 409
    db.session.commit()
    flash(said(target, was, gettext("已撤回。内容还在下面，再按“提交给班主任”就能恢复。")))
    return redirect(url_for("homework.compose", **target.address), 303)


def _copied(target: Target, source: str) -> Sequence[ItemValues | Item]:
    """The items to copy: of the last filing of this class, of the grade, or of today's of another own class."""
    if source == "last":
        filing = queries.last_filing_before(target.school_class.id, target.subject.id, target.date)
        return filing.items if filing else []
    if source == "common":
        common = common_of(target)
        return common.values if common else []
    if not re.fullmatch(r"\d{1,9}", source):
        return []
    other = target_of(int(source), target.subject.id, target.date).school_class
    filing = queries.class_day(other, target.date).filing_of(target.subject.id)
    return filing.items if filing else []


def _filed(
    target: Target,
    class_day: ClassDay,
    form: ComposerForm,
    items: Sequence[ItemValues],
    *,
    submit: bool,
    sentence: str,
):
    """The answer after filing: 303, or 409 where a rule says no."""
    was = class_day.status
    try:
        with db.session.begin_nested():
            _file(target, form, items, submit=submit)
    except PolicyError as error:
        return refused(target, form, error), 409
    db.session.commit()
    flash(said(target, was, sentence) if submit else gettext("草稿已保存，分钟数已经占用。"))
    return redirect(url_for("homework.compose", **target.address), 303)


def _file(target: Target, form: ComposerForm, items: Sequence[ItemValues], *, submit: bool) -> Homework:
    return actions.file_homework(
        target.school_class,
        target.subject,
        target.date,
        items=items,
        submit=submit,
        seen_version=form.seen_version,
        by=current_user,
        at=clock.now(),
        reason=form.reason.data or "",
    )


def _moved_here(target: Target, form: ComposerForm) -> str:
    """What was typed for a day that cannot be filed any more, now for this one; with what is already stored here."""
    stored = queries.class_day(target.school_class, target.date).filing_of(target.subject.id)
    form.version.data = str(stored.version if stored else 0)
    return page(target, form, stored=stored)
