"""The office's queue: what was not the daily way, sheet by sheet, until somebody has looked at it."""

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.access import requires
from portal.errors import translated
from portal.extensions import db
from portal.filters import grade_name
from portal.office import actions, queries
from portal.office.actions import Chosen
from portal.office.forms import QueueForm, TokenForm, row_forms
from portal.office.page import OfficeSheet, Wanted
from portal.paging import Paging
from portal.school import queries as school_queries

bp = Blueprint("office", __name__, url_prefix="/office")
PAGE = 20  # sheets
REMEMBERED = "office.queue"
FILTERS = frozenset({"kind", "grade", "first", "last", "show", "sort", "page"})


@bp.get("/")
@requires("office.open")
def queue():
    """The exceptions nobody has looked at. The filters stand in the address; the last ones are remembered."""
    remembered = session.get(REMEMBERED)
    if remembered and not FILTERS & set(request.args):
        return redirect(f"{url_for('office.queue')}?{urlencode(request.args.to_dict() | remembered)}")
    form = queue_form()
    if not form.validate():
        return _queue_page(form, Wanted()), 422
    if session.get(REMEMBERED, {}) != form.args():
        session[REMEMBERED] = form.args()
    return _queue_page(form, _wanted(form))


@bp.post("/reviews")
@requires("sheet.review")
def review():
    """Mark the selected sheets, or the one whose button was pressed, as looked at."""
    if not TokenForm().validate():
        abort(400)
    sheets = queries.sheets_by_id(current_user.school_id, chosen_ids(request.form))
    rows = row_forms([each.id for each in sheets], request.form)
    form, wanted = _filters_as_sent()
    if not sheets or [each for each in rows.values() if not each.validate()]:
        return _queue_page(form, wanted, rows=rows, nothing=not sheets), 422
    chosen = [
        Chosen(each.school_class, each.date, rows[each.id].seen_number, rows[each.id].note.data) for each in sheets
    ]
    done, refused = actions.review_several(chosen, by=current_user, at=clock.now())
    db.session.commit()
    if refused:
        told = [(each, translated(error)) for each, error in refused]
        return _queue_page(form, wanted, rows=rows, done=len(done), refused=told), 409
    flash(gettext("已标为查看：%(count)s 份清单。", count=len(done)))
    return redirect(f"{url_for('office.queue')}?{urlencode(form.args(page=request.args.get('page')))}", 303)


def queue_form() -> QueueForm:
    """The filters in the address, with the grades this school has."""
    form = QueueForm(request.args)
    classes = school_queries.every_class(current_user.school_id)
    form.offer({each: grade_name(each) for each in sorted({one.grade for one in classes})})
    return form


def chosen_ids(form: MultiDict) -> set[int]:
    """The ids of the chosen sheets: the one whose button was pressed, or the ticked ones."""
    if "only" in form:
        return set(form.getlist("only", type=int))
    return set(form.getlist("sheet", type=int)) if form.get("do") == "selected" else abort(400)


def _filters_as_sent() -> tuple[QueueForm, Wanted]:
    """The filters of the page that a form was on; none where they make no sense."""
    form = queue_form()
    return form, _wanted(form) if form.validate() else Wanted()


def _wanted(form: QueueForm) -> Wanted:
    return Wanted(
        kind=form.exception,
        grade=form.grade_number,
        first=form.first.data,
        last=form.last.data,
        reviewed=form.show.data == "all",
        sort=form.sort.data,
    )


def _queue_page(form: QueueForm, wanted: Wanted, rows: dict | None = None, **more: object) -> str:
    school_id = current_user.school_id
    count = queries.count_of_sheets(school_id, wanted)
    pages = Paging.at(
        request.args.get("page"), count=count, size=PAGE, address=url_for("office.queue"), args=form.args()
    )
    sheets = queries.sheets_of_queue(school_id, wanted, offset=pages.offset, limit=PAGE)
    return render_template(
        "office/queue.html",
        form=form,
        kinds=queries.count_of_kinds(school_id, wanted),
        pages=pages,
        sheets=sheets,
        rows=_forms_of(sheets, rows or {}),
        token=TokenForm(formdata=None),
        **more,
    )


def _forms_of(sheets: list[OfficeSheet], typed: dict) -> dict:
    """The form of each sheet, what was typed kept; each says what is shown now."""
    forms = row_forms([each.id for each in sheets], request.form if request.method == "POST" else None) | typed
    for each in sheets:
        forms[each.id].seen.data = str(each.last_entry)
    return forms
