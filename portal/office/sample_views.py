"""A random sample of published sheets to inspect; its seed stands in the address, so that it can be shown again."""

import secrets
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.approvals import queries as approval_queries
from portal.errors import translated
from portal.extensions import db
from portal.filters import grade_name
from portal.office import actions, queries
from portal.office.actions import Chosen
from portal.office.forms import SampleForm, TokenForm, row_forms
from portal.office.page import drawn
from portal.office.views import bp, chosen_ids
from portal.policy.errors import PolicyError
from portal.school import queries as school_queries

USUAL = 5  # sheets
FIELDS = frozenset({"n", "first", "last", "grade", "seed"})


@bp.get("/sample")
@requires("office.open")
def sample():
    """A sample of this week's sheets, or of those that the form asks for. Without a seed a new one is drawn."""
    if not FIELDS & set(request.args):
        monday = clock.today() - timedelta(days=clock.today().weekday())
        return _to({"first": monday, "last": monday + timedelta(days=6), "n": USUAL, "seed": _new_seed()})
    form = _form()
    if not form.validate():
        return _page(form), 422
    if not form.seed.data:
        return _to(form.args(seed=_new_seed()))
    return _page(form)


@bp.post("/sample")
@requires("sheet.review")
def inspected():
    """One sheet of the sample was looked at: a row in the log that names the sample."""
    form = _form()
    if not TokenForm().validate() or not form.validate() or not form.seed.data:
        abort(400)
    chosen = chosen_ids(request.form) & set(_ids(form))
    [sheet] = queries.sheets_by_id(current_user.school_id, chosen) or [abort(404)]
    row = row_forms([sheet.id], request.form)[sheet.id]
    if not row.validate():
        return _page(form, typed={sheet.id: row}), 422
    seed, note = form.seed.data, row.note.data
    told = gettext("抽查 %(seed)s：%(note)s", seed=seed, note=note) if note else gettext("抽查 %(seed)s", seed=seed)
    one = Chosen(sheet.school_class, sheet.date, row.seen_number, told)
    try:
        with db.session.begin_nested():
            actions.inspect(one, seed=seed, by=current_user, at=clock.now())
    except PolicyError as error:
        return _page(form, typed={sheet.id: row}, refusal=translated(error)), 409
    db.session.commit()
    flash(gettext("已记录：这份清单已抽查。"))
    return _to(form.args(), 303)


def _new_seed() -> str:
    """ "20261125-4821": today, and chance."""
    return f"{clock.today():%Y%m%d}-{secrets.randbelow(10_000):04}"


def _to(args: dict, status: int = 302):
    return redirect(f"{url_for('office.sample')}?{urlencode(args)}", status)


def _form() -> SampleForm:
    form = SampleForm(request.args)
    classes = school_queries.every_class(current_user.school_id)
    form.offer({each: grade_name(each) for each in sorted({one.grade for one in classes})})
    return form


def _all_ids(form: SampleForm) -> list[int]:
    days: tuple[date, date] = form.first.data, form.last.data
    return queries.population(current_user.school_id, *days, form.grade_number)


def _ids(form: SampleForm) -> list[int]:
    return drawn(_all_ids(form), form.seed.data, form.n.data)


def _page(form: SampleForm, typed: dict | None = None, refusal: str = "") -> str:
    """The sample; without sheets where the form makes no sense."""
    everything = [] if form.errors else _all_ids(form)
    ids = [] if form.errors else drawn(everything, form.seed.data, form.n.data)
    sheets = sorted(
        queries.sheets_by_id(current_user.school_id, ids),
        key=lambda each: (each.date, each.called.grade, each.called.number),
    )
    rows = row_forms([each.id for each in sheets]) | (typed or {})
    for each in sheets:
        rows[each.id].seen.data = str(each.last_entry)
    return render_template(
        "office/sample.html",
        form=form,
        count=len(everything),
        sheets=sheets,
        marks=approval_queries.marks_of_sheets(ids),
        rows=rows,
        token=TokenForm(formdata=None),
        refusal=refusal,
    )
