"""Another link for a class: what is written, what is refused, and that no link is ever used twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.policy.errors import StaleForm
from portal.policy.links import BoardAccess, cannot_be_guessed
from portal.school import actions, link_actions
from portal.school.models import RetiredCode, SchoolClass
from tests.factories import World
from tests.school.setting import log, rules_version


def codes() -> dict[tuple[int, int, int], str]:
    db.session.rollback()
    return {(each.school_id, each.grade, each.number): each.code for each in db.session.scalars(select(SchoolClass))}


def retired() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(RetiredCode.code).order_by(RetiredCode.id)))


def replace(world: World, *old: str) -> None:
    link_actions.replace_links(world.school, old, by=world.zheng, at=world.at)
    db.session.commit()


def set_access(world: World, access: BoardAccess) -> None:
    seen = world.school.rules_version
    settings = {"board_access": access}
    actions.set_school_settings(world.school, settings, seen_version=seen, by=world.zheng, at=world.at)
    db.session.commit()


def test_a_class_gets_a_new_link_and_the_old_one_is_kept(world: World) -> None:
    before = codes()
    replace(world, "qinghe-4-1")
    after = codes()
    assert {place for place in before if before[place] != after[place]} == {(world.school.id, 4, 1)}
    assert cannot_be_guessed(after[world.school.id, 4, 1])
    [old] = db.session.scalars(select(RetiredCode))
    assert (old.code, old.class_id, old.school_id, old.retired_at) == (
        "qinghe-4-1",
        world.four_one.id,
        world.school.id,
        world.at,
    )
    assert log() == [("link.replace", "郑怀瑾", "", {"classes": [[4, 1]]})]
    assert rules_version(world) == 1


def test_several_get_theirs_in_one_act(world: World) -> None:
    replace(world, "qinghe-4-2", "qinghe-1-1")
    assert sorted(retired()) == ["qinghe-1-1", "qinghe-4-2"]
    assert log() == [("link.replace", "郑怀瑾", "", {"classes": [[1, 1], [4, 2]]})]


@pytest.mark.parametrize("old", [(), ("nobody",), ("yuanshan-4-1",), ("qinghe-4-1", "nobody")])
def test_what_is_not_the_link_of_a_class_of_the_school_is_not_replaced(world: World, old: tuple[str, ...]) -> None:
    before = codes()
    with pytest.raises(StaleForm):
        replace(world, *old)
    assert (codes(), retired(), log()) == (before, [], [])


def test_a_link_that_was_just_replaced_is_not_replaced_once_more(world: World) -> None:
    replace(world, "qinghe-4-1")
    with pytest.raises(StaleForm):
        replace(world, "qinghe-4-1")
    assert retired() == ["qinghe-4-1"]


def test_a_code_that_a_class_has_or_had_is_not_drawn_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("2222222222" + "3333333333" + "2222222222" + "3333333333" + "4444444444")
    monkeypatch.setattr(link_actions, "choice", lambda alphabet: next(letters))
    replace(world, "qinghe-4-1")
    replace(world, "2222222222")  # gets the threes, and the twos are gone for ever
    replace(world, "qinghe-4-2")
    assert retired() == ["qinghe-4-1", "2222222222", "qinghe-4-2"]
    assert (codes()[world.school.id, 4, 1], codes()[world.school.id, 4, 2]) == ("3333333333", "4444444444")


def test_by_link_only_replaces_what_can_be_guessed_in_the_same_act(world: World) -> None:
    replace(world, "qinghe-4-1")
    kept = codes()[world.school.id, 4, 1]
    set_access(world, BoardAccess.LINK)
    after = codes()
    assert [after[place] for place in after if place[0] == world.school.id and after[place] == kept] == [kept]
    assert all(cannot_be_guessed(code) for (school, *_), code in after.items() if school == world.school.id)
    assert after[world.other_school.id, 4, 1] == "yuanshan-4-1"
    assert [(step, details) for step, _, _, details in log()[1:]] == [
        ("settings.set", {"board_access": ["open", "link"]}),
        ("link.replace", {"classes": [[1, 1], [4, 2]]}),
    ]


def test_back_to_open_and_other_settings_leave_the_links_alone(world: World) -> None:
    set_access(world, BoardAccess.LINK)
    before = codes()
    set_access(world, BoardAccess.OPEN)
    set_access(world, BoardAccess.LINK)
    assert codes() == before


def test_each_replacement_is_seen_as_a_change_of_the_school(world: World) -> None:
    for times in (1, 2):
        link_actions.replace_links(
            world.school, [world.four_one.code], by=world.zheng, at=world.at + timedelta(days=times)
        )
        db.session.commit()
        assert rules_version(world) == times
