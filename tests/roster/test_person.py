"""One person's page: name, login, roles, what they teach, whether they may sign in."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Deputy, Person, RoleGrant
from portal.accounts.name_queries import with_names
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.permissions import Role
from portal.roster.people_queries import state_now
from portal.school.models import TeachingAssignment
from tests.accounts.test_sign_in import enter, signed_in_as
from tests.approvals.reading import texts
from tests.deputies.lending import grant_of, lent
from tests.factories import PASSWORD, World, grant, make_person
from tests.homework.composing import complaints
from tests.page import Browser, Page, by_other_hands, statements

STALE = "名单刚刚改过，这一步没有做。请看一遍现在的样子，再做一次。"


@pytest.fixture
def admin(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.admin)


def version(person: Person) -> str:
    """What a form says that was shown just now."""
    db.session.commit()
    return str(state_now(person.id))


def send(browser: Browser, person: Person, step: str = "", **typed: object) -> Page:
    empty = {"role": "", "homeroom_of": "", "grade": ""} if step == "/roles" else {}
    return browser.send(f"/people/{person.id}{step}", {"version": version(person), **empty, **typed})


def refusal(page: Page) -> str:
    [sentence] = texts(page, "p", class_="refusal")
    return sentence


def steps() -> list[str]:
    return list(db.session.scalars(select(LogEntry.step).order_by(LogEntry.id)))


def test_somebody_is_added_and_goes_on_to_their_page(world: World, admin: Browser) -> None:
    sent = {"name": "许知行", "login": "t1001"}
    page = admin.send("/people/new", sent)
    person = db.session.scalars(select(Person).where(Person.login == "t1001")).one()
    assert (page.status, page.response.location) == (303, f"/people/{person.id}")
    assert (person.school_id, person.name, person.has_none) == (world.school.id, "许知行", True)
    assert texts(admin.get(f"/people/{person.id}"), "h1") == ["许知行 t1001"]
    assert steps() == ["person.add"]
    assert enter(Browser(admin.client.application), "t1001", "!").status == 422


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({"name": "", "login": ""}, {"name": "请填姓名。", "login": "请填账号。"}),
        ({"name": "王" * 81, "login": "t1"}, {"name": "姓名最多 80 个字。"}),
        ({"name": "王芳", "login": "t" * 65}, {"login": "账号最多 64 个字符。"}),
        ({"name": "王芳", "login": "zhou"}, {"login": "这个账号已经有人用了，请换一个。"}),
        ({"name": "王芳", "login": "CHEN"}, {"login": "这个账号已经有人用了，请换一个。"}),
        (
            {"name": "王芳", "login": "王 芳"},
            {"login": "账号只用字母、数字和 . _ - @，以字母或数字开头，例如 t1001。"},
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World, admin: Browser, typed: dict[str, str], sentences: dict[str, str]
) -> None:
    page = admin.send("/people/new", typed)
    assert (page.status, complaints(page)) == (422, sentences)
    assert page.value("login") == typed["login"]
    assert steps() == []


def test_two_people_may_have_one_name(world: World, admin: Browser) -> None:
    for login in ("f1", "f2", "f3"):
        assert admin.send("/people/new", {"name": "王芳", "login": login}).status == 303
    assert texts(admin.get("/people?q=wf"), "th", scope="row") == ["王芳"] * 3


def test_name_and_login_are_corrected(world: World, admin: Browser) -> None:
    assert send(admin, world.luo, name="罗安宜", login="luo2").status == 303
    db.session.refresh(world.luo)
    assert (world.luo.name, world.luo.login) == ("罗安宜", "luo2")
    assert enter(Browser(admin.client.application), "luo2", PASSWORD).status == 303
    assert enter(Browser(admin.client.application), "luo", PASSWORD).status == 422
    [row] = db.session.scalars(select(LogEntry))
    [row] = with_names([row])
    assert (row.names["was"], row.names["person"]) == ("罗安怡 (luo)", "罗安宜 (luo2)")
    page = send(admin, world.luo, name="罗安宜", login="shen")
    assert (page.status, refusal(page)) == (409, "这个账号已经有人用了，请换一个。")
    assert send(admin, world.luo, name="罗安宜", login="LUO2").status == 303


def test_a_deactivated_account_is_closed_everywhere_and_can_be_opened_again(
    world: World, admin: Browser, app: Flask
) -> None:
    teacher = Browser(app).sign_in(world.luo)
    assert send(admin, world.luo, "/stop").status == 303
    assert signed_in_as(teacher) is None
    assert enter(Browser(app), "luo", PASSWORD).status == 422
    assert texts(admin.get("/people?shown=stopped"), "th", scope="row") == ["罗安怡"]
    assert db.session.scalars(select(TeachingAssignment).where(TeachingAssignment.teacher_id == world.luo.id)).all()
    assert send(admin, world.luo, "/resume").status == 303
    assert signed_in_as(teacher) is None  # the old session does not come back
    assert enter(Browser(app), "luo", PASSWORD).status == 303
    assert steps() == ["person.stop", "person.resume"]


def test_the_last_administrator_stays(world: World, admin: Browser, app: Flask) -> None:
    page = send(admin, world.admin, "/stop")
    assert (page.status, refusal(page)) == (409, "不能停用自己的账号，请另一位管理员来做。")
    own = grant_of(world.admin, Role.ADMINISTRATOR)
    last = "这是最后一位管理员。请先把管理员角色交给另一位同事。"
    page = send(admin, world.admin, f"/roles/{own.id}/take")
    assert (page.status, refusal(page)) == (409, last)
    gone = make_person(world.school, "gone", "走了的")
    grant(gone, Role.ADMINISTRATOR)
    gone.active = False
    grant(world.zhou, Role.ADMINISTRATOR)  # in another school
    assert refusal(send(admin, world.admin, f"/roles/{own.id}/take")) == last
    assert send(admin, world.luo, "/roles", role="administrator").status == 303
    second = Browser(app).sign_in(world.luo)
    assert send(second, world.admin, "/stop").status == 303
    assert signed_in_as(admin) is None
    assert refusal(send(second, world.luo, f"/roles/{grant_of(world.luo, Role.ADMINISTRATOR).id}/take")) == last


ROLES = {
    "of a class": ({"role": "homeroom", "homeroom_of": "four_two", "grade": "3"}, "四(2)班 班主任"),
    "of a grade": ({"role": "lead", "grade": "7", "homeroom_of": "four_two"}, "七年级 年级组长"),
    "of the school": ({"role": "office", "grade": "7"}, "教务处"),
}


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_is_given_and_taken(world: World, admin: Browser, kind: str) -> None:
    typed, words = ROLES[kind]
    if "homeroom_of" in typed:
        typed = typed | {"homeroom_of": str(world.four_two.id)}
    assert send(admin, world.luo, "/roles", **typed).status == 303
    assert words in admin.get(f"/people/{world.luo.id}").text
    page = send(admin, world.luo, "/roles", **typed)
    assert (page.status, refusal(page)) == (409, "已经有这个角色了。")
    given = grant_of(world.luo, Role(typed["role"]))
    assert send(admin, world.luo, f"/roles/{given.id}/take").status == 303
    assert db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.luo.id)).all() == []
    assert steps() == ["role.give", "role.take"]
    log = Browser(admin.client.application).sign_in(world.zheng).get("/office/log").text
    assert "罗安怡 (luo)" in log


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({}, {"role": "请选择。"}),
        ({"role": "king"}, {"role": "请从列出的里面选一项。"}),
        ({"role": "homeroom"}, {"homeroom_of": "班主任要选一个班。"}),
        ({"role": "lead"}, {"grade": "年级组长要选一个年级。"}),
        ({"role": "lead", "grade": "10"}, {"grade": "请从列出的里面选一项。"}),
        ({"role": "homeroom", "homeroom_of": "other"}, {"homeroom_of": "请从列出的里面选一项。"}),
    ],
)
def test_a_role_without_its_place_is_none(
    world: World, admin: Browser, typed: dict[str, str], sentences: dict[str, str]
) -> None:
    if typed.get("homeroom_of"):
        typed = typed | {"homeroom_of": str(world.other_class.id)}
    page = send(admin, world.luo, "/roles", **typed)
    assert (page.status, complaints(page)) == (422, sentences)
    assert steps() == []


def test_a_role_that_is_lent_stays_until_the_loan_ends(world: World, admin: Browser) -> None:
    granted = grant_of(world.chen)
    lent(world, granted, world.luo, 1, 3)
    page = send(admin, world.chen, f"/roles/{granted.id}/take")
    assert (page.status, refusal(page)) == (
        409,
        "这个角色正由同事代理，或者已经安排了代理。请先在“职责代理”里结束。",
    )
    lent(world, grant_of(world.lin), world.luo, -3, -1)
    assert send(admin, world.lin, f"/roles/{grant_of(world.lin).id}/take").status == 303
    assert [each.grant_id for each in db.session.scalars(select(Deputy))] == [granted.id]


def taught(world: World) -> list[tuple[int, int, int]]:
    wanted = select(TeachingAssignment).where(TeachingAssignment.teacher_id == world.luo.id)
    return [(each.class_id, each.subject_id, each.weekdays) for each in db.session.scalars(wanted)]


def test_what_somebody_teaches_is_set_changed_and_removed(world: World, admin: Browser) -> None:
    place = {"school_class": str(world.four_two.id), "subject": str(world.maths.id)}
    before = taught(world)
    assert send(admin, world.luo, "/teaching", weekdays=["0", "2"], **place).status == 303
    assert taught(world) == [*before, (world.four_two.id, world.maths.id, 0b101)]
    assert "四(2)班 数学 周一 周三" in admin.get(f"/people/{world.luo.id}").text
    assert send(admin, world.luo, "/teaching", weekdays=["6"], **place).status == 303
    assert taught(world)[1:] == [(world.four_two.id, world.maths.id, 0b1000000)]
    assert send(admin, world.luo, "/teaching", **place).status == 303
    assert taught(world)[1:] == [(world.four_two.id, world.maths.id, 0)]
    [assignment] = db.session.scalars(select(TeachingAssignment).where(TeachingAssignment.weekdays == 0))
    assert send(admin, world.luo, f"/teaching/{assignment.id}/end").status == 303
    assert taught(world) == before
    assert steps() == ["teaching.set"] * 3 + ["teaching.end"]
    log = Browser(admin.client.application).sign_in(world.zheng).get("/office/log").text
    assert "四(2)班 周一、周三" in log


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({}, {"school_class": "请选择。", "subject": "请选择。"}),
        (
            {"school_class": "other", "subject": "other"},
            dict.fromkeys(("school_class", "subject"), "请从列出的里面选一项。"),
        ),
        ({"school_class": "x", "subject": "-1"}, dict.fromkeys(("school_class", "subject"), "请从列出的里面选一项。")),
    ],
)
def test_another_schools_class_is_not_taught(
    world: World, admin: Browser, typed: dict[str, str], sentences: dict[str, str]
) -> None:
    ids = {"school_class": world.other_class.id, "subject": world.other_maths.id}
    typed = {name: str(ids[name]) if value == "other" else value for name, value in typed.items()}
    page = send(admin, world.luo, "/teaching", **typed)
    assert (page.status, complaints(page)) == (422, sentences)


def test_there_is_no_eighth_day(world: World, admin: Browser) -> None:
    place = {"school_class": str(world.four_two.id), "subject": str(world.maths.id)}
    page = send(admin, world.luo, "/teaching", weekdays=["0", "7"], **place)
    assert page.status == 422
    assert "没有这一天，请重新选择。" in page.text


FORMS = {
    "": {"name": "新名字", "login": "new"},
    "/stop": {},
    "/resume": {},
    "/roles": {"role": "office", "homeroom_of": "", "grade": ""},
}


@pytest.mark.parametrize("step", FORMS)
@pytest.mark.parametrize("seen", ["old", "", "x"])
def test_a_form_from_before_somebody_elses_change_does_nothing(
    world: World, admin: Browser, step: str, seen: str
) -> None:
    old = version(world.luo)
    by_other_hands(admin.client.application, "UPDATE teaching_assignment SET weekdays = 3")
    page = admin.send(f"/people/{world.luo.id}{step}", {"version": old if seen == "old" else seen, **FORMS[step]})
    assert (page.status, refusal(page)) == (409, STALE)
    db.session.refresh(world.luo)
    assert (world.luo.name, world.luo.active, steps()) == ("罗安怡", True, [])
    shown = page.all("input", name="version")[0]["value"]
    assert admin.send(f"/people/{world.luo.id}{step}", {"version": shown, **FORMS[step]}).status == 303


def test_a_change_of_somebody_else_stops_nobody(world: World, admin: Browser) -> None:
    shown = version(world.luo)
    assert send(admin, world.chen, name="陈立", login="chen").status == 303
    by_other_hands(admin.client.application, "UPDATE subject SET name = '外语' WHERE name = '英语'")
    sent = {"version": shown, "name": "罗安", "login": "luo"}
    assert admin.send(f"/people/{world.luo.id}", sent).status == 303


def test_another_schools_people_are_not_found(world: World, admin: Browser) -> None:
    theirs = grant_of(world.zhou)
    assert admin.get(f"/people/{world.zhou.id}").status == 404
    for step in ("", "/stop", "/resume", "/roles", f"/roles/{theirs.id}/take", "/teaching"):
        assert send(admin, world.zhou, step, name="x", login="x", role="office").status == 404
    assert send(admin, world.luo, f"/roles/{theirs.id}/take").status == 404
    [assignment] = db.session.scalars(select(TeachingAssignment).where(TeachingAssignment.teacher_id == world.zhou.id))
    assert send(admin, world.luo, f"/teaching/{assignment.id}/end").status == 404
    assert steps() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_statements_of_a_page_do_not_grow(world: World, admin: Browser, count: int) -> None:
    for more in range(count - 1):
        grant(world.chen, Role.LEAD, grade=more + 5)
    admin.get("/people")
    with statements() as seen:
        assert admin.get(f"/people/{world.chen.id}").status == 200
    assert len(seen) == 7
