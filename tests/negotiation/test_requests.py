"""请减 10 分钟: asked, accepted with one tap, answered, taken back; and what becomes of it when nobody answers."""

import pytest
from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework.models import Homework, Item
from portal.negotiation import actions, queries
from portal.negotiation.models import MinutesRequest
from portal.policy.errors import PolicyError
from portal.policy.negotiation import Outcome
from tests.factories import TODAY, TOMORROW, World, item


@pytest.fixture
def filing(world: World) -> Homework:
    """罗安怡 has set two pieces of English for 四(1): 30 and 20 minutes."""
    return world.file(world.luo, world.english, item(30, "抄写单词"), item(20, "听写"))


def ask(world: World, filing: Homework, suggested: int | None = 20, *, nth: int = 0, **how: object) -> MinutesRequest:
    asked = world.day(world.four_one).filing_of(filing.subject_id).items[nth]
    how = {"message": "今天语文也多", "by": world.chen, "at": world.at, "seen_minutes": asked.minutes} | how
    request = actions.ask_shorter(world.four_one, TODAY, asked.id, suggested=suggested, **how)
    db.session.commit()
    return request


def refused(step, match: str) -> None:
    with pytest.raises(PolicyError, match=match), db.session.begin_nested():  # as the views do
        step()


def steps() -> list[str]:
    return list(db.session.scalars(select(LogEntry.step).order_by(LogEntry.id)))


def test_one_tap_and_the_item_takes_the_minutes_suggested(world: World, filing: Homework) -> None:
    request = ask(world, filing)
    assert queries.open_to(world.luo.actor, TODAY) == [request]
    assert queries.open_by(world.chen.actor, TODAY) == [request]
    done = actions.accept(request, minutes=None, by=world.luo, at=world.at)
    db.session.commit()
    assert (done.outcome, done.item.minutes, world.day(world.four_one).load.total) == (Outcome.ACCEPTED, 20, 40)
    assert queries.open_to(world.luo.actor, TODAY) == queries.open_by(world.chen.actor, TODAY) == []
    assert steps() == ["homework.submit", "request.ask", "request.accept", "item.minutes"]
    told = db.session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    assert [entry.actor_name for entry in told] == ["罗安怡", "陈立德", "罗安怡", "罗安怡"]
    assert told[1].details == {"subject": "英语", "item": {"text": "抄写单词", "was": 30, "now": 20}}
    assert [entry.exception for entry in told] == ["", "", "", ""]


def test_the_teacher_may_name_a_number_of_their_own(world: World, filing: Homework) -> None:
    done = actions.accept(ask(world, filing), minutes=25, by=world.luo, at=world.at)
    assert (done.item.minutes, done.outcome) == (25, Outcome.ACCEPTED)


def test_words_alone_ask_too_and_then_the_teacher_names_the_number(world: World, filing: Homework) -> None:
    request = ask(world, filing, None)
    refused(lambda: actions.accept(request, minutes=None, by=world.luo, at=world.at), "没有写建议")
    assert actions.accept(request, minutes=10, by=world.luo, at=world.at).item.minutes == 10


def test_an_answer_keeps_the_minutes_and_the_asker_reads_it(world: World, filing: Homework) -> None:
    request = ask(world, filing)
    refused(lambda: actions.answer(request, "  ", by=world.luo, at=world.at), "请写一句")
    actions.answer(request, "明天要听写，减不了", by=world.luo, at=world.at)
    db.session.commit()
    assert db.session.get_one(Item, request.item_id).minutes == 30
    assert queries.open_to(world.luo.actor, TODAY) == []
    assert [each.answer for each in queries.open_by(world.chen.actor, TODAY)] == ["明天要听写，减不了"]
    assert queries.open_by(world.chen.actor, TOMORROW) == []


