"""The composer: a teacher sets homework for one class, subject and day, seeing how full the day already is."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import authorize, only_reads, requires, within
from portal.errors import translated
from portal.extensions import db
from portal.homework import actions, queries
from portal.homework.forms import ComposerForm, WhenForm
from portal.homework.models import Homework
from portal.homework.sheet import ClassDay
from portal.htmx import fragment, vary
from portal.policy import caps
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.calendar import Calendar
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.item import task_of
from portal.policy.workload import DayLoad, day_load
from portal.school import queries as school_queries
from portal.school.models import SchoolClass, Subject, TeachingAssignment
from portal.school.rules import rules_of

bp = Blueprint("homework", __name__, url_prefix="/homework")
DAYS_OFFERED = 5
TARGET = "/<int:class_id>/<int:subject_id>/<day:day>"


@dataclass(frozen=True)
class Target:
    """What is being filed for: a class, a subject and a school day, and what is already there."""

    school_class: SchoolClass
    subject: Subject
    date: date

    @property
    def calendar(self) -> Calendar:
        return rules_of(self.school_class.school).calendar

    @property
    def address(self) -> dict[str, object]:
        return {"class_id": self.school_class.id, "subject_id": self.subject.id, "day": self.date}


@dataclass(frozen=True)
class Preview:
    """The class's day with the filing as typed: what the others take, what this one adds, and the outcome (minutes)."""

    target: Target
    class_day: ClassDay
    others: DayLoad
    together: DayLoad

    @property
    def this(self) -> int:
        return self.together.total - self.others.total

    @property
    def over(self) -> int:
        return caps.over_by(self.together.total, self.class_day.cap)

    @property
    def verdict(self) -> caps.Verdict:
        return caps.assess(self.together.total, self.class_day.cap)

    @property
    def left(self) -> int:
        return max(0, (self.class_day.cap.minutes or 0) - self.together.total)


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
    class 3 on this day; nothing is saved by that.
    """
    target = _target(class_id, subject_id, day)
    class_day = queries.class_day(target.school_class, day)
    filing = class_day.filing_of(subject_id)
    form = ComposerForm(grade=target.school_class.grade)
    model = _copied(target, request.args.get("copy", ""))
    form.show((model or filing).items if model or filing else [], filing.version if filing else 0)
    if model:
        flash(gettext("已照抄填好，还没有保存。"))
    elif "copy" in request.args:
        flash(gettext("没有可以照抄的作业。"))
    return _page(target, form, class_day)


@bp.post(TARGET)
@requires("composer.open")
def file(class_id: int, subject_id: int, day: date):
    """Save, submit, declare none; or add and remove rows and look at the total, which save nothing."""
    target = _target(class_id, subject_id, day)
    form = ComposerForm(grade=target.school_class.grade)
    do, _, position = request.form.get("do", "").partition("-")
    if do in ("add", "remove", "check"):
        return _page(target, _rearranged(form, do, position))
    if do == "move":
        return _moved_here(target, form)
    submit, none = do in ("submit", "none"), do == "none"
    if do not in ("save", "submit", "none"):
        abort(400)
    if none and form.filled() and position != "clear":
        return _page(target, form, asks_to_clear=True), 422
    if not none and not form.check(submit=submit):
        return _page(target, form), 422
    try:
        target.calendar.check_filing_day(day, clock.today())
    except PolicyError as error:
        return _page(target, form, date_error=translated(error)), 422
    try:
        with db.session.begin_nested():
            _file(target, form, [] if none else form.values(), submit=submit)
    except PolicyError as error:
        return _refused(target, form, error), 409
    db.session.commit()
    flash(_said(none=none, submit=submit))
    return redirect(url_for("homework.compose", **target.address), 303)


@bp.post(f"{TARGET}/draft")
@requires("composer.open")
def keep_draft(class_id: int, subject_id: int, day: date):
    """htmx, a moment after the last change: keep a draft. What was submitted stays as it is until submitted again."""
    target = _target(class_id, subject_id, day)
    form = ComposerForm(grade=target.school_class.grade)
    filing = queries.class_day(target.school_class, day).filing_of(subject_id)
    drafted = filing is None or filing.status == FilingStatus.DRAFT
    if not drafted or not form.filled():
        return fragment("homework/_saved.html", form=form, filing=filing, kept=False)
    if not form.check(submit=False):
        return fragment(
            "homework/_saved.html",
            form=form,
            filing=filing,
            kept=False,
            problem=gettext("有需要改的地方，还没有保存。"),
        )
    try:
        target.calendar.check_filing_day(day, clock.today())
        with db.session.begin_nested():
            filing = _file(target, form, form.values(), submit=False)
    except PolicyError as error:
        return fragment(
            "homework/_saved.html", form=form, filing=None, kept=False, problem=translated(error), status=409
        )
    db.session.commit()
    form.version.data = str(filing.version)
    return fragment("homework/_saved.html", form=form, filing=filing, kept=True)


@bp.post(f"{TARGET}/load")
@requires("composer.open")
@only_reads
def load(class_id: int, subject_id: int, day: date):
    """htmx, while the teacher types: the class's day with this filing as typed. Nothing is saved."""
    target = _target(class_id, subject_id, day)
    form = ComposerForm(grade=target.school_class.grade)
    form.validate()
    class_day = queries.class_day(target.school_class, day)
    return vary(fragment("homework/_load.html", preview=_preview(target, class_day, form)))


