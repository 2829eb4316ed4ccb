"""Forms that come too late: two tabs, a token that is missing or old, a session that ended. Nothing typed is lost."""

import pytest
from flask import Flask

from tests.approvals.reading import texts
from tests.factories import PASSWORD, World, assign, item
from tests.homework.composing import address, complaints, fields, refusals, send, still_there, typed
from tests.page import Browser, Page

STALE = "这份作业刚刚在另一个窗口或由同事保存过，您这里还是旧的。您写的内容都在，请对照后再保存。"
POEM = "床前明月光\n疑是地上霜"


def kept(world: World) -> list[tuple[str, int | None]]:
    """The items of 数学 in 四(1) as they are stored."""
    filing = world.day(world.four_one).filing_of(world.maths.id)
    return [(each.text, each.minutes) for each in filing.items] if filing else []


def pressed(page: Page, world: World, do: str = "submit", **values: str) -> dict[str, str]:
    """What the composer on `page` sends when these values are typed and a button is pressed."""
    return fields(page, address(world)) | {f"items-0-{name}": value for name, value in values.items()} | {"do": do}


def test_two_tabs_that_save_the_same_filing(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    one, two = browser.get(address(world)), browser.get(address(world))
    assert browser.post(address(world), pressed(one, world, text="这边", minutes="10")).status == 303
    page = browser.post(address(world), pressed(two, world, text="那边", minutes="15"))
    assert (page.status, refusals(page)) == (409, [STALE])
    assert texts(page, "li", class_="typed") == ["这边 · 10 分钟"]
    assert texts(page, "h2")[0] == "现在已保存的 陈立德 11-24 15:00 · 已提交"
    assert still_there(page, world) == typed(text="那边", minutes="15")
    assert kept(world) == [("这边", 10)]
    assert browser.post(address(world), pressed(page, world)).status == 303
    assert kept(world) == [("那边", 15)]


def test_two_colleagues_who_share_a_subject(world: World, browser: Browser) -> None:
    assign(world.luo, world.four_one, world.maths)
    browser.sign_in(world.chen)
    mine = browser.get(address(world))
    Browser(browser.client.application).sign_in(world.luo).send(
        address(world), {"version": "0", "do": "save", **typed(text="罗老师的", minutes="")}
    )
    page = browser.post(address(world), pressed(mine, world, text="我的", minutes="5"))
    assert (page.status, refusals(page)) == (409, [STALE])
    assert texts(page, "h2")[0] == "现在已保存的 罗安怡 11-24 15:00 · 草稿"
    assert texts(page, "li", class_="typed") == ["罗老师的 · 未填分钟"]
    assert kept(world) == [("罗老师的", None)]


def test_what_is_stored_is_named_after_a_colleague_who_has_left_the_class(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    mine = browser.get(address(world))
    world.file(world.lin, world.maths, item(10))
    page = browser.post(address(world), pressed(mine, world, text="我的", minutes="5"))
    assert texts(page, "h2")[0] == "现在已保存的 林晓棠 11-24 15:00 · 已提交"


def test_a_tab_that_does_not_know_of_none_today(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    old = browser.get(address(world))
    world.file(world.chen, world.maths)
    page = browser.post(address(world), pressed(old, world, text="那边", minutes="15"))
    assert page.status == 409
    assert texts(page, "section", class_="card stored") == [
        "现在已保存的 陈立德 11-24 15:00 · 已提交 今日无作业 下面是您这边填写的。再按保存，就以您的为准。"
    ]
    assert still_there(page, world) == typed(text="那边", minutes="15")


def test_withdrawing_what_another_tab_has_changed(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    browser.sign_in(world.chen)
    old = fields(browser.get(address(world)), address(world, "/withdraw"))
    send(browser, world, "submit", typed(text="改过", minutes="10"), version=1)
    page = browser.post(address(world, "/withdraw"), old)
    assert (page.status, refusals(page)) == (409, [STALE])
    assert still_there(page, world) == typed(text="改过", minutes="10")
    assert world.day(world.four_one).load.total == 10
    assert browser.post(address(world, "/withdraw"), fields(page, address(world, "/withdraw"))).status == 303
    assert world.day(world.four_one).load.total == 0


@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "long ago"}], ids=["missing", "empty", "old"])
def test_without_a_good_token_the_page_carries_what_was_typed_on(
    world: World, browser: Browser, token: dict[str, str]
) -> None:
    browser.sign_in(world.chen)
    typed_rows = typed(text=POEM) | typed(1, text="<b>", form="reading", minutes="")
    page = browser.post(address(world), token | {"version": "0", "do": "save", **typed_rows})
    assert (page.status, texts(page, "h1")) == (400, ["页面放得太久了"])
    assert texts(page, "p", class_="typed") == [POEM.replace("\n", " "), "20 分钟", "<b>"]
    assert kept(world) == []
    sent = fields(page, address(world))
    assert sent == {"csrf_token": page.value("csrf_token"), "version": "0", "do": "save", **typed_rows}
    assert browser.post(address(world), sent).status == 303
    assert kept(world) == [(POEM, 20), ("<b>", None)]


@pytest.mark.parametrize("token", ["missing", "old"])
def test_after_the_session_ended_signing_in_brings_everything_back(app: Flask, world: World, token: str) -> None:
    browser = Browser(app).sign_in(world.chen)
    page = browser.get(address(world))
    typed_rows = typed(text=POEM) | typed(1, text="口算", minutes="5", place="school")
    sent = fields(page, address(world)) | typed_rows | {"do": "submit"}
    if token == "missing":
        del sent["csrf_token"]
    evening = Browser(app)  # the cookie is gone
    page = evening.post(address(world), sent)
    assert (page.status, texts(page, "h1")) == (401, ["登录"])
    assert texts(page, "p", class_="said") == ["登录已过期。您刚才填写的内容都在，登录后可以继续。"]
    wrong = evening.post("/sign-in", fields(page, "/sign-in") | {"login": "chen", "password": "wrong"})
    assert (wrong.status, complaints(wrong)) == (422, {"password": "账号或密码不对。忘记密码请找管理员。"})
    page = evening.post("/sign-in", fields(wrong, "/sign-in") | {"login": "chen", "password": PASSWORD})
    assert (page.status, texts(page, "h1")) == (200, ["欢迎回来"])
    assert texts(page, "p", class_="typed") == [POEM.replace("\n", " "), "20 分钟", "口算", "5 分钟"]
    assert kept(world) == []
    resumed = fields(page, address(world))
    assert resumed == {"csrf_token": page.value("csrf_token"), "version": "0", "do": "submit", **typed_rows}
    assert evening.post(address(world), resumed).status == 303
    assert kept(world) == [(POEM, 20), ("口算", 5)]


def test_somebody_else_who_signs_in_cannot_file_what_was_carried(app: Flask, world: World) -> None:
    evening = Browser(app)
    page = evening.post(address(world), {"version": "0", "do": "submit", **typed()})
    page = evening.post("/sign-in", fields(page, "/sign-in") | {"login": "luo", "password": PASSWORD})
    assert evening.post(address(world), fields(page, address(world))).status == 403
    assert kept(world) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Referer": "https://elsewhere.example/page"},
        {"Origin": "https://localhost.elsewhere.example", "Referer": "http://localhost/"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_what_another_site_sends_is_not_carried(app: Flask, world: World, headers: dict[str, str]) -> None:
    forged = {"version": "0", "do": "submit", **typed(text="别处写的")}
    inside, outside = Browser(app).sign_in(world.chen), Browser(app)
    here = {"Origin": "http://localhost"}
    assert ["别处写的" in each.post(address(world), forged, headers=here).html for each in (inside, outside)] == [
        True
    ] * 2
    pages = [each.post(address(world), forged, headers=headers) for each in (inside, outside)]
    assert [page.status for page in pages] == [400, 401]
    assert ["别处写的" in page.html for page in pages] == [False, False]
    assert kept(world) == []


def test_a_password_is_never_carried(world: World, browser: Browser) -> None:
    page = browser.post("/sign-in", {"login": "chen", "password": PASSWORD})
    assert (page.status, texts(page, "h1")) == (400, ["页面放得太久了"])
    assert PASSWORD not in page.html
    assert fields(page, "/sign-in") == {"csrf_token": page.value("csrf_token"), "login": "chen"}
