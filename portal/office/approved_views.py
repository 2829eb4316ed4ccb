"""Where the school wants every sheet passed by the office: what year-group leads have approved, to be published."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.errors import translated
from portal.extensions import db
from portal.office import actions, queries
from portal.office.actions import Chosen
from portal.office.forms import TokenForm, row_forms
from portal.office.page import OfficeSheet
from portal.office.views import bp, chosen_ids
from portal.paging import Paging
from portal.policy.approval import ApprovalMode

PAGE = 50  # sheets


@bp.get("/approved")
@requires("office.open")
def approved():
    """Sheets that wait for the office."""
    return _page()


@bp.post("/approved")
@requires("sheet.publish")
def publish_several():
    """Publish the selected sheets, or all clean ones of the page; each is told apart where it could not be."""
    if not TokenForm().validate():
        abort(400)
    clean = request.form.get("do") == "clean"
    ids = set(request.form.getlist("listed", type=int)) if clean else chosen_ids(request.form)
    sheets = [each for each in queries.sheets_by_id(current_user.school_id, ids) if each.is_clean or not clean]
    if not sheets:
        return _page(nothing=True), 422
    done, refused = actions.publish_several(_chosen(sheets), by=current_user, at=clock.now())
    db.session.commit()
    if refused:
        return _page(done=len(done), refused=[(each, translated(error)) for each, error in refused]), 409
    flash(gettext("已公示 %(count)s 份清单。", count=len(done)))
    return redirect(url_for("office.approved"), 303)


def _chosen(sheets: list[OfficeSheet]) -> list[Chosen]:
    """The sheets with the versions that the page has shown."""
    rows = row_forms([each.id for each in sheets], request.form)
    return [Chosen(each.school_class, each.date, rows[each.id].seen_number) for each in sheets]


def _page(**more: object) -> str:
    school = current_user.school
    count = queries.approved_waiting(school.id)
    pages = Paging.at(request.args.get("page"), count=count, size=PAGE, address=url_for("office.approved"))
    sheets = queries.approved_sheets(school.id, offset=pages.offset, limit=PAGE)
    return render_template(
        "office/approved.html",
        pages=pages,
        sheets=sheets,
        clean=[each for each in sheets if each.is_clean],
        token=TokenForm(formdata=None),
        passes_all=school.approval_mode == ApprovalMode.ALL,
        **more,
    )
