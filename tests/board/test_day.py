"""The page of a class and day, as a family reads it."""

from datetime import date, timedelta

from portal.policy.vocabulary import Form, Level, Place, Tier
from portal.school.models import SchoolClass
from tests.approvals.reading import exact_texts, rows, texts
from tests.conftest import NOW
from tests.factories import TODAY, TOMORROW, World, item, set_rule
from tests.page import Browser, Page

YESTERDAY = TODAY - timedelta(days=1)
FRIDAY = date(2026, 11, 27)
SATURDAY = date(2026, 11, 28)
COLUMNS = ["学科", "必做/选做", "形式", "地点", "内容", "预计用时"]


def board(browser: Browser, world: World, day: date | str = "", school_class: SchoolClass | None = None) -> Page:
    page = browser.get(f"/board/{(school_class or world.four_one).code}/{day}")
    assert page.status == 200
    return page


def quiet(page: Page) -> str:
    """What a page without a notice says instead."""
    [said] = texts(page, "section", class_="total quiet-day")
    return said


def publish(world: World, day: date = TODAY, minutes: int = 20) -> None:
    world.file(world.chen, world.maths, item(minutes), day=day)
    world.publish(day=day)


def test_what_is_for_home_comes_first_then_school_then_what_is_voluntary(world: World, browser: Browser) -> None:
    world.file(
        world.shen,
        world.chinese,
        item(25, "背《山行》", level=Level.BASIC),
        item(30, "读一本书", form=Form.READING, days=3),
        item(5, "看图说话", form=Form.ORAL, tier=Tier.OPTIONAL, choice_group="A", choose=1),
    )
    world.file(world.chen, world.maths, item(15, "口算", place=Place.SCHOOL))
    world.file(world.luo, world.english)
    world.publish()
    page = board(browser, world)
    assert texts(page, "h2") == ["回家完成 书面 25 分钟", "在校完成 书面 15 分钟", "选做 自愿，不计入合计"]
    assert rows(page) == [
        COLUMNS,
        ["语文", "必做 基础", "书面", "家庭", "背《山行》", "25 分钟"],
        ["语文", "必做", "阅读", "家庭", "读一本书 第 1/3 天，共 30 分钟，11月26日 完成", "10 分钟"],
        COLUMNS,
        ["数学", "必做", "书面", "校内", "口算", "15 分钟"],
        COLUMNS,
        ["语文", "选做 A 选 1 项", "口头", "家庭", "看图说话", "5 分钟"],
    ]


def test_the_total_comes_first_and_large_with_the_cap_and_its_split(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(25), item(10, form=Form.SPORT))
    world.file(world.chen, world.maths, item(15, place=Place.SCHOOL))
    world.publish()
    page = board(browser, world)
    assert texts(page, "section", class_="total") == [
        "今天书面作业约 40 分钟 上限 60 分钟 在校 15 回家 25 还余 20 朗读、锻炼等另约 10 分钟"
    ]
    assert page.all("svg", role="img")[0]["aria-label"] == "书面：在校 15 分钟，回家 25 分钟，上限 60 分钟"
    assert page.html.index('class="total"') < page.html.index('class="section-home"')


def test_each_subject_is_listed_none_or_missing_and_never_merged(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(25))
    world.file(world.chen, world.maths)
    world.publish()
    page = board(browser, world)
    assert [row[0] for row in rows(page)[1:]] == ["语文"]
    assert texts(page, "p", class_="states") == ["今日无作业：数学 未填报：英语"]


def test_the_footer_says_total_bedtime_phone_and_who_passed_it_when(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(25, level=Level.BASIC), item(10, level=Level.EXTENDED))
    world.publish()
    assert texts(board(browser, world), "footer", class_="foot") == [
        "已审核公示 班主任 15:00 审核 15:00 第 1 版"
        " 必做书面合计 25/60 分钟（校内 0 + 家庭 25），选做另计。 按所选不同为 10–25 分钟。"
        " 21:20 就寝。个别学生经努力仍完不成，也应按时就寝，不必补做。"
        " 监督电话 0513-0000 0000"
    ]


def test_grades_1_and_2_have_no_written_homework_and_the_board_says_so(world: World, browser: Browser) -> None:
    words = item(10, "写字", place=Place.SCHOOL)
    world.file(world.lin, world.chinese, words, item(8, "读儿歌", form=Form.ORAL), school_class=world.one_one)
    world.coordinate(world.one_one, by=world.lin)
    world.approve(world.one_one, by=world.gu)
    page = board(browser, world, school_class=world.one_one)
    assert texts(page, "section", class_="total") == [
        "今天回家没有书面作业 在校书面练习约 10 分钟 朗读、锻炼等另约 8 分钟"
    ]
    assert texts(page, "footer")[0].startswith("已审核公示")
    assert "一、二年级不布置书面家庭作业。" in texts(page, "footer")[0]


def test_text_stands_as_it_was_typed_character_by_character(world: World, browser: Browser) -> None:
    typed = [
        "《山行》\n  远上寒山石径斜，\n\n白云生处有人家。",
        "∠A + ∠B = 90°；x² − 2x ≥ ½；\t√2 ≈ 1.414；a<b && c>d",
        "<h1>不是标题</h1><script>alert(1)</script> &amp; {{ 7 * 7 }} %(name)s",
        "䶮、𣲗、𰻝、喆",
        "家人👨‍👩‍👧‍👦 旗🏳️‍🌈 手👍🏽 e\u0301",
        "من اليمين / עברית",
    ]
    world.file(world.shen, world.chinese, *(item(5, text) for text in typed))
    world.publish()
    page = board(browser, world)
    assert exact_texts(page, "p", class_="typed") == typed
    assert texts(page, "h1") == ["四(1)班 换班级"]
    assert page.all("script") == []


