"""The pages on which the office writes the timetable and the content of the service, and the principal reads them."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.audit.models import LogEntry
from portal.errors import translated
from portal.extensions import db
from portal.filters import class_name
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.service import WEEKDAYS, ListKind, period_of
from portal.school import queries as school_queries
from portal.school.models import SchoolClass
from portal.service import actions, queries
from portal.service.forms import ContentForm, TimetableForm, for_classes
from portal.service.models import ServiceList

bp = Blueprint("service", __name__, url_prefix="/service")
EARLIER = 5  # changes from which one can go back


@bp.get("/timetable")
@requires("service.read")
def timetable():
    """The timetable, and for the office the grid that changes it; `?before=` fills in what was before a change."""
    stored, changes = seen = _seen(ListKind.TIMETABLE)
    back = _taken_back(changes)
    form = TimetableForm(formdata=None)
    form.show([period_of(each) for each in back[-1].details["was"]] if back else stored.periods, stored.version)
    return _timetable_page(form, seen, back=back)


@bp.post("/timetable")
@requires("service.set")
def set_timetable():
    """Save; or what saves nothing: rows come, are emptied, or have Monday's text on each day."""
    form = TimetableForm()
    do, _, position = request.form.get("do", "").partition("-")
    if do in ("more", "clear", "week"):
        return _timetable_page(_rearranged(form, do, position))
    if do != "save":
        abort(400)
    if not form.validate():
        return _timetable_page(form), 422
    refused = _refused(
        form, ListKind.TIMETABLE, lambda **how: actions.set_timetable(current_user.school, form.values(), **how)
    )
    if refused:
        return _timetable_page(form, **refused), 409
    db.session.commit()
    flash(gettext("延时服务时间表已保存，家长马上可以看到。"))
    return redirect(url_for("service.timetable", _anchor="main"), 303)


@bp.get("/content")
@requires("service.read")
def content():
    """What each class does on which weekday, and for the office the grid; `?before=` as for the timetable."""
    classes, form = _content_form(formdata=None)
    stored, changes = seen = _seen(ListKind.CONTENT)
    back = _taken_back(changes)
    was = {class_id: texts for entry in back for class_id, *_, texts, _ in entry.details["classes"]}
    form.show([each.id for each in classes], stored.content | was, stored.version)
    return _content_page(form, classes, seen, back=back)


@bp.post("/content")
@requires("service.set")
def set_content():
    """Save; or copy the row of a class to the others of its grade, which saves nothing yet."""
    classes, form = _content_form()
    do, _, class_id = request.form.get("do", "").partition("-")
    if do == "copy":
        return _content_page(form, classes, copied=_copied(form, classes, class_id))
    if do != "save":
        abort(400)
    if not form.validate():
        return _content_page(form, classes), 422
    values = form.values([each.id for each in classes])
    refused = _refused(
        form, ListKind.CONTENT, lambda **how: actions.set_content(current_user.school, values, classes, **how)
    )
    if refused:
        return _content_page(form, classes, **refused), 409
    db.session.commit()
    flash(gettext("服务内容安排表已保存，家长马上可以看到。"))
    return redirect(url_for("service.content", _anchor="main"), 303)


def _refused(form: TimetableForm | ContentForm, kind: ListKind, change: Callable[..., ServiceList]) -> dict:
    """Make the change; where the rules say no, what the page says of it. A stale form is up to date afterwards."""
    try:
        with db.session.begin_nested():
            change(seen_version=form.seen_version, by=current_user, at=clock.now())
    except PolicyError as error:
        stale = isinstance(error, StaleForm)
        if stale:
            form.version.data = str(queries.list_of(current_user.school_id, kind).version)
        return {"refusal": translated(error), "stale": stale}
    return {}


def _seen(kind: ListKind) -> tuple[ServiceList, Sequence[LogEntry]]:
    """A list as it is stored, and its latest changes, the last one first."""
    school_id = current_user.school_id
    return queries.list_of(school_id, kind), queries.changes_of(school_id, kind, most=EARLIER)


def _taken_back(changes: Sequence[LogEntry]) -> Sequence[LogEntry]:
    """The changes that `?before=` asks to fill the form without: from the last one back to the one it names."""
    before = request.args.get("before", type=int)
    return [] if before is None else queries.changes_since_or_404(changes, before)


def _rearranged(form: TimetableForm, do: str, position: str) -> TimetableForm:
    rows = dict(enumerate(form.rows()))
    row = rows.get(int(position)) if position.isascii() and position.isdecimal() else None
    if do == "more":
        form.add_rows()
    elif row:
        row.clear() if do == "clear" else row.repeat_monday()
    return form


def _copied(form: ContentForm, classes: Sequence[SchoolClass], class_id: str) -> str:
    """Copy the row, and say so."""
    source = next((each for each in classes if str(each.id) == class_id), None) or abort(400)
    form.repeat(source.id, [each.id for each in classes if each.grade == source.grade])
    return gettext("%(name)s的安排已抄给本年级其他班，还没有保存。", name=class_name(source))


def _content_form(**formdata: object) -> tuple[Sequence[SchoolClass], ContentForm]:
    """The classes of the school, and the grid for them."""
    classes = school_queries.classes_of_school(current_user.school_id)
    return classes, for_classes([each.id for each in classes])(**formdata)


def _timetable_page(form: TimetableForm, seen: tuple | None = None, **more: object) -> str:
    stored, changes = seen or _seen(ListKind.TIMETABLE)
    return render_template("service/timetable.html", form=form, stored=stored, changes=changes, **more)


def _content_page(form: ContentForm, classes: Sequence[SchoolClass], seen: tuple | None = None, **more: object) -> str:
    stored, changes = seen or _seen(ListKind.CONTENT)
    return render_template(
        "service/content.html", form=form, classes=classes, stored=stored, changes=changes, weekdays=WEEKDAYS, **more
    )
