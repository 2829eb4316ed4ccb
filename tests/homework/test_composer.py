"""The composer, as a teacher meets it: save, submit, declare none, rows, copying, moving, withdrawing."""

from tests.approvals.reading import texts
from tests.factories import TODAY, TOMORROW, World, assign, item, make_class
from tests.homework.composing import EMPTY_ROW, address, complaints, fields, refusals, send, still_there, typed
from tests.page import Browser, Page

NO_WRITING_AT_HOME = "一、二年级不布置书面家庭作业。请改为校内完成，或改成口头、阅读、实践等形式。"
SIGNED_OFF = "班主任已经协调好这一天的总量，不能再改。需要修改时，请班主任或年级组长先退回这份清单。"


def stored(world: World, day=TODAY) -> tuple[str, list[tuple[str, int | None]]]:
    """The status and the items (text, minutes) of 数学 in 四(1)."""
    filing = world.day(world.four_one, day).filing_of(world.maths.id)
    return filing.status, [(each.text, each.minutes) for each in filing.items]


def said(page: Page) -> list[str]:
    return texts(page, "p", class_="said")


def test_a_teacher_submits_homework_and_it_counts(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "submit", typed(), typed(1, text="口算", minutes="5", place="school"))
    assert (page.status, page.response.location) == (303, address(world))
    assert stored(world) == ("submitted", [("第 42 页", 20), ("口算", 5)])
    load = world.day(world.four_one).load
    assert (load.school, load.home) == (5, 20)
    page = browser.get(address(world))
    assert said(page) == ["已提交给班主任。"]
    assert still_there(page, world) == typed() | typed(1, text="口算", minutes="5", place="school")


