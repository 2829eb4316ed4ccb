"""What people type and machines forge: a clear sentence at its field, everything typed still there, never a 500."""

import pytest

from tests.approvals.reading import texts
from tests.factories import World, item
from tests.homework.composing import address, complaints, send, still_there, typed
from tests.page import Browser

MINUTES_WANTED = "请填预计用时（分钟），全班的合计要用它。"
NOT_WHOLE = "请填整数分钟，例如 20。"
NEGATIVE = "分钟数不能小于 0。"
TOO_MANY_MINUTES = "一项作业最多 600 分钟，请检查是否多打了一位。"
REALLY_ZERO = "真的是 0 分钟吗？请填 1 以上的分钟数，或在下面勾选“确实是 0 分钟”。"
TEXT_WANTED = "请写这一项的内容。"
TOO_LONG = "最多 2000 个字，请精简。"
INVISIBLE = "文字里有看不见的控制字符，已经替您去掉。请看一遍，再保存一次。"
CHOOSE_ONE = "请从列出的里面选一项。"
TOO_MANY_ITEMS = "一份作业最多 20 项，请合并或删去多出的。"
NAME_THE_GROUP = "请给这一组起个名字，例如 A；同一组的各项用同一个名字。"
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


def short(value: str) -> str:
    """The name of a test that may be given a very long value."""
    return ascii(value[:12])


def kept(world: World) -> list[tuple[str, int | None]]:
    """The items of 数学 in 四(1) as they are stored."""
    filing = world.day(world.four_one).filing_of(world.maths.id)
    return [(each.text, each.minutes) for each in filing.items] if filing else []


WRONG = {
    "0 minutes": ("minutes", "0", REALLY_ZERO),
    "minutes below 0": ("minutes", "-5", NEGATIVE),
    "minutes with a fraction": ("minutes", "1.5", NOT_WHOLE),
    "10000 minutes": ("minutes", "10000", TOO_MANY_MINUTES),
    "601 minutes": ("minutes", "601", TOO_MANY_MINUTES),
    "minutes of 5000 digits": ("minutes", "9" * 5000, NOT_WHOLE),
    "minutes in words": ("minutes", "二十", NOT_WHOLE),
    "minutes as a power": ("minutes", "²", NOT_WHOLE),
    "minutes with a NUL": ("minutes", "20\x00", NOT_WHOLE),
    "20000 characters": ("text", "长" * 20_000, TOO_LONG),
    "2001 characters": ("text", "长" * 2001, TOO_LONG),
    "a long group name": ("choice_group", "组" * 21, "组名最多 20 个字。"),
    "choose in words": ("choose", "一", "请填整数，例如 1。"),
    "choose none": ("choose", "0", "请填 1 到 20 之间的整数。"),
    "choose 21": ("choose", "21", "请填 1 到 20 之间的整数。"),
    "days in words": ("days", "三", "请填整数天数，例如 3。"),
    "0 days": ("days", "0", "请填 1 到 62 之间的整数。"),
    "63 days": ("days", "63", "请填 1 到 62 之间的整数。"),
}


