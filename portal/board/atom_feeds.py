"""A class's sheets as an Atom feed (RFC 4287): one entry for each, with its latest version."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import url_for
from flask_babel import gettext

from portal import clock
from portal.board.feeds import corrections, headline, plain_text, sheet_id, total
from portal.board.page import Page, Published
from portal.board.queries import Face
from portal.fields import CONTROL_CHARACTERS
from portal.filters import class_name, html_language, long_date
from portal.site import absolute

ATOM = "http://www.w3.org/2005/Atom"


def atom(face: Face, versions: Sequence[Published], since: datetime) -> bytes:
    """The feed of these versions, the latest published first. `since`: when a feed without entries was updated."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": html_language()})
    home = absolute(url_for("board.class_page", code=face.code))
    _add(feed, "id", sheet_id(face).urn)
    _add(feed, "title", gettext("%(name)s 作业公示", name=class_name(face)))
    _add(feed, "updated", _moment(max((each.published_at for each in versions), default=since)))
    _add(SubElement(feed, "author"), "name", face.school_name)
    SubElement(feed, "link", rel="self", href=absolute(url_for("board.atom", code=face.code)))
    SubElement(feed, "link", rel="alternate", type="text/html", href=home)
    for version in sorted(versions, key=lambda each: each.published_at, reverse=True):
        _entry(SubElement(feed, "entry"), face, version)
    return tostring(feed, encoding="utf-8", xml_declaration=True)


def _entry(entry: Element, face: Face, version: Published) -> None:
    """A sheet. A later version is the same entry, updated; its summary begins with why."""
    page = Page(version.content)
    _add(entry, "id", sheet_id(face, version.date).urn)
    _add(entry, "title", headline(long_date(version.date), page))
    _add(entry, "updated", _moment(version.published_at))
    href = absolute(url_for("board.day", code=face.code, day=version.date))
    SubElement(entry, "link", rel="alternate", type="text/html", href=href)
    _add(entry, "summary", "\n".join([*corrections(version, version.date), total(page)]))
    _add(entry, "content", escape(plain_text(version, page)).replace("\n", "<br>"), type="html")


def _add(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = CONTROL_CHARACTERS.sub("", text)  # XML has no way to write them


def _moment(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")
