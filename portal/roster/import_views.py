"""Files with classes, subjects, people and assignments: uploaded, looked at, imported, taken back, and given out."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import authorize, reads_first, requires
from portal.errors import translated
from portal.extensions import db, start_writing
from portal.fields import CONTROL_CHARACTERS
from portal.paging import Paging
from portal.policy.errors import PolicyError
from portal.policy.roster import COLUMNS, TITLES, Kind
from portal.roster import import_actions as actions
from portal.roster import import_composing as composing
from portal.roster import import_queries as queries
from portal.roster import import_reading as reading
from portal.roster import import_writing as writing
from portal.roster.import_content import fingerprint
from portal.roster.import_forms import ConfirmForm, UploadForm
from portal.roster.import_models import ImportState, RosterImport
from portal.school import queries as school_queries

bp = Blueprint("roster", __name__, url_prefix="/roster")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 100  # rows of a preview
REST_OF_FORM = 4096  # bytes that come with a file, at most


@bp.get("/import")
@requires("roster.set")
def import_start():
    """Templates, the field for a file, what waits, and the last import."""
    return _start_page(UploadForm(formdata=None))


@bp.post("/import")
@requires("roster.set")
@reads_first
def upload():
    """Read a file, which takes a while, and keep it for its preview."""
    form = UploadForm()
    if not form.validate():
        return _start_page(form), 422
    name = CONTROL_CHARACTERS.sub("", form.file.data.filename or "").replace("\\", "/").rpartition("/")[2]
    try:
        found = reading.read(form.file.data.read())
    except PolicyError as error:
        form.file.errors = [translated(error)]
        return _start_page(form), 422
    start_writing()
    kept = actions.keep(found, name[-100:], by=current_user, at=clock.now())
    db.session.commit()
    return redirect(url_for("roster.preview", import_id=kept.id), 303)


@bp.get("/import/<int:import_id>")
@requires("roster.set")
def preview(import_id: int):
    """What the file would change; `?show=changes` its changes rather than its problems."""
    return _preview_page(queries.waiting_or_404(import_id, current_user, clock.now()))


@bp.post("/import/<int:import_id>")
@requires("roster.set")
def confirm(import_id: int):
    """Import all of it, or only the rows that are right, or forget it."""
    kept = queries.waiting_or_404(import_id, current_user, clock.now())
    do, form = request.form.get("do", ""), ConfirmForm()
    if do not in ("all", "good", "drop"):
        return _preview_page(kept, gettext("请选要做什么。")), 422
    if do == "drop":
        actions.drop(kept)
        db.session.commit()
        flash(gettext("文件没有导入，已经丢弃。"))
        return redirect(url_for("roster.import_start"), 303)
    try:
        with db.session.begin_nested():
            actions.bring_in(kept, seen=form.seen.data or "", only_good=do == "good", by=current_user, at=clock.now())
    except PolicyError as error:
        return _preview_page(kept, translated(error)), 409
    db.session.commit()
    flash(gettext("导入完成。结果在下面。"))
    return redirect(url_for("roster.import_start"), 303)


@bp.get("/import/<int:import_id>/undo")
@requires("roster.set")
def undo(import_id: int):
    """What taking back the last import would do, and what would have to stay."""
    kept = _last_or_404(import_id)
    return render_template("roster/undo.html", kept=kept, undone=queries.undo_of(kept), translated=translated)


@bp.post("/import/<int:import_id>/undo")
@requires("roster.set")
def take_back(import_id: int):
    """Take back the last import."""
    kept = _last_or_404(import_id)
    try:
        with db.session.begin_nested():
            undone = actions.take_back(kept, by=current_user, at=clock.now())
    except PolicyError as error:
        return _start_page(UploadForm(formdata=None), translated(error)), 409
    db.session.commit()
    stays = sum(each.stays is not None for each in undone)
    flash(gettext("已撤销：%(count)s 项。没有撤销：%(stays)s 项。", count=len(undone) - stays, stays=stays))
    return redirect(url_for("roster.import_start"), 303)


@bp.get("/import/template.xlsx")
@requires("roster.set")
def template():
    """The workbook to fill in."""
    from portal.roster import xlsx_writing

    notes = {key: str(note) for key, note in composing.NOTES.items()}
    return _file(xlsx_writing.template(notes), XLSX, "template.xlsx")


@bp.get("/import/template-<kind>.csv")
@requires("roster.set")
def csv_template(kind: str):
    return _file(writing.csv_template(_kind_or_404(kind)), "text/csv", f"template-{kind}.csv")


@bp.get("/export.xlsx")
@requires("roster.set")
def export():
    """All that is stored, as a workbook that can be imported again."""
    from portal.roster import xlsx_writing

    tables = {kind: rows() for kind, rows in _rows().items()}
    return _file(xlsx_writing.workbook(tables), XLSX, f"roster-{clock.today().isoformat()}.xlsx")


@bp.get("/export-<kind>.csv")
@requires("roster.set")
def csv_export(kind: str):
    wanted = _kind_or_404(kind)
    return _file(writing.csv_text(wanted, _rows()[wanted]()), "text/csv", f"{kind}-{clock.today().isoformat()}.csv")


def _rows() -> dict[Kind, Callable[[], list[tuple]]]:
    school_id = current_user.school_id
    return {
        Kind.CLASSES: lambda: writing.class_rows(school_queries.classes_of_school(school_id)),
        Kind.SUBJECTS: lambda: writing.subject_rows(school_queries.subjects_of_school(school_id)),
        Kind.PEOPLE: lambda: writing.person_rows(queries.people_with_posts(school_id)),
        Kind.ASSIGNMENTS: lambda: writing.assignment_rows(queries.assignments_of(school_id)),
    }


def _kind_or_404(kind: str) -> Kind:
    return Kind(kind) if kind in list(Kind) else abort(404)


def _file(content: bytes | str, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=mimetype, headers=headers)


def _last_or_404(import_id: int) -> RosterImport:
    """The import with this number, if it is the school's last one and not taken back."""
    last = queries.last_import(current_user.school_id)
    if last is None or last[0].id != import_id or last[0].state != ImportState.DONE or not last[0].changes:
        abort(404)
    return authorize("roster.set", last[0])


