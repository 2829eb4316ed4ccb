"""One-time passwords on slips: for one person, for some, for all who have none; shown once."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.models import NO_PASSWORD
from portal.extensions import db
from tests.accounts.test_sign_in import enter
from tests.approvals.reading import texts
from tests.factories import NOW, PASSWORD, World, make_person
from tests.page import Browser, Page

PASSWORDS = "/people/passwords"
DRAWN = re.compile(r"[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}")


@pytest.fixture
def admin(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.admin)


def give(browser: Browser, *tokens: str, **more: str) -> Page:
    return browser.send(PASSWORDS, {"person": list(tokens), "do": "ticked", **more})


def slips(page: Page) -> dict[str, str]:
    """Password by login."""
    words = texts(page, "dd")
    assert set(words[2::3]) <= {"http://localhost/sign-in"}
    return dict(zip(words[::3], words[1::3], strict=True))


def test_the_ticked_get_slips_that_open_their_accounts(world: World, admin: Browser) -> None:
    page = give(admin, world.luo.get_id(), world.chen.get_id())
    assert page.status == 200
    assert page.response.headers["Cache-Control"] == "no-store"
    drawn = slips(page)
    assert set(drawn) == {"luo", "chen"}
    assert texts(page, "p", class_="slip-name") == ["陈立德", "罗安怡"]
    assert all(DRAWN.fullmatch(each) for each in drawn.values())
    assert len(set(drawn.values())) == 2
    for login, password in drawn.items():
        assert enter(Browser(admin.client.application), login, PASSWORD).status == 422
        entered = enter(Browser(admin.client.application), login, password)
        assert texts(entered, "h1") == ["先换一个自己的密码"]
    assert drawn["chen"] not in admin.get("/people").html


def test_the_address_on_paper_is_the_public_one(world: World, admin: Browser, app: Flask) -> None:
    app.config["ADDRESS"] = "https://homework.school.cn"
    page = give(admin, world.luo.get_id())
    assert texts(page, "dd")[2] == "https://homework.school.cn/sign-in"
    assert "青禾实验学校" in page.text


def test_all_who_have_none_get_one(world: World, admin: Browser) -> None:
    for login in ("new1", "new2", "gone"):
        make_person(world.school, login, f"新来的 {login}").password_hash = NO_PASSWORD
    make_person(world.other_school, "there", "远处的").password_hash = NO_PASSWORD
    db.session.flush()
    world.lin.active = False
    db.session.commit()
    assert set(slips(give(admin, do="all"))) == {"new1", "new2", "gone"}
    page = give(admin, do="all")
    assert (page.status, texts(page, "p", class_="refusal")) == (409, ["现在没有人需要新密码。"])


def test_nobody_ticked_is_said(world: World, admin: Browser) -> None:
    for tokens in ((), ("x",), ("1",), ("1.",), ("1.2.3",), ("٣.٠",), ("9" * 30 + ".0",)):
        page = give(admin, *tokens)
        assert (page.status, texts(page, "p", class_="refusal")) == (422, ["请先勾选要发密码的人。"])


@pytest.mark.parametrize("who", ["stale", "another school's", "unknown", "stopped"])
def test_who_is_not_as_they_were_shown_gets_none(world: World, admin: Browser, who: str) -> None:
    world.lin.active = False
    db.session.commit()
    token = {
        "stale": f"{world.chen.id}.9",
        "another school's": world.zhou.get_id(),
        "unknown": "99999.0",
        "stopped": world.lin.get_id(),
    }[who]
    page = give(admin, token, world.luo.get_id())
    refusal = "有人的账号刚刚被改过，什么都没有做。请看一遍现在的名单，再选一次。"
    assert (page.status, texts(page, "p", class_="refusal")) == (409, [refusal])
    assert "周远" not in page.text
    for login in ("chen", "luo", "zhou"):
        assert enter(Browser(admin.client.application), login, PASSWORD).status == 303


def test_sent_twice_the_second_changes_nothing(world: World, admin: Browser) -> None:
    token = world.chen.get_id()
    drawn = slips(give(admin, token))
    assert give(admin, token).status == 409
    assert enter(Browser(admin.client.application), "chen", drawn["chen"]).status == 200


def test_ones_own_password_is_changed_elsewhere(world: World, admin: Browser) -> None:
    page = give(admin, world.admin.get_id())
    assert (page.status, texts(page, "p", class_="refusal")) == (409, ["您自己的密码请在“我的账号”里修改。"])
    assert admin.get("/home").status == 200


def test_nobody_else_may(world: World, app: Flask) -> None:
    for person in (world.chen, world.zheng, world.cheng, world.zhou):
        assert give(Browser(app).sign_in(person), world.luo.get_id()).status == 403
    assert enter(Browser(app), "luo", PASSWORD).status == 303


def test_the_list_says_who_has_none_and_whose_slip_was_not_used(world: World, admin: Browser) -> None:
    world.gu.password_hash = NO_PASSWORD
    db.session.commit()
    give(admin, world.luo.get_id())
    assert texts(admin.get("/people?shown=without"), "th", scope="row") == ["顾一鸣"]
    assert texts(admin.get("/people?shown=one-time"), "th", scope="row") == ["罗安怡"]
    page = admin.get("/people")
    assert ("还没有密码" in page.text, "纸条还没用" in page.text) == (True, True)


def test_a_slip_says_how_long_it_holds_and_so_do_list_and_page(world: World, admin: Browser, app: Flask) -> None:
    page = give(admin, world.luo.get_id())
    assert "12月24日 前（含当天）登录，换成自己的密码；过了这天，请管理员重新发。请勿拍照转发。" in page.text
    assert said_of_luo(world, admin) == (
        "纸条还没用，到 12月24日",
        "发了纸条，还没有换成自己的密码；纸条能用到 12月24日。",
    )
    app.config["NOW"] = NOW + timedelta(days=31)
    assert said_of_luo(world, admin) == ("纸条已过期", "纸条一直没用，12月24日 已过期，不能登录。请重新发。")
    app.config["ONE_TIME_DAYS"] = 7
    db.session.refresh(world.luo, ["session_version"])
    assert "1月1日 前（含当天）登录" in give(admin, world.luo.get_id()).text


def said_of_luo(world: World, admin: Browser) -> tuple[str, str]:
    """What the list of those with a slip and 罗安怡's own page say of it."""
    [tag] = texts(admin.get("/people?shown=one-time"), "span", class_="tag is-waiting")
    page = admin.get(f"/people/{world.luo.id}")
    return tag, next(each for each in texts(page, "p") if "纸条" in each)
