"""The page: what I lent, what is lent to me, all of the school for those who arrange it; lending and ending."""

from datetime import date

from flask import Flask

from portal.extensions import db
from portal.policy.permissions import Role
from tests.approvals.reading import texts
from tests.deputies.lending import DEPUTIES, another, day, go_to_day, grant_of, lend, lent, log, stored
from tests.factories import TODAY, World, grant, make_class, make_person
from tests.page import Browser, Page, statements


def loans(page: Page) -> list[str]:
    """The rows of all lists, without the buttons."""
    lists = [text for text in texts(page, "li") if " 代 " in text]
    return [text.split(" 提前结束…")[0].split(" 取消…")[0] for text in lists]


def offered(page: Page) -> list[str]:
    return [text for text in texts(page, "option") if text]


# Lending


def test_a_homeroom_teacher_lends_the_class_for_some_days(world: World, browser: Browser) -> None:
    mine = browser.sign_in(world.chen)
    page = lend(mine, grant_of(world.chen), "罗安怡", TODAY, day(3))
    assert (page.status, page.response.location) == (303, "/deputies/#main")
    assert stored() == [("homeroom", "luo", TODAY, day(3))]
    assert log() == [
        (
            "deputy.lend",
            "陈立德",
            {
                "role": "homeroom",
                "place": "4(1)",
                "lender": "陈立德",
                "deputy": "罗安怡",
                "first": "2026-11-24",
                "last": "2026-11-27",
            },
        )
    ]
    page = mine.get(DEPUTIES)
    assert texts(page, "p", class_="said") == ["已安排：罗安怡 代理 四(1)班 班主任。"]
    assert loans(page) == ["四(1)班 班主任 罗安怡 代 陈立德 11月24日 – 11月27日 正在代理"]
    read_by_the_deputy = another(browser, world.luo).get(DEPUTIES)
    assert texts(read_by_the_deputy, "h2") == ["我代理的"]
    assert loans(read_by_the_deputy) == ["四(1)班 班主任 罗安怡 代 陈立德 11月24日 – 11月27日 正在代理"]


def test_the_account_is_as_good_as_the_name_and_needed_where_two_have_the_same(world: World, browser: Browser) -> None:
    make_person(world.school, "luo2", "罗安怡")
    mine = browser.sign_in(world.chen)
    page = lend(mine, grant_of(world.chen), "罗安怡")
    assert page.status == 422
    assert texts(page, "ul", class_="errors") == ["有几位同事同名，请写上账号：罗安怡 luo、罗安怡 luo2"]
    assert lend(mine, grant_of(world.chen), "罗安怡 luo2").status == 303
    assert lend(mine, grant_of(world.chen), " LUO ", day(1), day(1)).status == 303
    assert [(login, first) for _, login, first, _ in stored()] == [("luo2", TODAY), ("luo", day(1))]


def test_only_own_roles_are_offered_and_the_principals_is_none_to_lend(world: World, browser: Browser) -> None:
    grant(world.shen, Role.PRINCIPAL)
    grant(world.shen, Role.HOMEROOM, school_class=world.four_two)
    assert offered(browser.sign_in(world.shen).get(DEPUTIES))[:3] == ["请选择", "四(2)班 班主任", "四年级 年级组长"]


def test_office_and_administrator_arrange_it_for_somebody_who_is_ill(world: World, browser: Browser) -> None:
    everything = [
        "请选择",
        "一(1)班 班主任 · 林晓棠",
        "四(1)班 班主任 · 陈立德",
        "一年级 年级组长 · 顾一鸣",
        "四年级 年级组长 · 沈知微",
        "教务处 · 郑怀瑾",
    ]
    for person, to in ((world.zheng, "林晓棠"), (world.admin, "罗安怡")):
        mine = another(browser, person)
        assert offered(mine.get(DEPUTIES))[: len(everything)] == everything
        assert lend(mine, grant_of(world.shen, Role.LEAD), to).status == 303
    assert [(who, details["lender"], details["deputy"]) for _, who, details in log()] == [
        ("郑怀瑾", "沈知微", "林晓棠"),
        ("管理员", "沈知微", "罗安怡"),
    ]