@bp.post(f"{TARGET}/withdraw")
@requires("composer.open")
def withdraw(class_id: int, subject_id: int, day: date):
    """Take the filing off the sheet; its items stay in the composer, so that submitting again undoes it."""
    target = _target(class_id, subject_id, day)
    form = ComposerForm(grade=target.school_class.grade)
    try:
        target.calendar.check_filing_day(day, clock.today())
        with db.session.begin_nested():
            actions.withdraw(
                target.school_class,
                target.subject,
                day,
                seen_version=form.seen_version,
                by=current_user,
                at=clock.now(),
            )
    except PolicyError as error:
        filing = queries.class_day(target.school_class, day).filing_of(subject_id)
        form.show(filing.items if filing else [], filing.version if filing else 0)
        return _page(target, form, refusal=translated(error)), 409
    db.session.commit()
    flash(gettext("已撤回。内容还在下面，再按“提交给班主任”就能恢复。"))
    return redirect(url_for("homework.compose", **target.address), 303)


def _target(class_id: int, subject_id: int, day: date) -> Target:
    school_class = school_queries.class_or_404(class_id)
    subject = school_queries.subject_or_404(school_class.school_id, subject_id)
    authorize("homework.write", within(school_class, subject_id=subject.id), known_by="sheet.read")
    return Target(school_class, subject, day)


def _copied(target: Target, source: str) -> Homework | None:
    """The filing to copy: the last one of this class, or today's of another class of this teacher."""
    if source == "last":
        return queries.last_filing_before(target.school_class.id, target.subject.id, target.date)
    if not re.fullmatch(r"\d{1,9}", source):
        return None
    other = _target(int(source), target.subject.id, target.date).school_class
    filing = queries.class_day(other, target.date).filing_of(target.subject.id)
    return filing if filing and filing.items else None


def _file(target: Target, form: ComposerForm, items: list, *, submit: bool) -> Homework:
    return actions.file_homework(
        target.school_class,
        target.subject,
        target.date,
        items=items,
        submit=submit,
        seen_version=form.seen_version,
        by=current_user,
        at=clock.now(),
    )


def _rearranged(form: ComposerForm, do: str, position: str) -> ComposerForm:
    if do == "add":
        form.add_row()
    elif do == "remove" and re.fullmatch(r"\d{1,3}", position):
        form.remove_row(int(position))
    elif do == "check":
        form.check(submit=False, may_be_empty=True)
    return form


def _preview(target: Target, class_day: ClassDay, form: ComposerForm) -> Preview:
    others = class_day.tasks(without_subject=target.subject.id)
    typed = [task_of(values, subject=target.subject.id, first_day=target.date) for values in form.values()]
    return Preview(target, class_day, day_load(others, class_day.days), day_load([*others, *typed], class_day.days))


def _refused(target: Target, form: ComposerForm, error: PolicyError) -> str:
    """The composer with all that was typed, the sentence, and for a stale form what is stored now."""
    if not isinstance(error, StaleForm):
        return _page(target, form, refusal=translated(error))
    stored = queries.class_day(target.school_class, target.date).filing_of(target.subject.id)
    form.version.data = str(stored.version if stored else 0)
    return _page(target, form, refusal=translated(error), stored=stored)


def _moved_here(target: Target, form: ComposerForm) -> str:
    """What was typed for a day that cannot be filed any more, now for this one; with what is already stored here."""
    stored = queries.class_day(target.school_class, target.date).filing_of(target.subject.id)
    form.version.data = str(stored.version if stored else 0)
    return _page(target, form, stored=stored)


def _said(*, none: bool, submit: bool) -> str:
    if none:
        return gettext("已申报今日无作业。")
    return gettext("已提交给班主任。") if submit else gettext("草稿已保存，分钟数已经占用。")


def _offered_days(calendar: Calendar, today: date) -> list[date]:
    """The next school days, today included if it is one."""
    days: list[date] = []
    while len(days) < DAYS_OFFERED:
        days.append(calendar.next_school_day(days[-1] + timedelta(days=1) if days else today))
    return days


def _page(
    target: Target, form: ComposerForm, class_day: ClassDay | None = None, *, date_error: str = "", **more: object
) -> str:
    today = clock.today()
    class_day = class_day or queries.class_day(target.school_class, target.date)
    own: list[TeachingAssignment] = list(school_queries.assignments_of_teacher(current_user.id))
    if request.method == "GET":
        try:
            target.calendar.check_filing_day(target.date, today)
        except PolicyError as error:
            date_error = translated(error)
    return render_template(
        "homework/compose.html",
        target=target,
        form=form,
        filing=class_day.filing_of(target.subject.id),
        preview=_preview(target, class_day, form),
        is_open=class_day.status == SheetStatus.COLLECTING,
        own=own,
        parallel=[
            each for each in own if each.subject_id == target.subject.id and each.class_id != class_day.school_class.id
        ],
        today=today,
        offered=_offered_days(target.calendar, today),
        date_error=date_error,
        **more,
    )
