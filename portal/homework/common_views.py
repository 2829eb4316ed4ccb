"""统一内容: a grade's teachers of a subject agree once on a day's homework; its classes take it over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import authorize, can, signed_in
from portal.errors import translated
from portal.extensions import db
from portal.homework import common_actions, common_queries, queries
from portal.homework.composing import offered_days, rearranged
from portal.homework.forms import ComposerForm
from portal.homework.models import CommonHomework
from portal.homework.sheet import ClassDay, SubjectDay, fingerprint
from portal.homework.views import bp
from portal.policy import caps
from portal.policy.calendar import Calendar
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.item import ItemValues, days_without_homework, task_of
from portal.policy.permissions import Scope
from portal.policy.workload import DayLoad, day_load
from portal.school import queries as school_queries
from portal.school.models import School, Subject
from portal.school.rules import SchoolRules, rules_of

COMMON = "/common/<int:grade>/<int:subject_id>/<day:day>"


@dataclass(frozen=True)
class CommonTarget:
    """What is agreed on: a subject of a grade on a school day."""

    school: School
    grade: int
    subject: Subject
    date: date

    @property
    def scope(self) -> Scope:
        return Scope(self.school.id, grade=self.grade, subject_id=self.subject.id)

    @property
    def rules(self) -> SchoolRules:
        return rules_of(self.school)

    @property
    def calendar(self) -> Calendar:
        return self.rules.calendar

    @property
    def days(self) -> tuple[date, ...]:
        return self.calendar.covered_days(self.date)

    @property
    def cap(self) -> caps.Cap:
        return caps.cap_for(self.grade, self.rules.caps, batch=len(self.days) > 1)

    @property
    def address(self) -> dict[str, object]:
        return {"grade": self.grade, "subject_id": self.subject.id, "day": self.date}

    @property
    def posts_to(self) -> str:
        return url_for("homework.file_common", **self.address)

    def load(self, items: Sequence[ItemValues]) -> DayLoad:
        tasks = [task_of(each, subject=self.subject.id, first_day=self.date) for each in items]
        return day_load(tasks, self.days)

    def days_without_homework(self, item: ItemValues) -> list[date]:
        return days_without_homework(item, first_day=self.date, calendar=self.calendar, grade=self.grade)


@dataclass(frozen=True)
class Follower:
    """A class of the grade, and what it makes of the common content; None: it has filed nothing for the subject."""

    class_day: ClassDay
    subject_day: SubjectDay | None
    agreed: str  # fingerprint of the common content, empty for none

    @property
    def filed(self) -> str:
        return fingerprint(self.subject_day.own_items) if self.subject_day else ""

    @property
    def follows(self) -> bool:
        return bool(self.agreed) and self.filed == self.agreed

    @property
    def differs(self) -> bool:
        return bool(self.agreed and self.filed) and not self.follows


@dataclass(frozen=True)
class Agreement:
    """One subject of a grade on a day: what is common, if anything, and what its classes make of it."""

    subject: Subject
    common: CommonHomework | None
    followers: Sequence[Follower]

    @property
    def following(self) -> int:
        return sum(each.follows for each in self.followers)

    @property
    def differing(self) -> int:
        return sum(each.differs for each in self.followers)


@bp.get("/common/<int:grade>/<day:day>")
@signed_in
def commons(grade: int, day: date):
    """The subjects of a grade: what is common, and how many classes have taken it over or differ."""
    school = current_user.school
    class_days = queries.class_days(school_queries.classes_of_grade(school.id, grade), day)
    subjects = {each.subject_id: each.subject for class_day in class_days for each in class_day.assignments}
    shown = [each for each in subjects.values() if _may_see(CommonTarget(school, grade, each, day))]
    if not class_days:
        abort(404)
    if not shown:
        authorize("grade.read", Scope(school.id, grade=grade))  # who may sees that nobody teaches there yet
    agreed = common_queries.commons_of_grade(school.id, grade, day)
    return render_template(
        "homework/commons.html",
        grade=grade,
        day=day,
        today=clock.today(),
        offered=offered_days(rules_of(school).calendar, clock.today()),
        agreements=[_agreement(each, agreed.get(each.id), class_days) for each in sorted(shown, key=_place)],
        may_write={each.id for each in shown if can("common.write", CommonTarget(school, grade, each, day))},
    )


@bp.get(COMMON)
@signed_in
def common(grade: int, subject_id: int, day: date):
    """What the grade has agreed on, to be changed here."""
    target = _target(grade, subject_id, day)
    form, stored = ComposerForm(grade=grade), _stored(target)
    form.show(stored.values if stored else [], stored.version if stored else 0)
    return _page(target, form, stored)


@bp.post(COMMON)
@signed_in
def file_common(grade: int, subject_id: int, day: date):
    """Save or take back; or what saves nothing: rows come and go, minutes are worked out, a composer's rows come in."""
    target = _target(grade, subject_id, day)
    form, stored = ComposerForm(grade=grade), _stored(target)
    do, _, position = request.form.get("do", "").partition("-")
    if do in ("add", "remove", "check"):
        return _page(target, rearranged(form, do, position), stored)
    if do == "bring":
        form.version.data = str(stored.version if stored else 0)
        return _page(target, form, stored, brought=True)
    if do not in ("save", "withdraw"):
        abort(400)
    if do == "save" and not form.check(submit=True):
        return _page(target, form, stored), 422
    try:
        target.calendar.check_filing_day(day, clock.today())
        with db.session.begin_nested():
            _change(target, form, do)
    except PolicyError as error:
        stored = _stored(target)
        stale = isinstance(error, StaleForm)
        if stale:
            form.version.data = str(stored.version if stored else 0)
        return _page(target, form, stored, refusal=translated(error), brought=stale), 409
    db.session.commit()
    flash(gettext("已存为年级统一内容。各班在填报时可以一键采用。") if do == "save" else gettext("已撤下统一内容。"))
    return redirect(target.posts_to, 303)


