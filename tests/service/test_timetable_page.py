"""延时服务时间表: the office writes it in one grid and saves it at once; the principal reads it."""

import pytest
from flask import Flask

from portal.extensions import db
from portal.policy.permissions import Role
from portal.policy.service import MOST_PERIODS, ListKind, period_of
from portal.service import actions
from tests.approvals.reading import rows, texts
from tests.deputies.lending import grant_of, lent
from tests.factories import World, grant
from tests.homework.composing import complaints, fields, refusals
from tests.office.test_log_page import told
from tests.page import Browser, Page, statements
from tests.school.setting import log, rules_version
from tests.service.lists import TIMETABLE, plain, press, row, stored

STALE = "这张表刚刚由同事改过，您这里还是旧的。您填写的内容都在，请对照现在的情况，再保存一次。"
HELP = row(0, "作业辅导", "作业辅导")
SPORT = row(1, "球类", name="体锻时光", starts="15:40", ends="16:20")


def saved(world: World) -> list[dict]:
    return stored(world, ListKind.TIMETABLE)[1]


def typed(page: Page, number: int) -> dict[str, str]:
    """What stands in a row of the grid."""
    start = f"periods-{number}-"
    return {name: value for name, value in fields(page, TIMETABLE).items() if name.startswith(start)}


def test_an_empty_school_has_blank_rows_and_a_warning_not_to_name_anybody(world: World, office: Browser) -> None:
    page = office.get(TIMETABLE)
    assert (page.status, len(texts(page, "fieldset")), refusals(page)) == (200, 4, [])
    assert "不要写教师或学生的姓名" in page.text
    assert typed(page, 0) == {
        **{f"periods-0-{name}": "" for name in ("name", "starts", "ends", *(f"day_{n}" for n in range(5)))},
        "periods-0-band": "1-9",
    }


def test_rows_are_stored_in_order_and_shown_again(world: World, office: Browser) -> None:
    done = press(office, office.get(TIMETABLE), TIMETABLE, **HELP, **SPORT)
    assert (done.status, done.response.location) == (303, f"{TIMETABLE}#main")
    sport = plain("球类", name="体锻时光", starts="15:40", ends="16:20")
    assert stored(world, ListKind.TIMETABLE) == (1, [sport, plain("作业辅导", "作业辅导")])
    page = office.get(TIMETABLE)
    assert texts(page, "p", class_="said") == ["延时服务时间表已保存，家长马上可以看到。"]
    assert (typed(page, 1)["periods-1-name"], typed(page, 1)["periods-1-day_1"]) == ("作业辅导", "作业辅导")
    assert len(texts(page, "fieldset")) == 4


def test_each_change_is_logged_with_before_and_after_and_counts_the_rules_on(world: World, office: Browser) -> None:
    press(office, office.get(TIMETABLE), TIMETABLE, **HELP)
    press(office, office.get(TIMETABLE), TIMETABLE, **{"periods-0-ends": "17:20"})
    was, now = [plain("作业辅导", "作业辅导")], [plain("作业辅导", "作业辅导", ends="17:20")]
    assert log() == [
        ("service.timetable", "郑怀瑾", "", {"was": [], "now": was}),
        ("service.timetable", "郑怀瑾", "", {"was": was, "now": now}),
    ]
    assert rules_version(world) == 2
    assert told(office.get("/office/log"))[0][2:] == [
        "修改延时服务时间表",
        "全校",
        "原来：三至六年级 16:30–17:10 作业辅导（周一 作业辅导，周二 作业辅导）；"
        "现在：三至六年级 16:30–17:20 作业辅导（周一 作业辅导，周二 作业辅导）",
    ]


def test_saving_what_is_stored_changes_nothing(world: World, office: Browser) -> None:
    press(office, office.get(TIMETABLE), TIMETABLE, **HELP)
    assert press(office, office.get(TIMETABLE), TIMETABLE).status == 303
    assert (stored(world, ListKind.TIMETABLE)[0], len(log()), rules_version(world)) == (1, 1, 1)


def test_buttons_within_the_grid_save_nothing_and_lose_nothing(world: World, office: Browser) -> None:
    page = press(office, office.get(TIMETABLE), TIMETABLE, "week-0", **HELP, **SPORT)
    assert [page.status, *[typed(page, 0)[f"periods-0-day_{n}"] for n in range(5)]] == [200, *["作业辅导"] * 5]
    page = press(office, page, TIMETABLE, "clear-0")
    assert (typed(page, 0)["periods-0-name"], typed(page, 1)["periods-1-name"]) == ("", "体锻时光")
    page = press(office, page, TIMETABLE, "more")
    assert len(texts(page, "fieldset")) == 6
    assert typed(page, 1)["periods-1-day_0"] == "球类"
    for do in ("clear-99", "week-x", "clear-"):
        assert typed(press(office, page, TIMETABLE, do), 1)["periods-1-name"] == "体锻时光"
    assert (saved(world), log()) == ([], [])
    assert press(office, page, TIMETABLE).status == 303
    assert [each["name"] for each in saved(world)] == ["体锻时光"]


