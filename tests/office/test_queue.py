"""The office's queue: every exception stands in it until somebody has looked, and nothing of another school."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.approvals import actions as approvals
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework import actions as homework
from portal.office import queries
from portal.policy.approval import ApprovalMode, ExceptionKind
from tests.approvals.reading import texts
from tests.factories import TODAY, TOMORROW, World, assign, item, make_class, set_rule
from tests.office.exceptions import ask, except_it, late, own_subject, review
from tests.page import Browser, Page, statements

ADDRESS = "/office/"


@pytest.fixture
def office(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.zheng)


def names(page: Page) -> list[str]:
    """Class and day of each sheet in the queue."""
    return texts(page, "h2")


def press(browser: Browser, page: Page, address: str = ADDRESS, **fields: object) -> Page:
    """Send the queue's form as it stands on `page`."""
    form = {has["name"]: has["value"] for has in page.all("input", type="hidden") if "value" in has}
    action = page.all("form", id="queue")[0]["action"].replace("&amp;", "&")
    assert action.startswith("/office/reviews")
    return browser.post(action, form | fields)


def reviews(world: World) -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.query(LogEntry).filter_by(step="sheet.review").order_by(LogEntry.id)
    return [(each.actor_name, each.reason) for each in rows]


# What stands in it


def test_nothing_waits_at_first(office: Browser) -> None:
    page = office.get(ADDRESS)
    assert (page.status, names(page)) == (200, [])
    assert "没有等着看的例外。" in page.text


def test_a_sheet_stands_there_with_its_exceptions_in_words_its_total_and_its_state(
    world: World, office: Browser
) -> None:
    late(world)
    own_subject(world, minutes=30)
    page = office.get(ADDRESS)
    assert names(page) == ["四(1)班 11月24日 星期二"]
    assert [each for each in texts(page, "li") if each.startswith("11-24")] == [
        "11-24 16:20 罗安怡 提交作业 英语 0 → 20 分钟 迟交 外出教研",
        "11-24 15:00 陈立德 班主任协调完成 填报中 → 班主任已协调 · 合计 50 分钟 班主任自己的学科",
    ]
    assert "50 / 60 分钟 班主任已协调" in page.text
    assert {has["href"] for has in page.all("a")} >= {f"/classes/{world.four_one.id}/{TODAY}"}


@pytest.mark.parametrize("kind", ExceptionKind)
def test_every_kind_of_exception_comes_into_the_queue(world: World, office: Browser, kind: ExceptionKind) -> None:
    make(world, kind)
    page = office.get(f"{ADDRESS}?kind={kind}")
    assert (page.status, names(page)) == (200, ["四(1)班 11月24日 星期二"])


def make(world: World, kind: ExceptionKind) -> None:
    if kind == ExceptionKind.LATE:
        return late(world)
    if kind == ExceptionKind.OWN_SUBJECT:
        return own_subject(world)
    if kind == ExceptionKind.ASKED:
        return ask(world)
    world.file(world.luo, world.english, item(75 if kind == ExceptionKind.OVER_CAP else 20))
    if kind == ExceptionKind.CHANGED:
        world.publish()
        world.file(world.luo, world.english, item(15))
    elif kind == ExceptionKind.REVIEWER:
        filing = world.day(world.four_one).filing_of(world.english.id)
        who = {"reason": "太多", "seen_version": filing.version, "by": world.shen, "at": world.at}
        homework.set_minutes(world.four_one, world.english, TODAY, filing.items[0].id, 10, **who)
    elif kind == ExceptionKind.AUTOMATIC:
        approvals.publish_itself(world.four_one, TODAY, at=world.at)
    else:
        except_it(world, kind)
    db.session.commit()
    return None


def test_the_portals_own_deed_is_told_as_the_systems(world: World, office: Browser) -> None:
    make(world, ExceptionKind.AUTOMATIC)
    assert any(each.startswith("11-24 15:00 系统 自动公示") for each in texts(office.get(ADDRESS), "li"))


