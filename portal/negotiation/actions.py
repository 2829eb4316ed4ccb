"""Asking a colleague to shorten an item, accepting, answering, taking back: each under the lock of the sheet."""

from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.models import Person
from portal.audit.actions import record
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import queries as homework_queries
from portal.homework.locks import lock_sheets
from portal.homework.models import Homework, Item
from portal.negotiation import queries
from portal.negotiation.models import MinutesRequest
from portal.policy import negotiation
from portal.policy.approval import FilingStatus, SheetStatus, check_collecting
from portal.policy.errors import PolicyError
from portal.policy.negotiation import RequestStatus
from portal.school.models import SchoolClass


def ask_shorter(
    school_class: SchoolClass,
    day: date,
    item_id: int,
    *,
    suggested: int | None,
    message: str,
    seen_minutes: int | None,
    by: Person,
    at: datetime,
) -> MinutesRequest:
    """The homeroom teacher asks that an item take `suggested` minutes, or says in words what is too much.

    `seen_minutes` are the item's on the form. Raises PolicyError if the sheet is past sign-off, the item is gone, has
    other minutes by now or is the asker's own, nothing is asked, or somebody has asked already and waits.
    """
    lock_sheets(school_class, [day])
    class_day = homework_queries.class_day(school_class, day)
    check_collecting(SheetStatus(class_day.status))
    item, filing = _found(class_day.filings, day, item_id)
    if item.minutes != seen_minutes:
        raise PolicyError("这一项的分钟数刚刚改过，请看过现在的再决定。")
    if filing.teacher_id == by.id:
        raise PolicyError("这是您自己布置的，直接修改就可以。")
    negotiation.check_request(item.minutes, suggested, message)
    _make_way(item)
    request = MinutesRequest(
        school_id=school_class.school_id,
        sheet_id=class_day.sheet.id,
        homework_id=filing.id,
        item_id=item.id,
        item_text=item.text,
        was=item.minutes,
        suggested=suggested,
        message=message.strip(),
        status=RequestStatus.OPEN,
        asked_by_id=by.id,
        asked_at=at,
    )
    db.session.add(request)
    db.session.flush()
    _note("request.ask", queries.request_or_404(request.id), by=by, at=at, now=suggested, reason=request.message)
    return request


def accept(request: MinutesRequest, *, minutes: int | None, by: Person, at: datetime) -> MinutesRequest:
    """The teacher agrees: the item takes the minutes suggested, or `minutes` where they name a number of their own.

    Raises PolicyError if it does not wait any more, or nobody has named a number.
    """
    request = _locked(request)
    minutes = negotiation.check_agreed(request.suggested if minutes is None else minutes)
    _settle(request, RequestStatus.ACCEPTED, by=by, at=at)
    _note("request.accept", request, by=by, at=at, now=minutes)
    homework.set_minutes(
        request.sheet.school_class,
        request.homework.subject,
        request.sheet.date,
        request.item_id,
        minutes,
        seen_version=request.homework.version,
        by=by,
        at=at,
        reason=request.message,
        agreed=True,
    )
    return request


def answer(request: MinutesRequest, words: str, *, by: Person, at: datetime) -> MinutesRequest:
    """The teacher answers with words; the minutes stay. Raises PolicyError if it does not wait, or without words."""
    request = _locked(request)
    request.answer = negotiation.check_answer(words)
    _settle(request, RequestStatus.ANSWERED, by=by, at=at)
    _note("request.answer", request, by=by, at=at, now=request.was, reason=request.answer)
    return request


def take_back(request: MinutesRequest, *, by: Person, at: datetime) -> MinutesRequest:
    """The homeroom teacher asks no more. Raises PolicyError if it does not wait."""
    request = _locked(request)
    _settle(request, RequestStatus.TAKEN_BACK, by=by, at=at)
    _note("request.take_back", request, by=by, at=at, now=request.was)
    return request


def _found(filings: list[Homework], day: date, item_id: int) -> tuple[Item, Homework]:
    """An item that is handed in for this very day. Raises PolicyError."""
    for filing in filings:
        if filing.sheet.date == day and filing.status == FilingStatus.SUBMITTED:
            for item in filing.items:
                if item.id == item_id:
                    return item, filing
    raise PolicyError("这一项作业已经不在清单上了，请看当前内容。")


def _make_way(item: Item) -> None:
    """One request at a time waits for an item. What was asked about it when it was another one is taken back."""
    wanted = select(MinutesRequest.id).where(
        MinutesRequest.item_id == item.id, MinutesRequest.status == RequestStatus.OPEN
    )
    for request_id in db.session.scalars(wanted).all():
        earlier = queries.request_or_404(request_id)
        if earlier.waits:
            raise PolicyError("这一项已经有一个请求在等答复。")
        earlier.status = RequestStatus.TAKEN_BACK
    db.session.flush()


def _locked(request: MinutesRequest) -> MinutesRequest:
    """The request read again under the lock of its sheet. Raises PolicyError if it does not wait any more."""
    school_class, day = request.sheet.school_class, request.sheet.date
    lock_sheets(school_class, [day])
    homework_queries.class_day(school_class, day)  # the filing and its items as they are now
    db.session.refresh(request, ["status", "item_id"])
    request = queries.request_or_404(request.id)
    negotiation.check_waiting(request.outcome)
    return request


def _settle(request: MinutesRequest, status: RequestStatus, *, by: Person, at: datetime) -> None:
    request.status, request.answered_by_id, request.answered_at = status, by.id, at
    db.session.flush()


def _note(step: str, request: MinutesRequest, *, by: Person, at: datetime, now: int | None, reason: str = "") -> None:
    asks = step in ("request.ask", "request.take_back")
    record(
        step,
        by=by,
        at=at,
        sheet_id=request.sheet_id,
        reason=reason,
        right=("item.ask_shorter" if asks else "homework.write", request.scope),
        subject=request.homework.subject.name,
        item={"text": request.item_text, "was": request.was, "now": now},
    )
