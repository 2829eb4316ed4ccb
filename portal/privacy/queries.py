"""All that is stored of one person, as plain values: what the page shows and the files hold.

format    "homework-portal/person/1"; made: ISO moment
account   {id, login, name, active, password: none | one_time | own, password_until: last day of a one-time one, school}
lists     see LISTS; each is a list of objects with the same keys. Classes are written "4(1)", days and moments as ISO.
Nobody else is named in it: of a loan it tells the role, of a request the words that this person wrote.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Deputy, FormerName, Person, RoleGrant
from portal.accounts.name_queries import ids_in
from portal.approvals.models import SheetVersion
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework.models import CommonHomework, DaySheet, Homework, Item
from portal.negotiation.models import MinutesRequest
from portal.policy.erasure import Duties
from portal.policy.links import BoardAccess
from portal.roster.import_models import RosterImport
from portal.roster.rollover_models import Rollover
from portal.school.models import School, SchoolClass, TeachingAssignment

FORMAT = "homework-portal/person/1"
ITEM = (
    "text",
    "tier",
    "form",
    "place",
    "minutes",
    "level",
    "choice_group",
    "choose",
    "days",
    "every",
    "source",
    "kept",
)


def document(person: Person, made: datetime) -> dict[str, object]:
    """Everything; see the head of this file."""
    password = "none" if person.has_none else "one_time" if person.one_time else "own"
    until = person.one_time_last and person.one_time_last.isoformat()
    school = db.session.scalar(select(School.name).where(School.id == person.school_id))
    account = {"id": person.id, "login": person.login, "name": person.name, "active": person.active}
    return {
        "format": FORMAT,
        "made": made.isoformat(timespec="seconds"),
        "account": {**account, "password": password, "password_until": until, "school": school},
        **{name: list(read(person.id)) for name, read in LISTS.items()},
    }


def duties_of(person_id: int, today: date) -> Duties:
    """What somebody still has at the school (3 statements)."""
    lent = Deputy.grant_id.in_(select(RoleGrant.id).where(RoleGrant.person_id == person_id))
    return Duties(
        roles=_count(RoleGrant.person_id == person_id),
        lessons=_count(TeachingAssignment.teacher_id == person_id),
        loans=_count(or_(Deputy.person_id == person_id, lent), Deputy.last >= today),
    )


def _count(*which: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).where(*which)) or 0


def _former_names(person_id: int) -> Iterator[dict]:
    rows = select(FormerName).where(FormerName.person_id == person_id).order_by(FormerName.until)
    for each in db.session.scalars(rows):
        yield {"name": each.name, "login": each.login, "until": _moment(each.until)}


def _roles(person_id: int) -> Iterator[dict]:
    rows = select(RoleGrant).where(RoleGrant.person_id == person_id).options(joinedload(RoleGrant.school_class))
    for each in db.session.scalars(rows.order_by(RoleGrant.id)):
        yield {"role": each.role, "place": each.post.place}


def _teaching(person_id: int) -> Iterator[dict]:
    rows = select(TeachingAssignment).where(TeachingAssignment.teacher_id == person_id)
    rows = rows.options(joinedload(TeachingAssignment.school_class), joinedload(TeachingAssignment.subject))
    for each in db.session.scalars(rows.order_by(TeachingAssignment.id)):
        days = [day + 1 for day in range(7) if each.weekdays >> day & 1]  # 1 is Monday
        yield {"class": _class(each.school_class), "subject": each.subject.name, "weekdays": days}


def _loans(person_id: int) -> Iterator[dict]:
    rows = select(Deputy).join(Deputy.grant).options(joinedload(Deputy.grant).joinedload(RoleGrant.school_class))
    rows = rows.where(or_(Deputy.person_id == person_id, RoleGrant.person_id == person_id)).order_by(Deputy.id)
    for each in db.session.scalars(rows):
        direction = "got" if each.person_id == person_id else "gave"
        post = each.grant.post
        first, last = each.first.isoformat(), each.last.isoformat()
        yield {"direction": direction, "role": post.role, "place": post.place, "first": first, "last": last}


def _filings(person_id: int) -> Iterator[dict]:
    rows = select(Homework).where(Homework.teacher_id == person_id).order_by(Homework.id)
    of_sheet = joinedload(Homework.sheet).joinedload(DaySheet.school_class)
    for each in db.session.scalars(rows.options(of_sheet, joinedload(Homework.subject), selectinload(Homework.items))):
        yield {
            **_sheet(each.sheet),
            "subject": each.subject.name,
            "status": each.status,
            "no_homework": each.no_homework,
            "saved_at": _moment(each.saved_at),
            "submitted_at": _moment(each.submitted_at),
            "late": each.late,
            "reason": each.reason,
            "return_reason": each.return_reason,
            "items": [_item(item) for item in each.items],
        }


def _common(person_id: int) -> Iterator[dict]:
    rows = select(CommonHomework).where(CommonHomework.saved_by_id == person_id).order_by(CommonHomework.id)
    for each in db.session.scalars(rows.options(joinedload(CommonHomework.subject))):
        when = {"date": each.date.isoformat(), "saved_at": _moment(each.saved_at)}
        yield {"grade": each.grade, "subject": each.subject.name, **when, "items": each.items}


def _requests(person_id: int) -> Iterator[dict]:
    mine = or_(MinutesRequest.asked_by_id == person_id, MinutesRequest.answered_by_id == person_id)
    rows = select(MinutesRequest).where(mine).order_by(MinutesRequest.id)
    for each in db.session.scalars(rows.options(joinedload(MinutesRequest.sheet).joinedload(DaySheet.school_class))):
        asked, answered = each.asked_by_id == person_id, each.answered_by_id == person_id
        yield {
            **_sheet(each.sheet),
            "item": each.item_text,
            "was": each.was,
            "suggested": each.suggested,
            "status": each.status,
            "asked_at": _moment(each.asked_at) if asked else None,
            "message": each.message if asked else None,
            "answered_at": _moment(each.answered_at) if answered else None,
            "answer": each.answer if answered else None,
        }


def _signed_off(person_id: int) -> Iterator[dict]:
    rows = select(DaySheet).where(DaySheet.coordinated_by_id == person_id).order_by(DaySheet.id)
    for each in db.session.scalars(rows.options(joinedload(DaySheet.school_class))):
        yield {**_sheet(each), "status": each.status}


def _published(person_id: int) -> Iterator[dict]:
    rows = select(SheetVersion, SchoolClass).join(SchoolClass, SchoolClass.id == SheetVersion.class_id)
    for each, place in db.session.execute(
        rows.where(SheetVersion.published_by_id == person_id).order_by(SheetVersion.id)
    ):
        yield {
            "class": _class(place),
            "date": each.date.isoformat(),
            "number": each.number,
            "published_at": _moment(each.published_at),
            "reason": each.reason,
            "exception_reason": each.exception_reason,
        }


def _imports(person_id: int) -> Iterator[dict]:
    rows = select(RosterImport).where(RosterImport.person_id == person_id).order_by(RosterImport.id)
    for each in db.session.scalars(rows):
        yield {"at": _moment(each.at), "file": each.file, "state": each.state}


def _rollovers(person_id: int) -> Iterator[dict]:
    rows = select(Rollover).where(Rollover.person_id == person_id).order_by(Rollover.id)
    for each in db.session.scalars(rows):
        yield {"at": _moment(each.at), "year": each.year, "undone_at": _moment(each.undone_at)}


def _log(person_id: int) -> Iterator[dict]:
    """What they did, and what was done about them or in their place."""
    for each in entries_about(person_id):
        as_whom = [*(["actor"] if each.actor_id == person_id else []), *_parts_in(each, person_id)]
        yield {
            "id": each.id,
            "at": _moment(each.at),
            "step": each.step,
            "as": as_whom,
            "before": each.before,
            "after": each.after,
            "reason": each.reason if each.actor_id == person_id else None,
            "exception": each.exception,
        }


def entries_about(person_id: int) -> Sequence[LogEntry]:
    """The rows of the log in which somebody stands, in whatever part."""
    details = LogEntry.details
    parts = [details[key].as_integer() == person_id for key in ("person", "lender", "deputy")]
    rows = select(LogEntry).where(or_(LogEntry.actor_id == person_id, *parts, details["deputy_for"].is_not(None)))
    found = db.session.scalars(rows.order_by(LogEntry.id))
    return [each for each in found if each.actor_id == person_id or person_id in ids_in(each.details)]


def _parts_in(entry: LogEntry, person_id: int) -> list[str]:
    parts = sorted(entry.details.keys() & {"person", "lender", "deputy", "deputy_for"})
    return [key for key in parts if person_id in ids_in({key: entry.details[key]})]


def _item(item: Item) -> dict:
    return {name: getattr(item, name) for name in ITEM}


def _sheet(sheet: DaySheet) -> dict:
    return {"class": _class(sheet.school_class), "date": sheet.date.isoformat()}


def _class(school_class: SchoolClass) -> str:
    return f"{school_class.grade}({school_class.number})"


def _moment(at: datetime | None) -> str | None:
    return at and at.isoformat(timespec="seconds")


LISTS = {
    "former_names": _former_names,
    "roles": _roles,
    "teaching": _teaching,
    "loans": _loans,
    "filings": _filings,
    "common_homework": _common,
    "requests": _requests,
    "signed_off": _signed_off,
    "published": _published,
    "imports": _imports,
    "rollovers": _rollovers,
    "log": _log,
}


def schools_in_sight() -> Sequence[School]:
    """The schools whose boards everybody may find."""
    return db.session.scalars(select(School).where(School.board_access == BoardAccess.OPEN).order_by(School.id)).all()


def erased() -> set[tuple[str, int]]:
    """Everybody who was erased, in all schools: the code of the school and the id."""
    rows = select(School.code, Person.id).join(Person, Person.school_id == School.id)
    return {tuple(row) for row in db.session.execute(rows.where(Person.erased_at.is_not(None)))}


def mentions_of(person: Person) -> int:
    """In how many places people have written this name by hand: no rule finds and no erasure removes it there."""
    return sum(
        db.session.scalar(select(func.count()).where(column.contains(person.name, autoescape=True), school)) or 0
        for column, school in _written(person.school_id)
    )


def _written(school_id: int) -> Iterator[tuple[ColumnElement[str], ColumnElement[bool]]]:
    """The columns of words that people write, and which of their rows belong to the school."""
    columns = (
        *(Item.text, Homework.reason, Homework.return_reason, DaySheet.correction),
        *(MinutesRequest.message, MinutesRequest.answer, MinutesRequest.item_text),
        *(LogEntry.reason, SheetVersion.reason, SheetVersion.exception_reason),
    )
    for column in columns:
        yield column, column.class_.school_id == school_id
