"""The day sheet: the homeroom teacher's "my class today", readable for all who may."""

from datetime import date

import pytest
from flask import Flask

from portal.policy.item import ItemValues
from portal.policy.permissions import Role
from portal.policy.vocabulary import Form, Level, Place, Tier
from tests.approvals.reading import texts
from tests.factories import TODAY, TOMORROW, World, assign, grant, item, make_person
from tests.page import Browser, Page, statements

FRIDAY = date(2026, 11, 27)


def sheet(browser: Browser, world: World, day: date = TODAY) -> Page:
    page = browser.get(f"/classes/{world.four_one.id}/{day}")
    assert page.status == 200
    return page


def subjects(page: Page) -> list[str]:
    return texts(page, "section", class_="subject")


def warnings(page: Page) -> list[str]:
    """The sentences of the total that say what is wrong, and whom to ask."""
    return [text for text in texts(page, "p") if text.startswith(("可以找", "必做书面合计", "有 "))]


def steps(page: Page) -> list[tuple[str, bool]]:
    """The buttons of the page's own forms, and whether they can be pressed (the header has one for signing out)."""
    disabled = ["disabled" not in button for button in page.all("button")]
    return list(zip(texts(page, "button"), disabled, strict=True))[1:]


def test_my_class_today_shows_every_subject_with_its_items(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(25, "背《山行》"), item(10, "读一本书", form=Form.READING))
    world.file(
        world.chen,
        world.maths,
        item(15, "口算", place=Place.SCHOOL, level=Level.BASIC),
        item(12, "思考题", tier=Tier.OPTIONAL, choice_group="A", choose=1),
        item(30, "记账", form=Form.PRACTICAL, days=3),
    )
    world.file(world.luo, world.english)
    page = sheet(browser.sign_in(world.chen), world)
    assert subjects(page) == [
        "语文 沈知微 25 分钟 背《山行》 必做 · 书面 · 家庭 · 25 分钟 读一本书 必做 · 阅读 · 家庭 · 10 分钟 请减、退回…",
        "数学 陈立德 15 分钟 口算 必做 · 书面 · 校内 · 基础 · 15 分钟"
        " 思考题 选做 · 书面 · 家庭 · A 选 1 项 · 12 分钟"
        " 记账 必做 · 实践 · 家庭 · 10 分钟 · 第 1/3 天，共 30 分钟 去修改 请减、退回…",
        "英语 罗安怡 今日无作业 请减、退回…",
    ]
    assert texts(page, "p", class_="big num") == ["必做书面 40 / 60 分钟"]
    total = texts(page, "section", aria_label="必做书面合计")[0]
    assert "在校15回家25朗读、锻炼等另约20分钟选做12分钟" in total.replace(" ", "")
    assert steps(page) == [("总量协调好，交年级组", True)]


@pytest.mark.parametrize("draft", [item(20), item(None)], ids=["too long", "without minutes"])
def test_a_forgotten_draft_holds_nobody_up(world: World, browser: Browser, draft: ItemValues) -> None:
    world.file(world.shen, world.chinese, item(50))
    world.file(world.luo, world.english, draft, submit=False)
    page = sheet(browser.sign_in(world.chen), world)
    assert warnings(page) == []
    assert steps(page) == [("总量协调好，交年级组", True)]
    world.coordinate()
    assert (world.day(world.four_one).load.total, world.day(world.four_one).load.complete) == (50, True)


def test_it_says_who_has_not_filed_and_whose_draft_is_open(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20), submit=False)
    page = sheet(browser.sign_in(world.chen), world)
    assert subjects(page) == [
        "语文 沈知微 未填报",
        "数学 陈立德 草稿 20 分钟 第 42 页第 3–6 题 必做 · 书面 · 家庭 · 20 分钟 去修改",
        "英语 罗安怡 未填报",
    ]
    assert texts(page, "form", class_="card step") == [
        "还没有填报：语文 沈知微，英语 罗安怡。现在签字，公示栏会写“未填报”。 "
        "还是草稿：数学 陈立德。现在签字，草稿不再计入，也不公示。 总量协调好，交年级组"
    ]


def test_a_subject_that_is_not_taught_that_day_is_not_missed(world: World, browser: Browser) -> None:
    xu = make_person(world.school, "xu", "许知行")
    assign(xu, world.four_two, world.english, weekdays=0b0000001)  # Mondays
    grant(xu, Role.HOMEROOM, school_class=world.four_two)
    browser.sign_in(xu)
    missed = {
        day: texts(browser.get(f"/classes/{world.four_two.id}/{day}"), "form", class_="card step")
        for day in (date(2026, 11, 23), TODAY)
    }
    said = "还没有填报：数学 陈立德{more}。现在签字，公示栏会写“未填报”。 总量协调好，交年级组"
    assert missed == {date(2026, 11, 23): [said.format(more="，英语 许知行")], TODAY: [said.format(more="")]}


def test_over_the_cap_it_cannot_be_signed_off_and_says_why_and_whom_to_ask(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(45))
    world.file(world.chen, world.maths, item(16))
    world.file(world.luo, world.english, item(30, form=Form.ORAL))
    page = sheet(browser.sign_in(world.chen), world)
    assert warnings(page) == [
        "必做书面合计 61 分钟，超过上限 60 分钟，超 1 分钟。请先和任课教师商量减少。",
        "可以找：语文 沈知微（45 分钟），数学 陈立德（16 分钟）",
    ]
    assert steps(page) == [("现在不能签字", False), ("向教务处申请", True)]