def test_what_is_asked_for_comes_first_and_then_the_newest_day(world: World, office: Browser) -> None:
    own_subject(world, day=TOMORROW)
    own_subject(world)
    ask(world, world.four_two, TODAY - timedelta(days=1))
    page = office.get(ADDRESS)
    assert names(page) == ["四(2)班 11月23日 星期一", "四(1)班 11月25日 星期三", "四(1)班 11月24日 星期二"]
    assert names(office.get(f"{ADDRESS}?sort=oldest")) == [names(page)[0], *names(page)[:0:-1]]


def test_the_filters_choose_by_kind_grade_and_day_and_count_the_kinds(world: World, office: Browser) -> None:
    late(world)
    own_subject(world)
    own_subject(world, day=TOMORROW)
    both, first, second = 2, "四(1)班 11月24日 星期二", "四(1)班 11月25日 星期三"
    page = office.get(ADDRESS)
    assert len(names(page)) == both
    assert texts(page, "nav", class_="chips kinds num") == ["全部种类 迟交 1 班主任自己的学科 2"]
    assert names(office.get(f"{ADDRESS}?kind=late")) == [first]
    assert names(office.get(f"{ADDRESS}?grade=1")) == []
    assert len(names(office.get(f"{ADDRESS}?grade=4"))) == both
    assert names(office.get(f"{ADDRESS}?first={TOMORROW}")) == [second]
    assert names(office.get(f"{ADDRESS}?last={TODAY}")) == [first]


