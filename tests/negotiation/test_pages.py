"""The pages of a request: the subject's page where it is asked, the request's own, and the composer."""

import pytest

from portal.extensions import db
from portal.homework.models import Homework
from portal.negotiation import actions
from portal.negotiation.models import MinutesRequest
from tests.approvals.reading import texts
from tests.factories import TODAY, World, item
from tests.homework.composing import complaints, refusals
from tests.page import Browser, Page, statements


@pytest.fixture
def filing(world: World) -> Homework:
    return world.file(world.luo, world.english, item(30, "抄写单词"))


@pytest.fixture
def asked(world: World, filing: Homework) -> MinutesRequest:
    how = {"suggested": 20, "message": "语文也多", "seen_minutes": 30, "by": world.chen, "at": world.at}
    request = actions.ask_shorter(world.four_one, TODAY, filing.items[0].id, **how)
    db.session.commit()
    return request


def place(world: World, suffix: str = "") -> str:
    return f"/classes/{world.four_one.id}/{TODAY}/subjects/{world.english.id}{suffix}"


def ask(browser: Browser, world: World, filing: Homework, **typed: str) -> Page:
    item_id = filing.items[0].id
    fields = {"less": "10", "suggested": "", "message": "", "seen": "30"} | typed
    return browser.send(
        place(world, f"/items/{item_id}/ask"), {f"ask{item_id}-{name}": value for name, value in fields.items()}
    )


def minutes(world: World) -> list[int | None]:
    return [each.minutes for each in world.day(world.four_one).filing_of(world.english.id).items]


def test_ten_minutes_less_is_two_taps(world: World, browser: Browser, filing: Homework) -> None:
    browser.sign_in(world.chen)
    page = browser.get(f"/classes/{world.four_one.id}/{TODAY}")
    assert page.all("a", href=place(world))
    assert "请减分钟…" in browser.get(place(world)).text
    assert ask(browser, world, filing).status == 303
    page = browser.get(place(world))
    assert "陈立德 请减 10 分钟：30 → 20 分钟" in page.text
    assert "请减分钟…" not in page.text  # one at a time


def test_the_colleague_accepts_with_one_tap_on_the_composer(
    world: World, browser: Browser, asked: MinutesRequest
) -> None:
    composer = f"/homework/{world.four_one.id}/{world.english.id}/{TODAY}"
    browser.sign_in(world.luo)
    assert "同意，改为 20 分钟" in browser.get(composer).text
    answer = browser.send(f"/requests/{asked.id}/accept", {"back": "composer"})
    assert (answer.status, answer.response.location) == (303, composer)
    page = browser.get(composer)
    assert "已改为 20 分钟" in page.text
    assert "同意，改为" not in page.text
    assert minutes(world) == [20]


def test_the_colleague_answers_and_everybody_of_the_sheet_reads_it(
    world: World, browser: Browser, asked: MinutesRequest
) -> None:
    browser.sign_in(world.luo)
    assert browser.send(f"/requests/{asked.id}/answer", {"answer": "明天要听写"}).status == 303
    page = browser.get(f"/requests/{asked.id}")
    assert "已答复 罗安怡 明天要听写" in page.text
    assert texts(page, "button") == ["退出"]  # nothing more to do
    assert minutes(world) == [30]


def test_the_homeroom_teacher_takes_it_back(world: World, browser: Browser, asked: MinutesRequest) -> None:
    browser.sign_in(world.chen)
    assert browser.send(f"/requests/{asked.id}/take-back").status == 303
    assert "已收回" in browser.get(f"/requests/{asked.id}").text


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    world: World, browser: Browser, filing: Homework
) -> None:
    browser.sign_in(world.chen)
    page = ask(browser, world, filing, suggested="很少", message="能不能少一些")
    item_id = filing.items[0].id
    assert (page.status, complaints(page)) == (422, {f"ask{item_id}-suggested": "分钟数请填 0 到 600 的整数。"})
    assert page.value(f"ask{item_id}-suggested") == "很少"
    assert "能不能少一些" in page.text
    assert ask(browser, world, filing, message="长" * 301).status == 422
    page = ask(browser, world, filing, less="", message=" ")
    assert (page.status, refusals(page)) == (409, ["请写建议的分钟数，或写一句话。"])
    page = ask(browser, world, filing, seen="99", message="还在")
    assert (page.status, refusals(page)) == (409, ["这一项的分钟数刚刚改过，请看过现在的再决定。"])
    assert "还在" in page.text


def test_a_tap_that_comes_too_late_says_what_has_happened(
    world: World, browser: Browser, asked: MinutesRequest
) -> None:
    actions.take_back(asked, by=world.chen, at=world.at)
    db.session.commit()
    browser.sign_in(world.luo)
    page = browser.send(f"/requests/{asked.id}/accept")
    assert (page.status, refusals(page)) == (409, ["这个请求已经由班主任收回了。"])
    page = browser.send(f"/requests/{asked.id}/accept", {"minutes": "x"})
    assert (page.status, complaints(page)) == (422, {})  # it does not wait, so there is no field any more
    assert minutes(world) == [30]


