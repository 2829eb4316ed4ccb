"""A sample to inspect: random, the same for the same seed, never of another school; each look at it in the log."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import LogEntry
from portal.extensions import db
from portal.office import queries
from portal.office.page import drawn
from portal.policy.approval import ApprovalMode
from tests.approvals.reading import texts
from tests.factories import TODAY, World, item
from tests.office.exceptions import own_subject
from tests.page import Browser, Page, statements

ADDRESS = "/office/sample"
WEEK = "first=2026-11-23&last=2026-11-29"
SEED = "20261124-4821"
HERE = f"{ADDRESS}?{WEEK}&n=5&seed={SEED}"
DAYS = [TODAY + timedelta(days=n) for n in (-1, 0, 1, 2)]


@pytest.fixture
def office(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.zheng)


@pytest.fixture
def published(world: World) -> World:
    """四(1) on four days, published."""
    for day in DAYS:
        world.file(world.luo, world.english, item(20), day=day)
        world.publish(day=day)
    return world


def names(page: Page) -> list[str]:
    assert page.status in (200, 409, 422)
    return texts(page, "h2")


def press(browser: Browser, page: Page, **fields: object) -> Page:
    form = {has["name"]: has["value"] for has in page.all("input", type="hidden") if "value" in has}
    return browser.post(page.all("form", id="sample")[0]["action"], form | fields)


def reviews() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(LogEntry).where(LogEntry.step == "sheet.review").order_by(LogEntry.id))
    return [(each.actor_name, each.reason) for each in rows]


def sheet_id(world: World, day: object = TODAY) -> int:
    return world.day(world.four_one, day).sheet.id


# Drawing


def test_a_seed_draws_the_same_and_another_seed_another() -> None:
    ids = list(range(1, 101))
    first = drawn(ids, SEED, 10)
    assert drawn(reversed(ids), SEED, 10) == first
    assert drawn(ids, "20261124-4822", 10) != first
    assert len(set(first)) == 10


def test_every_sheet_can_be_drawn_and_about_as_often_as_any_other() -> None:
    counts = dict.fromkeys(range(20), 0)
    for seed in range(1000):
        for each in drawn(list(counts), str(seed), 2):
            counts[each] += 1
    assert sum(counts.values()) == 2000
    assert 60 < min(counts.values()) < max(counts.values()) < 140


def test_one_more_sheet_changes_one_place_at_most() -> None:
    before, after = (set(drawn(range(size), SEED, 10)) for size in (50, 51))
    assert len(before - after) <= 1


def test_of_fewer_than_wanted_all_are_drawn() -> None:
    assert sorted(drawn([3, 1, 2], SEED, 5)) == [1, 2, 3]
    assert drawn([], SEED, 5) == []


def test_the_bare_address_draws_five_of_this_week_and_leads_to_an_address_that_can_be_shown(
    published: World, office: Browser
) -> None:
    page = office.get(ADDRESS)
    assert page.status == 302
    there = page.response.location
    assert re.fullmatch(rf"{ADDRESS}\?{WEEK}&n=5&seed=20261124-\d{{4}}", there)
    assert len(names(office.get(there))) == len(DAYS)


def test_the_same_address_shows_the_same_sample(published: World, office: Browser, app: Flask) -> None:
    address = HERE.replace("n=5", "n=2")
    seen = names(office.get(address))
    assert len(seen) == 2
    assert names(Browser(app).sign_in(published.cheng).get(address)) == seen
    others = {tuple(names(office.get(address.replace("4821", f"{n:04}")))) for n in range(20)}
    assert len(others) > 1
    assert {each for some in others for each in some} == set(names(office.get(HERE)))


def test_without_a_seed_a_new_one_is_drawn_for_what_was_asked(published: World, office: Browser) -> None:
    page = office.get(f"{ADDRESS}?n=3&{WEEK}&grade=4")
    assert page.status == 302
    assert re.search(r"seed=20261124-\d{4}", page.response.location)
    assert len(names(office.get(page.response.location))) == 3


def test_the_page_says_what_was_drawn_from_what(published: World, office: Browser) -> None:
    page = office.get(HERE.replace("n=5", "n=3"))
    told = "抽样编号 20261124-4821 · 2026-11-23 – 2026-11-29 · 从 4 份已通过的清单中抽出 3 份"
    assert told in page.text


def test_each_sheet_shows_total_marks_and_links(published: World, office: Browser) -> None:
    page = office.get(HERE)
    assert names(page)[1] == "四(1)班 11月24日 星期二"
    assert "20 / 60 分钟 在校 0 + 回家 20 已公示" in page.text
    assert texts(page, "span", class_="tag")[:2] == ["班主任协调完成 11-24 15:00", "审核通过 11-24 15:00"]
    links = {has["href"] for has in page.all("a")}
    assert {f"/classes/{published.four_one.id}/{TODAY}", f"/board/{published.four_one.code}/{TODAY}"} <= links


def test_what_is_only_filed_is_not_drawn_and_what_is_approved_is(world: World, office: Browser) -> None:
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    world.file(world.luo, world.english, item(20))
    assert names(office.get(HERE)) == []
    world.coordinate()
    assert names(office.get(HERE)) == []
    world.approve()
    assert names(office.get(HERE)) == ["四(1)班 11月24日 星期二"]


def test_what_was_published_stays_in_the_sample_while_it_is_corrected(published: World, office: Browser) -> None:
    before = names(office.get(HERE))
    published.give_back("写错了")
    assert names(office.get(HERE)) == before


def test_days_and_grade_limit_what_is_drawn_from(published: World, office: Browser) -> None:
    assert names(office.get(f"{ADDRESS}?n=5&first={TODAY}&last={TODAY}&seed={SEED}")) == ["四(1)班 11月24日 星期二"]
    assert names(office.get(f"{HERE}&grade=1")) == []
    assert len(names(office.get(f"{HERE}&grade=4"))) == 4


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (f"n=0&{WEEK}", "请填 1 到 50 的整数。"),
        (f"n=51&{WEEK}", "请填 1 到 50 的整数。"),
        (f"n=some&{WEEK}", "请填 1 到 50 的整数。"),
        (f"n=&{WEEK}", "请填 1 到 50 的整数。"),
        ("n=5&first=2026-11-23", "请选择日期。"),
        ("n=5&first=2026-11-23&last=2026-11-22", "结束日期在开始日期之前，请检查。"),
        ("n=5&first=2026-02-30&last=2026-11-22", "没有这一天，请重新选择日期。"),
        (f"n=5&{WEEK}&grade=9", "请从列出的里面选一项。"),
        (f"n=5&{WEEK}&seed=abc", "抽样编号像 20261125-4821 这样。"),
    ],
)
def test_a_sample_that_makes_no_sense_is_told_at_its_field(
    published: World, office: Browser, query: str, says: str
) -> None:
    page = office.get(f"{ADDRESS}?{query}")
    assert page.status == 422
    assert says in list(texts(page, "ul", class_="errors"))
    assert names(page) == []


# Inspecting


def test_an_inspected_sheet_has_a_row_in_the_log_that_names_the_sample(published: World, office: Browser) -> None:
    page = office.get(HERE)
    one = sheet_id(published)
    done = press(office, page, only=one, **{f"s{one}-note": "字迹工整，时间合适"})
    assert (done.status, done.response.location) == (303, HERE)
    assert reviews() == [("郑怀瑾", "抽查 20261124-4821：字迹工整，时间合适")]
    after = office.get(HERE)
    assert "✓ 郑怀瑾 已查看 11-24 15:00 抽查 20261124-4821：字迹工整，时间合适" in after.text
    assert str(one) not in [has["value"] for has in after.all("button", name="only")]
    other = HERE.replace("4821", "4822")
    assert str(one) in [has["value"] for has in office.get(other).all("button", name="only")]


def test_inspecting_settles_the_exceptions_it_has_shown(world: World, office: Browser) -> None:
    own_subject(world)
    world.approve()
    assert queries.waiting(world.school.id) == 1
    press(office, office.get(HERE), only=sheet_id(world))
    assert (queries.waiting(world.school.id), reviews()) == (0, [("郑怀瑾", "抽查 20261124-4821")])


def test_pressing_twice_notes_it_once(published: World, office: Browser) -> None:
    page = office.get(HERE)
    one = sheet_id(published)
    assert press(office, page, only=one).status == 303
    again = press(office, page, only=one, **{f"s{one}-note": "又看"})
    assert (again.status, len(reviews())) == (409, 1)
    assert texts(again, "p", class_="refusal") == ["这份清单在这次抽查里已经看过了。"]


def test_a_new_exception_since_the_page_was_opened_is_not_settled_unseen(published: World, office: Browser) -> None:
    page = office.get(HERE)
    published.file(published.luo, published.english, item(15))
    one = sheet_id(published)
    answer = press(office, page, only=one, **{f"s{one}-note": "看过"})
    assert (answer.status, answer.value(f"s{one}-note"), reviews()) == (409, "看过", [])
    assert press(office, answer, only=one).status == 303


def test_a_note_that_is_too_long_is_told_at_its_field_and_kept(published: World, office: Browser) -> None:
    one = sheet_id(published)
    answer = press(office, office.get(HERE), only=one, **{f"s{one}-note": "长" * 501})
    assert (answer.status, texts(answer, "ul", class_="errors")) == (422, ["备注最多 500 个字。"])
    assert (answer.value(f"s{one}-note"), reviews()) == ("长" * 501, [])


def test_only_what_was_drawn_can_be_noted(published: World, office: Browser) -> None:
    page = office.get(f"{ADDRESS}?n=5&first={TODAY}&last={TODAY}&seed={SEED}")
    assert press(office, page, only=sheet_id(published, DAYS[0])).status == 404
    assert press(office, page, only="abc").status == 404
    assert press(office, page).status == 400
    assert office.send(f"{ADDRESS}?n=5", {"only": "1"}).status == 400
    assert reviews() == []


def test_the_principal_sees_the_sample_and_notes_nothing(published: World, app: Flask) -> None:
    browser = Browser(app).sign_in(published.cheng)
    page = browser.get(HERE)
    assert (len(names(page)), page.all("button", name="only")) == (4, [])
    assert browser.send(HERE, {"only": sheet_id(published)}).status == 403
    assert reviews() == []


@pytest.mark.parametrize("who", ["chen", "shen", "admin", "zhou"])
def test_nobody_else_opens_it(world: World, browser: Browser, who: str) -> None:
    browser.sign_in(getattr(world, who))
    assert [browser.get(HERE).status, browser.send(HERE).status] == [403, 403]


def test_another_schools_sheets_are_never_drawn(world: World, office: Browser) -> None:
    world.file(world.zhou, world.other_maths, item(20), school_class=world.other_class)
    sheet = world.day(world.other_class).sheet
    sheet.published_number = 1
    db.session.commit()
    assert queries.population(world.other_school.id, TODAY, TODAY, None) == [sheet.id]
    assert names(office.get(HERE)) == []


def test_a_sample_takes_the_same_statements_for_one_sheet_and_for_three(published: World, office: Browser) -> None:
    counts = []
    for n in (1, 3):
        with statements() as seen:
            page = office.get(HERE.replace("n=5", f"n={n}"))
        counts.append((len(names(page)), len(seen)))
    assert counts == [(1, 5), (3, 5)], "\n\n".join(seen)


def test_the_sample_reads_in_english(published: World, office: Browser) -> None:
    page = office.get(f"{HERE}&lang=en")
    assert "Sample 20261124-4821" in page.text
    assert names(page)[1] == "Class 4(1) Tuesday, 24 November"
