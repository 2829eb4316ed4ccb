"""What differs in a subject between the classes of a grade: from common content, or from what most classes do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.differences import Against, Difference, Filed, differences

SAME, OTHER = Filed(20, "同"), Filed(20, "异")


def most(minutes: int) -> Difference:
    return Difference(Against.MOST, minutes)


def common(minutes: int) -> Difference:
    return Difference(Against.COMMON, minutes)


@pytest.mark.parametrize(
    ("filed", "agreed", "found"),
    [
        ({}, None, {}),
        ({}, SAME, {}),
        ({1: SAME}, None, {}),
        ({1: SAME, 2: OTHER}, None, {}),  # the words are each teacher's own
        ({1: SAME, 2: Filed(30, "同")}, None, {}),  # one against one: nobody is usual
        ({1: SAME, 2: OTHER, 3: Filed(35, "")}, None, {3: most(15)}),
        ({1: SAME, 2: OTHER, 3: Filed(5, "")}, None, {3: most(-15)}),
        ({1: SAME, 2: SAME, 3: Filed(5, ""), 4: Filed(30, "")}, None, {}),  # half is not more than half
        ({1: SAME, 2: SAME}, SAME, {}),
        ({1: SAME, 2: OTHER}, SAME, {2: common(0)}),
        ({1: Filed(30, "多"), 2: Filed(10, "少")}, SAME, {1: common(10), 2: common(-10)}),
    ],
)
def test_what_differs(filed: dict, agreed: Filed | None, found: dict) -> None:
    assert differences(filed, agreed) == found


@given(st.dictionaries(st.integers(), st.builds(Filed, st.sampled_from([10, 20, 30]), st.sampled_from("ab"))))
def test_those_that_are_marked_are_always_fewer_than_those_that_are_not(filed: dict) -> None:
    marked = differences(filed)
    assert len(marked) * 2 < max(1, len(filed))
    usual = {each.minutes for key, each in filed.items() if key not in marked}
    assert not marked or len(usual) == 1
    assert all(filed[key].minutes - difference.minutes in usual for key, difference in marked.items())
