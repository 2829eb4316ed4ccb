"""The board for programs: a calendar to subscribe to, an Atom feed, and JSON."""

import json
from datetime import date, datetime, time, timedelta
from http import HTTPStatus

from flask import Response, current_app, jsonify, request

from portal import clock
from portal.access import alike, public
from portal.board import atom_feeds, json_feeds, queries
from portal.board.answer import Answer, Headers, answer
from portal.board.page import Quiet, why_quiet
from portal.board.views import bp
from portal.school.rules import rules_of

BACK = timedelta(days=28)  # feeds hold what is on the board since then


@bp.get("/<code>/calendar.ics")
@public
@alike
def calendar(code: str):
    """What is published of a class, as a calendar."""
    face, today = queries.face_or_404(code), clock.today()

    def render() -> bytes:
        from portal.board import calendar_feeds  # icalendar takes 3 MB of memory

        return calendar_feeds.calendar(face, queries.versions_since(face, today - BACK), today)

    return answer(face, render, mimetype="text/calendar")


@bp.get("/<code>/feed.atom")
@public
@alike
def atom(code: str):
    """What is published of a class, as an Atom feed."""
    face, first = queries.face_or_404(code), clock.today() - BACK
    since = datetime.combine(first, time(), clock.now().tzinfo)
    return answer(
        face,
        lambda: atom_feeds.atom(face, queries.versions_since(face, first), since),
        mimetype="application/atom+xml",
    )


@bp.get("/<code>/today.json")
@public
@alike
def today_json(code: str):
    """What is published of a class for today."""
    return _json(code, clock.today())


@bp.get("/<code>/<day:day>.json")
@public
@alike
def day_json(code: str, day: date):
    """What is published of a class for a day."""
    return _json(code, day)


def _json(code: str, day: date) -> Answer:
    face = queries.face_or_404(code)
    page = answer(face, lambda: _words(face, day), mimetype="application/json", vary=_vary())
    page.kept_by += _leave()  # asked for with a 304 too
    return page


def json_error(status: HTTPStatus) -> Response:
    """What a program is told that asks for a class by a code that names none."""
    response = jsonify(json_feeds.error_of(status.phrase))
    response.status_code = status
    response.vary.update(filter(None, [_vary()]))
    response.headers.extend(_leave())
    return response


def _words(face: queries.Face, day: date) -> str:
    notice = queries.notice_of(face, day)
    more = {} if notice.version else _outlook(face, day, notice.published_by)
    return json.dumps(json_feeds.answer_of(face, day, notice.version, **more), ensure_ascii=False)


def _outlook(face: queries.Face, day: date, by: time) -> dict:
    """Why nothing is published for `day`, and when the sheet that covers it is usually public."""
    calendar = rules_of(face.school).calendar
    why = why_quiet(calendar, face.grade, day, clock.today(), face.left_on)
    expected = datetime.combine(calendar.sheet_date(day), by, clock.now().tzinfo)
    return {"why": why, "expected": expected if why in (Quiet.WAITING, Quiet.BREAK_AHEAD) else None}


def _vary() -> str:
    """The header whose sender decides who may read the answer, where that depends on them."""
    return "Origin" if current_app.config["JSON_ORIGINS"] else ""


def _leave() -> Headers:
    """Let the pages of the sites that PORTAL_JSON_ORIGINS names read the answer too."""
    origin = request.headers.get("Origin")
    return (("Access-Control-Allow-Origin", origin),) if origin in current_app.config["JSON_ORIGINS"] else ()
