"""The log of the school: filtered, in words, in pages, and as a file that spreadsheets open without harm."""

import csv
from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from flask import Flask

from portal.approvals import actions as approvals
from portal.audit.actions import record
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.policy.permissions import Role
from portal.school import actions as school
from tests.approvals.reading import rows, texts
from tests.factories import TODAY, TOMORROW, World, item
from tests.office.exceptions import ask, except_it, late, own_subject, review
from tests.page import Browser, Page, statements

ADDRESS = "/office/log"


@pytest.fixture
def office(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.zheng)


def told(page: Page) -> list[list[str]]:
    """Every row of the log on a page, without its heading."""
    assert page.status == 200
    return rows(page)[1:]


def steps(page: Page) -> list[str]:
    return [row[2] for row in told(page)]


def exported(page: Page) -> list[list[str]]:
    assert (page.status, page.response.mimetype) == (200, "text/csv")
    text = page.response.get_data().decode("utf-8")
    assert text[0] == "\ufeff"
    return list(csv.reader(StringIO(text[1:], newline="")))


def export(browser: Browser, query: str = "") -> list[list[str]]:
    return exported(browser.get(f"{ADDRESS}.csv{query}"))


def note(world: World, reason: str = "", at: datetime | None = None, **details: object) -> None:
    """A row of no sheet."""
    record("settings.set", by=world.zheng, at=at or world.at, reason=reason, **details)
    db.session.commit()


# What a row says


def test_the_latest_comes_first_with_who_what_which_sheet_and_the_minutes(world: World, office: Browser) -> None:
    world.file(world.chen, world.maths, item(40))
    world.file(world.chen, world.maths, item(20))
    world.publish()
    sheet = "四(1)班 11月24日 星期二"
    submitted = ["陈立德", "提交作业", sheet]
    assert [row[1:] for row in told(office.get(ADDRESS))] == [
        ["沈知微", "公示", sheet, "年级组已通过 → 已公示 合计 20 分钟；第 1 版"],
        ["沈知微", "审核通过", sheet, "班主任已协调 → 年级组已通过 合计 20 分钟"],
        ["陈立德", "班主任协调完成 班主任自己的学科", sheet, "填报中 → 班主任已协调 合计 20 分钟"],
        [*submitted, "数学；40 → 20 分钟"],
        [*submitted, "数学；0 → 40 分钟"],
    ]
    assert {row[0] for row in told(office.get(ADDRESS))} == {"11-24 15:00"}
    assert steps(office.get(f"{ADDRESS}?sort=oldest"))[0] == "提交作业"


def test_the_portals_own_deeds_are_the_systems(world: World, office: Browser) -> None:
    world.file(world.luo, world.english, item(20))
    approvals.publish_itself(world.four_one, TODAY, at=world.at)
    db.session.commit()
    assert told(office.get(f"{ADDRESS}?person=0"))[0][1:3] == ["系统", "自动公示 自动公示"]
    assert len(told(office.get(f"{ADDRESS}?person=0"))) == 1
    assert export(office, "?person=0")[1][2] == "系统"


def test_a_deputys_row_says_in_whose_place(world: World, office: Browser) -> None:
    note(world, deputy_for=[world.cheng.id])
    assert told(office.get(ADDRESS))[0][1] == "郑怀瑾 （代 程望舒）"
    assert export(office)[1][2:4] == ["郑怀瑾", "程望舒"]


def test_caps_and_settings_are_told_before_and_after(world: World, office: Browser) -> None:
    how = {"by": world.zheng, "at": world.at}
    version = school.set_grade_rule(world.school, 4, cap=45, no_homework_weekday=2, seen_version=0, **how)
    version = school.set_grade_rule(
        world.school, 4, cap=None, no_homework_weekday=2, seen_version=version, reason="恢复", **how
    )
    settings = {"cutoff": time(15, 30), "approval_mode": "all", "supervision_phone": "12345"}
    version = school.set_school_settings(world.school, settings, seen_version=version, **how)
    school.set_budget(world.school, world.maths, 20, seen_version=version, **how)
    db.session.commit()
    assert [row[2:] for row in told(office.get(ADDRESS))] == [
        ["设置学科建议用时", "全校", "数学；建议用时 15 → 20"],
        [
            "修改学校设置",
            "全校",
            "教务处审核 只看例外 → 每份都审；填报截止 16:00 → 15:30；监督电话 0513-0000 0000 → 12345",
        ],
        ["设置年级上限", "全校", "四年级；上限 45 → 按国家规定 恢复"],
        ["设置年级上限", "全校", "四年级；上限 按国家规定 → 45；无作业日 没有 → 周三"],
    ]


