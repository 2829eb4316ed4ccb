"""The two fragments that follow the teacher's typing: the day's load, and the draft that is kept."""

from datetime import date

import pytest
from sqlalchemy import text

from portal.extensions import db
from portal.policy.approval import FilingStatus
from tests.approvals.reading import texts
from tests.factories import TODAY, TOMORROW, World, assign, item, make_class
from tests.homework.composing import address, send, typed
from tests.page import Browser, Page, statements

FRIDAY = date(2026, 11, 27)


def load(browser: Browser, world: World, *rows: dict[str, str], day: date = TODAY) -> Page:
    """The load fragment as htmx asks for it while these rows are typed."""
    values = {name: value for row in rows for name, value in row.items()}
    return browser.htmx(address(world, "/load", day=day), {"version": "0", **values})


def words(page: Page) -> list[str]:
    """What stands in words above the bar."""
    return texts(page, "p", class_="big num") + [
        outcome for kind in ("", " is-over", " is-waiting") for outcome in texts(page, "p", class_=f"outcome{kind} num")
    ]


def lines(page: Page) -> list[str]:
    """Who takes how many minutes."""
    return texts(page, "li")


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [
        (14, "共 59 分钟，还余 1 分钟"),
        (15, "共 60 分钟，还余 0 分钟"),
        (16, "共 61 分钟，超 1 分钟"),
        (20, "共 65 分钟，超 5 分钟"),
    ],
)
def test_the_load_says_what_is_left_or_over(world: World, browser: Browser, minutes: int, outcome: str) -> None:
    world.file(world.shen, world.chinese, item(45))
    browser.sign_in(world.chen)
    page = load(browser, world, typed(minutes=str(minutes)))
    assert page.status == 200
    assert words(page) == [f"已占 45/60，加上这份 {minutes} 分钟", outcome]
    assert lines(page) == ["语文 沈知微 45", "英语 罗安怡 未填报", f"数学 您 {minutes}"]


def test_over_the_weekend_two_days_caps_may_be_filled(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(50), day=FRIDAY)
    browser.sign_in(world.chen)
    said = {
        minutes: words(load(browser, world, typed(minutes=minutes), day=FRIDAY))[1] for minutes in ("10", "70", "71")
    }
    assert said == {
        "10": "共 60 分钟，还余 0 分钟",
        "70": "共 120 分钟，超过一天的上限，假期最多 120 分钟",
        "71": "共 121 分钟，超 1 分钟",
    }


