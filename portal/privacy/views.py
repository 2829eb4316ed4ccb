"""What is stored about people: the public page that says so, one's own data, and erasing somebody who has left."""

import json

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import public, requires, signed_in
from portal.accounts.models import Person
from portal.audit.actions import record
from portal.errors import translated
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.policy.permissions import Scope
from portal.privacy import actions, erased_list, queries
from portal.privacy.forms import EraseForm
from portal.privacy.page import BACKUPS_KEPT, COOKIES, UNDO_KEPT
from portal.roster.people_queries import person_or_404, state_now

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@public
def notice():
    """What is stored about whom, what for, for how long, and whom to ask."""
    own = current_user.school if current_user.is_authenticated else None
    return render_template(
        "privacy/notice.html",
        schools=[own] if own else queries.schools_in_sight(),
        cookies=COOKIES,
        undo_days=UNDO_KEPT.days,
        backups_kept=BACKUPS_KEPT,
        remember_days=current_app.config["REMEMBER_COOKIE_DURATION"].days,
        idle_hours=current_app.config["IDLE"] // 3600,
    )


@bp.get("/account/data")
@signed_in
def own_data():
    """All that is stored of oneself."""
    return _data_page(_self())


@bp.get("/account/data.json")
@signed_in
def own_json():
    return _file(_self(), "json")


@bp.get("/account/data.xlsx")
@signed_in
def own_workbook():
    return _file(_self(), "xlsx")


@bp.get("/people/<int:person_id>/data")
@requires("roster.set")
def data(person_id: int):
    """The same of somebody at the school, who has asked for it."""
    return _data_page(person_or_404(current_user.school_id, person_id))


@bp.post("/people/<int:person_id>/data")
@requires("roster.set")
def take(person_id: int):
    """The same as a file, to be handed over; the log says who took it."""
    person = person_or_404(current_user.school_id, person_id)
    kind = request.form.get("do", "")
    if kind not in ("json", "xlsx"):
        abort(400)
    right = ("roster.set", Scope(current_user.school_id))
    record("person.export", by=current_user, at=clock.now(), right=right, person=person.id)
    db.session.flush()
    answer = _file(person, kind)
    db.session.commit()
    return answer


@bp.get("/people/<int:person_id>/erase")
@requires("roster.set")
def erasing(person_id: int):
    """What would go, what would stay and why; asked once more."""
    person = person_or_404(current_user.school_id, person_id)
    return _erase_page(person, EraseForm(formdata=None, version=state_now(person.id)))


@bp.post("/people/<int:person_id>/erase")
@requires("roster.set")
def erase(person_id: int):
    """Erase name, login and password: for good."""
    person, form = person_or_404(current_user.school_id, person_id), EraseForm()
    if not form.validate():
        return _erase_page(person, form), 422
    how = {"typed": form.typed.data, "seen_version": form.seen_version, "by": current_user, "at": clock.now()}
    try:
        with db.session.begin_nested():
            actions.erase(person, **how)
    except PolicyError as error:
        form.version.data = str(state_now(person.id))
        return _erase_page(person, form, refusal=translated(error)), 409
    db.session.commit()
    erased_list.keep(current_app.config["BACKUPS"], queries.erased())
    flash(gettext("已删除。以后在记录里显示为“%(name)s”。", name=person.name))
    return redirect(url_for("people.people", last=1), 303)


def _self() -> Person:
    return current_user._get_current_object()


def _data_page(person: Person) -> str:
    return render_template("privacy/data.html", person=person, data=queries.document(person, clock.now()))


def _erase_page(person: Person, form: EraseForm, refusal: str = "") -> str:
    return render_template(
        "privacy/erase.html",
        person=person,
        form=form,
        refusal=refusal,
        duties=queries.duties_of(person.id, clock.today()),
        data=queries.document(person, clock.now()),
        mentions=queries.mentions_of(person),
    )


def _file(person: Person, kind: str) -> Response:
    """The document to be kept: JSON for programs, a workbook for people."""
    document = queries.document(person, clock.now())
    if kind == "json":
        content, mimetype = json.dumps(document, ensure_ascii=False, indent=2), "application/json"
    else:
        from portal.privacy.xlsx_writing import workbook  # 5 MB of memory, for those processes only that make one

        content = workbook(document)
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"person-{person.id}-{clock.today().isoformat()}.{kind}"
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f"attachment; filename={name}"})
