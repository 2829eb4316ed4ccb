"""What waits for whom, with counts, and where one tap leads."""

from flask import Flask

from portal.approvals import actions as approvals
from portal.extensions import db
from portal.homework.common_actions import set_common
from portal.negotiation import actions as negotiation
from portal.policy.approval import ApprovalMode
from portal.policy.permissions import Role
from tests.approvals.reading import texts
from tests.deputies.lending import go_to_day, grant_of, lent
from tests.factories import TODAY, World, grant, item, make_class
from tests.home.waiting import home, row, taps, waits
from tests.page import Browser

COMPOSER = "/homework/{}/{}/" + str(TODAY)


# Teachers


def test_a_teacher_is_told_what_is_missing_draft_and_returned(world: World, browser: Browser) -> None:
    maths = COMPOSER.format(world.four_one.id, world.maths.id)
    page = home(world, browser, "chen")
    assert (waits(page), taps(page)) == (["2 份作业还没填报"], ["#filings"])
    world.file(world.chen, world.maths, item(20), submit=False)
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    page = home(world, browser, "chen")
    assert (waits(page), taps(page)) == (["1 份草稿没有提交"], [maths])
    world.file(world.chen, world.maths, item(20))
    assert waits(home(world, browser, "chen")) == ["现在没有等您办的事。"]
    version = world.day(world.four_one).version
    give_back = {"reason": "第二题太难", "seen_version": version, "by": world.chen, "at": world.at}
    approvals.return_subject(world.four_one, world.maths, TODAY, **give_back)
    page = home(world, browser, "chen")
    assert (waits(page), taps(page)) == (["1 份作业被退回"], [maths])
    assert row(page, "四(1)班 数学") == "四(1)班 数学 已退回 全班 0 / 60 分钟 退回原因 第二题太难"


def test_what_can_no_longer_be_filed_waits_for_nobody(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(20))
    assert waits(home(world, browser, "luo")) == ["1 份作业还没填报"]
    world.coordinate()
    page = home(world, browser, "luo")
    assert waits(page) == ["现在没有等您办的事。"]
    assert row(page, "四(1)班 英语") == "四(1)班 英语 未填报 全班 20 / 60 分钟"


def test_common_content_waits_until_it_is_taken_over(world: World, browser: Browser) -> None:
    english = COMPOSER.format(world.four_one.id, world.english.id)
    how = {"items": [item(15)], "seen_version": 0, "by": world.shen, "at": world.at}
    set_common(world.school, 4, world.english, TODAY, **how)
    page = home(world, browser, "luo")
    assert (waits(page), taps(page)) == (["1 份作业还没填报", "1 份统一内容可以采用"], [english, english])
    assert row(page, "四(1)班 英语") == "四(1)班 英语 未填报 有统一内容 全班 0 / 60 分钟"
    assert waits(home(world, browser, "chen")) == ["2 份作业还没填报"]  # another subject's content is not theirs
    world.file(world.luo, world.english, item(15))
    assert waits(home(world, browser, "luo")) == ["现在没有等您办的事。"]


def ask(world: World):
    world.file(world.luo, world.english, item(30, "抄写单词"))
    asked = world.day(world.four_one).filing_of(world.english.id).items[0]
    how = {"message": "", "seen_minutes": 30, "by": world.chen, "at": world.at}
    request = negotiation.ask_shorter(world.four_one, TODAY, asked.id, suggested=20, **how)
    db.session.commit()
    return request


def test_a_request_is_accepted_with_one_tap(world: World, browser: Browser) -> None:
    request = ask(world)
    mine = Browser(browser.client.application).sign_in(world.luo)
    page = mine.get("/home")
    assert (waits(page), taps(page)) == (["1 个请您减量的请求"], ["#asked"])
    assert texts(page, "h2")[0] == "请您减量"
    done = mine.send(f"/requests/{request.id}/accept", {"back": "home"})
    assert (done.status, done.response.location) == (303, "/home")
    assert waits(mine.get("/home")) == ["现在没有等您办的事。"]
    assert row(mine.get("/home"), "四(1)班 英语") == "四(1)班 英语 已提交 全班 20 / 60 分钟"