def test_what_is_lent_to_the_office_is_arranged_in_its_place(world: World, browser: Browser) -> None:
    lent(world, grant_of(world.zheng, Role.OFFICE), world.luo)
    mine = browser.sign_in(world.luo)
    assert "教务处 · 郑怀瑾" not in offered(mine.get(DEPUTIES))  # never lent further
    assert lend(mine, grant_of(world.zheng, Role.OFFICE), "林晓棠").status == 422
    assert lend(mine, grant_of(world.chen), "林晓棠").status == 303
    assert [(who, details["deputy_for"]) for _, who, details in log()] == [("罗安怡", "郑怀瑾")]


# Wrong person, unknown id


def test_a_teacher_without_a_role_has_nothing_to_lend(world: World, browser: Browser) -> None:
    mine = browser.sign_in(world.luo)
    assert mine.get(DEPUTIES).status == 403
    assert lend(mine, grant_of(world.chen), "林晓棠").status == 403
    assert another(browser, world.cheng).get(DEPUTIES).status == 403
    assert stored() == []


def test_somebody_elses_role_cannot_be_lent(world: World, browser: Browser) -> None:
    for number in (grant_of(world.lin).id, grant_of(world.zhou, Role.LEAD).id, 99999):
        page = lend(another(browser, world.chen), number, "罗安怡")
        assert (page.status, texts(page, "ul", class_="errors")) == (422, ["请从列出的里面选一项。"])
    assert stored() == []


def test_a_deputy_does_not_lend_on_what_is_lent_to_them(world: World, browser: Browser) -> None:
    lent(world, grant_of(world.chen), world.luo)
    mine = browser.sign_in(world.luo)
    page = mine.get(DEPUTIES)
    assert (page.status, page.all("select"), loans(page)) == (
        200,
        [],
        ["四(1)班 班主任 罗安怡 代 陈立德 11月24日 正在代理"],
    )
    assert lend(mine, grant_of(world.chen), "林晓棠").status == 422
    assert len(stored()) == 1


def test_a_loan_is_not_ended_by_those_whom_it_does_not_concern(world: World, browser: Browser) -> None:
    loan = lent(world, grant_of(world.chen), world.luo)
    grant(world.zhou, Role.OFFICE)
    statuses = {
        person.login: another(browser, person).send(f"{DEPUTIES}{loan.id}/end").status
        for person in (world.luo, world.lin, world.cheng, world.zhou)
    }
    assert statuses == {"luo": 403, "lin": 404, "cheng": 403, "zhou": 404}
    assert another(browser, world.chen).send(f"{DEPUTIES}99999/end").status == 404
    assert (len(stored()), log()) == (1, [])


def test_another_schools_loans_and_people_are_not_on_the_page(world: World, browser: Browser) -> None:
    new = make_person(world.other_school, "new", "新老师")
    lent(world, grant_of(world.zhou, Role.LEAD), new)
    page = another(browser, world.admin).get(DEPUTIES)
    assert (loans(page), "新老师" in page.html, "周远" in page.html) == ([], False, False)
    assert "新老师" in another(browser, world.zhou).get(DEPUTIES).html
    refused = lend(another(browser, world.chen), grant_of(world.chen), "新老师")
    assert texts(refused, "ul", class_="errors") == ["没有找到这位同事，请填完整的姓名或账号。"]


# Wrong input


