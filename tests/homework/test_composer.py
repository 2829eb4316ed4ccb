"""The composer, as a teacher meets it."""

from tests.factories import TODAY, World, item
from tests.page import Browser, statements


def address(world: World, suffix: str = "", day=TODAY) -> str:
    return f"/homework/{world.four_one.id}/{world.maths.id}/{day}{suffix}"


def typed(**values: str) -> dict[str, str]:
    """One row of the composer as a browser sends it."""
    defaults = {"text": "第 42 页", "tier": "mandatory", "form": "written", "place": "home", "minutes": "20", "every": "1"}
    return {f"items-0-{name}": value for name, value in (defaults | values).items()}


def test_a_teacher_files_homework_and_it_counts(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    page = browser.send(address(world), {"version": "0", "do": "submit", **typed()})
    assert page.status == 303
    assert world.day(world.four_one).load.total == 20


def test_the_load_names_class_date_and_what_is_over(world: World, browser: Browser) -> None:
    world.file(world.shen, world.chinese, item(45))
    browser.sign_in(world.chen)
    page = browser.htmx(address(world, "/load"), {"version": "0", **typed()})
    assert page.status == 200
    assert f'id="load-{world.four_one.id}-{TODAY}"' in page.html
    assert "四(1)班" in page.text
    assert "已占 45/60，加上这份 20 分钟" in page.text
    assert "超 5 分钟" in page.text


def test_the_composer_takes_the_same_statements_for_one_class_and_three(world: World, browser: Browser) -> None:
    browser.sign_in(world.chen)
    with statements() as seen:
        assert browser.get(address(world)).status == 200
    assert len(seen) == 10, "\n\n".join(seen)