def test_the_homeroom_teacher_sees_what_was_asked_and_reads_the_answer(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(5))
    world.file(world.chen, world.maths, item(5), school_class=world.four_two)
    world.file(world.shen, world.chinese, item(5))
    request = ask(world)
    page = home(world, browser, "chen")
    assert row(page, "英语 抄写单词") == "英语 抄写单词 等答复"
    assert waits(page) == ["1 个班可以协调总量"]
    negotiation.answer(request, "已经是最少了", by=world.luo, at=world.at)
    page = home(world, browser, "chen")
    assert row(page, "英语 抄写单词") == "英语 抄写单词 已答复 已经是最少了"
    sheet = f"/classes/{world.four_one.id}/{TODAY}"
    assert (waits(page), taps(page)) == (["1 个班可以协调总量", "1 个答复请您看"], [sheet, sheet])


# Homeroom teachers


def test_the_class_is_shown_with_total_missing_and_drafts_until_it_is_ready(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.luo, world.english, item(10), submit=False)
    (card,) = texts(home(world, browser, "chen"), "section", class_="card mine")
    assert card == "四(1)班 填报中 30 / 60 分钟 还没填报：语文 沈知微 还是草稿：英语 罗安怡"
    world.file(world.luo, world.english, item(10))
    world.file(world.shen, world.chinese, item(45))
    page = home(world, browser, "chen")
    (card,) = texts(page, "section", class_="card mine")
    assert card == (
        "四(1)班 填报中 · 超量 75 / 60 分钟，超 15 分钟"
        " 可以找：语文 沈知微（45 分钟），数学 陈立德（20 分钟），英语 罗安怡（10 分钟）"
    )
    assert waits(page) == ["1 份作业还没填报", "1 个班超过上限"]
    world.file(world.shen, world.chinese, item(None))
    assert "没有填分钟数" in texts(home(world, browser, "chen"), "section", class_="card mine")[0]
    world.file(world.shen, world.chinese, item(30))
    page = home(world, browser, "chen")
    assert texts(page, "section", class_="card mine") == ["四(1)班 填报中 60 / 60 分钟 去协调总量"]
    assert waits(page) == ["1 份作业还没填报", "1 个班可以协调总量"]
    world.coordinate()
    page = home(world, browser, "chen")
    assert texts(page, "section", class_="card mine") == ["四(1)班 班主任已协调 60 / 60 分钟"]
    assert waits(page) == ["1 份作业还没填报"]  # in 四(2)


# Year-group leads


def test_a_lead_sees_the_grade_in_numbers_and_what_waits_for_approval(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(20))
    world.file(world.chen, world.maths, item(61), school_class=world.four_two)
    world.coordinate()
    page = home(world, browser, "shen")
    assert (waits(page), taps(page)) == (["1 份清单等您通过"], [f"/grades/4/{TODAY}"])
    assert row(page, "四年级") == "四年级 全年级总量 超量 1 填报中 1 班主任已协调 1 统一内容 四年级"
    world.approve()
    page = home(world, browser, "shen")
    assert waits(page) == ["现在没有等您办的事。"]
    assert row(page, "四年级") == "四年级 全年级总量 超量 1 填报中 1 已公示 1 统一内容 四年级"


def test_what_a_lead_signed_off_themselves_waits_for_somebody_else(world: World, browser: Browser) -> None:
    grant(world.shen, Role.HOMEROOM, school_class=world.four_two)
    grant(world.gu, Role.LEAD, grade=4)
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    world.file(world.shen, world.chinese, item(20))
    world.coordinate(world.four_two, by=world.shen)
    assert waits(home(world, browser, "shen")) == ["现在没有等您办的事。"]
    assert waits(home(world, browser, "gu")) == ["1 份清单等您通过"]