def test_only_mandatory_items_of_another_form_still_make_a_page(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(15, "跳绳", form=Form.SPORT))
    world.publish()
    page = board(browser, world)
    assert texts(page, "p", class_="big num") == ["今天没有书面作业 上限 60 分钟"]
    assert texts(page, "h2") == ["回家完成 书面 0 分钟"]


def test_a_day_on_which_nobody_set_anything_is_published_too(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese)
    world.file(world.chen, world.maths)
    world.file(world.luo, world.english)
    world.publish()
    page = board(browser, world)
    assert rows(page) == []
    assert texts(page, "p", class_="states") == ["今日无作业：语文、数学、英语"]


def test_today_without_a_version_is_not_published_yet(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20))
    world.coordinate()
    said = "还在审核，通常 16:30 前公示 老师填报、班主任协调、年级组审核以后，今天的作业就在这里。请稍后再看。"
    for day in ("", TODAY):
        assert quiet(board(browser, world, day)) == said
    said = "还没有公示 这一天的作业通常在当天 16:30 前公示。"
    assert quiet(board(browser, world, TOMORROW)) == said
    world.approve()
    assert quiet(board(browser, world, TOMORROW)) == f"{said} 看最近一次公示：11月24日 星期二"


def test_a_past_day_without_a_version_says_there_was_none(world: World, browser: Browser) -> None:
    page = board(browser, world, YESTERDAY)
    assert quiet(page) == "这一天没有公示作业 请看前后的日子。"


def test_weekend_days_show_the_batch_of_friday(world: World, browser: Browser) -> None:
    publish(world, FRIDAY, minutes=100)
    pages = [board(browser, world, day) for day in (FRIDAY, SATURDAY, SATURDAY + timedelta(days=1))]
    assert [texts(page, "p", class_="big num") for page in pages] == [
        ["书面作业约 100 分钟 整个假期不超过 120 分钟"]
    ] * 3
    batch = "这一份是 11月27日 星期五 到 11月29日 星期日 整个假期的作业。"
    assert [texts(page, "p", class_="quiet")[0] for page in pages] == [batch] * 3
    assert texts(pages[1], "nav", class_="days") == ["11月28日 星期六 今天"]
    assert quiet(board(browser, world, FRIDAY + timedelta(days=3))).startswith("还没有公示")


def test_on_a_saturday_today_is_the_batch_of_friday(world: World, browser: Browser) -> None:
    publish(world, FRIDAY)
    browser.client.application.config["NOW"] = NOW + timedelta(days=4)
    page = board(browser, world)
    assert texts(page, "nav", class_="days") == ["11月28日 星期六"]
    assert [row[0] for row in rows(page)[1:]] == ["数学"]


def test_the_days_beside_it_are_the_published_ones(world: World, browser: Browser) -> None:
    publish(world, FRIDAY)
    publish(world, TODAY)
    world.file(world.chen, world.maths, item(20), day=TOMORROW)
    assert texts(board(browser, world), "nav", class_="days") == ["11月24日 星期二 周五 27 ›"]
    assert [link["href"] for link in board(browser, world).all("a", rel="next")] == ["/board/qinghe-4-1/2026-11-27"]
    assert texts(board(browser, world, FRIDAY), "nav", class_="days") == ["‹ 周二 24 11月27日 星期五 今天"]
    page = board(browser, world, TOMORROW)
    assert texts(page, "nav", class_="days") == ["‹ 周二 24 11月25日 星期三 周五 27 › 今天"]
    world.publish(day=TOMORROW)
    assert texts(board(browser, world), "nav", class_="days") == ["11月24日 星期二 周三 25 ›"]


def test_versions_of_other_classes_are_no_neighbours(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20), school_class=world.four_two)
    world.publish(world.four_two)
    assert texts(board(browser, world, TOMORROW), "nav", class_="days") == ["11月25日 星期三 今天"]
    page = board(browser, world, TOMORROW, world.four_two)
    assert texts(page, "nav", class_="days") == ["‹ 周二 24 11月25日 星期三 今天"]


def test_a_cap_the_school_lowered_is_the_one_shown(world: World, browser: Browser) -> None:
    set_rule(world.school, 4, cap=45)
    publish(world, minutes=45)
    page = board(browser, world)
    assert texts(page, "p", class_="big num") == ["今天书面作业约 45 分钟 上限 45 分钟"]
    assert "必做书面合计 45/45 分钟" in texts(page, "footer")[0]


def test_an_address_that_means_nothing_is_not_found(world: World, browser: Browser) -> None:
    publish(world)
    code = world.four_one.code
    assert board(browser, world, TODAY).status == 200
    for address in (
        "/board/nobody/",
        f"/board/nobody/{TODAY}",
        f"/board/{code.upper()}/",
        "/board/%00/",
        f"/board/%00/{TODAY}",
        "/board/%ff/",
        f"/board/{world.four_one.id}/",
        f"/board/{code}/2026-02-30",
        f"/board/{code}/2026-13-01",
        f"/board/{code}/20261124",
        f"/board/{code}/today",
        f"/board/{code}/{TODAY}/",
        f"/board/{code}/1999-12-31",
    ):
        page = browser.get(address)
        assert (address, page.status, texts(page, "h1")) == (address, 404, ["没有找到"])