def test_the_first_button_of_the_grid_saves_so_that_enter_does(office: Browser) -> None:
    page = office.get(TIMETABLE)
    assert next(each["value"] for each in page.all("button") if each.get("name") == "do") == "save"


def test_an_emptied_timetable_is_empty_again(world: World, office: Browser) -> None:
    press(office, office.get(TIMETABLE), TIMETABLE, **HELP)
    page = press(office, office.get(TIMETABLE), TIMETABLE, "clear-0")
    assert press(office, page, TIMETABLE).status == 303
    assert saved(world) == []


WRONG = [
    ({"name": ""}, {"name": "请给这个时段起个名字，例如“作业辅导”。"}),
    ({"name": "长" * 21}, {"name": "最多 20 个字，请精简。"}),
    ({"starts": ""}, {"starts": "请填开始时间。"}),
    ({"ends": ""}, {"ends": "请填结束时间。"}),
    ({"starts": "半下午"}, {"starts": "请填时间，例如 16:30。"}),
    ({"starts": "25:00", "ends": "9"}, {"starts": "请填时间，例如 16:30。", "ends": "请填时间，例如 16:30。"}),
    ({"ends": "16:30"}, {"ends": "结束时间要在开始时间之后。"}),
    ({"ends": "15:00"}, {"ends": "结束时间要在开始时间之后。"}),
    ({"day_0": "", "day_1": ""}, {"day_0": "请写这个时段做什么，至少写一天。"}),
    ({"day_4": "长" * 41}, {"day_4": "最多 40 个字，请精简。"}),
    ({"band": "5-5"}, {"band": "请从列出的里面选一项。"}),
    ({"day_2": "a\x00b"}, {"day_2": "文字里有看不见的控制字符，已经替您去掉。请看一遍，再保存一次。"}),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    world: World, office: Browser, wrong: dict[str, str], said: dict[str, str]
) -> None:
    values = {f"periods-0-{name}": value for name, value in wrong.items()}
    page = press(office, office.get(TIMETABLE), TIMETABLE, **HELP | values | SPORT)
    assert (page.status, complaints(page)) == (422, {f"periods-0-{name}": sentence for name, sentence in said.items()})
    kept = {name: value for name, value in (HELP | values).items() if name[10:] not in ("band", "day_2")}
    assert kept.items() <= typed(page, 0).items()
    assert SPORT.items() <= typed(page, 1).items()
    assert (saved(world), log(), rules_version(world)) == ([], [], 0)


def test_too_many_rows_and_rows_by_strange_numbers_are_no_500(world: World, office: Browser) -> None:
    many = {name: value for n in range(MOST_PERIODS + 5) for name, value in row(n, "读书").items()}
    for values in (many, row(9999, "读书"), {"periods-x-name": "?", "periods--1-name": "?"}):
        assert press(office, office.get(TIMETABLE), TIMETABLE, **values).status in (303, 422)
    assert len(saved(world)) <= MOST_PERIODS


def test_html_and_formulas_are_shown_as_text(world: World, office: Browser) -> None:
    press(office, office.get(TIMETABLE), TIMETABLE, **row(0, "<b>球</b> 😀"))
    page = office.get(f"/board/schools/{world.school.code}/lists")
    assert "<b>球</b> 😀" in page.text


# Two at once, and back again


def test_a_stale_form_shows_what_is_stored_now_and_keeps_what_was_typed(world: World, office: Browser) -> None:
    mine = office.get(TIMETABLE)
    press(office, office.get(TIMETABLE), TIMETABLE, **HELP)
    page = press(office, mine, TIMETABLE, **row(0, "社团", name="社团"))
    assert (page.status, refusals(page)) == (409, [STALE])
    assert rows(page)[1] == ["作业辅导 16:30–17:10", "作业辅导", "作业辅导", "—", "—", "—"]
    assert (typed(page, 0)["periods-0-name"], [each["name"] for each in saved(world)]) == ("社团", ["作业辅导"])
    assert press(office, page, TIMETABLE).status == 303
    assert [each["name"] for each in saved(world)] == ["社团"]


def test_a_form_that_says_no_version_is_stale(world: World, office: Browser) -> None:
    for version in ("", "-1", "abc", "1"):
        assert press(office, office.get(TIMETABLE), TIMETABLE, version=version, **HELP).status == 409
    assert saved(world) == []