def test_days_terms_and_deputies_are_told(world: World, office: Browser) -> None:
    days = {"first": "2026-11-26", "last": "2026-11-27"}
    record("calendar.set", by=world.zheng, at=world.at, kind="holiday", note="运动会", was={}, **days)
    record("calendar.set", by=world.zheng, at=world.at, kind=None, note="", was={}, **days)
    record("term.set", by=world.zheng, at=world.at, name="第一学期", **days)
    who = {"role": Role.LEAD, "place": "4", "lender": world.shen.id, "deputy": world.chen.id}
    record("deputy.lend", by=world.zheng, at=world.at, **who, **days)
    db.session.commit()
    assert [row[4] for row in told(office.get(ADDRESS))] == [
        "陈立德 代 沈知微（4 年级组长）；2026-11-26 至 2026-11-27",
        "第一学期；2026-11-26 至 2026-11-27",
        "2026-11-26 至 2026-11-27；清除",
        "2026-11-26 至 2026-11-27；放假 运动会",
    ]


def test_a_changed_item_and_what_the_text_checks_said_are_told(world: World, office: Browser) -> None:
    note(world, subject="英语", item={"text": "抄" * 50, "was": None, "now": 10}, minutes=[0, 10])
    note(world, checks=[["parent_work", "家长签字", True], ["unknown", "打卡", False]])
    assert [row[4] for row in told(office.get(ADDRESS))] == [
        "“家长签字”像是在给家长布置作业、教师保留原文；“打卡”unknown",
        f"英语；“{'抄' * 40}…” 未填 → 10 分钟",
    ]


def test_a_row_leads_to_its_sheet(world: World, office: Browser) -> None:
    own_subject(world)
    assert f"/classes/{world.four_one.id}/{TODAY}" in {has["href"] for has in office.get(ADDRESS).all("a")}


# Filters


@pytest.fixture
def busy(world: World) -> World:
    """A day on which all kinds of things happen."""
    late(world)
    ask(world, minutes=60)
    except_it(world)
    review(world, note="已核对 50%_的情况")
    world.file(world.lin, world.chinese, item(10, form="oral"), school_class=world.one_one, day=TOMORROW)
    note(world, at=world.at - timedelta(days=3), grade=4, cap=[60, 45])
    return world


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 7),
        ("grade=4", 6),
        ("grade=1", 1),
        ("class_id=one_one", 1),
        ("person=chen", 2),
        ("person=lin", 1),
        ("person=0", 0),
        ("step=sheet.except", 1),
        ("kind=late", 1),
        ("kind=over_cap", 1),
        ("words=期末", 2),
        ("words=50%25_", 1),
        ("words=%25", 1),
        ("words=_", 1),
        ("words=nothing", 0),
        (f"first={TODAY}", 6),
        (f"last={TODAY - timedelta(days=1)}", 1),
        (f"first={TODAY - timedelta(days=3)}&last={TODAY - timedelta(days=3)}", 1),
        ("grade=4&person=zheng&step=sheet.review", 1),
    ],
)
def test_filters_choose_rows_on_the_page_and_in_the_file(
    busy: World, office: Browser, query: str, expected: int
) -> None:
    for name in ("one_one", "chen", "lin", "zheng"):
        query = query.replace(f"={name}", f"={getattr(busy, name).id}")
    page = office.get(f"{ADDRESS}?{query}")
    assert len(told(page)) == expected
    assert page.text.count(f"{expected} 条记录。") == 1
    assert len(export(office, f"?{query}")) == 1 + expected


