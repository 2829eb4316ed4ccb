"""A list of people as its address asks for it: whom it shows, in which order, and what may be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request, url_for
from flask_login import current_user

from portal import clock, labels
from portal.filters import class_name
from portal.paging import Paging
from portal.pinyin import is_spelled, sort_key
from portal.policy.permissions import Role
from portal.roster import people_queries as queries
from portal.roster.people_queries import TEACHER, Shown, Wanted
from portal.school import queries as school_queries

PAGE = 50  # people
LONGEST_SEARCH = 40  # characters of it that count


@dataclass(frozen=True)
class Listed:
    """The people of one page, with the ways to the others, and the filters as they were understood. `elsewhere`: where
    there is nobody, how many there are whatever their role, class and state.
    """

    people: list
    paging: Paging
    search: str
    wanted: Wanted
    classes: Mapping[int, str]
    elsewhere: int


def listed_people() -> Listed:
    """What the address asks for: words it does not know mean no filter."""
    classes = {each.id: class_name(each) for each in school_queries.classes_of_school(current_user.school_id)}
    wanted, search = _wanted(classes), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    rows = _found(wanted, search)
    rows.sort(key=lambda each: (sort_key(each.name), each.login))
    args = {"q": search, "role": wanted.role, "class": str(wanted.class_id or ""), "shown": wanted.shown}
    kept = {name: value for name, value in args.items() if value and value != Shown.ACTIVE}
    paging = Paging.at(
        request.args.get("page"), count=len(rows), size=PAGE, address=url_for("people.people"), args=kept
    )
    ids = [each.id for each in rows[paging.offset : paging.offset + PAGE]]
    found = queries.people(ids, clock.today())
    elsewhere = 0 if rows else len(_found(Wanted(shown=Shown.ALL), search))
    return Listed([found[each] for each in ids], paging, search, wanted, classes, elsewhere)


def _found(wanted: Wanted, search: str) -> list:
    """Id, name and login of everybody who is wanted and found."""
    return [each for each in queries.names(current_user.school_id, wanted) if _is_found(each, search)]


def _wanted(classes: Mapping[int, str]) -> Wanted:
    role, shown = request.args.get("role", ""), request.args.get("shown", "")
    in_class = request.args.get("class", "")
    chosen = next((each for each in classes if str(each) == in_class), None)
    return Wanted(
        role=role if role == TEACHER or role in set(Role) else "",
        class_id=chosen,
        shown=Shown(shown) if shown in set(Shown) else Shown.ACTIVE,
    )


def _is_found(person: object, search: str) -> bool:
    typed = search.casefold()
    return typed in person.name.casefold() or typed in person.login.casefold() or is_spelled(person.name, typed)


def role_words() -> dict[str, object]:
    """The roles a list can be filtered by."""
    return {TEACHER: labels.TEACHER, **labels.ROLES}