def test_the_last_filters_are_remembered_until_they_are_cleared(world: World, office: Browser) -> None:
    office.get(f"{ADDRESS}?grade=4&show=all&kind=late")
    again = office.get(ADDRESS)
    assert (again.status, again.response.location) == (302, f"{ADDRESS}?grade=4&kind=late&show=all")
    office.get(f"{ADDRESS}?show=open")
    assert office.get(ADDRESS).status == 200


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("first=2026-02-30", "没有这一天"),
        ("first=1800-01-01", "没有这一天"),
        ("first=2026-11-25&last=2026-11-24", "结束日期在开始日期之前"),
        ("grade=12", "请从列出的里面选一项"),
        ("kind=poetry", "请从列出的里面选一项"),
        ("sort=by+name", "请从列出的里面选一项"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_at_its_field(office: Browser, query: str, says: str) -> None:
    page = office.get(f"{ADDRESS}?{query}")
    assert page.status == 422
    assert says in texts(page, "ul", class_="errors")[0]
    assert office.get(ADDRESS).status == 200  # and is not remembered


@pytest.mark.parametrize("page", ["0", "-1", "abc", "9999999999999", "２", ""])
def test_a_page_that_is_not_there_is_the_nearest_one(world: World, office: Browser, page: str) -> None:
    own_subject(world)
    assert len(names(office.get(f"{ADDRESS}?page={page}"))) == 1


def test_a_long_queue_comes_in_pages(world: World, office: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.office.views.PAGE", 1)
    own_subject(world)
    own_subject(world, day=TOMORROW)
    first = office.get(ADDRESS)
    assert names(first) == ["四(1)班 11月25日 星期三"]
    assert "第 1 页，共 2 页" in first.text
    second = office.get(first.all("a", rel="next")[0]["href"])
    assert names(second) == ["四(1)班 11月24日 星期二"]
    assert second.all("a", rel="next") == []
    assert press(office, second, only=second.all("input", name="sheet")[0]["value"]).status == 303
    assert names(office.get(ADDRESS)) == ["四(1)班 11月25日 星期三"]


# Looking at it


def test_what_was_looked_at_leaves_the_queue_and_the_log_keeps_who_and_the_note(world: World, office: Browser) -> None:
    own_subject(world)
    page = office.get(ADDRESS)
    sheet = page.all("input", name="sheet")[0]["value"]
    done = press(office, page, only=sheet, **{f"s{sheet}-note": " 已和班主任核对 "})
    assert (done.status, done.response.location) == (303, f"{ADDRESS}?page=1")
    assert reviews(world) == [("郑怀瑾", "已和班主任核对")]
    assert names(office.get(ADDRESS)) == []
    told = office.get(f"{ADDRESS}?show=all")
    assert names(told) == ["四(1)班 11月24日 星期二"]
    assert "✓ 郑怀瑾 已查看 11-24 15:00 已和班主任核对" in told.text
    assert told.all("input", name="sheet") == []


def test_the_selected_sheets_are_marked_and_no_other(world: World, office: Browser) -> None:
    for day in (TODAY, TOMORROW):
        own_subject(world, day=day)
    page = office.get(ADDRESS)
    tomorrow = world.day(world.four_one, TOMORROW).sheet.id
    assert press(office, page, do="selected", sheet=[tomorrow]).status == 303
    assert names(office.get(f"{ADDRESS}?show=open")) == ["四(1)班 11月24日 星期二"]


def test_a_new_exception_brings_the_sheet_back(world: World, office: Browser) -> None:
    own_subject(world)
    review(world)
    assert queries.waiting(world.school.id) == 0
    world.give_back("再看看")
    world.coordinate()
    page = office.get(ADDRESS)
    assert names(page) == ["四(1)班 11月24日 星期二"]
    assert len([each for each in texts(page, "li") if each.startswith("11-24")]) == 1
    assert len([each for each in texts(office.get(f"{ADDRESS}?show=all"), "li") if each.startswith("11-24")]) == 2


def test_what_happened_since_the_page_was_opened_is_not_marked_unseen(world: World, office: Browser) -> None:
    own_subject(world)
    page = office.get(ADDRESS)
    world.give_back("再看看")
    world.coordinate()
    sheet = page.all("input", name="sheet")[0]["value"]
    answer = press(office, page, only=sheet, **{f"s{sheet}-note": "看过"})
    assert answer.status == 409
    assert texts(answer, "ul", class_="refusal") == ["四(1)班 11月24日 星期二 这份清单刚刚又有新的例外，请看过再确认。"]
    assert answer.value(f"s{sheet}-note") == "看过"
    assert reviews(world) == []
    assert press(office, answer, only=sheet, **{f"s{sheet}-note": "看过"}).status == 303
    assert reviews(world) == [("郑怀瑾", "看过")]


def test_what_a_colleague_has_looked_at_is_not_marked_twice(world: World, office: Browser) -> None:
    own_subject(world)
    own_subject(world, day=TOMORROW)
    page = office.get(ADDRESS)
    review(world)
    ids = [has["value"] for has in page.all("input", name="sheet")]
    answer = press(office, page, do="selected", sheet=ids)
    assert answer.status == 409
    assert texts(answer, "p", class_="said") == ["已标为查看：1 份清单。"]
    assert "已经有同事查看过了" in texts(answer, "ul", class_="refusal")[0]
    assert len(reviews(world)) == 2


def test_a_note_that_is_too_long_is_told_at_its_field_and_kept(world: World, office: Browser) -> None:
    own_subject(world)
    page = office.get(ADDRESS)
    sheet = page.all("input", name="sheet")[0]["value"]
    answer = press(office, page, only=sheet, **{f"s{sheet}-note": "长" * 501})
    assert (answer.status, texts(answer, "ul", class_="errors")) == (422, ["备注最多 500 个字。"])
    assert answer.value(f"s{sheet}-note") == "长" * 501
    assert reviews(world) == []


def test_selecting_nothing_says_so_and_keeps_the_notes(world: World, office: Browser) -> None:
    own_subject(world)
    page = office.get(ADDRESS)
    sheet = page.all("input", name="sheet")[0]["value"]
    answer = press(office, page, do="selected", **{f"s{sheet}-note": "看过"})
    assert (answer.status, answer.value(f"s{sheet}-note")) == (422, "看过")
    assert "没有选中清单。" in texts(answer, "p", class_="refusal")[0]


@pytest.mark.parametrize("sent", [{}, {"do": "everything"}])
def test_a_form_that_does_not_say_what_to_mark_marks_nothing(world: World, office: Browser, sent: dict) -> None:
    own_subject(world)
    assert press(office, office.get(ADDRESS), **sent).status == 400
    assert reviews(world) == []


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 30])
def test_a_form_without_sense_in_what_it_has_seen_is_stale(world: World, office: Browser, seen: str) -> None:
    own_subject(world)
    page = office.get(ADDRESS)
    sheet = page.all("input", name="sheet")[0]["value"]
    assert press(office, page, only=sheet, **{f"s{sheet}-seen": seen}).status == 409
    assert reviews(world) == []


# Who


