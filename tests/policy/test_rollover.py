"""升年级: what classes become, which are opened, and whether a school may move up today. Truth tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.calendar import Term
from portal.policy.rollover import (
    Leads,
    Stands,
    Way,
    becomes,
    clashes,
    lead_becomes,
    next_terms,
    opened,
    stands,
)
from portal.policy.roster import login_in, people_in

PRIMARY = [(grade, 1) for grade in range(1, 7)]
JUNIOR = [(grade, 1) for grade in (7, 8, 9)]
WHOLE = [*PRIMARY, *JUNIOR]
FIVE_FOUR = Way(primary_ends=5)
AUTUMN = Term("2026–2027学年第一学期", date(2026, 9, 1), date(2027, 1, 22))
SPRING = Term("2026–2027学年第二学期", date(2027, 2, 22), date(2027, 7, 2))
NEXT = Term("2027–2028学年第一学期", date(2027, 9, 1), date(2028, 1, 20))

SCHOOLS = {  # classes, way: the grades that leave, and the grades in which new classes are opened
    "primary": (PRIMARY, Way(), {6}, {1}),
    "primary of five years": (PRIMARY[:5], FIVE_FOUR, {5}, {1}),
    "junior": (JUNIOR, Way(), {9}, {7}),
    "junior, moved straight from nowhere": (JUNIOR, Way(straight=True), {9}, {7}),
    "junior of four years": ([(6, 1), *JUNIOR], FIVE_FOUR, {9}, {6}),
    "both": (WHOLE, Way(), {6, 9}, {1, 7}),
    "both, straight": (WHOLE, Way(straight=True), {9}, {1}),
    "both, five and four": (WHOLE, FIVE_FOUR, {5, 9}, {1, 6}),
    "young": ([(1, 1), (2, 1)], Way(), set(), {1}),
    "primary that means to go on": (PRIMARY, Way(straight=True), {6}, {1}),
}


@pytest.mark.parametrize("name", SCHOOLS)
def test_the_last_grades_leave_and_the_first_ones_are_opened(name: str) -> None:
    classes, way, leaves, opens = SCHOOLS[name]
    became = becomes(classes, way)
    assert {grade for (grade, _), new in became.items() if new is None} == leaves
    assert {new for new in became.values() if new} == {(g + 1, n) for g, n in classes if g not in leaves}
    assert {grade for grade, _ in opened(classes, way)} == opens


names = st.sets(st.tuples(st.integers(1, 9), st.integers(1, 5)))
ways = st.builds(Way, st.sampled_from([5, 6]), st.booleans(), st.sampled_from(list(Leads)))


@given(names, ways)
def test_whatever_the_school_no_two_classes_are_proposed_one_name(classes: set, way: Way) -> None:
    proposed = [*(new for new in becomes(classes, way).values() if new), *opened(classes, way)]
    assert clashes({str(n): name for n, name in enumerate(proposed)}) == set()


@given(names, ways)
def test_there_are_as_many_new_classes_as_the_grade_has_now(classes: set, way: Way) -> None:
    new = opened(classes, way)
    for grade in {each for each, _ in new}:
        assert [each for each in new if each[0] == grade] == sorted(each for each in classes if each[0] == grade)


@pytest.mark.parametrize(
    ("text", "people", "logins"),
    [
        ("", [], []),
        ("王芳 (t1)、李明（t2）", ["王芳 (t1)", "李明（t2）"], ["t1", "t2"]),
        ("王芳, t2;;", ["王芳", "t2"], ["王芳", "t2"]),
        ("王(芳) (t1)", ["王(芳) (t1)"], ["t1"]),
        ("()", ["()"], ["()"]),
    ],
)
def test_people_are_read_as_they_are_written(text: str, people: list[str], logins: list[str]) -> None:
    assert people_in(text) == people
    assert [login_in(each) for each in people] == logins


def test_classes_of_one_name_are_told() -> None:
    assert clashes({"a": (4, 1), "b": (4, 2), "c": (4, 1)}) == {"a", "c"}


LEADS = {  # way, grade in WHOLE: the grade in the new year
    (Way(), 1): 2, (Way(), 6): 1, (Way(), 8): 9, (Way(), 9): 7,
    (Way(straight=True), 6): 7, (Way(straight=True), 9): 1,
    (Way(leads=Leads.STAY), 4): 4, (Way(leads=Leads.STAY), 9): 9,
}  # fmt: skip


@pytest.mark.parametrize(("way", "grade"), LEADS)
def test_leads_follow_or_stay(way: Way, grade: int) -> None:
    assert lead_becomes(grade, WHOLE, way) == LEADS[way, grade]


YEAR = (AUTUMN, SPRING)
TABLE = {  # terms, today, moves done: how it stands
    "within the year": (YEAR, date(2027, 5, 4), [], (Stands.NOT_YET, 2027)),
    "in the winter break": (YEAR, date(2027, 2, 1), [], (Stands.NOT_YET, 2026)),
    "on the last day": (YEAR, date(2027, 7, 2), [], (Stands.NOT_YET, 2027)),
    "the day after": (YEAR, date(2027, 7, 3), [], (Stands.DUE, 2027)),
    "in the new term": ((*YEAR, NEXT), date(2027, 9, 3), [], (Stands.DUE, 2027)),
    "long after": ((*YEAR, NEXT), date(2027, 12, 1), [], (Stands.POSSIBLE, 2027)),
    "done": (YEAR, date(2027, 8, 1), [date(2027, 7, 10)], (Stands.DONE, 2027)),
    "done, seen in the next year": ((*YEAR, NEXT), date(2028, 3, 1), [date(2027, 7, 10)], (Stands.DONE, 2027)),
    "done the year before": (YEAR, date(2027, 7, 3), [date(2026, 7, 10)], (Stands.DUE, 2027)),
    "no terms": ((), date(2027, 8, 1), [], (Stands.POSSIBLE, 2027)),
    "no terms, in spring": ((), date(2027, 3, 1), [], (Stands.POSSIBLE, 2026)),
    "no terms, done": ((), date(2027, 8, 1), [date(2027, 7, 10)], (Stands.DONE, 2027)),
    "no terms, done a year ago": ((), date(2028, 7, 10), [date(2027, 7, 10)], (Stands.POSSIBLE, 2028)),
}


@pytest.mark.parametrize("name", TABLE)
def test_calendar_and_earlier_moves_say_whether_it_is_time(name: str) -> None:
    terms, today, done, expected = TABLE[name]
    assert stands(today, terms, done) == expected


def test_every_way_it_can_stand_is_in_the_table() -> None:
    assert {expected[0] for *_, expected in TABLE.values()} == set(Stands)


def test_the_next_terms_follow_from_those_of_the_year() -> None:
    assert next_terms([AUTUMN, SPRING], 2027) == [
        Term("2027–2028学年第一学期", date(2027, 9, 1), date(2028, 1, 21)),
        Term("2027–2028学年第二学期", date(2028, 2, 21), date(2028, 6, 30)),
    ]
    assert next_terms([AUTUMN, SPRING, NEXT], 2027) == []  # somebody has set them already
    assert next_terms([], 2027) == []


def test_a_first_of_september_on_a_weekend_begins_on_monday() -> None:
    term = Term("2028学年", date(2028, 9, 1), date(2029, 1, 20))
    assert next_terms([term], 2029)[0].first == date(2029, 9, 3)