@pytest.mark.parametrize(("field", "value", "sentence"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_said_at_its_field(
    world: World, browser: Browser, field: str, value: str, sentence: str
) -> None:
    browser.sign_in(world.chen)
    rows = typed(text="第一项") | typed(1, **{"choice_group": "甲", field: value})
    for do in ("save", "submit"):
        page = send(browser, world, do, rows)
        assert (page.status, complaints(page)) == (422, {f"items-1-{field}": sentence})
        assert still_there(page, world) == rows
    assert world.day(world.four_one).sheet is None


def test_a_choice_needs_the_name_of_its_group(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "save", typed(choose="2"))
    assert (page.status, complaints(page)) == (422, {"items-0-choice_group": NAME_THE_GROUP})
    assert still_there(page, world) == typed(choose="2")


@pytest.mark.parametrize("minutes", ["", "  "])
def test_minutes_may_wait_in_a_draft_but_not_when_it_is_submitted(world: World, browser: Browser, minutes: str) -> None:
    browser.sign_in(world.chen)
    rows = typed(minutes=minutes) | typed(1)
    page = send(browser, world, "submit", rows)
    assert (page.status, complaints(page)) == (422, {"items-0-minutes": MINUTES_WANTED})
    assert still_there(page, world) == rows
    assert world.day(world.four_one).sheet is None
    assert send(browser, world, "save", rows).status == 303
    assert kept(world) == [("第 42 页", None), ("第 42 页", 20)]
    load = world.day(world.four_one).load
    assert (load.total, load.complete) == (20, False)


def test_an_item_without_text_may_wait_in_a_draft_too(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "submit", typed(text=" \n"))
    assert (page.status, complaints(page)) == (422, {"items-0-text": TEXT_WANTED})
    assert send(browser, world, "save", typed(text="")).status == 303
    assert kept(world) == [("", 20)]
    page = browser.get(address(world))
    assert still_there(page, world) == typed(text="")
    assert texts(page, "p", class_="big num") == ["已占 0/60，加上这份 20 分钟"]


def test_nothing_at_all_is_not_homework(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "submit", typed(text="", minutes=""), typed(1, text="", minutes=""))
    assert page.status == 422
    assert complaints(page) == {"items-0-text": "请写作业内容；今天没有作业，请按“今日无作业”。"}


def test_zero_minutes_go_through_once_they_are_confirmed(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "submit", typed(minutes="0"))
    assert complaints(page) == {"items-0-minutes": REALLY_ZERO}
    [box] = page.all("input", type="checkbox")
    assert send(browser, world, "submit", typed(minutes="0") | {box["name"]: box["value"]}).status == 303
    assert kept(world) == [("第 42 页", 0)]
    page = browser.get(address(world))
    assert still_there(page, world) == typed(minutes="0", zero="y")
    assert world.day(world.four_one).load.complete


@pytest.mark.parametrize("minutes", ["２０", " 20 ", "20 分钟", "20分", "２０ min", "020"], ids=short)
def test_minutes_are_understood_as_people_write_them(world: World, browser: Browser, minutes: str) -> None:
    browser.sign_in(world.chen)
    assert send(browser, world, "submit", typed(minutes=minutes)).status == 303
    assert kept(world) == [("第 42 页", 20)]


def test_the_longest_possible_text_is_kept(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    assert send(browser, world, "submit", typed(text="长" * 1999 + "𣲗")).status == 303
    assert kept(world) == [("长" * 1999 + "𣲗", 20)]


@pytest.mark.parametrize("field", ["text", "choice_group"])
def test_control_characters_are_taken_out_and_it_says_so_once(world: World, browser: Browser, field: str) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "submit", typed(**{"choose": "1", "choice_group": "甲", field: "\x00甲\x1b\x07乙\x7f"}))
    assert (page.status, complaints(page)) == (422, {f"items-0-{field}": INVISIBLE})
    cleaned = typed(**{"choose": "1", "choice_group": "甲", field: "甲乙"})
    assert still_there(page, world) == cleaned
    assert send(browser, world, "submit", cleaned).status == 303
    [stored] = world.day(world.four_one).filing_of(world.maths.id).items
    assert getattr(stored, field) == "甲乙"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("床前明月光\r\n疑是地上霜\r举头\n低头", "床前明月光\n疑是地上霜\n举头\n低头"),
        (f"画一画{FAMILY}的一天 e\N{COMBINING ACUTE ACCENT}", f"画一画{FAMILY}的一天 e\N{COMBINING ACUTE ACCENT}"),
        ("\n\n  缩进\n\t制表\n\n", "  缩进\n\t制表"),
        ("<h1>题</h1></textarea>&amp;{{ 7*7 }}", "<h1>题</h1></textarea>&amp;{{ 7*7 }}"),
        ("x² ≤ √2，∠ABC = 60°，H₂O，䶮、𣲗", "x² ≤ √2，∠ABC = 60°，H₂O，䶮、𣲗"),
    ],
    ids=short,
)
def test_text_is_kept_as_it_is_meant(world: World, browser: Browser, written: str, stored: str) -> None:
    browser.sign_in(world.chen)
    assert send(browser, world, "submit", typed(text=written)).status == 303
    assert kept(world) == [(stored, 20)]
    assert still_there(browser.get(address(world)), world)["items-0-text"] == stored


