"""Who has an account: read by the administrator and the principal."""

from portal.extensions import db
from portal.policy.permissions import Role
from tests.approvals.reading import rows
from tests.deputies.lending import grant_of, lent
from tests.factories import World, assign, grant, make_class, make_person
from tests.page import Browser, statements


def test_the_administrator_sees_everybody_with_their_roles(world: World, browser: Browser) -> None:
    world.gu.active = False
    table = rows(browser.sign_in(world.admin).get("/people?shown=all"))
    assert table == [
        ["姓名", "账号", "角色"],
        ["陈立德", "chen", "班主任 四(1)班 任课教师"],
        ["程望舒", "cheng", "校长"],
        ["顾一鸣", "gu 已停用", "年级组长 一年级"],
        ["管理员", "admin", "管理员"],
        ["林晓棠", "lin", "班主任 一(1)班 任课教师"],
        ["罗安怡", "luo", "任课教师"],
        ["沈知微", "shen", "年级组长 四年级 任课教师"],
        ["郑怀瑾", "zheng", "教务处"],
    ]


def test_what_is_lent_today_stands_with_its_lender_and_nothing_else_does(world: World, browser: Browser) -> None:
    lent(world, grant_of(world.chen), world.luo)
    lent(world, grant_of(world.lin), world.luo, 1, 1)
    roles = {login: words for _, login, words in rows(browser.sign_in(world.admin).get("/people"))[1:]}
    assert (roles["luo"], roles["chen"]) == ("代 陈立德 四(1)班 班主任 任课教师", "班主任 四(1)班 任课教师")


def test_another_schools_people_are_not_among_them(world: World, browser: Browser) -> None:
    grant(world.zhou, Role.ADMINISTRATOR)
    there = Browser(browser.client.application).sign_in(world.zhou).get("/people")
    assert [row[1] for row in rows(there)[1:]] == ["zhou"]
    here = browser.sign_in(world.cheng).get("/people")
    assert (here.status, "周远" in here.html) == (200, False)


def test_nobody_else_may_read_them(world: World, browser: Browser) -> None:
    assert browser.get("/people").response.location == "/sign-in?next=/people"
    for person in (world.chen, world.shen, world.luo, world.zheng):
        page = Browser(browser.client.application).sign_in(person).get("/people")
        assert (page.status, "林晓棠" in page.html) == (403, False)


def test_no_page_shows_a_password_or_its_hash(world: World, browser: Browser) -> None:
    page = browser.sign_in(world.admin).get("/people")
    assert world.chen.password_hash not in page.html
    assert "pbkdf2" not in page.html


def test_the_statements_do_not_grow_with_the_people(world: World, browser: Browser) -> None:
    browser.sign_in(world.admin)
    counts = []
    for number in range(3):
        with statements() as seen:
            assert len(rows(browser.get("/people"))) == 9 + number
        counts.append(len(seen))
        more = make_person(world.school, f"more{number}", "新来的")
        assign(more, world.four_one, world.english)
        grant(more, Role.HOMEROOM, school_class=make_class(world.school, 5, number))
        lent(world, grant_of(more), world.luo)
        db.session.commit()
    assert counts == [6, 7, 7]  # the roster has changed: who asks is read again
