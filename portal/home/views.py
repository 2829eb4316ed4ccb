"""The start page: the board for the public, the day's work for people with an account."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, current_app, redirect, render_template, send_from_directory, url_for
from flask_login import current_user

from portal import clock
from portal.access import actor, can, public, signed_in
from portal.errors import translated
from portal.home import queries
from portal.home.page import (
    FILED,
    Filing,
    Grade,
    Homeroom,
    Office,
    Wait,
    counts,
    cut_off,
    filing_of,
    grade_of,
    waiting_filings,
)
from portal.homework import queries as homework_queries
from portal.homework.sheet import ClassDay
from portal.negotiation import queries as negotiation_queries
from portal.office import queries as office_queries
from portal.policy import caps
from portal.policy.approval import check_publishable
from portal.policy.calendar import Calendar
from portal.policy.errors import PolicyError
from portal.policy.permissions import Role, Scope
from portal.policy.rollover import Stands
from portal.roster import rollover_queries
from portal.school import queries as school_queries
from portal.school.models import SchoolClass
from portal.school.rules import rules_of
from portal.setup import queries as setup_queries
from portal.setup.page import Progress, progress_of

bp = Blueprint("home", __name__)
WHOLE_SCHOOL = {Role.OFFICE, Role.PRINCIPAL}


@bp.get("/")
@public
def start():
    return redirect(url_for("home.home" if current_user.is_authenticated else "board.start"))


@bp.get("/home")
@signed_in
def home():
    """What waits for a person today, with counts; below it all that is theirs, on the next school day."""
    person, now = actor(), clock.now()
    calendar = rules_of(current_user.school).calendar
    day = calendar.next_day_of_homework(now.date())
    classes = school_queries.classes_of_school(person.school_id)
    filings, homerooms = _own(classes, day)
    page = {
        "day": day,
        "filings": filings,
        "homerooms": homerooms,
        "grades": _grades(classes, day),
        "requests": negotiation_queries.open_to(person, now.date()),
        "office": _office(),
    }
    return render_template(
        "home/home.html",
        today=now.date(),
        kind=calendar.kind(now.date()),
        in_term=calendar.in_term(now.date()),
        cutoff=cut_off(current_user.school.cutoff, day, now),
        waits=[(kind, count, _leads_to(kind, page)) for kind, count in _waits(page, now.date()).items() if count],
        first_steps=_first_steps(now.date()),
        moves_up=_moves_up(calendar, now.date()),
        reads_people=not person.roles.isdisjoint({Role.ADMINISTRATOR, Role.PRINCIPAL}),
        **page,
    )


@bp.get("/htmx.min.js")
@public
def htmx():
    """htmx for schools without internet, once `flask fetch-htmx` has put it into the instance folder."""
    return send_from_directory(current_app.instance_path, "htmx.min.js", max_age=365 * 24 * 3600)


def _own(classes: Sequence[SchoolClass], day: date) -> tuple[list[Filing], list[Homeroom]]:
    """What this person teaches, and the classes they look after, in the same few statements."""
    person = actor()
    own = school_queries.assignments_of_teacher(person.id)
    wanted = {each.class_id for each in own} | person.homeroom_of
    read = homework_queries.class_days([each for each in classes if each.id in wanted], day)
    class_days = {each.school_class.id: each for each in read}
    grades = {each.school_class.grade for each in own}
    commons = queries.commons_of_day(person.school_id, grades, day) if own else set()
    asked = negotiation_queries.open_by(person, day)
    filings = [filing_of(each, class_days[each.class_id], commons) for each in own]
    homerooms = [
        Homeroom(
            class_day=each,
            lender=current_user.deputy_for("sheet.coordinate", each.scope),
            problem=_problem(each),
            requests=[request for request in asked if request.sheet.class_id == each.school_class.id],
        )
        for each in read
        if each.school_class.id in person.homeroom_of
    ]
    return filings, homerooms


def _problem(class_day: ClassDay) -> str:
    try:
        check_publishable(class_day.load_to_sign, class_day.cap)
    except PolicyError as error:
        return translated(error)
    return ""


def _grades(classes: Sequence[SchoolClass], day: date) -> list[Grade]:
    """The grades whose day this person follows, of those that have classes."""
    person, rules = actor(), rules_of(current_user.school)
    followed = set(caps.GRADES) if not person.roles.isdisjoint(WHOLE_SCHOOL) else person.leads
    batch = len(rules.calendar.covered_days(day)) > 1
    own = [each for each in classes if each.grade in followed]
    sheets = queries.sheets_today(own, day)
    return [
        grade_of(
            grade,
            sheets,
            caps.cap_for(grade, rules.caps, batch=batch),
            reader_id=person.id,
            lender=current_user.deputy_for("grade.read", Scope(person.school_id, grade=grade)),
            leads=grade in person.leads,
        )
        for grade in sorted({each.grade for each in own})
    ]


def _moves_up(calendar: Calendar, today: date) -> bool:
    """Whether the administrator is reminded that the classes have not moved up since the school year ended."""
    if not can("roster.set") or not calendar.terms:
        return False
    return rollover_queries.stands(current_user.school_id, calendar.terms, today)[0] == Stands.DUE


def _office() -> Office | None:
    """What waits in the office, for whoever may look at it."""
    if not can("office.open"):
        return None
    school = Scope(current_user.school_id)
    waits = {
        Wait.EXCEPTIONS: office_queries.waiting(school.school_id),
        Wait.PUBLISH: office_queries.approved_waiting(school.school_id),
    }
    return Office(waits, lender=current_user.deputy_for("office.open", school))


def _first_steps(today: date) -> Progress | None:
    """How far a new school has come, for those who set it up, until all is done or they have put it away."""
    if not (current_user.school.first_steps and can("setup.follow")):
        return None
    progress = progress_of(setup_queries.counts_of(current_user.school, today))
    return None if progress.is_over else progress


def _waits(page: Mapping, today: date) -> dict[Wait, int]:
    """What waits, in the order of the page; before a school day has begun only what others have asked."""
    found = counts(page["filings"], page["homerooms"], page["grades"]) if page["day"] == today else {}
    answered = [each for homeroom in page["homerooms"] for each in homeroom.requests if not each.waits]
    found |= {Wait.REQUESTS: len(page["requests"]), Wait.ANSWERS: len(answered)}
    if can("sheet.review"):
        found |= page["office"].waits
    return {kind: found.get(kind, 0) for kind in Wait}


def _leads_to(kind: Wait, page: Mapping) -> str:
    """Where one tap leads: to the thing itself where there is one, else to the part of the page that lists them."""
    day, homerooms = page["day"], page["homerooms"]
    if kind in (*FILED, Wait.COMMON):
        own = [each.assignment for each in waiting_filings(page["filings"], kind)]
        places = [("homework.compose", {"class_id": each.class_id, "subject_id": each.subject_id}) for each in own]
        list_of_them = "#filings"
    elif kind == Wait.REQUESTS:
        places, list_of_them = [], "#asked"
    elif kind == Wait.APPROVE:
        places = [("grid.grid", {"grade": each.grade}) for each in page["grades"] if each.leads and each.to_approve]
        list_of_them = "#grades"
    elif kind in (Wait.EXCEPTIONS, Wait.PUBLISH):
        return url_for("office.queue", show="open") if kind == Wait.EXCEPTIONS else url_for("office.approved")
    else:
        places = [("approvals.sheet", {"class_id": each.class_day.school_class.id}) for each in homerooms]
        list_of_them = "#classes"
    return url_for(places[0][0], day=day, **places[0][1]) if len(places) == 1 else list_of_them
