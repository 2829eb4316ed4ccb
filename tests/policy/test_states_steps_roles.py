"""The whole flow on one page: in which state who may take which step. Read a row as "in this state, this step: …"."""

from itertools import product

import pytest

from portal.policy.approval import STEP_PERMISSIONS, SheetStatus, Step, check_four_eyes, next_status
from portal.policy.errors import PolicyError
from portal.policy.permissions import Actor, Role, may
from tests.policy.test_permissions import CLASS, PEOPLE, PLACE, SCHOOL

SIGNED_OFF = Actor(  # the homeroom teacher of a small school, who leads the grade and helps in the office as well
    id=77,
    school_id=SCHOOL,
    roles=frozenset({Role.HOMEROOM, Role.LEAD, Role.OFFICE}),
    homeroom_of=frozenset({CLASS}),
    leads=frozenset({4}),
)
CLOCK = "the clock"
COLUMNS = {  # short names of the table below; the clock has no rights, it does what nobody is asked for
    "teach": "teacher of it",
    "colleague": "teacher of another subject",
    "next door": "teacher of another class",
    "homeroom": "homeroom",
    "other hr": "homeroom of another class",
    "lead": "lead",
    "other ld": "lead of another grade",
    "office": "office",
    "principal": "principal",
    "admin": "administrator",
    "stranger": "colleague of another school",
    "public": "nobody",
    "signer": "who signed off, with every role",
    "clock": CLOCK,
}
KINDS = PEOPLE | {COLUMNS["signer"]: SIGNED_OFF}
TABLE = """
                         teach  colleague  next door  homeroom  other hr  lead  other ld  office  principal  admin  stranger  public  signer  clock
collecting   coordinate    ·        ·          ·        yes        ·       ·       ·        ·         ·        ·       ·        ·      yes      ·
collecting   approve       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
collecting   publish       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
collecting   return        ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
collecting   correct       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
collecting   lapse         ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
collecting   except        ·        ·          ·         ·         ·       ·       ·       yes        ·        ·       ·        ·      yes      ·
collecting   automatic     ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·      yes
coordinated  coordinate    ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
coordinated  approve       ·        ·          ·         ·         ·      yes      ·       yes        ·        ·       ·        ·       ·       ·
coordinated  publish       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
coordinated  return        ·        ·          ·        yes        ·      yes      ·       yes        ·        ·       ·        ·      yes      ·
coordinated  correct       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
coordinated  lapse         ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
coordinated  except        ·        ·          ·         ·         ·       ·       ·       yes        ·        ·       ·        ·      yes      ·
coordinated  automatic     ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·      yes
approved     coordinate    ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
approved     approve       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
approved     publish       ·        ·          ·         ·         ·       ·       ·       yes        ·        ·       ·        ·       ·       ·
approved     return        ·        ·          ·        yes        ·      yes      ·       yes        ·        ·       ·        ·      yes      ·
approved     correct       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
approved     lapse         ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
approved     except        ·        ·          ·         ·         ·       ·       ·       yes        ·        ·       ·        ·      yes      ·
approved     automatic     ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·      yes
published    coordinate    ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
published    approve       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
published    publish       ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
published    return        ·        ·          ·        yes        ·      yes      ·       yes        ·        ·       ·        ·      yes      ·
published    correct      yes       ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
published    lapse        yes       ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
published    except        ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
published    automatic     ·        ·          ·         ·         ·       ·       ·        ·         ·        ·       ·        ·       ·       ·
"""  # noqa: E501
WORDS = {"yes": True, "·": False}


def rows() -> dict[tuple[SheetStatus, Step], list[bool]]:
    """(state, step) → an answer for each column, in the order of COLUMNS."""
    _, heading, *lines = TABLE.splitlines()
    assert " ".join(heading.split()) == " ".join(COLUMNS)
    read = [line.split() for line in lines]
    return {(SheetStatus(state), Step(step)): [WORDS[word] for word in words] for state, step, *words in read}


CELLS = [
    (status, step, kind, answer)
    for (status, step), answers in rows().items()
    for kind, answer in zip(COLUMNS.values(), answers, strict=True)
]


def allowed(status: SheetStatus, step: Step, kind: str) -> bool:
    """What the rules say: the transition table, the permission table, and four eyes."""
    permission = STEP_PERMISSIONS[step]
    if permission is None or kind == CLOCK:
        may_try = permission is None and kind == CLOCK
    else:
        may_try = may(KINDS[kind], permission, PLACE)
    try:
        next_status(status, step)
        if step in (Step.APPROVE, Step.PUBLISH):
            check_four_eyes(SIGNED_OFF.id, KINDS[kind].id if KINDS.get(kind) else 0)
    except PolicyError:
        return False
    return may_try


def test_the_table_has_every_state_with_every_step_once_and_every_kind_of_person() -> None:
    assert list(rows()) == list(product(SheetStatus, Step))
    assert TABLE.count("\n") - 2 == len(SheetStatus) * len(Step)
    assert sorted(COLUMNS.values()) == sorted([*KINDS, CLOCK])
    assert len(CELLS) == len(SheetStatus) * len(Step) * len(COLUMNS)


def test_every_role_that_is_granted_stands_in_a_column_of_its_own() -> None:
    alone = [person.roles for person in PEOPLE.values() if person and len(person.roles) == 1]
    assert {role for roles in alone for role in roles} == set(Role)


def test_every_step_is_somebodys_in_some_state() -> None:
    assert {step for _, step, _, answer in CELLS if answer} == set(Step)


@pytest.mark.parametrize(("status", "step"), list(product(SheetStatus, Step)))
def test_who_may_take_a_step_in_a_state_is_what_the_table_says(status: SheetStatus, step: Step) -> None:
    said = {kind for state, taken, kind, answer in CELLS if (state, taken) == (status, step) and answer}
    assert {kind for kind in COLUMNS.values() if allowed(status, step, kind)} == said
