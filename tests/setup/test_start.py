"""The page of the first start: who gets to it, what it makes, what it refuses, and that it is gone afterwards."""

import time
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from portal.accounts.models import Person
from portal.asking import hang_up
from portal.extensions import db
from portal.policy.links import cannot_be_guessed
from portal.school.models import School, SchoolClass
from portal.setup import actions, queries
from portal.setup.models import SetupCode
from tests.approvals.reading import texts
from tests.factories import NOW, World
from tests.homework.composing import complaints, fields
from tests.page import Browser
from tests.school.setting import log
from tests.setup.founding import NEXT, NOTHING, PASSWORD, START, WHO, found, stored

AUTUMN = ("2026–2027 学年第一学期", date(2026, 9, 1), date(2027, 1, 22))
WRONG_CODE = "安装码不对，或者已经过期。请看启动本站的窗口里最新的一个；重新启动会印新的。"


@pytest.mark.parametrize("address", ["/", "/sign-in", "/home"])
def test_while_there_is_no_school_everything_begins_here(app: Flask, browser: Browser, address: str) -> None:
    page = browser.get(address, follow_redirects=True)
    assert (page.status, page.response.request.path) == (200, START)
    assert texts(page, "h1") == ["第一次使用：建立学校"]
    [hint] = texts(page, "p", id="code-hint")
    assert "印在启动本站的那个窗口里（make run）" in hint


def test_the_present_term_is_proposed(app: Flask, browser: Browser) -> None:
    sent = fields(browser.get(START), START)
    assert (sent["present_name"], sent["present_first"], sent["present_last"]) == (
        AUTUMN[0],
        "2026-09-01",
        "2027-01-22",
    )
    assert (sent["next_name"], sent["office"]) == ("", "y")


def test_it_makes_the_school_and_signs_its_administrator_in(app: Flask, browser: Browser, code: str) -> None:
    spring = {"next_name": "第二学期", "next_first": "2027-02-22", "next_last": "2027-07-02"}
    page = found(browser, code, classes_3="2", classes_7="1", classes_8="0", **spring)
    assert (page.status, page.response.location) == (303, NEXT)
    assert stored() == {
        "schools": ["青禾实验学校"],
        "people": ["cheng"],
        "roles": ["administrator", "office"],
        "classes": [(3, 1), (3, 2), (7, 1)],
        "terms": [AUTUMN, ("第二学期", date(2027, 2, 22), date(2027, 7, 2))],
        "codes": 0,
    }
    page = browser.get(NEXT)
    assert texts(page, "p", class_="said") == ["学校建好了。您已登录。"]
    assert "程望舒" in page.text
    assert [(step, who) for step, who, _, _ in log()] == [
        ("school.found", "程望舒"),
        ("class.add", "程望舒"),
        ("term.set", "程望舒"),
        ("term.set", "程望舒"),
    ]
    assert log()[1][3] == {"classes": [[3, 1], [3, 2], [7, 1]]}
    assert [cannot_be_guessed(each.code) for each in db.session.query(SchoolClass)] == [True] * 3


def test_the_password_is_kept_as_a_slow_hash_and_signs_in(app: Flask, browser: Browser, code: str) -> None:
    found(browser, code)
    person = db.session.query(Person).one()
    assert (person.password_hash.startswith("scrypt:"), person.one_time) == (True, False)
    Browser(app).sign_in(person, PASSWORD)


@pytest.mark.parametrize(
    ("school", "typed", "short"),
    [
        ("青禾实验学校", "", "qhsyxx"),
        ("青禾实验学校", "qinghe-1", "qinghe-1"),
        ("No. 5 School", "", "no5school"),
        ("★", "", "school"),
        ("青" * 40, "", "q" * 32),
    ],
)
def test_the_short_name_is_what_was_typed_or_initials(
    app: Flask, browser: Browser, code: str, school: str, typed: str, short: str
) -> None:
    assert found(browser, code, school=school, short=typed).status == 303
    assert db.session.query(School.code).scalar() == short
    assert browser.get(f"/board/schools/{short}/").status == 200


