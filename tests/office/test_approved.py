"""Where the office passes every sheet: what is approved waits here and is published, one, several or all clean ones."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.approvals import actions as approvals
from portal.approvals import queries as approval_queries
from portal.extensions import db
from portal.policy.approval import ApprovalMode, SheetStatus
from tests.approvals.reading import texts
from tests.factories import TODAY, TOMORROW, World, item, set_rule
from tests.page import Browser, Page, statements

ADDRESS = "/office/approved"


@pytest.fixture
def office(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.zheng)


@pytest.fixture
def all_pass(world: World) -> World:
    """The office passes every sheet; 四(1) is approved for today and tomorrow."""
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    approve(world, TODAY)
    approve(world, TOMORROW)
    return world


def approve(world: World, day: object, minutes: int = 20) -> None:
    world.file(world.luo, world.english, item(minutes), day=day)
    world.coordinate(day=day)
    world.approve(day=day)


def press(browser: Browser, page: Page, **fields: object) -> Page:
    """Send the form as it stands on `page`."""
    form: dict = {has["name"]: has["value"] for has in page.all("input", type="hidden") if "value" in has}
    form["listed"] = [has["value"] for has in page.all("input", name="listed")]
    return browser.post(page.all("form", id="approved")[0]["action"], form | fields)


def listed(page: Page) -> list[str]:
    return texts(page, "span", class_="row-link sheet")


def states(world: World) -> list[tuple[SheetStatus, int]]:
    """Today and tomorrow: where the sheet stands and how many versions of it were published."""
    db.session.rollback()
    return [
        (world.day(world.four_one, day).status, len(approval_queries.versions_of_sheet(world.four_one.id, day)))
        for day in (TODAY, TOMORROW)
    ]


WAITING, PUBLISHED = (SheetStatus.APPROVED, 0), (SheetStatus.PUBLISHED, 1)


def test_nothing_waits_where_approving_publishes(world: World, office: Browser) -> None:
    page = office.get(ADDRESS)
    assert (page.status, listed(page)) == (200, [])
    assert "没有等教务处公示的清单。" in page.text
    assert "本校设置为只看例外" in page.text


def test_approved_sheets_stand_there_the_newest_day_first(all_pass: World, office: Browser) -> None:
    page = office.get(ADDRESS)
    assert listed(page) == ["四(1)班 11月25日 星期三", "四(1)班 11月24日 星期二"]
    assert "20 / 60 分钟" in page.text
    assert "本校设置为只看例外" not in page.text
    assert len([has for has in page.all("input", name="sheet") if "checked" in has]) == 2


def test_what_is_left_from_before_the_setting_was_changed_can_still_be_published(
    all_pass: World, office: Browser
) -> None:
    all_pass.school.approval_mode = ApprovalMode.EXCEPTIONS
    db.session.commit()
    assert press(office, office.get(ADDRESS), do="clean").status == 303
    assert states(all_pass) == [PUBLISHED, PUBLISHED]


def test_all_clean_ones_are_published_at_once(all_pass: World, office: Browser) -> None:
    done = press(office, office.get(ADDRESS), do="clean")
    assert (done.status, done.response.location) == (303, ADDRESS)
    assert states(all_pass) == [PUBLISHED, PUBLISHED]
    assert texts(office.get(ADDRESS), "p", class_="said") == ["已公示 2 份清单。"]


def test_the_selected_one_is_published_and_no_other(all_pass: World, office: Browser) -> None:
    one = all_pass.day(all_pass.four_one, TOMORROW).sheet.id
    assert press(office, office.get(ADDRESS), do="selected", sheet=[one]).status == 303
    assert states(all_pass) == [WAITING, PUBLISHED]


def test_one_is_published_by_its_own_button_whatever_is_selected(all_pass: World, office: Browser) -> None:
    today, tomorrow = (all_pass.day(all_pass.four_one, day).sheet.id for day in (TODAY, TOMORROW))
    assert press(office, office.get(ADDRESS), only=today, sheet=[tomorrow]).status == 303
    assert states(all_pass) == [PUBLISHED, WAITING]


def test_what_changed_since_the_page_was_opened_is_told_apart(all_pass: World, office: Browser) -> None:
    page = office.get(ADDRESS)
    all_pass.give_back("再看看", day=TOMORROW)
    approve(all_pass, TOMORROW, 30)
    answer = press(office, page, do="clean")
    assert answer.status == 409
    assert states(all_pass) == [PUBLISHED, WAITING]
    assert texts(answer, "p", class_="said") == ["已公示 1 份清单。"]
    [refused] = texts(answer, "ul", class_="refusal")
    assert refused.startswith("四(1)班 11月25日 星期三 这份清单刚刚有变化")
    assert press(office, answer, do="clean").status == 303
    assert states(all_pass) == [PUBLISHED, PUBLISHED]


def test_over_a_cap_that_was_lowered_since_it_is_not_clean_and_not_published(all_pass: World, office: Browser) -> None:
    page = office.get(ADDRESS)
    set_rule(all_pass.school, 4, cap=15)
    db.session.commit()
    sheets = [has["value"] for has in page.all("input", name="sheet")]
    answer = press(office, page, do="selected", sheet=sheets)
    assert (answer.status, states(all_pass)) == (409, [WAITING, WAITING])
    assert "超过上限 15 分钟，超 5 分钟" in texts(answer, "ul", class_="refusal")[0]
    assert [has for has in answer.all("input", name="sheet") if "checked" in has] == []
    assert press(office, answer, do="clean").status == 422


def test_who_signed_it_off_does_not_publish_it_too(world: World, office: Browser) -> None:
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    world.file(world.luo, world.english, item(20))
    world.coordinate(by=world.zheng)
    world.approve()
    answer = press(office, office.get(ADDRESS), do="clean")
    assert (answer.status, states(world)[0]) == (409, WAITING)
    assert "由另一位" in texts(answer, "ul", class_="refusal")[0]


def test_what_a_colleague_has_published_is_not_published_twice(all_pass: World, office: Browser) -> None:
    page = office.get(ADDRESS)
    version = all_pass.day(all_pass.four_one).version
    approvals.publish(all_pass.four_one, TODAY, seen_version=version, by=all_pass.zheng, at=all_pass.at)
    db.session.commit()
    one = all_pass.day(all_pass.four_one).sheet.id
    assert press(office, page, do="selected", sheet=[one]).status == 409
    assert states(all_pass) == [PUBLISHED, WAITING]


@pytest.mark.parametrize("chosen", [[], ["abc"], ["99999"]])
def test_choosing_nothing_says_so_and_publishes_nothing(all_pass: World, office: Browser, chosen: list[str]) -> None:
    answer = press(office, office.get(ADDRESS), do="selected", sheet=chosen)
    assert (answer.status, states(all_pass)) == (422, [WAITING, WAITING])
    assert texts(answer, "p", class_="refusal") == ["没有选中可以公示的清单。"]


def test_a_form_that_does_not_say_what_to_publish_publishes_nothing(all_pass: World, office: Browser) -> None:
    assert press(office, office.get(ADDRESS)).status == 400
    assert press(office, office.get(ADDRESS), do="everything").status == 400
    assert states(all_pass) == [WAITING, WAITING]


def test_a_form_without_the_version_it_was_shown_publishes_nothing(all_pass: World, office: Browser) -> None:
    one = all_pass.day(all_pass.four_one).sheet.id
    assert press(office, office.get(ADDRESS), only=one, **{f"s{one}-seen": ""}).status == 409
    assert states(all_pass) == [WAITING, WAITING]


def test_the_principal_reads_it_without_buttons(all_pass: World, app: Flask) -> None:
    browser = Browser(app).sign_in(all_pass.cheng)
    page = browser.get(ADDRESS)
    assert (len(listed(page)), page.all("input", name="sheet"), texts(page, "button")[1:]) == (2, [], [])
    assert browser.send(ADDRESS, {"do": "clean"}).status == 403
    assert states(all_pass) == [WAITING, WAITING]


@pytest.mark.parametrize("who", ["chen", "shen", "admin", "zhou"])
def test_nobody_else_opens_it(world: World, browser: Browser, who: str) -> None:
    browser.sign_in(getattr(world, who))
    assert [browser.get(ADDRESS).status, browser.send(ADDRESS, {"do": "clean"}).status] == [403, 403]


def test_another_schools_sheets_are_neither_seen_nor_published(world: World, office: Browser) -> None:
    world.file(world.zhou, world.other_maths, item(20), school_class=world.other_class)
    sheet = world.day(world.other_class).sheet
    sheet.status = SheetStatus.APPROVED
    db.session.commit()
    assert listed(office.get(ADDRESS)) == []
    sent = {"only": sheet.id, f"s{sheet.id}-seen": sheet.version}
    assert office.send(ADDRESS, sent).status == 422
    assert world.day(world.other_class).status == SheetStatus.APPROVED


def test_a_long_list_comes_in_pages(all_pass: World, office: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.office.approved_views.PAGE", 1)
    first = office.get(ADDRESS)
    second = office.get(first.all("a", rel="next")[0]["href"])
    assert [listed(first), listed(second)] == [["四(1)班 11月25日 星期三"], ["四(1)班 11月24日 星期二"]]
    assert press(office, second, do="clean").status == 303
    assert states(all_pass) == [PUBLISHED, WAITING]


def test_the_list_takes_the_same_statements_for_one_sheet_and_for_three(world: World, office: Browser) -> None:
    world.school.approval_mode = ApprovalMode.ALL
    db.session.commit()
    counts = []
    for days in ([0], [1, 2]):
        for n in days:
            approve(world, TODAY + timedelta(days=n))
        office.get("/sign-in")  # who they are is known, whatever has changed in the school
        with statements() as seen:
            page = office.get(ADDRESS)
        counts.append((len(listed(page)), len(seen)))
    assert counts == [(1, 3), (3, 3)], "\n\n".join(seen)


def test_the_list_reads_in_english(all_pass: World, office: Browser) -> None:
    page = office.get(f"{ADDRESS}?lang=en")
    assert listed(page)[0] == "Class 4(1) Wednesday, 25 November"
    assert "Publish all that are clean on this page: 2" in texts(page, "button")