FORGED = ["bogus", "", "-1", "a\x00b", "²", "9" * 5000]


@pytest.mark.parametrize("field", ["tier", "form", "place", "level", "source", "every"])
def test_a_forged_choice_is_said_at_its_field(world: World, browser: Browser, field: str) -> None:
    browser.sign_in(world.chen)
    others = {name: value for name, value in typed(text="第一项").items() if name != f"items-0-{field}"}
    for value in FORGED:
        if field in ("level", "source") and not value:  # choosing nothing is a choice there
            continue
        page = send(browser, world, "submit", typed(text="第一项", **{field: value}))
        assert (page.status, complaints(page)) == (422, {f"items-0-{field}": CHOOSE_ONE}), value
        assert still_there(page, world).items() >= others.items()
    assert world.day(world.four_one).sheet is None


@pytest.mark.parametrize("value", ["bogus", "-1", " "])
def test_forged_values_are_looked_at_without_harm(world: World, browser: Browser, value: str) -> None:
    browser.sign_in(world.chen)
    for field in ("tier", "form", "place", "level", "source", "every", "choose", "days"):
        forged = typed(choice_group="甲") | {f"items-0-{field}": value}
        assert send(browser, world, "add", forged).status == 200
        assert browser.htmx(address(world, "/load"), forged).status == 200
        assert browser.htmx(address(world, "/draft"), {"version": "0", **forged}).status in (200, 409)


def test_more_rows_than_may_be_filed_are_refused_and_none_is_lost(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    rows = {name: value for n in range(60) for name, value in typed(n, text=f"第 {n} 项", minutes="1").items()}
    page = send(browser, world, "submit", rows)
    assert page.status == 422
    assert complaints(page) == {f"items-{n}-text": TOO_MANY_ITEMS for n in range(20, 60)}
    assert still_there(page, world) == rows
    assert world.day(world.four_one).sheet is None


def test_twenty_rows_are_filed_and_no_more_are_offered(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    rows = {name: value for n in range(20) for name, value in typed(n, minutes="1").items()}
    page = send(browser, world, "add", rows)
    assert (page.status, complaints(page)) == (200, {"items-19-text": TOO_MANY_ITEMS})
    assert still_there(page, world) == rows
    assert send(browser, world, "submit", rows).status == 303
    assert len(kept(world)) == 20


def test_rows_are_found_by_their_numbers_alone(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    strange = {f"items-{n}-text": "谁" for n in ("²", "x", "-1", "", "9" * 5000)} | {"items": "谁", "items-3": "谁"}
    page = send(browser, world, "check", typed(7, text="后"), typed(2, text="前"), strange)
    assert still_there(page, world) == typed(text="前") | typed(1, text="后")


def test_a_form_without_a_known_button_changes_nothing(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    for do in ({}, {"do": ""}, {"do": "publish"}, {"do": "save;"}, {"do": "提交"}):
        page = browser.send(address(world), {"version": "0", **typed(), **do})
        assert (page.status, texts(page, "h1")) == (400, ["请求不完整"])
    assert world.day(world.four_one).sheet is None


def test_a_form_of_no_known_version_is_stale(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(15, "口算"))
    browser.sign_in(world.chen)
    garbage = ("", "x", "-1", "1.0", "²", "1\x00", "9" * 5000, "2")
    for version in ({}, *({"version": each} for each in garbage)):
        page = browser.send(address(world), {"do": "submit", **typed(), **version})
        assert (page.status, texts(page, "li", class_="typed")) == (409, ["口算 · 15 分钟"])
        assert still_there(page, world) == typed()
    assert kept(world) == [("口算", 15)]