def test_without_the_tick_the_administrator_is_no_office(app: Flask, browser: Browser, code: str) -> None:
    sent = fields(browser.get(START), START) | WHO | {"code": code}
    del sent["office"]
    browser.post(START, sent)
    assert stored()["roles"] == ["administrator"]


def test_without_terms_and_classes_there_is_just_a_school(app: Flask, browser: Browser, code: str) -> None:
    page = found(browser, code, present_name="", present_first="", present_last="")
    assert page.status == 303
    assert (stored()["terms"], stored()["classes"]) == ([], [])


def test_the_code_is_taken_as_people_type_it(app: Flask, browser: Browser, code: str) -> None:
    assert found(browser, f"  {code.upper().replace('-', ' ')} ").status == 303


def test_every_start_has_a_code_of_its_own_and_only_its_last_one_holds(app: Flask, browser: Browser, code: str) -> None:
    other, newer = actions.draw_code("there", at=NOW), actions.draw_code("here", at=NOW)
    db.session.commit()
    assert len({code, other, newer}) == 3
    assert [queries.is_code(each, NOW) for each in (code, other, newer)] == [False, True, True]
    assert [queries.is_code(newer, NOW + actions.HOLDS + timedelta(seconds=n)) for n in (-1, 0)] == [True, False]
    kept = {each.code_hash.partition("$")[0] for each in db.session.query(SetupCode)}
    assert kept == {"pbkdf2:sha256:2000"}
    assert found(browser, other).status == 303


def test_a_wrong_code_is_said_at_its_field_and_what_was_typed_stays(app: Flask, browser: Browser, code: str) -> None:
    page = found(browser, "aaaa-bbbb-cccc", short="qinghe", classes_3="4", present_last="2027-01-15")
    assert (page.status, complaints(page)) == (422, {"code": WRONG_CODE})
    sent = fields(page, START)
    assert {
        name: sent[name] for name in ("code", "school", "short", "classes_3", "present_last", "login", "office")
    } == {
        "code": "aaaa-bbbb-cccc",
        "school": "青禾实验学校",
        "short": "qinghe",
        "classes_3": "4",
        "present_last": "2027-01-15",
        "login": "cheng",
        "office": "y",
    }
    assert PASSWORD not in page.html
    assert stored() == NOTHING | {"codes": 1}


