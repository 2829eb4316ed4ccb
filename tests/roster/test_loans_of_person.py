"""The page of a person tells for whom they stand in and who stands in for them; it leads on, and back."""

from portal.extensions import db
from portal.policy.permissions import Role
from tests.approvals.reading import texts
from tests.deputies.lending import DEPUTIES, day, grant_of, lent, stored
from tests.factories import TODAY, World, grant, make_person
from tests.homework.composing import fields
from tests.page import Browser, Page


def section(page: Page) -> list[str]:
    """Headings and rows about deputies, without the buttons."""
    told = [text for text in (*texts(page, "h3"), *texts(page, "li")) if " 代 " in text or "代理" in text]
    return [text.split(" 提前结束…")[0].split(" 取消…")[0] for text in told]


def ways(page: Page) -> dict[str, str]:
    """From the page of a person to the form."""
    links = [has["href"] for has in page.all("a", class_="button ghost") if has["href"].startswith(DEPUTIES)]
    return {("holder" if "holder" in each else "deputy"): each.removesuffix("#lend") for each in links}


def test_it_says_who_stands_in_for_whom_and_when(world: World, admin: Browser) -> None:
    assert "现在没有，以后也没有安排。" in admin.get(f"/people/{world.luo.id}").text
    lent(world, grant_of(world.chen), world.luo, 0, 3)
    lent(world, grant_of(world.shen, Role.LEAD), world.chen, 1, 2)
    lent(world, grant_of(world.lin), world.luo, -9, -1)  # is over
    assert section(admin.get(f"/people/{world.luo.id}")) == [
        "代理同事的",
        "四(1)班 班主任 罗安怡 代 陈立德 11月24日 – 11月27日 正在代理",
    ]
    assert section(admin.get(f"/people/{world.chen.id}")) == [
        "代理同事的",
        "请同事代理的",
        "四年级 年级组长 陈立德 代 沈知微 11月25日 – 11月26日 还没开始",
        "四(1)班 班主任 罗安怡 代 陈立德 11月24日 – 11月27日 正在代理",
    ]


def test_either_side_is_ended_there(world: World, admin: Browser) -> None:
    mine = [lent(world, grant_of(world.chen), to, 0, 3) for to in (world.luo, world.gu)]
    for person, loan in ((world.luo, mine[0]), (world.chen, mine[1])):
        name = person.name if person is world.luo else "顾一鸣"
        end = f"{DEPUTIES}{loan.id}/end?person={person.id}"
        assert len(admin.get(f"/people/{person.id}").all("form", action=end)) == 1
        page = admin.send(end)
        assert (page.status, page.response.location) == (303, f"/people/{person.id}#main")
        assert f"已结束：{name} 不再代理 四(1)班 班主任。" in admin.get(f"/people/{person.id}").text
    assert stored() == []


def test_a_deputy_for_them_is_appointed_and_one_comes_back(world: World, admin: Browser) -> None:
    way = ways(admin.get(f"/people/{world.chen.id}"))["holder"]
    page = admin.get(way)
    assert [text for text in texts(page, "option") if text] == ["四(1)班 班主任 · 陈立德"]
    assert len(page.all("a", href=f"/people/{world.chen.id}")) == 1
    sent = fields(page, way) | {"to": "何人", "first": str(TODAY), "last": str(day(3))}
    page = admin.post(way, sent)  # what is wrong is said there, and the way back is kept
    assert (page.status, len(page.all("a", href=f"/people/{world.chen.id}"))) == (422, 1)
    page = admin.post(way, sent | {"to": "罗安怡"})
    assert (page.status, page.response.location) == (303, f"/people/{world.chen.id}#main")
    assert stored() == [("homeroom", "luo", TODAY, day(3))]
    assert "已安排：罗安怡 代理 四(1)班 班主任。" in admin.get(f"/people/{world.chen.id}").text


def test_their_name_is_filled_in_where_they_shall_stand_in(world: World, admin: Browser) -> None:
    double = make_person(world.school, "luo2", "罗安怡")
    db.session.commit()
    page = admin.get(ways(admin.get(f"/people/{double.id}"))["deputy"])
    assert page.value("to") == "罗安怡 luo2"
    assert len(texts(page, "option")) > 3  # everybody's roles


def test_only_what_can_be_is_offered(world: World, admin: Browser) -> None:
    assert set(ways(admin.get(f"/people/{world.luo.id}"))) == {"deputy"}  # has no role to lend
    assert set(ways(admin.get(f"/people/{world.admin.id}"))) == set()  # arranges nothing for themselves
    world.chen.active = False
    db.session.commit()
    assert set(ways(admin.get(f"/people/{world.chen.id}"))) == {"holder"}
    assert admin.get(f"{DEPUTIES}?person={world.chen.id}&as=deputy").value("to") == ""


def test_whoever_has_no_pages_of_people_is_led_back_to_none(world: World, browser: Browser) -> None:
    grant(world.chen, Role.LEAD, grade=5)
    db.session.commit()
    mine = browser.sign_in(world.chen)
    address = f"{DEPUTIES}?person={world.lin.id}&as=holder"
    page = mine.get(address)
    assert [has for has in page.all("a") if "/people/" in has["href"]] == []
    assert texts(page, "option") == texts(mine.get(DEPUTIES), "option")
    loan = lent(world, grant_of(world.chen), world.luo)
    assert mine.send(f"{DEPUTIES}{loan.id}/end?person={world.lin.id}").response.location == "/deputies/#main"


def test_numbers_that_nobody_has_are_no_fault(world: World, admin: Browser) -> None:
    for number in (0, -1, "x", 10**30, world.zhou.id):
        for side in ("holder", "deputy", "x"):
            assert admin.get(f"{DEPUTIES}?person={number}&as={side}").status == 200
