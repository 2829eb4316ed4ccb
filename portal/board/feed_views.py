"""The board for programs: a calendar to subscribe to, an Atom feed, and JSON."""

import json
from datetime import date, datetime, time, timedelta
from http import HTTPStatus

from flask import Response, current_app, jsonify, request

from portal import clock
from portal.access import public
from portal.board import atom_feeds, calendar_feeds, json_feeds, queries
from portal.board.answer import answer
from portal.board.page import Quiet, why_quiet
from portal.board.views import bp
from portal.school.rules import rules_of

BACK = timedelta(days=28)  # feeds hold what is on the board since then


@bp.get("/<code>/calendar.ics")
@public
def calendar(code: str):
    """What is published of a class, as a calendar."""
    face, today = queries.face_or_404(code), clock.today()

    def render() -> bytes:
        return calendar_feeds.calendar(face, queries.versions_since(face, today - BACK), today)

    return answer(face, render, mimetype="text/calendar")


@bp.get("/<code>/feed.atom")
@public
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
def today_json(code: str):
    """What is published of a class for today."""
    return _json(code, clock.today())


@bp.get("/<code>/<day:day>.json")
@public
def day_json(code: str, day: date):
    """What is published of a class for a day."""
    return _json(code, day)


def _json(code: str, day: date) -> Response:
    face = queries.face_or_404(code)
    return _for_other_sites(answer(face, lambda: _words(face, day), mimetype="application/json"))


def json_error(status: HTTPStatus) -> Response:
    """What a program is told that asks for a class by a code that names none."""
    response = jsonify(json_feeds.error_of(status.phrase))
    response.status_code = status
    return _for_other_sites(response)


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


def _for_other_sites(response: Response) -> Response:
    """Let the pages of the sites that PORTAL_JSON_ORIGINS names read the answer too."""
    if origins := current_app.config["JSON_ORIGINS"]:
        response.vary.add("Origin")
        if (origin := request.headers.get("Origin")) in origins:
            response.access_control_allow_origin = origin
    return response
