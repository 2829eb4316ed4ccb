"""The year-group lead's grid: read, approve one, several or all clean ones; it refreshes itself."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.access import authorize, requires
from portal.again import give_again
from portal.approvals import actions
from portal.errors import translated
from portal.extensions import db
from portal.grid import queries
from portal.grid.page import Grid
from portal.homework import queries as homework_queries
from portal.htmx import fragment, vary, wants_fragment
from portal.policy import caps
from portal.policy.calendar import Calendar
from portal.policy.permissions import Scope
from portal.school import queries as school_queries
from portal.school.rules import rules_of

bp = Blueprint("grid", __name__, url_prefix="/grades/<int:grade>/<day:day>")


@bp.get("")
@requires("grades.open")
def grid(grade: int, day: date):
    """All classes of a grade on one screen.

    htmx asks again and again, with `state` as it was shown: nothing (204) as long as nothing has changed, else the
    grid with the boxes as they are ticked now.
    """
    _readable(grade, day, "grade.read")
    state = queries.state_of(current_user.school, grade, day)
    if not wants_fragment():
        return give_again(vary(Response(_page(grade, day, state))))
    if state == request.args.get("state"):
        return give_again(Response(status=204))
    offered, ticked = request.args.getlist("offered", type=int), request.args.getlist("class", type=int)
    more = {"unticked": set(offered) - set(ticked), "refreshed": clock.now()}
    return vary(fragment("grid/_grid.html", grid=_found(grade, day), grade=grade, day=day, state=state, **more))


@bp.get("/classes/<int:class_id>/subjects/<int:subject_id>")
@requires("grades.open")
def peek(grade: int, day: date, class_id: int, subject_id: int):
    """The items of one cell, below the grid. Without htmx: the page of the subject."""
    school_class = authorize("sheet.read", school_queries.class_or_404(class_id), known_by="sheet.read")
    if not wants_fragment():
        return redirect(url_for("approvals.subject", class_id=class_id, day=day, subject_id=subject_id), 303)
    class_day = homework_queries.class_day(school_class, day)
    subject_day = class_day.subject(subject_id) or abort(404)
    return vary(fragment("grid/_peek.html", class_day=class_day, subject_day=subject_day))


@bp.post("/approve")
@requires("grades.open")
def approve_several(grade: int, day: date):
    """Approve the selected classes, or all clean ones; each is told apart where it could not be."""
    _readable(grade, day, "grade.approve")
    found = _found(grade, day)
    selected = _selected(request.form)
    wanted = [
        (row.school_class, request.form.get(f"version-{row.school_class.id}", -1, type=int))
        for row in found.rows
        if (row.is_clean if selected is None else row.school_class.id in selected)
    ]
    done, refused = actions.approve_several(wanted, day, by=current_user, at=clock.now())
    db.session.commit()
    if refused:
        told = [(school_class, translated(error)) for school_class, error in refused]
        state = queries.state_of(current_user.school, grade, day)
        return _page(grade, day, state, done=len(done), refused=told), 409
    flash(gettext("已通过 %(count)s 个班。", count=len(done)) if done else gettext("没有选中可以通过的班。"))
    return redirect(url_for("grid.grid", grade=grade, day=day), 303)


def _selected(form: MultiDict) -> set[int] | None:
    """The ids of the classes to approve: the one whose button was pressed, the ticked ones, or None for all clean."""
    if "only" in form:
        return set(form.getlist("only", type=int))
    if form.get("do") not in ("selected", "clean"):
        abort(400)
    return set(form.getlist("class", type=int)) if form["do"] == "selected" else None


def _readable(grade: int, day: date, permission: str) -> None:
    if grade not in caps.GRADES or not _calendar().is_school_day(day):
        abort(404)
    authorize(permission, Scope(school_id=current_user.school_id, grade=grade))


def _found(grade: int, day: date) -> Grid:
    """The grid; 404 for a grade without classes."""
    found = queries.grid_of(current_user.school, grade, day)
    return found if found.rows else abort(404)


def _calendar() -> Calendar:
    return rules_of(current_user.school).calendar


def _page(grade: int, day: date, state: str, **more: object) -> str:
    around = {
        "today": clock.today(),
        "previous": _calendar().sheet_date(day - timedelta(days=1)),
        "next": _calendar().next_school_day(day + timedelta(days=1)),
    }
    shown = {"grid": _found(grade, day), "grade": grade, "day": day, "state": state}
    return render_template("grid/grid.html", **shown, **around, **more)