def test_a_day_begins_and_ends_at_midnight_of_the_school(world: World, office: Browser) -> None:
    midnight = datetime.combine(TODAY, time.min, world.at.tzinfo)
    for minutes in (-1, 0, 24 * 60 - 1, 24 * 60):
        note(world, str(minutes), at=midnight + timedelta(minutes=minutes))
    page = office.get(f"{ADDRESS}?first={TODAY}&last={TODAY}&sort=oldest")
    assert [row[4] for row in told(page)] == ["0", "1439"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("first=yesterday", "没有这一天"),
        ("last=2026-02-30", "没有这一天"),
        ("first=2026-11-25&last=2026-11-24", "结束日期在开始日期之前"),
        ("grade=12", "请从列出的里面选一项"),
        ("class_id=99999", "请从列出的里面选一项"),
        ("person=abc", "请从列出的里面选一项"),
        ("step=sheet.burn", "请从列出的里面选一项"),
        ("kind=poetry", "请从列出的里面选一项"),
        ("sort=up", "请从列出的里面选一项"),
        ("words=" + "x" * 81, "最多 80 个字"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_at_its_field(busy: World, office: Browser, query: str, says: str) -> None:
    for address in (ADDRESS, f"{ADDRESS}.csv"):
        page = office.get(f"{address}?{query}")
        assert page.status == 422
        assert says in texts(page, "ul", class_="errors")[0]
        assert rows(page) == []


def test_another_schools_class_or_person_cannot_be_asked_for(world: World, office: Browser) -> None:
    for query in (f"class_id={world.other_class.id}", f"person={world.zhou.id}"):
        assert office.get(f"{ADDRESS}?{query}").status == 422


def test_a_long_log_comes_in_pages(world: World, office: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.office.log_views.PAGE", 2)
    for number in range(5):
        note(world, f"第{number}条 甲")
    first = office.get(f"{ADDRESS}?words=甲")
    seen = [row[4] for row in told(first)]
    page = first
    while following := page.all("a", rel="next"):
        page = office.get(following[0]["href"])
        seen += [row[4] for row in told(page)]
    assert seen == [f"第{number}条 甲" for number in (4, 3, 2, 1, 0)]
    assert "第 3 页，共 3 页" in page.text


# The file


def test_the_file_has_a_column_for_each_thing_and_moments_of_the_schools_clock(world: World, office: Browser) -> None:
    late(world)
    heading, row = export(office)
    assert heading == [
        *("编号", "时间", "谁", "代谁", "做了什么", "班级", "清单日期"),
        *("原来的状态", "现在的状态", "例外", "细节", "原因"),
    ]
    assert row[1:] == [
        *("2026-11-24T16:20:00+08:00", "罗安怡", "", "提交作业", "四(1)班", "2026-11-24"),
        *("", "已提交", "迟交", "英语；0 → 20 分钟", "外出教研"),
    ]


def test_the_file_is_a_download_that_nobody_keeps(world: World, office: Browser) -> None:
    headers = office.get(f"{ADDRESS}.csv").response.headers
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"] == "attachment; filename=log-2026-11-24.csv"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "reason", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("http://x","y")']
)
def test_no_cell_is_a_formula(world: World, office: Browser, reason: str) -> None:
    note(world, reason)
    assert export(office)[1][-1] == f"'{reason}"


def test_commas_quotes_and_lines_stay_in_their_cell(world: World, office: Browser) -> None:
    for reason in ('他说："减 10 分钟"，好', "一行\n两行", "a,b;c", "😀𣲗"):
        note(world, reason)
    assert {row[-1] for row in export(office)[1:]} == {'他说："减 10 分钟"，好', "一行\n两行", "a,b;c", "😀𣲗"}


def test_a_long_file_is_sent_in_pieces_and_is_whole(
    world: World, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.office.log_views.CHUNK", 2)
    monkeypatch.setattr("portal.office.log_queries.CHUNK", 2)
    for number in range(7):
        note(world, str(number))
    assert [row[-1] for row in export(office)[1:]] == [str(number) for number in reversed(range(7))]


# Who, how much, in which language


def test_the_principal_reads_and_exports_it(world: World, app: Flask) -> None:
    own_subject(world)
    browser = Browser(app).sign_in(world.cheng)
    assert len(told(browser.get(ADDRESS))) == len(export(browser)) - 1 == 2


@pytest.mark.parametrize("who", ["chen", "shen", "admin", "zhou"])
def test_nobody_else_opens_it(world: World, browser: Browser, who: str) -> None:
    browser.sign_in(getattr(world, who))
    assert [browser.get(f"{ADDRESS}{end}").status for end in ("", ".csv")] == [403, 403]


def test_another_schools_rows_are_never_seen(world: World, office: Browser) -> None:
    world.file(world.zhou, world.other_maths, item(20), school_class=world.other_class)
    db.session.commit()
    assert db.session.query(LogEntry).count() == 1
    assert (rows(office.get(ADDRESS)), len(export(office))) == ([], 1)


def test_nobody_writes_to_it_by_any_address(office: Browser) -> None:
    assert [office.send(f"{ADDRESS}{end}").status for end in ("", ".csv")] == [405, 405]


def test_page_and_file_take_the_same_statements_for_one_row_and_for_three(world: World, office: Browser) -> None:
    counts = []
    for _ in range(2):
        own_subject(world, day=date(2026, 11, 23) if counts else TODAY)
        for address in (ADDRESS, f"{ADDRESS}.csv"):
            with statements() as seen:
                office.get(address)
            counts.append(len(seen))
    assert counts == [4, 4, 4, 4], "\n\n".join(seen)


def test_the_log_reads_in_english(world: World, office: Browser) -> None:
    own_subject(world)
    page = office.get(f"{ADDRESS}?lang=en")
    assert [told(page)[0][n] for n in (1, 3)] == ["陈立德", "Class 4(1) Tuesday, 24 November"]
    assert export(office)[0][:3] == ["No.", "Time", "Who"]
