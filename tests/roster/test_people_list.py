"""Finding people: by name, pinyin, login, role, class and state; a page at a time."""

import pytest
from sqlalchemy import insert

from portal.accounts.models import NO_PASSWORD, Person
from portal.extensions import db
from portal.pinyin import is_spelled, sort_key
from tests.approvals.reading import texts
from tests.factories import World, assign, make_person
from tests.page import Browser, Page, statements


@pytest.fixture
def admin(world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.admin)


def found(page: Page) -> list[str]:
    return texts(page, "th", scope="row")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=陈", ["陈立德"]),
        ("q=chenlide", ["陈立德"]),
        ("q=Chen Lide", ["陈立德"]),
        ("q=cld", ["陈立德"]),
        ("q=lide", ["陈立德"]),
        ("q=chen", ["陈立德", "程望舒", "沈知微"]),
        ("q=zheng", ["郑怀瑾"]),
        ("q=周", []),
        ("q=%25", []),
        ("q=%00", []),
        ("role=homeroom", ["陈立德", "林晓棠"]),
        ("role=lead", ["顾一鸣", "沈知微"]),
        ("role=teacher", ["陈立德", "林晓棠", "罗安怡", "沈知微"]),
        ("role=teacher&q=l", ["陈立德", "林晓棠", "罗安怡"]),
        ("role=nonsense&shown=nonsense&class=x&page=-1&q=zhw", ["沈知微"]),
        ("shown=stopped", []),
    ],
)
def test_the_list_is_searched_and_filtered(world: World, admin: Browser, query: str, names: list[str]) -> None:
    assert found(admin.get(f"/people?{query}")) == names


def test_a_class_shows_who_has_to_do_with_it(world: World, admin: Browser) -> None:
    assert found(admin.get(f"/people?class={world.one_one.id}")) == ["林晓棠"]
    assert found(admin.get(f"/people?class={world.four_one.id}")) == ["陈立德", "罗安怡", "沈知微"]
    assert len(found(admin.get(f"/people?class={world.other_class.id}"))) == 8  # another school's is no filter


def test_pages_keep_the_filters(world: World, admin: Browser) -> None:
    for number in range(60):
        make_person(world.school, f"w{number:02}", f"王{number:02}")
    db.session.commit()
    first = admin.get("/people?q=王")
    assert len(found(first)) == 50
    [following] = [has["href"] for has in first.all("a", rel="next")]
    assert following == "/people?q=%E7%8E%8B&page=2"
    second = admin.get(following)
    assert found(second) == [f"王{number:02}" for number in range(50, 60)]
    assert found(admin.get("/people?q=王&page=99")) == found(second)


def test_the_principal_reads_and_changes_nothing(world: World, browser: Browser) -> None:
    page = browser.sign_in(world.cheng).get("/people")
    assert (len(found(page)), page.all("input", type="checkbox"), page.all("a", href="/people/new")) == (8, [], [])


def test_names_stand_in_the_order_of_their_pinyin() -> None:
    names = ["曾小明", "陈立德", "Anna", "单雄信", "仇英", "张三", "程望舒", "吕布"]
    assert sorted(names, key=sort_key) == ["Anna", "陈立德", "程望舒", "吕布", "仇英", "单雄信", "曾小明", "张三"]


@pytest.mark.parametrize(
    ("name", "typed", "spells"),
    [
        ("单雄信", "shan", True),
        ("单雄信", "dan", True),
        ("单雄信", "sxx", True),
        ("张为民", "zhangwm", True),
        ("张为民", "wm", True),
        ("张为民", "zm", False),
        ("张为民", "hang", False),
        ("Anna Li", "nna", True),
        ("", "a", False),
        ("张", "", True),
    ],
)
def test_typed_letters_spell_a_name(name: str, typed: str, spells: bool) -> None:
    assert is_spelled(name, typed) == spells


# Two hundred people, and nobody


def test_two_hundred_people_are_gone_through_page_by_page(world: World, admin: Browser) -> None:
    values = {"school_id": world.school.id, "password_hash": NO_PASSWORD}
    many = [{"login": f"w{number:03}", "name": f"王{number:03}", **values} for number in range(200)]
    db.session.execute(insert(Person), [*many, {**values, "login": "x", "name": "王停", "active": False}])
    assign(world.luo, world.one_one, world.english)
    db.session.commit()
    seen, asked, page = [], set(), admin.get("/people?q=王&shown=without")
    while True:
        seen.append(found(page))
        assert ([page.value("q"), page.html.count(" selected")], page.status) == (["王", 1], 200)
        following = page.all("a", rel="next")
        if not following:
            break
        with statements() as made:
            page = admin.get(following[0]["href"])
        asked.add(len(made))
    assert [len(each) for each in seen] == [50] * 4
    assert [name for names in seen for name in names] == [each["name"] for each in many]
    assert len(asked) == 1
    assert "第 4 页，共 4 页" in page.text
    [previous] = [has["href"] for has in page.all("a", rel="prev")]
    assert found(admin.get(previous)) == seen[2]


def test_the_way_back_leads_to_the_list_as_it_was(world: World, admin: Browser) -> None:
    assert admin.get("/people?last=1").response.location == "/people"
    for number in range(60):
        make_person(world.school, f"w{number:02}", f"王{number:02}")
    db.session.commit()
    asked = "/people?q=%E7%8E%8B&shown=all&page=2"
    admin.get(asked)
    for below in (f"/people/{world.luo.id}", "/people/new", "/roster/classes"):
        assert len(admin.get(below).all("a", href="/people?last=1")) == 1
    assert admin.get("/people?last=1").response.location == asked
    page = admin.get(asked)
    assert len(admin.get("/people").all("a", href="/people")) == 0  # nothing to clear
    assert len(page.all("a", href="/people")) == 1
    assert admin.get("/people?last=1").response.location == "/people?page=1"
    assert Browser(admin.client.application).sign_in(world.cheng).get("/people?last=1").response.location == "/people"


def test_whoever_finds_nobody_reads_what_to_do(world: World, admin: Browser) -> None:
    world.gu.active = False
    db.session.commit()
    page = admin.get("/people?q=顾&role=homeroom")
    assert "没有找到“顾”。 不限角色、班级和状态，有 1 人" in page.text
    [wider] = [has["href"] for has in page.all("a") if "shown=all" in has["href"]]
    assert found(admin.get(wider)) == ["顾一鸣"]
    page = admin.get("/people?shown=stopped&role=office")
    assert "没有符合条件的人。 不限角色、班级和状态，有 8 人" in page.text
    page = admin.get("/people?q=周远")
    assert "没有找到“周远”。 姓名、拼音、账号写一部分就可以，例如“王”“wf”。 看全部的人 · 添加人员" in page.text
    reader = Browser(admin.client.application).sign_in(world.cheng).get("/people?q=周远")
    assert ("看全部的人" in reader.text, "添加人员" in reader.text) == (True, False)
