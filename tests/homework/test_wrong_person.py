"""Who may not file here: another subject's teacher, another class's, another school's; and what does not exist."""

import pytest

from tests.approvals.reading import texts
from tests.factories import TODAY, World, assign, item
from tests.homework.composing import address, fields, typed
from tests.page import Browser

PARTS = ("", "/draft", "/load", "/withdraw")
FILE = {"version": "1", "do": "submit", **typed(text="换掉", minutes="5")}
SECRET = "第 7 单元的秘密"


def filed(world: World) -> list[tuple[str, str, int]]:
    """What stands in the books for 数学 in 四(1)."""
    filing = world.day(world.four_one).filing_of(world.maths.id)
    return [(filing.status, each.text, each.minutes) for each in filing.items]


@pytest.mark.parametrize(
    ("name", "status"),
    [("luo", 403), ("shen", 403), ("zheng", 403), ("cheng", 403), ("admin", 403), ("lin", 404), ("zhou", 404)],
)
def test_nobody_else_reads_or_files_it(world: World, browser: Browser, name: str, status: int) -> None:
    """403 where the person may read the class's day (or sets no homework at all), 404 where they may not."""
    world.file(world.chen, world.maths, item(20, SECRET))
    assert SECRET in Browser(browser.client.application).sign_in(world.chen).get(address(world)).html
    browser.sign_in(getattr(world, name))
    pages = [browser.get(address(world)), *(browser.send(address(world, part), FILE) for part in PARTS)]
    assert [page.status for page in pages] == [status] * 5
    assert [SECRET in page.html for page in pages] == [False] * 5
    assert filed(world) == [("submitted", SECRET, 20)]


def test_who_is_signed_out_is_asked_to_sign_in(world: World, browser: Browser) -> None:
    world.file(world.chen, world.maths, item(20, SECRET))
    pages = [browser.send(address(world, part), FILE) for part in PARTS]
    assert [(page.status, texts(page, "h1")) for page in pages] == [(401, ["登录"])] * 4
    assert filed(world) == [("submitted", SECRET, 20)]


def test_a_forged_subject_is_refused(world: World, browser: Browser) -> None:
    """The form is genuine; the address names a subject of the same class that a colleague teaches."""
    browser.sign_in(world.chen)
    sent = fields(browser.get(address(world)), address(world)) | typed() | {"do": "submit"}
    page = browser.post(f"/homework/{world.four_one.id}/{world.chinese.id}/{TODAY}", sent)
    assert (page.status, texts(page, "h1")) == (403, ["没有权限"])
    assert world.day(world.four_one).sheet is None
    assert browser.post(address(world), sent).status == 303


def test_a_subject_one_teaches_elsewhere_is_refused_here(world: World, browser: Browser) -> None:
    assign(world.shen, world.four_two, world.english)
    browser.sign_in(world.shen)
    assert browser.get(f"/homework/{world.four_two.id}/{world.english.id}/{TODAY}").status == 200
    assert browser.get(f"/homework/{world.four_one.id}/{world.english.id}/{TODAY}").status == 403


def test_what_another_school_has_does_not_exist_here(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    pairs = [
        (world.other_class.id, world.other_maths.id),
        (world.other_class.id, world.maths.id),
        (world.four_one.id, world.other_maths.id),
    ]
    assert [browser.get(f"/homework/{a}/{b}/{TODAY}").status for a, b in pairs] == [404, 404, 404]
    there = Browser(browser.client.application).sign_in(world.zhou)
    assert there.get(f"/homework/{world.other_class.id}/{world.other_maths.id}/{TODAY}").status == 200


def test_an_unknown_class_or_subject_is_not_found(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    for number in ("999", str(2**31), str(2**63), "-1", "x", "9" * 5000):
        for unknown in (
            f"/homework/{number}/{world.maths.id}/{TODAY}",
            f"/homework/{world.four_one.id}/{number}/{TODAY}",
        ):
            page = browser.get(unknown)
            assert (page.status, texts(page, "h1")) == (404, ["没有找到"])
    unknown = f"/homework/{world.four_one.id}/999/{TODAY}"
    assert [browser.send(unknown + part, FILE).status for part in PARTS] == [404] * 4
    assert world.day(world.four_one).sheet is None


def test_a_class_or_subject_that_is_not_ones_own_cannot_be_chosen(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    own = {"class": world.four_one.id, "subject": world.maths.id}
    for forged in ({"class": world.one_one.id}, {"subject": world.chinese.id}, {"class": 10**30}, {"class": 0}):
        assert browser.get("/homework/", query_string=own | forged).status == 404
    assert browser.get("/homework/", query_string=own).status == 302
    assert browser.get("/homework/", query_string={"class": world.four_one.id}).status == 404


def test_the_composer_is_for_those_who_teach(world: World, browser: Browser) -> None:
    browser.sign_in(world.zheng)
    assert browser.get("/homework/").status == 403
