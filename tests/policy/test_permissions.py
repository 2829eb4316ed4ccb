"""The permission table, asked for every kind of person.

The place is always Chinese in class 42, grade 4 of school 1.
"""

from itertools import product

import pytest

from portal.policy.permissions import PERMISSIONS, Actor, Role, Scope, may

SCHOOL, ANOTHER_SCHOOL = 1, 2
CLASS, ANOTHER_CLASS = 42, 41
CHINESE, MATHS = 7, 8
PLACE = Scope(SCHOOL, class_id=CLASS, grade=4, subject_id=CHINESE)


def person(*roles: Role, **scopes: frozenset) -> Actor:
    return Actor(id=5, school_id=SCHOOL, roles=frozenset(roles), **scopes)


EVERYTHING = {
    "homeroom_of": frozenset({CLASS}),
    "leads": frozenset({4}),
    "teaches": frozenset({(CLASS, CHINESE)}),
    "teaches_in": frozenset({(4, CHINESE)}),
}
PEOPLE = {
    "teacher of it": person(teaches=frozenset({(CLASS, CHINESE)}), teaches_in=frozenset({(4, CHINESE)})),
    "teacher of another subject": person(teaches=frozenset({(CLASS, MATHS)}), teaches_in=frozenset({(4, MATHS)})),
    "teacher of another class": person(
        teaches=frozenset({(ANOTHER_CLASS, CHINESE)}), teaches_in=frozenset({(4, CHINESE)})
    ),
    "homeroom": person(Role.HOMEROOM, homeroom_of=frozenset({CLASS})),
    "homeroom of another class": person(Role.HOMEROOM, homeroom_of=frozenset({ANOTHER_CLASS})),
    "lead": person(Role.LEAD, leads=frozenset({4})),
    "lead of another grade": person(Role.LEAD, leads=frozenset({8})),
    "office": person(Role.OFFICE),
    "principal": person(Role.PRINCIPAL),
    "administrator": person(Role.ADMINISTRATOR),
    "colleague of another school": Actor(5, ANOTHER_SCHOOL, frozenset(Role), **EVERYTHING),
    "nobody": None,
}
COLLEAGUES = set(PEOPLE) - {"colleague of another school", "nobody"}
TEACHERS = {"teacher of it", "teacher of another subject", "teacher of another class"}

ALLOWED = {
    "home.open": COLLEAGUES,
    "composer.open": TEACHERS,
    "grades.open": {"lead", "lead of another grade", "office", "principal"},
    "sheets.open": COLLEAGUES,
    "people.read": {"administrator", "principal"},
    "roster.set": {"administrator"},
    "setup.follow": {"office", "administrator"},
    "calendar.read": COLLEAGUES,
    "school.set": {"office"},
    "office.open": {"office", "principal"},
    "log.read": {"office", "principal"},
    "service.read": {"office", "principal"},
    "service.set": {"office"},
    "deputies.open": {
        "homeroom",
        "homeroom of another class",
        "lead",
        "lead of another grade",
        "office",
        "administrator",
    },
    "deputies.arrange": {"office", "administrator"},
    "backups.read": {"office", "administrator"},
    "homework.write": {"teacher of it"},
    "sheet.read": {
        "teacher of it",
        "teacher of another subject",
        "homeroom",
        "lead",
        "office",
        "principal",
    },
    "sheet.coordinate": {"homeroom"},
    "sheet.approve": {"lead", "office"},
    "sheet.return": {"homeroom", "lead", "office"},
    "sheet.publish": {"office"},
    "sheet.except": {"office"},
    "sheet.ask_exception": {"homeroom", "lead"},
    "sheet.change_minutes": {"lead", "office"},
    "sheet.review": {"office"},
    "filing.return": {"homeroom", "office"},
    "item.ask_shorter": {"homeroom"},
    "common.write": {"teacher of it", "teacher of another class", "lead"},
    "grade.read": {"lead", "office", "principal"},
    "grade.approve": {"lead", "office"},
}
PAGES = [
    *("home.open", "composer.open", "grades.open", "sheets.open", "people.read", "roster.set", "setup.follow"),
    *("calendar.read", "school.set"),
    *("office.open", "log.read", "deputies.open", "deputies.arrange", "backups.read"),
    *("service.read", "service.set"),
]
WHOLE_SCHOOL = {"sheet.publish", "sheet.except", "sheet.review"}  # the office's, wherever it is


def test_the_table_has_every_permission_and_knows_every_person() -> None:
    assert set(ALLOWED) == set(PERMISSIONS)
    assert set().union(*ALLOWED.values()) <= set(PEOPLE)


@pytest.mark.parametrize(("permission", "name"), list(product(ALLOWED, PEOPLE)))
def test_a_person_may_do_what_the_table_says_and_nothing_else(permission: str, name: str) -> None:
    assert may(PEOPLE[name], permission, PLACE) == (name in ALLOWED[permission])


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_the_colleague_of_another_school_would_be_allowed_in_their_own(permission: str) -> None:
    stranger = PEOPLE["colleague of another school"]
    own_place = Scope(ANOTHER_SCHOOL, class_id=CLASS, grade=4, subject_id=CHINESE)
    assert (may(stranger, permission, PLACE), may(stranger, permission, own_place)) == (False, True)


@pytest.mark.parametrize(("page", "name"), list(product(PAGES, PEOPLE)))
def test_pages_of_the_whole_school_do_not_ask_for_a_class(page: str, name: str) -> None:
    assert may(PEOPLE[name], page, Scope(SCHOOL)) == (name in ALLOWED[page])


@pytest.mark.parametrize("permission", [key for key in PERMISSIONS if key not in {*PAGES, *WHOLE_SCHOOL}])
def test_what_happens_in_a_class_or_grade_is_nobodys_by_a_scope_where_the_place_was_forgotten(
    permission: str,
) -> None:
    local = person(Role.HOMEROOM, Role.LEAD, **EVERYTHING)
    assert (may(local, permission, PLACE), may(local, permission, Scope(SCHOOL))) == (True, False)


@pytest.mark.parametrize("name", PEOPLE)
def test_an_unknown_permission_is_an_error_and_not_a_no(name: str) -> None:
    with pytest.raises(KeyError):
        may(PEOPLE[name], "sheet.aprove", PLACE)


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_the_name_of_a_role_without_its_class_or_grade_opens_no_more_than_being_a_colleague(
    permission: str,
) -> None:
    unplaced = person(Role.HOMEROOM, Role.LEAD)
    assert may(unplaced, permission, PLACE) == (ALLOWED[permission] == COLLEAGUES)