def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_stays(world: World, browser: Browser) -> None:
    world.gu.active = False
    db.session.commit()
    mine, own = browser.sign_in(world.chen), grant_of(world.chen)
    said = {
        case: texts(page, "ul", class_="errors")
        for case, page in {
            "nothing": mine.send(DEPUTIES, {}),
            "nobody": lend(mine, own, "罗"),
            "inactive": lend(mine, own, "顾一鸣"),
            "oneself": lend(mine, own, "陈立德"),
            "too long": lend(mine, own, "罗" * 161),
            "no day": lend(mine, own, "罗安怡", "2026-02-30", "morgen"),
            "no year": lend(mine, own, "罗安怡", "0001-01-01", "0001-01-01"),
            "backwards": lend(mine, own, "罗安怡", day(2), day(1)),
            "past": lend(mine, own, "罗安怡", day(-1), day(1)),
            "endless": lend(mine, own, "罗安怡", TODAY, day(180)),
            "years": lend(mine, own, "罗安怡", date(2036, 11, 24), date(2036, 11, 24)),
        }.items()
        if page.status == 422
    }
    assert said == {
        "nothing": ["请选择哪项职责。", "请填同事的姓名。", "请选择日期。", "请选择日期。"],
        "nobody": ["没有找到这位同事，请填完整的姓名或账号。"],
        "inactive": ["没有找到这位同事，请填完整的姓名或账号。"],
        "oneself": ["没有找到这位同事，请填完整的姓名或账号。"],
        "too long": ["姓名最多 160 个字。"],
        "no day": ["没有这一天，请重新选择日期。", "没有这一天，请重新选择日期。"],
        "no year": ["没有这一天，请重新选择日期。"],
        "backwards": ["结束日期在开始日期之前，请检查。"],
        "past": ["代理不能从已经过去的日子开始，请从今天或以后开始。"],
        "endless": ["一次代理最多 180 天。更久请管理员把职责交给别人。"],
        "years": ["最多提前 180 天安排，请检查年份。"],
    }
    page = lend(mine, own, "罗", day(2), day(1))
    assert [page.value(name) for name in ("to", "first", "last")] == ["罗", str(day(2)), str(day(1))]
    assert stored() == []


def test_a_rule_that_says_no_answers_409_and_everything_stays(world: World, browser: Browser) -> None:
    office = browser.sign_in(world.zheng)
    lent(world, grant_of(world.chen), world.luo, 2, 4)
    said = {
        case: (page.status, texts(page, "p", class_="refusal"))
        for case, page in {
            "the holder": lend(office, grant_of(world.chen), "陈立德"),
            "again": lend(office, grant_of(world.chen), "罗安怡", day(4), day(9)),
        }.items()
    }
    assert said == {
        "the holder": (409, ["不能请本人代理自己，请选一位同事。"]),
        "again": (
            409,
            ["这项职责在 2026-11-26 至 2026-11-28 已经由这位同事代理。请改日期，或先结束那一次。"],
        ),
    }
    page = lend(office, grant_of(world.chen), "罗安怡", day(4), day(9))
    assert [page.value(name) for name in ("to", "first", "last")] == ["罗安怡", str(day(4)), str(day(9))]
    assert loans(page) == ["四(1)班 班主任 罗安怡 代 陈立德 11月26日 – 11月28日 还没开始"]
    assert (len(stored()), log()) == (1, [])


def test_whoever_has_the_role_anyway_needs_no_loan(world: World, browser: Browser) -> None:
    grant(world.luo, Role.LEAD, grade=4)
    grant(world.lin, Role.LEAD, grade=8)
    mine = browser.sign_in(world.shen)
    page = lend(mine, grant_of(world.shen, Role.LEAD), "罗安怡")
    assert (page.status, texts(page, "p", class_="refusal")) == (
        409,
        ["这位同事本来就有这项职责，不需要代理。"],
    )
    assert lend(mine, grant_of(world.shen, Role.LEAD), "林晓棠").status == 303  # leads another grade
    assert [login for _, login, *_ in stored()] == ["lin"]


# Ending


