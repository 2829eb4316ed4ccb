"""Lending a role to a colleague for a range of days, and taking it back."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import can, requires
from portal.deputies import actions, queries
from portal.deputies.forms import LendForm
from portal.deputies.page import arranged
from portal.errors import translated
from portal.extensions import db
from portal.filters import role_name
from portal.policy.errors import PolicyError

bp = Blueprint("deputies", __name__, url_prefix="/deputies")
SHOWN = timedelta(days=365)  # how long a loan that is over stays on the page; the log keeps all


@bp.get("/")
@requires("deputies.open")
def deputies():
    """What I lent, what is lent to me; for office and administrator all of the school. And the form."""
    return _page(_form(empty=True))


@bp.post("/")
@requires("deputies.open")
def lend():
    """Lend one of my own roles, or arrange it for a colleague who is ill."""
    form = _form()
    if not form.validate(today=clock.today()):
        return _page(form), 422
    grant = next(each for each in _grants() if str(each.id) == form.grant.data)

    def step(**who: object) -> object:
        return actions.lend(grant, form.found, form.first.data, form.last.data, **who)

    refusal = _refused(step)
    if refusal:
        return _page(form, refusal=refusal), 409
    db.session.commit()
    flash(gettext("已安排：%(name)s 代理 %(role)s。", name=form.found.name, role=role_name(grant.post)))
    return _returned()


@bp.post("/<int:loan_id>/end")
@requires("deputies.open")
def end(loan_id: int):
    """The role goes back at once."""
    loan = queries.loan_or_404(current_user.school_id, loan_id)
    if current_user.id not in (loan.grant.person_id, loan.person_id) and not can("deputies.arrange"):
        abort(404)
    if current_user.id != loan.grant.person_id and not can("deputies.arrange"):
        abort(403)
    name, role = loan.person.name, role_name(loan.grant.post)
    refusal = _refused(lambda **who: actions.end(loan, **who))
    if refusal:
        return _page(_form(empty=True), refusal=refusal), 409
    db.session.commit()
    flash(gettext("已结束：%(name)s 不再代理 %(role)s。", name=name, role=role))
    return _returned()


def _back() -> dict[str, object]:
    """From whose page one has come, and goes back to: administrators have one of everybody. `?person=7&as=holder` asks
    for a deputy of theirs, `as=deputy` for somebody whose deputy they are.
    """
    person_id = request.args.get("person", type=int)
    if not person_id or person_id < 0 or not can("roster.set"):
        return {}
    return {"person": person_id, "as": request.args.get("as", "")}


def _returned():
    back = _back()
    page = url_for("people.person", person_id=back["person"]) if back else url_for("deputies.deputies")
    return redirect(f"{page}#main", 303)


def _refused(step: Callable[..., object]) -> str:
    """Take the step; the sentence where the rules say no and nothing has changed."""
    try:
        with db.session.begin_nested():
            step(by=current_user, at=clock.now())
    except PolicyError as error:
        return translated(error)
    return ""


def _grants() -> list:
    """The roles this person may lend: their own ones, or everybody's (of one of them, if it began on a page of
    theirs); never one that is only lent to them.
    """
    holder = None if can("deputies.arrange") else current_user.id
    lent = {each.grant_id for each in current_user.rights.lent}
    whose = _back().get("person") if request.args.get("as") == "holder" else None
    return [
        each
        for each in queries.lendable_grants(current_user.school_id, holder)
        if each.id not in lent and whose in (None, each.person_id)
    ]


def _form(*, empty: bool = False) -> LendForm:
    everybody = can("deputies.arrange")
    roles = {
        each.id: f"{role_name(each.post)} · {each.person.name}" if everybody else role_name(each.post)
        for each in _grants()
    }
    people = [each for each in queries.colleagues(current_user.school_id) if each.id != current_user.id]
    shown = {"formdata": None, "first": clock.today()} if empty else {}
    form = LendForm(roles=roles, people=people, **shown)
    if empty and request.args.get("as") == "deputy":
        form.offer(_back().get("person"))
    return form


def _page(form: LendForm, **more: object) -> str:
    arranges, today = can("deputies.arrange"), clock.today()
    whose = None if arranges else current_user.id
    found = queries.loans(current_user.school_id, today - SHOWN, whose)
    return render_template(
        "deputies/deputies.html",
        form=form,
        today=today,
        arranges=arranges,
        back=_back(),
        **arranged(found, today, person_id=whose, arranges=arranges),
        **more,
    )