def test_the_wrong_person_and_unknown_ids(world: World, browser: Browser, asked: MinutesRequest) -> None:
    tries = [f"/requests/{asked.id}", f"/requests/{asked.id}/accept", f"/requests/{asked.id}/take-back"]

    def knock(person) -> list[int]:
        own = Browser(browser.client.application).sign_in(person)
        return [own.get(tries[0]).status, *(own.send(each).status for each in tries[1:])]

    assert knock(world.shen) == [200, 403, 403]
    assert knock(world.zheng) == [200, 403, 403]
    assert knock(world.lin) == [404, 404, 404]
    assert knock(world.zhou) == [404, 404, 404]
    browser.sign_in(world.chen)
    assert browser.get("/requests/999").status == 404
    assert browser.get(place(world).replace(str(world.english.id), "999")).status == 404
    assert browser.send(place(world, "/items/999/ask"), {"ask999-less": "5", "ask999-seen": "30"}).status == 409


def test_a_reviewer_changes_minutes_and_says_why(world: World, browser: Browser, filing: Homework) -> None:
    item_id = filing.items[0].id
    change = place(world, f"/items/{item_id}/minutes")

    def typed(**values: str) -> dict[str, str]:
        fields = {"minutes": "25", "why": "合计超了", "version": str(filing.version)} | values
        return {f"minutes{item_id}-{name}": value for name, value in fields.items()}

    browser.sign_in(world.shen)
    page = browser.send(change, typed(minutes=""))
    assert (page.status, complaints(page)) == (422, {f"minutes{item_id}-minutes": "请填改成多少分钟。"})
    page = browser.send(change, typed(why=""))
    assert (page.status, refusals(page)) == (409, ["请写明为什么改这一项的分钟数，任课教师会看到。"])
    assert page.value(f"minutes{item_id}-minutes") == "25"
    assert browser.send(change, typed(version="0")).status == 409
    assert minutes(world) == [30]
    assert browser.send(change, typed()).status == 303
    assert minutes(world) == [25]
    page = browser.get(f"/classes/{world.four_one.id}/{TODAY}")
    assert "沈知微 修改分钟数 英语 抄写单词 30 → 25 分钟 审核人改过分钟数 合计超了" in page.text
    assert Browser(browser.client.application).sign_in(world.chen).send(change, typed()).status == 403


def test_one_subject_goes_back_and_the_others_stay(world: World, browser: Browser, filing: Homework) -> None:
    world.file(world.chen, world.maths, item(20))
    version = str(world.day(world.four_one).version)
    browser.sign_in(world.chen)
    page = browser.send(place(world, "/return"), {"version": version, "reason": " "})
    assert (page.status, refusals(page)) == (409, ["请写明退回的原因，老师才知道要改什么。"])
    page = browser.send(place(world, "/return"), {"version": "0", "reason": "太多"})
    assert page.status == 409
    assert "太多" in page.text
    assert browser.send(place(world, "/return"), {"version": version, "reason": "太多"}).status == 303
    day = world.day(world.four_one)
    assert {each.subject.name: each.filing.status for each in day.subjects if each.filing} == {
        "数学": "submitted",
        "英语": "returned",
    }
    assert day.load.total == 20
    assert "退回原因：太多" in browser.get(f"/classes/{world.four_one.id}/{TODAY}").text
    assert Browser(browser.client.application).sign_in(world.shen).send(place(world, "/return")).status == 403


def test_over_the_cap_the_office_is_asked_with_a_reason(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(70))
    sheet = f"/classes/{world.four_one.id}/{TODAY}"
    version = str(world.day(world.four_one).version)
    browser.sign_in(world.chen)
    page = browser.send(f"{sheet}/ask", {"version": version, "why": ""})
    assert (page.status, refusals(page)) == (409, ["请写明原因，记录里要留下为什么需要例外。"])
    assert browser.send(f"{sheet}/ask", {"version": version, "why": "长" * 501}).status == 422
    assert browser.send(f"{sheet}/ask", {"version": version, "why": "明天研学"}).status == 303
    page = browser.get(sheet)
    assert "陈立德 已向教务处申请例外公示：明天研学" in page.text
    assert "向教务处申请" not in texts(page, "button")


def test_the_subject_page_takes_the_same_statements_however_much_is_on_it(
    world: World, browser: Browser, filing: Homework
) -> None:
    browser.sign_in(world.chen)
    counts = []
    for rows in ((30,), (30, 20, 10)):
        filing = world.file(world.luo, world.english, *(item(each) for each in rows))
        for each in filing.items:
            how = {"suggested": 5, "message": "", "seen_minutes": each.minutes, "by": world.chen, "at": world.at}
            if not [found for found in each.homework.items if found is each and counts and each.position == 0]:
                actions.ask_shorter(world.four_one, TODAY, each.id, **how)
        db.session.commit()
        with statements() as seen:
            assert browser.get(place(world)).status == 200
        counts.append(len(seen))
    assert counts == [7, 7]