def test_a_change_of_the_calendar_meanwhile_does_not_make_it_stale(world: World, office: Browser) -> None:
    mine = office.get(TIMETABLE)
    world.school.rules_version += 1
    db.session.commit()
    assert press(office, mine, TIMETABLE, **HELP).status == 303
    assert rules_version(world) == 2


def test_the_grid_is_filled_with_what_was_before_a_change(world: World, office: Browser) -> None:
    press(office, office.get(TIMETABLE), TIMETABLE, **HELP)
    press(office, office.get(TIMETABLE), TIMETABLE, **{"periods-0-name": "写作业"})
    press(office, office.get(TIMETABLE), TIMETABLE, **{"periods-0-name": "看书"})
    ways = [each["href"] for each in office.get(TIMETABLE).all("a") if "before=" in each["href"]]
    names = [typed(office.get(each), 0)["periods-0-name"] for each in ways]
    assert names == ["写作业", "作业辅导", ""]
    page = office.get(ways[1])
    assert texts(page, "p", class_="notice") == ["下面是 11-24 15:00 那次改动之前的内容，还没有保存。"]
    assert press(office, page, TIMETABLE).status == 303
    assert ([each["name"] for each in saved(world)], len(log())) == (["作业辅导"], 4)


def test_a_change_that_is_none_of_the_latest_cannot_be_gone_back_from(world: World, office: Browser) -> None:
    press(office, office.get(TIMETABLE), TIMETABLE, **HELP)
    assert [office.get(f"{TIMETABLE}?before={wrong}").status for wrong in ("99999", "-1", "0")] == [404] * 3
    assert office.get(f"{TIMETABLE}?before=x").status == 200


# Who


def test_the_principal_reads_and_others_do_not(world: World, app: Flask) -> None:
    written(world)
    page = Browser(app).sign_in(world.cheng).get(TIMETABLE)
    assert (page.status, page.all("form", id="timetable")) == (200, [])
    assert rows(page)[1] == ["作业辅导 16:30–17:10", "作业辅导", "—", "—", "—", "—"]
    assert "before=" not in page.html
    for who in (world.chen, world.shen, world.admin, world.zhou):
        browser = Browser(app).sign_in(who)
        assert (browser.get(TIMETABLE).status, browser.send(TIMETABLE, {"do": "save"}).status) == (403, 403)


def test_a_deputy_of_the_office_writes_it_in_their_place(world: World, app: Flask) -> None:
    lent(world, grant_of(world.zheng, Role.OFFICE), world.luo)
    browser = Browser(app).sign_in(world.luo)
    assert press(browser, browser.get(TIMETABLE), TIMETABLE, **HELP).status == 303
    assert log()[-1][3]["deputy_for"] == [world.zheng.id]
    assert "（代 郑怀瑾）" in browser.get(TIMETABLE).text


def test_each_office_writes_its_own_school(world: World, app: Flask, office: Browser) -> None:
    grant(world.zhou, Role.OFFICE)
    db.session.commit()
    browser = Browser(app).sign_in(world.zhou)
    press(office, office.get(TIMETABLE), TIMETABLE, **HELP)
    entry = [each["href"] for each in office.get(TIMETABLE).all("a") if "before=" in each["href"]]
    assert press(browser, browser.get(TIMETABLE), TIMETABLE, **row(0, "看书", name="别校")).status == 303
    assert [each["name"] for each in saved(world)] == ["作业辅导"]
    assert browser.get(entry[0]).status == 404
    assert "作业辅导" not in browser.get(f"/board/schools/{world.other_school.code}/lists").text


def test_the_page_takes_the_same_statements_for_one_row_and_for_three(world: World, office: Browser) -> None:
    counts = []
    for number in (0, 2):
        values = {name: value for n in range(number + 1) for name, value in row(n, "读书", name=f"第{n}段").items()}
        press(office, office.get(TIMETABLE), TIMETABLE, **values)
        office.get(TIMETABLE)
        with statements() as seen:
            office.get(TIMETABLE)
        counts.append(len(seen))
    assert counts == [2, 2], "\n\n".join(seen)


def test_in_english(world: World, office: Browser) -> None:
    written(world)
    page = office.get(f"{TIMETABLE}?lang=en")
    assert texts(page, "h1") == ["Three public lists After-school service timetable"]


def written(world: World) -> None:
    """A timetable with one row is written."""
    period = period_of(plain("作业辅导"))
    actions.set_timetable(world.school, [period], seen_version=0, by=world.zheng, at=world.at)
    db.session.commit()