def test_every_field_of_an_item_is_kept(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    rich = typed(
        text="诗两首\n  床前明月光", tier="optional", form="reading", place="school", minutes="40 分钟",
        level="advanced", choice_group="甲", choose="2", days="10", every="7", source="original",
    )  # fmt: skip
    assert send(browser, world, "submit", rich).status == 303
    [kept] = world.day(world.four_one).filing_of(world.maths.id).items
    assert (kept.text, kept.tier, kept.form, kept.place) == ("诗两首\n  床前明月光", "optional", "reading", "school")
    assert (kept.minutes, kept.days, kept.every, kept.source) == (40, 10, 7, "original")
    assert (kept.level, kept.choice_group, kept.choose) == ("advanced", "甲", 2)
    assert still_there(browser.get(address(world)), world) == rich | {"items-0-minutes": "40"}


def test_a_draft_counts_and_says_so(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    assert send(browser, world, "save", typed()).status == 303
    assert stored(world) == ("draft", [("第 42 页", 20)])
    assert world.day(world.four_one).load.total == 20
    assert said(browser.get(address(world))) == ["草稿已保存，分钟数已经占用。"]


def test_an_empty_draft_is_not_a_declaration_of_none(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "save", typed(text=" ", minutes=""))
    assert page.status == 422
    assert complaints(page) == {"items-0-text": "请写作业内容；今天没有作业，请按“今日无作业”。"}
    assert world.day(world.four_one).subject(world.maths.id).state == "missing"


def test_none_today_is_declared(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    assert send(browser, world, "none", typed(text="", minutes="")).status == 303
    assert stored(world) == ("submitted", [])
    assert world.day(world.four_one).subject(world.maths.id).state == "none"
    assert said(browser.get(address(world))) == [
        "已申报今日无作业。",
        "已申报今日无作业。要改成有作业，在下面写好再提交。",
    ]


def test_none_today_asks_before_it_clears_what_is_typed(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    world.file(world.chen, world.maths, item(15, "口算"))
    page = send(browser, world, "none", typed(), version=1)
    assert page.status == 422
    assert texts(page, "span", class_="refusal") == ["已经写了作业。申报今日无作业会清空它们。"]
    assert texts(page, "button", value="none-clear") == ["清空并申报今日无作业"]
    assert still_there(page, world) == typed()
    assert stored(world) == ("submitted", [("口算", 15)])
    assert send(browser, world, "none-clear", typed(), version=1).status == 303
    assert stored(world) == ("submitted", [])


def test_rows_come_and_go_and_everything_typed_stays(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    first, second = typed(text="一", minutes="二十"), typed(1, text="二", place="school", choice_group="甲", choose="1")
    page = send(browser, world, "add", first, second)
    assert page.status == 200
    third = {f"items-2-{name}": value for name, value in EMPTY_ROW.items()}
    assert still_there(page, world) == first | second | third
    page = send(browser, world, "remove-0", first, second, third)
    moved_up = {name.replace("items-1", "items-0"): value for name, value in second.items()}
    last = {name.replace("items-2", "items-1"): value for name, value in third.items()}
    assert still_there(page, world) == moved_up | last
    page = send(browser, world, "remove-0", first)
    assert still_there(page, world) == {f"items-0-{name}": value for name, value in EMPTY_ROW.items()}
    assert world.day(world.four_one).sheet is None


def test_a_row_that_is_not_there_cannot_be_removed(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    for position in ("7", "", "x", "-1", "²", "9" * 5000):
        page = send(browser, world, f"remove-{position}", typed())
        assert (page.status, still_there(page, world)) == (200, typed())


def test_looking_at_the_total_saves_nothing_and_says_what_is_wrong(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = send(browser, world, "check", typed(minutes="40"), typed(1, minutes="1.5"))
    assert page.status == 200
    assert texts(page, "p", class_="big num") == ["已占 0/60，加上这份 40 分钟"]
    assert complaints(page) == {"items-1-minutes": "请填整数分钟，例如 20。"}
    assert still_there(page, world) == typed(minutes="40") | typed(1, minutes="1.5")
    assert world.day(world.four_one).sheet is None
    assert complaints(send(browser, world, "check", typed(text="", minutes=""))) == {}


def test_the_last_filing_can_be_copied(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(10, "口算", days=1), day=TODAY)
    world.file(world.chen, world.maths, item(30, "画图"), day=TOMORROW, submit=False)
    browser.sign_in(world.chen)
    page = browser.get(address(world, "?copy=last", day=TOMORROW))
    assert said(page) == ["已照抄填好，还没有保存。"]
    assert still_there(page, world, day=TOMORROW) == typed(text="口算", minutes="10")
    assert stored(world, TOMORROW) == ("draft", [("画图", 30)])
    sent = fields(page, address(world, day=TOMORROW))
    assert browser.post(address(world, day=TOMORROW), sent | {"do": "submit"}).status == 303
    assert stored(world, TOMORROW) == ("submitted", [("口算", 10)])


def test_another_class_of_ones_own_can_be_copied_and_nobody_elses(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(10, "口算"), school_class=world.four_two)
    world.file(world.shen, world.chinese, item(10, "背《山行》"))
    browser.sign_in(world.chen)
    page = browser.get(address(world, f"?copy={world.four_two.id}"))
    assert still_there(page, world) == typed(text="口算", minutes="10")
    for source, status in ((world.one_one.id, 404), (world.other_class.id, 404), (10**30, 200), ("x", 200)):
        page = browser.get(address(world, f"?copy={source}"))
        assert page.status == status
    assert said(page) == ["没有可以照抄的作业。"]


def test_what_was_typed_for_a_past_day_can_be_moved(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(15, "口算"), day=TOMORROW)
    browser.sign_in(world.chen)
    page = send(browser, world, "move", typed(), day=TOMORROW)
    assert page.status == 200
    assert texts(page, "li", class_="typed") == ["口算 · 15 分钟"]
    sent = fields(page, address(world, day=TOMORROW))
    assert (sent["version"], sent["items-0-text"]) == ("1", "第 42 页")
    assert stored(world, TOMORROW) == ("submitted", [("口算", 15)])
    assert browser.post(address(world, day=TOMORROW), sent | {"do": "submit"}).status == 303
    assert stored(world, TOMORROW) == ("submitted", [("第 42 页", 20)])


def test_a_filing_is_withdrawn_and_submitted_again(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20, "第 42 页"))
    browser.sign_in(world.chen)
    sent = fields(browser.get(address(world)), address(world, "/withdraw"))
    assert sent["version"] == "1"
    assert browser.post(address(world, "/withdraw"), sent).status == 303
    assert stored(world) == ("withdrawn", [("第 42 页", 20)])
    assert world.day(world.four_one).load.total == 0
    page = browser.get(address(world))
    assert said(page) == ["已撤回。内容还在下面，再按“提交给班主任”就能恢复。"]
    assert fields(page, address(world, "/withdraw")) == {}
    assert browser.post(address(world), fields(page, address(world)) | {"do": "submit"}).status == 303
    assert stored(world) == ("submitted", [("第 42 页", 20)])


def test_what_is_not_filed_cannot_be_withdrawn(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = browser.send(address(world, "/withdraw"), {"version": "0"})
    assert (page.status, refusals(page)) == (409, ["这一天没有可以撤回的作业。"])
    world.file(world.chen, world.maths, item())
    for version in ("0", "", "x", "9" * 5000):
        page = browser.send(address(world, "/withdraw"), {"version": version})
        assert page.status == 409
        assert stored(world)[0] == "submitted"


def test_homework_is_edited_until_it_is_coordinated_and_not_after(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    browser.sign_in(world.chen)
    assert send(browser, world, "submit", typed(text="改过", minutes="25"), version=1).status == 303
    world.coordinate()
    page = send(browser, world, "submit", typed(text="又改", minutes="30"), version=2)
    assert (page.status, refusals(page)) == (409, [SIGNED_OFF])
    assert still_there(page, world) == typed(text="又改", minutes="30")
    assert page.all("button", value="submit") == []
    page = browser.send(address(world, "/withdraw"), {"version": "2"})
    assert (page.status, refusals(page)) == (409, [SIGNED_OFF])
    assert stored(world) == ("submitted", [("改过", 25)])
    world.give_back("请减 5 分钟")
    assert send(browser, world, "submit", typed(minutes="20"), version=2).status == 303
    assert stored(world) == ("submitted", [("第 42 页", 20)])


def test_written_homework_for_home_is_refused_in_grades_1_and_2(world: World, browser: Browser) -> None:
    browser.sign_in(world.lin)
    here = f"/homework/{world.one_one.id}/{world.chinese.id}/{TODAY}"
    rows = typed(minutes="1") | typed(1, place="school") | typed(2, form="oral")
    for do in ("save", "submit"):
        page = browser.send(here, {"version": "0", "do": do, **rows})
        assert (page.status, complaints(page)) == (422, {"items-0-place": NO_WRITING_AT_HOME})
        assert {name: value for name, value in fields(page, here).items() if name.startswith("items")} == rows
    assert world.day(world.one_one).sheet is None
    page = browser.send(here, {"version": "0", "do": "submit", **rows, "items-0-place": "school"})
    assert page.status == 303
    assert world.day(world.one_one).load.school == 21


def test_the_start_goes_to_the_first_of_ones_own_classes(world: World, browser: Browser) -> None:
    five = make_class(world.school, 5, 1)
    assign(world.chen, five, world.maths)
    browser.sign_in(world.chen)
    assert browser.get("/homework/").response.location == address(world)
    chosen = f"/homework/?class={five.id}&subject={world.maths.id}&date={TOMORROW}"
    assert browser.get(chosen).response.location == f"/homework/{five.id}/{world.maths.id}/{TOMORROW}"


def test_who_is_not_signed_in_is_asked_to(world: World, browser: Browser) -> None:
    page = browser.get(address(world))
    assert (page.status, page.response.location) == (303, f"/sign-in?next={address(world)}")