def _target(grade: int, subject_id: int, day: date) -> CommonTarget:
    subject = school_queries.subject_or_404(current_user.school_id, subject_id)
    if grade not in caps.GRADES:
        abort(404)
    return authorize("common.write", CommonTarget(current_user.school, grade, subject, day))


def _may_see(target: CommonTarget) -> bool:
    return can("grade.read", target) or can("common.write", target)


def _place(subject: Subject) -> tuple[int, int]:
    return subject.position, subject.id


def _stored(target: CommonTarget) -> CommonHomework | None:
    return common_queries.common_of(target.school.id, target.grade, target.subject.id, target.date)


def _agreement(subject: Subject, common: CommonHomework | None, class_days: Sequence[ClassDay]) -> Agreement:
    agreed = fingerprint(common.values) if common else ""
    taught = [each for each in class_days if any(has.subject_id == subject.id for has in each.assignments)]
    return Agreement(subject, common, [Follower(each, each.subject(subject.id), agreed) for each in taught])


def _change(target: CommonTarget, form: ComposerForm, do: str) -> None:
    where = (target.school, target.grade, target.subject, target.date)
    how = {"seen_version": form.seen_version, "by": current_user, "at": clock.now()}
    if do == "save":
        common_actions.set_common(*where, items=form.values(), **how)
    else:
        common_actions.remove_common(*where, **how)


def _page(target: CommonTarget, form: ComposerForm, stored: CommonHomework | None, **more: object) -> str:
    """`more`: refusal; brought, where what is typed did not come from what is stored."""
    class_days = queries.class_days(school_queries.classes_of_grade(target.school.id, target.grade), target.date)
    date_error = ""
    try:
        target.calendar.check_filing_day(target.date, clock.today())
    except PolicyError as error:
        date_error = translated(error)
    return render_template(
        "homework/common.html",
        target=target,
        form=form,
        stored=stored if stored and stored.items else None,
        load=target.load(form.values()),
        agreement=_agreement(target.subject, stored if stored and stored.items else None, class_days),
        date_error=date_error,
        today=clock.today(),
        offered=offered_days(target.calendar, clock.today()),
        **more,
    )