def test_a_cap_that_was_lowered_counts_at_once(world: World, browser: Browser, app: Flask) -> None:
    world.file(world.shen, world.chinese, item(50))
    assert "超量" not in row(home(world, browser, "shen"), "四年级")
    world.school.rules_version += 1  # what is stored with the sheet is counted anew from now on
    sheet = world.day(world.four_one).sheet
    sheet.totals = sheet.totals | {"load": sheet.totals["load"] | {"home": 99}}
    db.session.commit()
    assert "超量" not in row(home(world, browser, "shen"), "四年级")
    sheet.totals_rules = world.school.rules_version
    db.session.commit()
    assert "超量 1" in row(home(world, browser, "shen"), "四年级")


# The office


def test_the_office_is_told_of_exceptions_and_the_principal_reads_the_same_counts(
    world: World, browser: Browser
) -> None:
    world.file(world.chen, world.maths, item(20))
    assert waits(home(world, browser, "zheng")) == ["现在没有等您办的事。"]
    world.coordinate()  # a subject of the homeroom teacher's own is an exception
    page = home(world, browser, "zheng")
    assert (waits(page), taps(page)) == (["1 份清单有例外待看"], ["/office/?show=open"])
    assert row(page, "例外") == "例外 待看 1"
    page = home(world, browser, "cheng")
    assert (waits(page), row(page, "例外")) == (["现在没有等您办的事。"], "例外 待看 1")


def test_where_the_office_passes_every_sheet_the_approved_ones_wait_for_it(world: World, browser: Browser) -> None:
    world.school.approval_mode = ApprovalMode.ALL
    world.file(world.luo, world.english, item(20))
    world.coordinate()
    world.approve()
    page = home(world, browser, "zheng")
    assert (waits(page), taps(page)) == (["1 份清单等教务处公示"], ["/office/approved"])
    assert row(page, "等公示") == "等公示 1"
    assert row(page, "四年级").startswith("四年级 全年级总量 填报中 1 年级组已通过 1")


def test_the_office_block_is_nobody_elses(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    for name in ("chen", "shen", "luo", "admin"):
        assert ("例外" in home(world, browser, name).text) is False, name


# Deputies


def test_a_deputy_finds_the_lent_roles_marked_with_whose_they_are(world: World, browser: Browser, app: Flask) -> None:
    lent(world, grant_of(world.chen), world.luo)
    lent(world, grant_of(world.shen, Role.LEAD), world.luo)
    lent(world, grant_of(world.zheng, Role.OFFICE), world.luo)
    world.file(world.luo, world.english, item(20))
    world.file(world.shen, world.chinese, item(20))
    world.file(world.chen, world.maths, item(20))
    page = home(world, browser, "luo")
    assert waits(page) == ["1 个班可以协调总量"]
    assert texts(page, "h3") == ["四(1)班 代 陈立德 填报中"]
    assert row(page, "四年级").startswith("四年级 全年级总量 代 沈知微 郑怀瑾")
    assert row(page, "一年级").startswith("一年级 全年级总量 代 郑怀瑾")
    assert "教务处 代 郑怀瑾" in texts(page, "h2")
    assert "代" not in "".join(texts(home(world, browser, "chen"), "h3"))
    go_to_day(app, 1)
    page = home(world, browser, "luo")
    assert (texts(page, "h3"), texts(page, "h2")) == ([], ["布置作业", "学校"])


def test_counts_are_of_all_classes_somebody_looks_after(world: World, browser: Browser) -> None:
    for number in (3, 4):
        five = make_class(world.school, 5, number)
        grant(world.gu, Role.HOMEROOM, school_class=five)
        grant(world.gu, Role.LEAD, grade=5) if number == 3 else None
    assert waits(home(world, browser, "gu")) == ["现在没有等您办的事。"]
    assert row(home(world, browser, "gu"), "五年级").startswith("五年级 全年级总量 填报中 2")