def test_what_is_settled_is_not_settled_again(world: World, filing: Homework) -> None:
    request = ask(world, filing)
    actions.take_back(request, by=world.chen, at=world.at)
    db.session.commit()
    refused(lambda: actions.accept(request, minutes=None, by=world.luo, at=world.at), "收回")
    refused(lambda: actions.answer(request, "好", by=world.luo, at=world.at), "收回")
    refused(lambda: actions.take_back(request, by=world.chen, at=world.at), "收回")
    assert db.session.get_one(Item, request.item_id).minutes == 30
    assert ask(world, filing).waits  # and may be asked again


@pytest.mark.parametrize(
    ("suggested", "message", "match"),
    [(None, "  ", "建议的分钟数，或"), (30, "", "比现在的 30"), (45, "", "比现在的 30")],
)
def test_asking_says_something(world: World, filing: Homework, suggested: int | None, message: str, match: str) -> None:
    refused(lambda: ask(world, filing, suggested, message=message), match)
    assert queries.open_to(world.luo.actor, TODAY) == []


def test_one_request_at_a_time_waits_for_an_item(world: World, filing: Homework) -> None:
    ask(world, filing)
    refused(lambda: ask(world, filing, 10), "在等答复")
    assert ask(world, filing, 10, nth=1).waits


def test_nobody_asks_themselves_or_about_other_minutes_than_they_saw(world: World, filing: Homework) -> None:
    refused(lambda: ask(world, filing, 10, seen_minutes=35), "刚刚改过")
    own = world.file(world.chen, world.maths, item(30))
    refused(lambda: ask(world, own, 10), "您自己")


def test_a_draft_a_withdrawn_filing_and_a_sheet_signed_off_are_not_asked_about(world: World) -> None:
    draft = world.file(world.luo, world.english, item(30), submit=False)
    refused(lambda: ask(world, draft), "不在清单上")
    filing = world.file(world.luo, world.english, item(30))
    world.coordinate()
    refused(lambda: ask(world, filing), "已经协调好")


def test_a_request_nobody_answers_ends_when_its_item_changes_goes_or_is_signed_off(world: World) -> None:
    filing = world.file(world.luo, world.english, item(30, "抄写"), item(20, "听写"), item(5, "朗读"))
    first, second, third = ask(world, filing), ask(world, filing, 10, nth=1), ask(world, filing, 2, nth=2)
    assert [each.id for each in queries.open_to(world.luo.actor, TODAY)] == [first.id, second.id, third.id]
    world.file(world.luo, world.english, item(15, "抄写"), item(20, "听力"), item(5, "朗读"))
    found = {each.id: each.outcome for each in queries.requests_of_sheet(filing.sheet_id)}
    assert found == {first.id: Outcome.CHANGED, second.id: Outcome.GONE, third.id: Outcome.WAITING}
    refused(lambda: actions.accept(first, minutes=None, by=world.luo, at=world.at), "已经改过")
    refused(lambda: actions.accept(second, minutes=None, by=world.luo, at=world.at), "不在清单上")
    assert ask(world, filing, 10, nth=1).item_text == "听力"  # another item by now, and nobody waits for the old one
    world.coordinate()
    refused(lambda: actions.accept(third, minutes=None, by=world.luo, at=world.at), "已经签字")
    assert queries.open_to(world.luo.actor, TODAY) == queries.open_by(world.chen.actor, TODAY) == []


def test_an_item_that_is_taken_away_leaves_its_request_in_the_trail(world: World, filing: Homework) -> None:
    request = ask(world, filing, 10, nth=1)
    world.file(world.luo, world.english, item(30, "抄写单词"))
    db.session.refresh(request, ["item_id"])  # the database has let go of it
    (told,) = queries.requests_of_sheet(filing.sheet_id)
    assert (told.id, told.item_id, told.item_text, told.outcome) == (request.id, None, "听写", Outcome.GONE)


def test_what_a_deputy_has_asked_is_seen_by_the_homeroom_teacher(world: World, filing: Homework) -> None:
    request = ask(world, filing, by=world.gu)
    assert queries.open_by(world.chen.actor, TODAY) == [request]
    assert queries.open_by(world.luo.actor, TODAY) == []
