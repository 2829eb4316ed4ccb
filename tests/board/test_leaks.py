"""The public never sees what was not approved: drafts, pending filings, later edits, reasons, names."""

from flask import Flask
from sqlalchemy import text

from portal.accounts.models import Person
from portal.extensions import db
from tests.approvals.reading import exact_texts, texts
from tests.factories import TODAY, TOMORROW, World, item
from tests.page import Browser, Page

FRIDAY = "2026-11-27"


def pages(app: Flask, world: World) -> list[Page]:
    """All that a visitor without an account can open of 四(1)."""
    code = world.four_one.code
    places = ("", TODAY, TOMORROW, "2026-11-23", FRIDAY, "week", "poster", "wall")
    of_school = (f"/board/schools/{world.school.code}/{page}/{TODAY}" for page in ("totals", "lists"))
    addresses = ["/board/?choose=", *of_school, *(f"/board/{code}/{place}" for place in places)]
    visitor = Browser(app)
    return [visitor.get(f"{address}{more}") for address in addresses for more in ("", "?lang=en")]


def database(world: World) -> str:
    """All words of filings and log, as one text: what there is to leak."""
    db.session.rollback()
    rows = db.session.execute(
        text("SELECT text FROM item UNION ALL SELECT reason FROM log_entry UNION ALL SELECT name FROM person")
    )
    return "\n".join(row[0] for row in rows)


def leaked(app: Flask, world: World, *secrets: str) -> set[tuple[str, str]]:
    """The secrets that stand on a public page, with the page; all of them must be in the database."""
    stored = database(world)
    assert [secret for secret in secrets if secret not in stored] == []
    return {
        (secret, page.response.request.path) for page in pages(app, world) for secret in secrets if secret in page.html
    }


def test_drafts_and_pending_filings_are_not_on_the_board(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "draft-secret"), submit=False)
    world.file(world.shen, world.chinese, item(20, "pending-secret"))
    assert leaked(app, world, "draft-secret", "pending-secret") == set()
    world.coordinate()
    assert leaked(app, world, "draft-secret", "pending-secret") == set()
    world.approve()
    shown = f"/board/{world.four_one.code}/"
    assert leaked(app, world, "draft-secret", "pending-secret") == {
        ("pending-secret", shown),
        ("pending-secret", f"{shown}{TODAY}"),
        ("pending-secret", f"{shown}wall"),
        ("pending-secret", f"{shown}week"),
    }


def test_a_draft_left_open_when_the_day_was_signed_off_is_missing_on_the_board(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "draft-secret"), submit=False)
    world.publish()
    assert leaked(app, world, "draft-secret") == set()
    page = Browser(app).get(f"/board/{world.four_one.code}/")
    assert texts(page, "p", class_="states") == ["未填报：语文、数学、英语"]


def test_edits_after_publishing_and_the_reason_of_a_return_stay_inside(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "published-words"))
    world.publish()
    before = [page.html for page in pages(app, world)]
    world.give_back("reason-secret")
    world.file(world.chen, world.maths, item(25, "edit-secret"), item(10, "more-secret"))
    world.file(world.luo, world.english, item(20, "late-secret"))
    world.file(world.luo, world.english, item(30, "tomorrow-secret"), day=TOMORROW)
    world.coordinate(day=TOMORROW)
    secrets = ("reason-secret", "edit-secret", "more-secret", "late-secret", "tomorrow-secret")
    assert leaked(app, world, *secrets) == set()
    assert [page.html for page in pages(app, world)] == before
    world.publish()
    page = Browser(app).get(f"/board/{world.four_one.code}/")
    assert exact_texts(page, "p", class_="typed") == ["edit-secret", "more-secret", "late-secret"]


def test_nobody_who_works_at_the_school_is_named(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20))
    world.file(world.shen, world.chinese)
    world.publish()
    names = [name for (name,) in db.session.query(Person.name) if name != "管理员"]
    assert len(names) == 8
    assert leaked(app, world, *names) == set()
    staff = Browser(app).sign_in(world.luo).get(f"/classes/{world.four_one.id}/{TODAY}")
    assert sorted(name for name in names if name in staff.html) == ["沈知微", "罗安怡", "陈立德"]


def test_signing_in_shows_no_more_of_the_board(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(20, "draft-secret"), submit=False)
    teacher = Browser(app).sign_in(world.chen)
    address = f"/board/{world.four_one.code}/{TODAY}"
    assert "draft-secret" in teacher.get(f"/classes/{world.four_one.id}/{TODAY}").html
    assert teacher.get(address).html == Browser(app).get(address).html


def test_a_task_over_several_days_is_on_later_days_only_once_they_are_approved(world: World, app: Flask) -> None:
    world.file(world.chen, world.maths, item(30, "span-words", days=3))
    world.publish()
    days = {page.response.request.path.rpartition("/")[2] for page in pages(app, world) if "span-words" in page.html}
    assert days == {"", str(TODAY), "wall", "week"}
    world.publish(day=TOMORROW)
    page = Browser(app).get(f"/board/{world.four_one.code}/{TOMORROW}")
    assert texts(page, "p", class_="quiet num") == ["第 2/3 天，共 30 分钟，11月26日 完成"]
