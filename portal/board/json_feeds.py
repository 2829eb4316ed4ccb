"""A published version for programs, as `json.md` beside this file describes it. Only what the board shows."""

from datetime import date, datetime

from flask import url_for

from portal import clock
from portal.board.page import Page, Published, Quiet
from portal.board.queries import Face
from portal.site import absolute

FORMAT = 1  # counts changes that break a reader; new fields do not
MINUTES = ("total", "school", "home", "shortest", "optional", "other", "cap", "limit")
ITEM = ("text", "tier", "form", "place", "level", "group", "choose", "minutes")
SPAN = ("day", "days", "whole", "every", "due")


def answer_of(
    face: Face, day: date, version: Published | None, *, why: Quiet | None = None, expected: datetime | None = None
) -> dict:
    """What is published for a class and day; where nothing is: `why`, and when it is `expected` if still to come."""
    called = Page(version.content) if version else face
    return {
        "format": FORMAT,
        "school": face.school_name,
        "class": {"code": face.code, "grade": called.grade, "number": called.number},
        "date": day.isoformat(),
        "page": absolute(url_for("board.day", code=face.code, day=day)),
        "why": why,
        "expected": expected and expected.isoformat(),
        "published": version and _published(version),
    }


def error_of(name: str) -> dict:
    """What is answered where there is nothing: `name` is what HTTP calls it."""
    return {"format": FORMAT, "error": name}


def _published(version: Published) -> dict:
    content, page = version.content, Page(version.content)
    return {
        "version": version.number,
        "published_at": clock.local(version.published_at).isoformat(timespec="seconds"),
        "correction": version.reason or None,
        "date": content["date"],
        "days": content["days"],
        "minutes": {name: content["load"][name] for name in MINUTES},
        "over": page.over,
        "in_place": page.is_in_place,
        "automatic": page.is_automatic,
        "subjects": [_subject(each) for each in content["subjects"]],
        "bedtime": content["bedtime"],
        "phone": content["phone"] or None,
    }


def _subject(subject: dict) -> dict:
    return {
        "name": subject["name"],
        "state": subject["state"],
        "late": subject.get("late", False),
        "items": [_item(each) for each in subject["items"]],
    }


def _item(item: dict) -> dict:
    span = item["span"] and {name: item["span"].get(name) for name in SPAN}
    return {**{name: item[name] for name in ITEM}, "span": span}
