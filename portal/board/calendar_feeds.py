"""A class's sheets as a calendar to subscribe to (RFC 5545 and 7986): one event of whole days for each."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import url_for
from flask_babel import get_locale, gettext
from icalendar import TRANSP, Calendar, Event, Timezone, vDuration

from portal import clock
from portal.board.feeds import headline, plain_text, sheet_id
from portal.board.page import Page, Published
from portal.board.queries import Face
from portal.filters import class_name
from portal.site import absolute

EVERY = timedelta(hours=1)  # how often a subscriber should ask again


def calendar(face: Face, versions: Sequence[Published], today: date) -> bytes:
    """The calendar with an event for each of these versions."""
    feed = Calendar.new(
        name=gettext("%(name)s 作业公示", name=class_name(face)),
        prodid=f"-//homework portal//board//{get_locale().language.upper()}",
        method="PUBLISH",
        uid=sheet_id(face),
        url=absolute(url_for("board.class_page", code=face.code)),
    )
    feed.add("REFRESH-INTERVAL", vDuration(EVERY), {"VALUE": "DURATION"})
    feed.add("X-PUBLISHED-TTL", vDuration(EVERY))  # the same, as Outlook reads it
    zone = clock.now().tzinfo
    feed.add("X-WR-TIMEZONE", str(zone))
    for version in versions:
        feed.add_component(_event(face, version))
    if not versions:  # a calendar without any component is none; events of whole days need no time zone
        feed.add_component(Timezone.from_tzinfo(zone, str(zone), first_date=today, last_date=today + timedelta(days=1)))
    return feed.to_ical()


def _event(face: Face, version: Published) -> Event:
    """A sheet. A later version has a higher sequence under the same uid: it takes the place of the one before."""
    page = Page(version.content)
    return Event.new(
        uid=sheet_id(face, version.date),
        sequence=version.number,
        stamp=version.published_at,
        last_modified=version.published_at,
        start=version.date,
        end=version.last_day + timedelta(days=1),  # the first day after it
        summary=headline(class_name(page), page),
        description=plain_text(version, page),
        url=absolute(url_for("board.day", code=face.code, day=version.date)),
        transparency=TRANSP.TRANSPARENT,  # homework makes nobody busy
    )