def test_the_principal_reads_the_queue_and_marks_nothing(world: World, app: Flask) -> None:
    own_subject(world)
    browser = Browser(app).sign_in(world.cheng)
    page = browser.get(ADDRESS)
    assert (page.status, names(page)) == (200, ["四(1)班 11月24日 星期二"])
    assert page.all("input", name="sheet") == []
    assert "已查看" not in " ".join(texts(page, "button"))
    sent = browser.send("/office/reviews", {"only": world.day(world.four_one).sheet.id})
    assert sent.status == 403
    assert reviews(world) == []


@pytest.mark.parametrize("who", ["chen", "shen", "luo", "admin", "zhou"])
def test_nobody_else_opens_it_or_finds_a_link_to_it(world: World, browser: Browser, who: str) -> None:
    browser.sign_in(getattr(world, who))
    assert browser.get(ADDRESS).status == 403
    assert browser.send("/office/reviews", {"only": "1"}).status == 403
    assert ADDRESS not in {has["href"] for has in browser.get("/home").all("a")}


def test_the_link_stands_at_the_top_for_those_who_may(world: World, office: Browser) -> None:
    assert ADDRESS in {has["href"] for has in office.get("/home").all("a")}


def test_another_schools_exceptions_are_never_seen_nor_marked(world: World, office: Browser) -> None:
    world.file(world.zhou, world.other_maths, item(20), school_class=world.other_class)
    world.coordinate(world.other_class, by=world.zhou)
    sheet = world.day(world.other_class).sheet
    assert queries.waiting(world.other_school.id) == 1
    assert (queries.waiting(world.school.id), names(office.get(f"{ADDRESS}?show=all"))) == (0, [])
    seen = {
        "only": sheet.id,
        f"s{sheet.id}-seen": db.session.query(LogEntry.id).order_by(LogEntry.id.desc()).first()[0],
    }
    assert office.send("/office/reviews", seen).status == 422
    assert reviews(world) == []


# Reading it


def test_the_queue_takes_the_same_statements_for_one_sheet_and_for_three(world: World, office: Browser) -> None:
    counts = []
    for days in ([TODAY], [TOMORROW, TODAY + timedelta(days=2)]):
        for day in days:
            own_subject(world, day=day)
        with statements() as seen:
            page = office.get(ADDRESS)
        counts.append((len(names(page)), len(seen)))
    assert counts == [(1, 5), (3, 5)], "\n\n".join(seen)


def test_waiting_counts_sheets_in_one_statement(world: World) -> None:
    for day in (TODAY, TOMORROW):
        own_subject(world, day=day)
    world.give_back("再看看")
    world.coordinate()
    with statements() as seen:
        assert queries.waiting(world.school.id) == 2
    assert len(seen) == 1
    review(world)
    assert queries.waiting(world.school.id) == 1


def test_approved_waiting_counts_what_the_office_has_to_pass_in_one_statement(world: World) -> None:
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    world.file(world.luo, world.english, item(20))
    world.coordinate()
    assert queries.approved_waiting(world.school.id) == 0
    world.approve()
    with statements() as seen:
        assert queries.approved_waiting(world.school.id) == 1
    assert len(seen) == 1
    assert queries.approved_waiting(world.other_school.id) == 0


def test_minutes_are_right_after_the_schools_rules_have_changed(world: World, office: Browser) -> None:
    own_subject(world, minutes=50)
    sheet = world.day(world.four_one).sheet
    sheet.totals = sheet.totals | {"load": sheet.totals["load"] | {"home": 1}}  # as if counted by other rules
    set_rule(world.school, 4, cap=45)
    db.session.commit()
    assert "50 / 45 分钟，超 5 分钟" in office.get(ADDRESS).text


def test_a_class_that_was_never_counted_is_counted_now(world: World, office: Browser) -> None:
    third = make_class(world.school, 4, 3)
    assign(world.luo, third, world.english)
    own_subject(world, minutes=50)
    world.day(world.four_one).sheet.totals = None
    db.session.commit()
    assert "50 / 60 分钟" in office.get(ADDRESS).text


def test_the_queue_reads_in_english(world: World, office: Browser) -> None:
    ask(world)
    page = office.get(f"{ADDRESS}?lang=en")
    assert page.all("html")[0]["lang"] == "en"
    assert names(page) == ["Class 4(1) Tuesday, 24 November"]
