"""Rights that end while somebody writes: the form is not taken, and what was written stands on the page."""

from io import BytesIO

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from sqlalchemy import delete
from wtforms import PasswordField

from portal.accounts.models import Person, RoleGrant
from portal.errors import NOT_CARRIED, written
from portal.extensions import db
from portal.school.models import TeachingAssignment
from tests.approvals.reading import texts
from tests.factories import TODAY, World
from tests.homework.composing import address, typed
from tests.page import Browser, Page

POEM = "床前明月光\n疑是地上霜"
CHANGED = "任课或职责可能在您填写的时候变了，请问学校的管理员或教务处。"
NOT_YOURS = ["没有保存：这一步现在不归您的角色。", CHANGED]
GONE = ["没有保存：要改的已经不在，或者不再归您。", CHANGED]


def ends(row: type, person: Person) -> None:
    """Whatever the person teaches, or is, ends."""
    db.session.execute(delete(row).where((row.teacher_id if row is TeachingAssignment else row.person_id) == person.id))
    db.session.commit()


def shown(page: Page) -> str | None:
    """What stands there to be copied."""
    return "\n".join(texts(page, "textarea", readonly="")) if page.all("textarea") else None


def sentences(page: Page) -> list[str]:
    return texts(page, "p")[:2]


def test_a_teacher_whose_lessons_end_while_they_write(world: World, browser: Browser) -> None:
    browser.sign_in(world.luo)
    at = f"/homework/{world.four_one.id}/{world.english.id}/{TODAY}"
    sent = {"csrf_token": browser.token(), "version": "0", "do": "submit", "reason": "停电"}
    sent |= typed(text=POEM) | typed(1, text="<b>", minutes="")
    ends(TeachingAssignment, world.luo)
    page = browser.post(at, sent)
    assert (page.status, texts(page, "h1"), sentences(page)) == (403, ["没有权限"], NOT_YOURS)
    assert shown(page) == "停电 床前明月光 疑是地上霜 20 分钟 <b>"
    assert page.posts_to() == set()
    assert world.day(world.four_one).filing_of(world.english.id) is None


