"""The log of the whole school, filtered, in pages or as a file. Nobody changes it: the database refuses."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO

from flask import Response, render_template, request, stream_with_context, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import requires
from portal.filters import class_name, grade_name
from portal.office import log_composing, log_queries
from portal.office.forms import LogForm
from portal.office.page import LogRow, LogWanted
from portal.office.views import bp
from portal.paging import Paging
from portal.policy.cells import harmless
from portal.school import queries as school_queries
from portal.school.models import SchoolClass

PAGE = 50  # rows
CHUNK = 200  # rows that are sent at once
BOM = "\ufeff"  # by it Excel knows UTF-8


@bp.get("/log")
@requires("log.read")
def log():
    """A page of the log."""
    form = _form()
    if not form.validate():
        return _page(form, None), 422
    return _page(form, _wanted(form))


@bp.get("/log.csv")
@requires("log.read")
def log_csv():
    """All rows that the filters choose, as a file for spreadsheets, sent while it is read."""
    form = _form()
    if not form.validate():
        return _page(form, None), 422
    rows = log_queries.all_entries(current_user.school_id, _wanted(form))
    name = f"log-{clock.today().isoformat()}.csv"
    return Response(
        stream_with_context(_as_csv(rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _form() -> LogForm:
    form = LogForm(request.args)
    classes = school_queries.every_class(current_user.school_id)
    form.offer(
        {each.id: _called(each) for each in classes},
        {each: grade_name(each) for each in sorted({one.grade for one in classes})},
        log_queries.people(current_user.school_id),
    )
    return form


def _called(school_class: SchoolClass) -> str:
    name, left = class_name(school_class), school_class.left_on
    return gettext("%(name)s（%(year)s 年离校）", name=name, year=left.year) if left else name


def _wanted(form: LogForm) -> LogWanted:
    return LogWanted(
        since=_start_of(form.first.data),
        until=_start_of(form.last.data + timedelta(days=1)) if form.last.data else None,
        class_id=form.number("class_id"),
        grade=form.number("grade"),
        person=form.number("person"),
        step=form.step.data,
        kind=form.kind.data,
        words=form.words.data,
        oldest_first=form.sort.data == "oldest",
    )


def _start_of(day: date | None) -> datetime | None:
    """The moment a day begins at the school."""
    return datetime.combine(day, time.min, clock.now().tzinfo) if day else None


def _page(form: LogForm, wanted: LogWanted | None) -> str:
    """The log as wanted; without rows where the filters make no sense."""
    school_id = current_user.school_id
    pages = Paging.at(
        request.args.get("page"),
        count=log_queries.count_of_entries(school_id, wanted) if wanted else 0,
        size=PAGE,
        address=url_for("office.log"),
        args=form.args(),
    )
    rows = log_queries.entries(school_id, wanted, offset=pages.offset, limit=PAGE) if wanted else []
    return render_template("office/log.html", form=form, pages=pages, rows=rows, words=log_composing)


def _as_csv(rows: Iterable[LogRow]) -> Iterator[str]:
    """The file in pieces of some rows."""
    out = StringIO()
    writer = csv.writer(out)
    out.write(BOM)
    writer.writerow(_heading())
    for number, row in enumerate(rows, 1):
        writer.writerow([harmless(each) for each in _cells(row)])
        if number % CHUNK == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _heading() -> list[str]:
    return [
        *(gettext("编号"), gettext("时间"), gettext("谁"), gettext("代谁"), gettext("做了什么")),
        *(gettext("班级"), gettext("清单日期"), gettext("原来的状态"), gettext("现在的状态")),
        *(gettext("例外"), gettext("细节"), gettext("原因")),
    ]


def _cells(row: LogRow) -> list[str]:
    """A row of the log in the order of the heading; the moment as ISO, on the school's clock."""
    entry = row.entry
    return [
        str(entry.id),
        clock.local(entry.at).isoformat(timespec="seconds"),
        log_composing.actor_of(entry),
        entry.names.get("deputy_for", ""),
        log_composing.step_of(entry),
        class_name(row) if row.class_id else "",
        row.day.isoformat() if row.day else "",
        *log_composing.states_of(entry),
        log_composing.exception_of(entry),
        log_composing.details_of(entry),
        entry.reason,
    ]
