"""The colleague's side of a request: accept with one tap, answer with words; the homeroom teacher takes it back.

Asking is on the page of a subject (see approvals.subject_views).
"""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import authorize, requires
from portal.errors import translated
from portal.extensions import db
from portal.negotiation import actions, queries
from portal.negotiation.forms import AcceptForm, AnswerForm
from portal.negotiation.models import MinutesRequest
from portal.policy.errors import PolicyError

bp = Blueprint("negotiation", __name__, url_prefix="/requests")


@bp.app_context_processor
def _for_the_composer() -> dict[str, Callable]:
    """The composer is in a room below and shows what waits about its filing."""
    return {"requests_about": queries.waiting_for_filing}


@bp.get("/<int:request_id>")
@requires("sheets.open")
def request_page(request_id: int):
    """One request with what became of it, and for those whom it concerns the buttons."""
    return _page(authorize("sheet.read", queries.request_or_404(request_id), known_by="sheet.read"))


@bp.post("/<int:request_id>/accept")
@requires("sheets.open")
def accept(request_id: int):
    """The item takes the minutes suggested, or those the teacher names."""
    asked = authorize("homework.write", queries.request_or_404(request_id), known_by="sheet.read")
    form = AcceptForm()
    if not form.validate():
        return _page(asked, accepting=form), 422

    def step(**who: object) -> str:
        done = actions.accept(asked, minutes=form.minutes.data, **who)
        return gettext("已改为 %(minutes)s 分钟，班主任会看到。", minutes=done.item.minutes)

    return _step(asked, step, form.back.data, accepting=form)


@bp.post("/<int:request_id>/answer")
@requires("sheets.open")
def answer(request_id: int):
    """The minutes stay; the homeroom teacher reads why."""
    asked = authorize("homework.write", queries.request_or_404(request_id), known_by="sheet.read")
    form = AnswerForm()
    if not form.validate():
        return _page(asked, answering=form), 422

    def step(**who: object) -> str:
        actions.answer(asked, form.answer.data or "", **who)
        return gettext("已答复，班主任会看到。")

    return _step(asked, step, form.back.data, answering=form)


@bp.post("/<int:request_id>/take-back")
@requires("sheets.open")
def take_back(request_id: int):
    """Nobody has to answer any more."""
    asked = authorize("item.ask_shorter", queries.request_or_404(request_id), known_by="sheet.read")

    def step(**who: object) -> str:
        actions.take_back(asked, **who)
        return gettext("已收回。")

    return _step(asked, step, "")


def _step(asked: MinutesRequest, step: Callable[..., str], back: str | None, **forms: object):
    """Do it, and go back to where the tap came from; where the rules say no, 409 with all that was typed."""
    try:
        with db.session.begin_nested():
            said = step(by=current_user, at=clock.now())
    except PolicyError as error:
        return _page(queries.request_or_404(asked.id), refusal=translated(error), **forms), 409
    db.session.commit()
    flash(said)
    places = {
        "home": url_for("home.home"),
        "composer": url_for(
            "homework.compose",
            class_id=asked.sheet.class_id,
            subject_id=asked.homework.subject_id,
            day=asked.sheet.date,
        ),
    }
    return redirect(places.get(back or "", url_for("negotiation.request_page", request_id=asked.id)), 303)


def _page(asked: MinutesRequest, **more: object) -> str:
    forms = {"accepting": AcceptForm(formdata=None), "answering": AnswerForm(formdata=None)}
    return render_template("negotiation/request_page.html", asked=asked, **(forms | more))
