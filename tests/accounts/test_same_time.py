"""An account that is not there costs as many slow hashes as one that is."""

import pytest

from portal.accounts import actions, views
from portal.accounts.models import NO_PASSWORD
from portal.extensions import db
from tests.accounts.test_sign_in import enter
from tests.factories import NOW, TODAY, World
from tests.page import Browser


def test_every_wrong_password_is_checked_against_one_slow_hash(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.chen.set_password("purple lamp river")
    world.luo.password_hash = NO_PASSWORD
    actions.give_one_time_passwords(
        [world.shen.get_id()], actions.draw_passwords(1), last=TODAY, by=world.admin, at=NOW
    )
    db.session.commit()
    checked: list[str] = []

    def note(hashed: str, password: str) -> bool:
        checked.append(hashed)
        return False

    monkeypatch.setattr(views, "check_password_hash", note)
    monkeypatch.setattr("portal.accounts.models.check_password_hash", note)
    slow = {}
    for login in ("chen", "shen", "luo", "nobody"):
        enter(browser, login, "a wrong password")
        slow[login] = [each.startswith("scrypt:") for each in checked].count(True)
        checked.clear()
    assert slow == {"chen": 1, "shen": 1, "luo": 1, "nobody": 1}
