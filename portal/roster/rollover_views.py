"""升年级: the next year on one page, to be looked at, corrected and confirmed; and taken back."""

from collections.abc import Iterable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import authorize, requires
from portal.errors import translated
from portal.extensions import db
from portal.filters import class_name, grade_name, listed
from portal.policy.caps import GRADES
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.rollover import PRIMARY_ENDS, Name, Stands
from portal.roster import rollover_actions as actions
from portal.roster import rollover_queries as queries
from portal.roster.import_views import bp
from portal.roster.people_forms import StepForm
from portal.roster.rollover_checking import label_of, plan_of
from portal.roster.rollover_page import ClassRow

CHOICES = ("ends", "straight", "leads")  # of the address, which proposals follow from


@bp.get("/year")
@requires("roster.set")
def year():
    """The proposals; after confirming, what was done."""
    return _page({name: request.args[name] for name in CHOICES if name in request.args})


@bp.post("/year")
@requires("roster.set")
def roll_over():
    """Look at the outcome of what was typed, or confirm it."""
    typed = request.form.to_dict()
    if not StepForm().validate() or typed.get("do") != "confirm":
        return _page(typed)
    try:
        with db.session.begin_nested():
            kept = actions.roll_over(typed, seen=typed.get("seen", ""), by=current_user, at=clock.now())
    except PolicyError as error:
        status = 409 if isinstance(error, StaleForm) else 422
        return _page(typed, translated(error)), status
    db.session.commit()
    flash(gettext("已升入 %(year)s–%(next)s 学年，现在起生效。", year=kept.year, next=kept.year + 1))
    return redirect(url_for("roster.year", _anchor="main"), 303)


@bp.post("/year/<int:rollover_id>/undo")
@requires("roster.set")
def undo_year(rollover_id: int):
    """All as it was before."""
    kept = authorize("roster.set", queries.rollover_or_404(rollover_id))
    if not StepForm().validate():
        return _page({}), 400
    try:
        with db.session.begin_nested():
            actions.take_back(kept, by=current_user, at=clock.now())
    except PolicyError as error:
        return _page({}, translated(error)), 409
    db.session.commit()
    flash(gettext("升年级已撤销，一切和原来一样。"))
    return redirect(url_for("roster.year", _anchor="main"), 303)


def _page(typed: Mapping[str, str], refusal: str = "") -> str:
    present = queries.present_of(current_user.school_id)
    state, year = queries.stands(current_user.school_id, present.terms, clock.today())
    if state == Stands.DONE:
        return _done_page(refusal)
    plan = plan_of(present, typed, year)
    return render_template(
        "roster/year.html",
        plan=plan,
        state=state,
        stands=Stands,
        is_checked="do" in typed,
        refusal=refusal,
        error=lambda field: translated(field.problem),
        grades={str(each): grade_name(each) for each in GRADES},
        people=[label_of(each) for each in present.people if each.active],
        primary_ends=PRIMARY_ENDS,
        row_name=_row_name,
        moves=_moves((each.was, each.name) for each in plan.classes),
    )


def _done_page(refusal: str) -> str:
    kept = queries.last_rollover(current_user.school_id)
    problem = queries.why_it_stays(kept)
    return render_template(
        "roster/year_done.html",
        kept=kept,
        moves=_moves(kept.moves),
        by=queries.name_of(kept.person_id),
        problem=translated(problem) if problem else "",
        refusal=refusal,
    )


def _row_name(row: ClassRow) -> str:
    """What a row is called: the class of today, or the class of new pupils that it stands for."""
    if row.school_class:
        return class_name(row.school_class)
    grade, _, n = row.key.removeprefix("x").partition("-")
    return gettext("%(grade)s新班 %(n)s", grade=grade_name(int(grade)), n=int(n) + 1)


def _moves(moves: Iterable[tuple[Name, Name | None]]) -> list[str]:
    """ "一年级 → 二年级：一(1)班、一(2)班 → 二(3)班", for each grade that there was."""
    words: dict[tuple[str, str], list[str]] = {}
    for was, to in moves:
        name = class_name(was) if to is None or to.number == was.number else f"{class_name(was)} → {class_name(to)}"
        words.setdefault((grade_name(was.grade), grade_name(to.grade) if to else gettext("离校")), []).append(name)
    return [
        gettext("%(was)s → %(to)s：%(names)s", was=was, to=to, names=listed(each)) for (was, to), each in words.items()
    ]