def test_the_fragment_carries_its_class_and_date(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = load(browser, world, typed(), day=TOMORROW)
    assert [has["id"] for has in page.all("section")] == [f"load-{world.four_one.id}-{TOMORROW}"]
    assert texts(page, "h2") == ["四(1)班 11月25日 星期三"]
    assert page.all("html") == []
    assert page.response.vary.as_set() >= {"hx-request", "hx-request-type"}


def test_drafts_of_others_count_and_returned_or_withdrawn_filings_do_not(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(30), submit=False)
    english = world.file(world.luo, world.english, item(25))
    browser.sign_in(world.chen)
    assert words(load(browser, world, typed()))[0] == "已占 55/60，加上这份 20 分钟"
    assert lines(load(browser, world, typed()))[:2] == ["语文 沈知微 草稿 30", "英语 罗安怡 25"]
    for gone in (FilingStatus.RETURNED, FilingStatus.WITHDRAWN):
        english.status = gone
        db.session.commit()
        page = load(browser, world, typed())
        assert words(page)[0] == "已占 30/60，加上这份 20 分钟"
        assert lines(page) == ["语文 沈知微 草稿 30", "英语 罗安怡 未填报", "数学 您 20"]


def test_what_is_typed_replaces_what_is_stored(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(40))
    browser.sign_in(world.chen)
    assert words(load(browser, world, typed(minutes="25")))[0] == "已占 0/60，加上这份 25 分钟"
    assert world.day(world.four_one).load.total == 40


def test_only_mandatory_written_homework_counts_and_the_rest_is_said(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    rows = [typed(), typed(1, form="reading", minutes="15"), typed(2, tier="optional", minutes="12")]
    page = load(browser, world, *rows)
    assert words(page)[0] == "已占 0/60，加上这份 20 分钟"
    assert texts(page, "p", class_="quiet num") == ["不计入上限：朗读、锻炼等 15 分钟，选做 12 分钟"]


def test_the_range_of_a_choice_is_said(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = load(
        browser, world, *(typed(n, minutes=m, choice_group="甲", choose="1") for n, m in enumerate(("9", "14")))
    )
    assert words(page)[0] == "已占 0/60，加上这份 14 分钟"
    assert texts(page, "p", class_="quiet num") == ["按所选不同，9–14 分钟；按最长的算"]


def test_minutes_that_are_none_count_nothing_yet(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    for wrong in ("", "-5", "1.5", "10000", "二十"):
        assert words(load(browser, world, typed(), typed(1, minutes=wrong)))[0] == "已占 0/60，加上这份 20 分钟"


def test_asking_for_the_load_saves_nothing(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    with statements() as seen:
        load(browser, world, typed())
    assert [each for each in seen if not each.startswith("SELECT")] == []
    assert world.day(world.four_one).sheet is None


def test_asking_for_the_load_waits_for_nobody_who_writes(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    token = {"csrf_token": browser.token()}
    with db.engine.connect() as writer:
        writer.execute(text("UPDATE school SET name = name"))
        assert browser.post(address(world, "/load"), token | typed()).status == 200
        writer.rollback()


def test_the_load_takes_the_same_statements_however_much_is_filed(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    token = {"csrf_token": browser.token()}
    counts = []
    world.file(world.shen, world.chinese, item(10))
    for _ in range(2):
        with statements() as seen:
            assert browser.post(address(world, "/load"), token | typed()).status == 200
        counts.append(len(seen))
        world.file(world.luo, world.english, item(10), item(5), item(5, days=3))
        world.file(world.chen, world.maths, item(10), item(10))
    assert counts == [6, 6]


def test_the_composer_takes_the_same_statements_however_much_is_filed(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    counts = []
    world.file(world.shen, world.chinese, item(10))
    for _ in range(2):
        with statements() as seen:
            assert browser.get(address(world)).status == 200
        counts.append(len(seen))
        world.file(world.luo, world.english, item(10), item(5), item(5, days=3))
        world.file(world.chen, world.maths, item(10), item(10))
    assert counts == [8, 9]  # a filing may have been asked about


def test_the_composer_takes_the_same_statements_for_one_class_and_three(world: World, browser: Browser) -> None:
    teacher = Browser(browser.client.application).sign_in(world.luo)
    browser.sign_in(world.chen)
    assign(world.chen, make_class(world.school, 4, 3), world.maths)
    counts = []
    for who, subject in ((teacher, world.english), (browser, world.maths)):
        with statements() as seen:
            page = who.get(f"/homework/{world.four_one.id}/{subject.id}/{TODAY}")
        counts.append((len(seen), len(page.all("a", aria_current="page"))))
    assert counts == [(8, 2), (8, 2)]


def test_a_draft_is_kept_while_the_teacher_types(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = browser.htmx(address(world, "/draft"), {"version": "0", **typed(minutes="")})
    assert (page.status, page.text) == (200, "草稿 11-24 15:00")
    assert [has["id"] for has in page.all("div")] == ["saved"]
    [kept] = world.day(world.four_one).filing_of(world.maths.id).items
    assert (kept.text, kept.minutes) == ("第 42 页", None)
    page = browser.htmx(address(world, "/draft"), {"version": page.value("version"), **typed(minutes="25")})
    assert page.value("version") == "2"
    assert world.day(world.four_one).load.total == 25


def test_what_the_page_shows_follows_the_draft_that_was_kept(world: World, browser: Browser) -> None:
    """A form whose version is left behind would be refused as stale: both forms of the page get the new one."""
    browser.sign_in(world.chen)
    page = browser.htmx(address(world, "/draft"), {"version": "0", **typed()})
    versions = {has["form"]: has["value"] for has in page.all("input", name="version")}
    assert versions == {"composer": "1", "withdraw": "1"}


def test_nothing_typed_or_something_wrong_keeps_no_draft(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    said = [
        browser.htmx(address(world, "/draft"), {"version": "0", **row}).text
        for row in (typed(text="", minutes=""), typed(minutes="二十"))
    ]
    assert said == ["还没有保存", "有需要改的地方，还没有保存。"]
    assert world.day(world.four_one).sheet is None


def test_a_submitted_filing_is_not_changed_by_typing(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    browser.sign_in(world.chen)
    page = browser.htmx(address(world, "/draft"), {"version": "1", **typed(minutes="50")})
    assert page.text == "已提交 11-24 15:00 · 改动要再提交才生效"
    assert world.day(world.four_one).load.total == 20


def test_a_draft_that_cannot_be_kept_says_why(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    send(browser, world, "save", typed())
    page = browser.htmx(address(world, "/draft"), {"version": "0", **typed(minutes="50")})
    assert page.status == 409
    assert page.text == "这份作业刚刚在另一个窗口或由同事保存过，您这里还是旧的。您写的内容都在，请对照后再保存。"
    past = browser.htmx(address(world, "/draft", day=date(2026, 11, 23)), {"version": "0", **typed()})
    assert past.status == 409
    assert past.text == "这一天已经过去，不能再布置作业。请选今天或以后的上学日。"
    assert world.day(world.four_one).load.total == 20


def test_without_a_session_no_fragment_takes_the_place_of_the_page(world: World, browser: Browser) -> None:
    """The composer leaves what is typed alone when an answer is an error; the next press of a button carries it on."""
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answers = [browser.htmx(address(world, part), typed()).status for part in ("/load", "/draft")]
    page = browser.get(address(world), headers=partial)
    assert answers == [401, 401]
    assert (page.status, page.response.headers["HX-Redirect"]) == (204, f"/sign-in?next={address(world)}")
    page = browser.sign_in(world.chen).get(address(world))
    swaps = [{has["hx-status:4xx"], has["hx-status:5xx"]} for _, has in page.elements if "hx-status:4xx" in has]
    assert swaps == [{"swap:none"}] * 4  # what is sent while one types, and the buttons of two rows