def _start_page(form: UploadForm, refusal: str = "") -> str:
    return render_template(
        "roster/import.html",
        form=form,
        refusal=refusal,
        waiting=queries.waiting_of(current_user, clock.now()),
        last=queries.last_import(current_user.school_id),
        columns=COLUMNS,
        titles=TITLES,
        notes=composing.NOTES,
        most_rows=reading.MOST_ROWS,
        most_bytes=current_app.config["MAX_CONTENT_LENGTH"] - REST_OF_FORM,
        kind_name=composing.kind_name,
    )


def _preview_page(kept: RosterImport, refusal: str = "") -> str:
    entries = actions.preview(kept, by=current_user)
    problems, changes = composing.problems_of(entries), composing.changes_of(entries)
    shows_changes = not problems or request.args.get("show") == "changes"
    shown = changes if shows_changes else problems
    form = ConfirmForm(formdata=None, seen=fingerprint(entries))
    address = url_for("roster.preview", import_id=kept.id)
    args = {"show": "changes"} if shows_changes else {}
    pages = Paging.at(request.args.get("page"), count=len(shown), size=PAGE, address=address, args=args)
    return render_template(
        "roster/preview.html",
        kept=kept,
        form=form,
        refusal=refusal,
        counts=actions.counts_of(entries),
        problems=problems,
        changes=changes,
        shown=shown[pages.offset : pages.offset + PAGE],
        shows_changes=shows_changes,
        pages=pages,
        notes=composing.notes_of(kept),
        kind_name=composing.kind_name,
    )