def test_exactly_the_cap_is_allowed(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(45))
    world.file(world.chen, world.maths, item(15))
    page = sheet(browser.sign_in(world.chen), world)
    assert warnings(page) == []
    assert steps(page) == [("总量协调好，交年级组", True)]


def test_without_all_minutes_it_cannot_be_signed_off_and_says_whom_to_ask(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(None))
    world.file(world.chen, world.maths, item(20))
    page = sheet(browser.sign_in(world.chen), world)
    assert warnings(page) == [
        "有 1 项作业没有填分钟数，合计不完整。请任课教师补上预计用时。",
        "可以找：语文 沈知微",
    ]
    assert steps(page) == [("现在不能签字", False)]


def test_the_batch_of_a_weekend_may_hold_two_days_caps(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(100), day=FRIDAY)
    browser.sign_in(world.chen)
    page = sheet(browser, world, FRIDAY)
    assert texts(page, "p", class_="big num") == ["必做书面 100 / 60 分钟（假期一批，最多 120）"]
    assert steps(page) == [("总量协调好，交年级组", True)]
    world.file(world.chen, world.maths, item(21), day=FRIDAY)
    assert steps(sheet(browser, world, FRIDAY)) == [("现在不能签字", False), ("向教务处申请", True)]


@pytest.mark.parametrize(
    ("who", "collecting", "coordinated"),
    [
        ("chen", ["总量协调好，交年级组"], ["退回给老师"]),  # homeroom teacher
        ("luo", [], []),  # teaches in the class
        ("shen", [], ["通过并公示", "退回给老师"]),  # lead of the grade
        ("zheng", [], ["通过并公示", "退回给老师"]),  # office
        ("cheng", [], []),  # principal
    ],
)
def test_each_reader_is_offered_their_own_steps(
    world: World, browser: Browser, who: str, collecting: list[str], coordinated: list[str]
) -> None:
    world.file(world.shen, world.chinese, item(25))
    browser.sign_in(getattr(world, who))
    assert [name for name, _ in steps(sheet(browser, world))] == collecting
    world.coordinate()
    assert [name for name, _ in steps(sheet(browser, world))] == coordinated


def test_teachers_may_change_their_own_subject_until_it_is_signed_off(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    compose = f"/homework/{world.four_one.id}/{world.maths.id}/{TODAY}"
    browser.sign_in(world.chen)
    assert len(sheet(browser, world).all("a", href=compose)) == 1
    world.coordinate()
    assert sheet(browser, world).all("a", href=compose) == []


def test_who_what_when_from_to_and_why_stand_on_the_sheet(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(40))
    world.file(world.chen, world.maths, item(30))
    world.coordinate()
    world.give_back("请再减 5 分钟")
    page = sheet(Browser(app).sign_in(world.luo), world)
    assert texts(page, "ol", class_="log") == [
        "11-24 15:00 沈知微 退回 班主任已协调 → 填报中 · 合计 30 分钟 请再减 5 分钟"
        " 11-24 15:00 陈立德 班主任协调完成 填报中 → 班主任已协调 · 合计 30 分钟 班主任自己的学科"
        " 11-24 15:00 陈立德 提交作业 数学 40 → 30 分钟"
        " 11-24 15:00 陈立德 提交作业 数学 0 → 40 分钟"
    ]


def test_the_reason_of_a_return_leads_the_sheet_until_it_is_signed_off_again(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(40))
    browser.sign_in(world.chen)
    world.coordinate()
    assert texts(sheet(browser, world), "p", class_="refusal") == []
    world.give_back("请减 10 分钟")
    assert texts(sheet(browser, world), "p", class_="refusal") == ["沈知微 退回：请减 10 分钟 11-24 15:00"]
    world.coordinate()
    assert texts(sheet(browser, world), "p", class_="refusal") == []


def test_published_versions_are_listed_with_the_way_to_the_board(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    browser.sign_in(world.chen)
    assert "公示版本" not in texts(sheet(browser, world), "h2")
    world.publish()
    world.give_back("写错了页码")
    world.publish()
    page = sheet(browser, world)
    assert texts(page, "ul", class_="log") == [
        "第 2 版 · 11-24 15:00 · 合计 20 分钟 · 看公示栏 第 1 版 · 11-24 15:00 · 合计 20 分钟"
    ]
    assert len(page.all("a", href=f"/board/{world.four_one.code}/{TODAY}")) == 1


def test_a_day_without_anything_is_an_empty_sheet_with_its_neighbours(world: World, browser: Browser) -> None:
    page = sheet(browser.sign_in(world.shen), world, TOMORROW)
    assert texts(page, "p", class_="quiet") == ["还没有记录。"]
    assert texts(page, "nav", class_="days") == ["‹ 周二 24 11月25日 星期三 周四 26 ›"]
    assert texts(sheet(browser, world, FRIDAY), "nav", class_="days") == ["‹ 周四 26 11月27日 星期五 周一 30 ›"]


def test_the_sheet_takes_the_same_statements_however_much_is_on_it(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    world.file(world.chen, world.maths, item(10))
    counts = []
    with statements() as seen:
        sheet(browser, world)
    counts.append(len(seen))
    for teacher, subject in ((world.shen, world.chinese), (world.luo, world.english)):
        world.file(teacher, subject, item(5), item(5), item(5, days=2))
    world.publish()
    world.give_back("再看一遍")
    world.publish()
    with statements() as seen:
        sheet(browser, world)
    counts.append(len(seen))
    assert counts == [8, 8], "\n\n".join(seen)