def test_a_loan_that_is_ended_holds_no_more_and_stays_as_history(world: World, browser: Browser, app: Flask) -> None:
    loan = lent(world, grant_of(world.chen), world.luo, -2, 5)
    deputy, mine = another(browser, world.luo), another(browser, world.chen)
    sheet = f"/classes/{world.four_one.id}/{TODAY}"
    assert deputy.get(DEPUTIES).status == 200
    page = mine.send(f"{DEPUTIES}{loan.id}/end")
    assert (page.status, page.response.location) == (303, "/deputies/#main")
    assert stored() == [("homeroom", "luo", day(-2), day(-1))]
    step, who, details = log()[0]
    assert (step, who, details["deputy"], details["last"]) == ("deputy.end", "陈立德", "罗安怡", "2026-11-29")
    page = mine.get(DEPUTIES)
    assert texts(page, "p", class_="said") == ["已结束：罗安怡 不再代理 四(1)班 班主任。"]
    assert loans(page) == ["四(1)班 班主任 罗安怡 代 陈立德 11月22日 – 11月23日 已结束"]
    assert texts(page, "summary") == ["已结束的（1）"]
    assert deputy.get(DEPUTIES).status == 403  # at once, without signing in again
    assert deputy.send(f"{sheet}/coordinate", {"version": "0"}).status == 403


def test_a_loan_that_has_not_begun_or_began_today_is_taken_back_whole(world: World, browser: Browser) -> None:
    coming = lent(world, grant_of(world.chen), world.luo, 1, 5)
    today = lent(world, grant_of(world.chen), world.lin, 0, 5)
    office = browser.sign_in(world.zheng)
    for loan in (coming, today):
        assert office.send(f"{DEPUTIES}{loan.id}/end").status == 303
    assert stored() == []
    assert [(step, details["deputy"], details["first"]) for step, _, details in log()] == [
        ("deputy.end", "罗安怡", "2026-11-25"),
        ("deputy.end", "林晓棠", "2026-11-24"),
    ]


def test_ending_twice_is_refused_with_the_present_state(world: World, browser: Browser) -> None:
    loan = lent(world, grant_of(world.chen), world.luo, -2, 5)
    mine = browser.sign_in(world.chen)
    mine.send(f"{DEPUTIES}{loan.id}/end")
    page = mine.send(f"{DEPUTIES}{loan.id}/end")
    assert (page.status, texts(page, "p", class_="refusal")) == (409, ["这次代理已经结束了。"])
    assert loans(page) == ["四(1)班 班主任 罗安怡 代 陈立德 11月22日 – 11月23日 已结束"]
    assert len(log()) == 1


def test_after_a_year_a_loan_that_is_over_leaves_the_page(world: World, browser: Browser, app: Flask) -> None:
    lent(world, grant_of(world.chen), world.luo)
    go_to_day(app, 365)
    mine = browser.sign_in(world.chen)
    assert len(loans(mine.get(DEPUTIES))) == 1
    go_to_day(app, 1)
    assert loans(mine.get(DEPUTIES)) == []


# Statements, languages


def test_the_page_takes_the_same_statements_for_one_loan_and_three(world: World, browser: Browser) -> None:
    office, mine, counts = another(browser, world.zheng), another(browser, world.chen), []
    for number, to in enumerate((world.luo, world.lin, world.gu)):
        lent(world, grant_of(world.chen), to, number, number + 1)
        grant(world.gu, Role.HOMEROOM, school_class=make_class(world.school, 5, number))
        for reader in (office, mine):
            with statements() as seen:
                assert len(loans(reader.get(DEPUTIES))) == number + 1
            counts.append(len(seen))
    assert counts == [4] * 6


def test_the_page_speaks_english_too(world: World, browser: Browser) -> None:
    lent(world, grant_of(world.chen), world.luo, 0, 2)
    page = browser.sign_in(world.chen).get(f"{DEPUTIES}?lang=en")
    assert texts(page, "h1") == ["Deputies"]
    assert texts(page, "li")[0].startswith(
        "Class 4(1) Homeroom teacher 罗安怡 for 陈立德 24 Nov – 26 Nov Standing in End early…"
    )
