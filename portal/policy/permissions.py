"""Who may do what: one table of small predicates over plain facts. Deny by default.

An `Actor` is a person as the rules see them; a `Scope` says where in the school an action happens. Templates ask
the same table through `can()`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles that are granted. "Teacher" is not granted: it follows from teaching assignments."""

    HOMEROOM = "homeroom"  # 班主任, of one class
    LEAD = "lead"  # 年级组长, of one grade
    OFFICE = "office"  # 教务处
    PRINCIPAL = "principal"  # 校长
    ADMINISTRATOR = "administrator"  # 管理员


LENDABLE = (Role.HOMEROOM, Role.LEAD, Role.OFFICE)  # what a deputy may be asked to do


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person: school, roles with their scopes, and what they teach: (class, subject) pairs in `teaches`,
    (grade, subject) pairs in `teaches_in`.
    """

    id: int
    school_id: int
    roles: frozenset[Role] = frozenset()
    homeroom_of: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    teaches: frozenset[tuple[int, int]] = frozenset()
    teaches_in: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an action happens: ids of school, class and subject, and the grade. None where it does not matter."""

    school_id: int
    class_id: int | None = None
    grade: int | None = None
    subject_id: int | None = None


Predicate = Callable[[Actor, Scope], bool]


def same_school(actor: Actor, scope: Scope) -> bool:
    return actor.school_id == scope.school_id


def has(*roles: Role) -> Predicate:
    return lambda actor, scope: same_school(actor, scope) and not actor.roles.isdisjoint(roles)


def teaches_it(actor: Actor, scope: Scope) -> bool:
    return same_school(actor, scope) and (scope.class_id, scope.subject_id) in actor.teaches


def teaches_class(actor: Actor, scope: Scope) -> bool:
    return same_school(actor, scope) and any(class_id == scope.class_id for class_id, _ in actor.teaches)


def homeroom(actor: Actor, scope: Scope) -> bool:
    return same_school(actor, scope) and scope.class_id in actor.homeroom_of


def leads_grade(actor: Actor, scope: Scope) -> bool:
    return same_school(actor, scope) and scope.grade in actor.leads


def teaches_in_grade(actor: Actor, scope: Scope) -> bool:
    return same_school(actor, scope) and (scope.grade, scope.subject_id) in actor.teaches_in


def holds_lendable(actor: Actor, scope: Scope) -> bool:
    return same_school(actor, scope) and bool(actor.homeroom_of or actor.leads or Role.OFFICE in actor.roles)


def any_of(*predicates: Predicate) -> Predicate:
    return lambda actor, scope: any(predicate(actor, scope) for predicate in predicates)


def teaches_anything(actor: Actor, scope: Scope) -> bool:
    return same_school(actor, scope) and bool(actor.teaches)


whole_school = has(Role.OFFICE, Role.PRINCIPAL)
staff_of_grade = any_of(leads_grade, whole_school)

PERMISSIONS: Mapping[str, Predicate] = {
    # pages
    "home.open": same_school,
    "composer.open": teaches_anything,
    "grades.open": lambda actor, scope: same_school(actor, scope) and (bool(actor.leads) or whole_school(actor, scope)),
    "sheets.open": same_school,
    "people.read": has(Role.ADMINISTRATOR, Role.PRINCIPAL),
    "roster.set": has(Role.ADMINISTRATOR),
    "setup.follow": has(Role.ADMINISTRATOR, Role.OFFICE),
    "calendar.read": same_school,
    "school.set": has(Role.OFFICE),
    "office.open": whole_school,
    "log.read": whole_school,
    "service.read": whole_school,
    "service.set": has(Role.OFFICE),
    "backups.read": has(Role.OFFICE, Role.ADMINISTRATOR),
    "deputies.open": any_of(holds_lendable, has(Role.ADMINISTRATOR)),
    "deputies.arrange": has(Role.OFFICE, Role.ADMINISTRATOR),
    # things
    "homework.write": teaches_it,
    "sheet.read": any_of(teaches_class, homeroom, staff_of_grade),
    "sheet.coordinate": homeroom,
    "sheet.approve": any_of(leads_grade, has(Role.OFFICE)),
    "sheet.return": any_of(homeroom, leads_grade, has(Role.OFFICE)),
    "sheet.publish": has(Role.OFFICE),
    "sheet.except": has(Role.OFFICE),
    "sheet.ask_exception": any_of(homeroom, leads_grade),
    "sheet.change_minutes": any_of(leads_grade, has(Role.OFFICE)),
    "sheet.review": has(Role.OFFICE),
    "filing.return": any_of(homeroom, has(Role.OFFICE)),
    "item.ask_shorter": homeroom,
    "common.write": any_of(leads_grade, teaches_in_grade),
    "grade.read": staff_of_grade,
    "grade.approve": any_of(leads_grade, has(Role.OFFICE)),
}


def may(actor: Actor | None, permission: str, scope: Scope) -> bool:
    """Whether the table allows it. An unknown permission is a programming error (KeyError), not a "no"."""
    predicate = PERMISSIONS[permission]
    return actor is not None and predicate(actor, scope)