def test_without_any_code_nobody_gets_in(app: Flask, browser: Browser) -> None:
    assert complaints(found(browser, "")) == {"code": "请填安装码。它印在启动本站的那个窗口里。"}
    assert complaints(found(browser, "aaaa-bbbb-cccc")) == {"code": WRONG_CODE}
    assert stored() == NOTHING | {"codes": 0}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"school": " "}, {"school": "请填校名。"}),
        ({"school": "校" * 81}, {"school": "校名最多 80 个字。"}),
        (
            {"short": "Qing He"},
            {"short": "网址简称只用小写字母、数字和 -，以字母或数字开头，最多 32 个，例如 qinghe。"},
        ),
        ({"classes_1": "七"}, {"classes_1": "班数请填 0 到 60 的整数。"}),
        ({"classes_9": "61"}, {"classes_9": "班数请填 0 到 60 的整数。"}),
        ({"present_name": ""}, {"present_name": "请填学期名称。"}),
        ({"present_first": ""}, {"present_first": "请选择日期。"}),
        ({"present_last": "2027-02-30"}, {"present_last": "没有这一天，请重新选择日期。"}),
        ({"present_last": "0027-01-15"}, {"present_last": "没有这一天，请重新选择日期。"}),
        ({"present_last": "2026-08-31"}, {"present_last": "结束日期在开始日期之前，请检查。"}),
        ({"present_last": "2028-01-15"}, {"present_last": "一个学期最多 300 天，请检查年份。"}),
        (
            {"next_name": "下", "next_first": "2027-01-22", "next_last": "2027-07-02"},
            {"next_first": "和“2026–2027 学年第一学期”（2026-09-01 至 2027-01-22）重叠。请改日期，或先删去那个学期。"},
        ),
        ({"next_last": "2027-07-02"}, {"next_name": "请填学期名称。", "next_first": "请选择日期。"}),
        ({"name": ""}, {"name": "请填姓名。"}),
        ({"login": "程"}, {"login": "账号只用字母、数字和 . _ - @，以字母或数字开头，例如 t1001。"}),
        (
            {"password": "short", "again": "short"},
            {"password": "密码至少 10 个字符。几个不相干的词连在一起，又长又好记。"},
        ),
        (
            {"password": "cheng程望舒12", "again": "cheng程望舒12"},
            {"password": "密码里除了账号和姓名几乎没有别的，太容易猜到，请换一个。"},
        ),
        ({"again": "another password"}, {"again": "两次写的密码不一样。"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    app: Flask, browser: Browser, code: str, typed: dict[str, str], said: dict[str, str]
) -> None:
    page = found(browser, code, **typed)
    assert (page.status, complaints(page)) == (422, said)
    assert stored() == NOTHING | {"codes": 1}


def test_guessing_the_code_is_slow_for_whoever_guesses_and_nobody_else(
    app: Flask, browser: Browser, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = float(int(time.time()))
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr("portal.attempts.time", lambda: now)
    assert [found(browser, "aaaa-bbbb-cccc").status for _ in range(7)] == [422] * 5 + [429] * 2
    page = found(browser, code)
    assert complaints(page) == {"code": "试的次数太多了，请等 60 秒再试。"}
    assert (page.response.headers["Retry-After"], stored()["schools"]) == ("60", [])
    sent = fields(browser.get(START), START) | WHO | {"code": code}
    assert browser.post(START, sent, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status == 303


def test_without_a_token_nothing_is_founded(app: Flask, browser: Browser, code: str) -> None:
    assert browser.post(START, WHO | {"code": code}).status == 400
    assert stored() == NOTHING | {"codes": 1}


def test_once_there_is_a_school_it_is_gone(world: World, browser: Browser) -> None:
    before = stored()
    page = browser.get(START)
    assert (page.status, page.response.location) == (302, "/sign-in")
    page = browser.send(START, WHO | {"code": "aaaa-bbbb-cccc"})
    assert (page.status, texts(page, "main")) == (
        409,
        ["现在不能这样做 学校已经建好了，这一次没有再建。请用管理员的账号登录。 回到首页"],
    )
    assert actions.draw_code("here", at=NOW) is None
    assert stored() == before


def test_a_page_that_was_open_meanwhile_founds_nothing(app: Flask, browser: Browser, code: str) -> None:
    late = Browser(app)
    sent = fields(late.get(START), START) | WHO | {"code": code, "school": "第二学校", "login": "second"}
    found(browser, code)
    assert late.post(START, sent).status == 409
    assert (stored()["schools"], stored()["people"]) == (["青禾实验学校"], ["cheng"])


def test_of_many_who_finish_at_once_one_founds_the_school(app: Flask, code: str) -> None:
    """Each with the code, in a thread and a transaction of its own."""
    start, statuses = Barrier(4, timeout=10), []

    def race(n: int) -> None:
        with app.app_context():
            browser = Browser(app)
            sent = fields(browser.get(START), START) | WHO | {"code": code, "login": f"cheng{n}", "short": f"s{n}"}
            start.wait()
            statuses.append(browser.post(START, sent).status)
            db.session.remove()
            hang_up(app)

    db.session.commit()
    threads = [Thread(target=race, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409, 409, 409]
    assert {name: len(rows) for name, rows in stored().items() if name in ("schools", "people", "terms")} == {
        "schools": 1,
        "people": 1,
        "terms": 1,
    }


def test_a_database_that_cannot_be_asked_opens_nothing(app: Flask, browser: Browser) -> None:
    assert queries.is_open()
    db.session.execute(db.text("ALTER TABLE school RENAME TO elsewhere"))
    db.session.commit()
    try:
        assert not queries.is_open()
        assert browser.get("/sign-in").status == 200
    finally:
        db.session.execute(db.text("ALTER TABLE elsewhere RENAME TO school"))
        db.session.commit()