def test_a_class_that_is_taken_from_a_teacher_of_others(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    at = f"/homework/{world.four_two.id}/{world.maths.id}/{TODAY}"
    lessons = delete(TeachingAssignment).where(TeachingAssignment.class_id == world.four_two.id)
    db.session.execute(lessons)
    db.session.commit()
    page = browser.send(at, {"version": "0", "do": "save", **typed(text="第 7 页")})
    assert (page.status, texts(page, "h1"), sentences(page)) == (404, ["没有找到"], GONE)
    assert shown(page) == "第 7 页 20 分钟"
    nothing = browser.send(f"/homework/999999/{world.maths.id}/{TODAY}", {"do": "save", **typed(text="第 7 页")})
    assert nothing.text == page.text


def test_an_approver_whose_role_ends(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths)
    world.coordinate()
    browser.sign_in(world.shen)
    ends(RoleGrant, world.shen)
    reason = {"version": "2", "reason": "第 3 题超出进度"}
    page = browser.send(f"/classes/{world.four_one.id}/{TODAY}/return", reason)
    assert (page.status, sentences(page), shown(page)) == (403, NOT_YOURS, "第 3 题超出进度")


def test_where_nothing_was_written_nothing_is_shown(world: World, browser: Browser) -> None:
    browser.sign_in(world.shen)
    ends(RoleGrant, world.shen)
    page = browser.send(f"/classes/{world.four_one.id}/{TODAY}/approve", {"version": "2"})
    assert (page.status, sentences(page), shown(page)) == (403, NOT_YOURS, None)
    assert browser.get("/office/").text.endswith(
        "这一页不归您的角色。如果应该能看，请联系管理员。 回到首页 个人信息说明"
    )


def test_what_htmx_keeps_by_itself_gets_the_word_and_leaves_the_form_alone(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    ends(TeachingAssignment, world.chen)
    pages = [browser.htmx(address(world, part), typed(text=POEM)) for part in ("/draft", "/load")]
    word = "现在不能再保存：任课或职责可能变了。请先复制写好的内容，再问学校的管理员或教务处。"
    assert [(page.status, page.text) for page in pages] == [(403, word)] * 2
    stale = {"HX-Request": "true", "HX-Request-Type": "partial"}
    page = browser.post(address(world, "/draft"), typed() | {"csrf_token": "long ago"}, headers=stale)
    assert (page.status, page.text) == (403, word)


def test_a_draft_with_an_old_token_is_told_so(world: World, browser: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    page = browser.sign_in(world.chen).post(address(world, "/draft"), typed(), headers=headers)
    assert (page.status, page.text) == (400, "页面放得太久了，内容还在；按任何按钮会请您再确认一次。")


def test_a_button_that_htmx_sends_gets_the_page(world: World, browser: Browser) -> None:
    """It stands where the whole page was; see components/rearranges.html."""
    page = browser.sign_in(world.chen).get(address(world))
    buttons = [has for has in page.all("button") if "hx-post" in has]
    assert [(has["hx-status:40x"], has["hx-status:503"]) for has in buttons] == [("target:#main select:#main",) * 2] * 2
    ends(TeachingAssignment, world.chen)
    headers = {"HX-Request": "true", "HX-Request-Type": "full"}
    page = browser.send(address(world), {"do": "add", **typed(text=POEM)}, headers=headers)
    assert (page.status, [has["id"] for has in page.all("main")]) == (403, ["main"])
    assert shown(page) == "床前明月光 疑是地上霜 20 分钟"


def test_no_secret_and_no_file_is_shown(world: World, browser: Browser) -> None:
    browser.sign_in(world.luo)
    ends(TeachingAssignment, world.luo)
    secret = "我的 密码"
    sent = dict.fromkeys(("password", "present", "again"), secret) | {
        "file": (BytesIO(secret.encode()), f"{secret}.csv")
    }
    page = browser.send(address(world), sent | {"note": "看一看"}, content_type="multipart/form-data")
    assert (page.status, shown(page)) == (403, "看一看")
    assert secret not in page.html
    assert page.all("input") == []


def test_every_field_for_a_password_is_a_secret() -> None:
    def below(form: type) -> set[type]:
        return {form}.union(*map(below, form.__subclasses__()))

    fields = [(name, field) for form in below(FlaskForm) for name, field in vars(form).items()]
    secret = {name for name, field in fields if getattr(field, "field_class", None) is PasswordField}
    assert {"password", "present", "again"} <= secret <= NOT_CARRIED


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_what_another_site_sends_is_not_shown(world: World, browser: Browser, origin: str) -> None:
    browser.sign_in(world.zheng)
    page = browser.post(address(world), typed(text="别处写的"), headers={"Origin": origin})
    assert (page.status, shown(page)) == (403, None)
    assert browser.post(address(world), typed(text="这里写的"), headers={"Origin": "http://localhost"}).all("textarea")


def test_a_form_that_is_too_large_to_be_read_is_refused_all_the_same(
    world: World, app: Flask, browser: Browser
) -> None:
    browser.sign_in(world.zheng)
    sent = typed(text="长" * app.config["MAX_CONTENT_LENGTH"])
    page = browser.post(address(world), sent)
    assert (page.status, shown(page)) == (403, None)


def test_words_and_minutes_are_written_and_all_else_is_chosen(app: Flask) -> None:
    fields = [("items-0-text", "P42"), ("items-0-minutes", "20"), ("items-0-tier", "mandatory"), ("version", "3")]
    fields += [("do", "submit"), ("items-1-text", " "), ("items-1-minutes", ""), ("mon-1", "足球"), ("note", "read it")]
    with app.test_request_context():
        assert written(fields) == ["P42", "20 分钟", "足球", "read it"]
