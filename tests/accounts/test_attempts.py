"""Guessing passwords is slow, for whoever guesses; colleagues get in, and nobody learns which accounts there are."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from limits import parse

from portal import attempts
from portal.accounts import views
from portal.accounts.models import Person
from portal.attempts import Attempts, tries_of
from tests.accounts.test_sign_in import WRONG, enter, signed_in_as
from tests.factories import PASSWORD, World
from tests.homework.composing import complaints, fields
from tests.page import Browser

SLOWLY = {"password": "试的次数太多了，请等 60 秒再试。"}


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still unless it is moved: seconds since 1970."""
    now = [float(int(time.time()))]
    monkeypatch.setattr(time, "time", lambda: now[0])
    monkeypatch.setattr("portal.attempts.time", lambda: now[0])
    return now


def guess(browser: Browser, login: str, times: int, *, address: str = "10.0.0.9") -> list[int]:
    sent = fields(browser.get("/sign-in"), "/sign-in") | {"login": login, "password": "a wrong password"}
    options = {"environ_base": {"REMOTE_ADDR": address}}
    return [browser.post("/sign-in", sent, **options).status for _ in range(times)]


@pytest.mark.parametrize("login", ["chen", "nobody", "陈立德"])
def test_after_five_wrong_passwords_one_waits_whoever_it_is(world: World, browser: Browser, login: str) -> None:
    assert guess(browser, login, 7, address="127.0.0.1") == [422] * 5 + [429] * 2
    page = enter(browser, login, PASSWORD)
    assert (page.status, complaints(page)) == (429, SLOWLY)
    assert page.response.headers["Retry-After"] == "60"
    assert page.value("login") == login
    assert PASSWORD not in page.html
    assert signed_in_as(browser) is None


def test_who_has_waited_gets_in(world: World, browser: Browser, moment: list[float]) -> None:
    guess(browser, "chen", 5, address="127.0.0.1")
    moment[0] += 59
    page = enter(browser, "chen", PASSWORD)
    assert complaints(page) == {"password": "试的次数太多了，请等 1 秒再试。"}
    moment[0] += 1.01
    assert enter(browser, "chen", PASSWORD).status == 303


def test_signing_in_forgets_the_wrong_passwords_before_it(world: World, browser: Browser) -> None:
    for _ in range(3):
        assert guess(browser, "chen", 4, address="127.0.0.1") == [422] * 4
        assert enter(Browser(browser.client.application), "chen", PASSWORD).status == 303


def test_capital_letters_are_no_other_account(world: World, browser: Browser) -> None:
    assert guess(browser, "chen", 3) + guess(browser, "CHEN", 3) == [422] * 5 + [429]


def test_a_stranger_elsewhere_does_not_lock_a_colleague_out(world: World, browser: Browser, app: Flask) -> None:
    assert guess(browser, "chen", 6)[-1] == 429
    assert enter(Browser(app), "chen", PASSWORD).status == 303  # from another address


def test_many_addresses_together_are_slow_too(world: World, app: Flask, moment: list[float]) -> None:
    statuses = [guess(Browser(app), "chen", 1, address=f"10.0.1.{n}")[0] for n in range(22)]
    assert statuses == [422] * 20 + [429] * 2
    moment[0] += 300.01
    assert guess(Browser(app), "chen", 1, address="10.0.2.1") == [422]


def test_on_a_device_they_have_used_before_the_colleague_gets_in_all_the_same(world: World, app: Flask) -> None:
    own = Browser(app).sign_in(world.chen)
    own.send("/sign-out")
    for n in range(21):
        guess(Browser(app), "chen", 1, address=f"10.0.1.{n}")
    assert guess(Browser(app), "chen", 6, address="127.0.0.1")[-1] == 429
    assert enter(Browser(app), "chen", PASSWORD).status == 429
    assert guess(own, "chen", 6, address="127.0.0.1") == [422] * 5 + [429]  # it is counted by itself
    app.extensions["attempts"].succeeded(tries_of("chen", "", known=True))
    assert enter(own, "chen", PASSWORD).status == 303


def test_a_device_is_known_for_its_own_person_only(world: World, app: Flask) -> None:
    own = Browser(app).sign_in(world.chen)
    own.send("/sign-out")
    assert guess(Browser(app), "shen", 5, address="127.0.0.1") == [422] * 5
    assert enter(own, "shen", PASSWORD).status == 429


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """How often one address may try: a tenth of what it may, for each look at a password takes its time."""
    assert parse("60 per 5 minutes") == attempts.SAME_ADDRESS
    monkeypatch.setattr(attempts, "SAME_ADDRESS", parse("6 per 5 minutes"))
    return 6


def test_one_address_that_tries_all_accounts_is_slow(world: World, app: Flask, few: int) -> None:
    browser = Browser(app)
    statuses = [guess(browser, f"t{n}", 1)[0] for n in range(few + 1)]
    assert statuses == [422] * few + [429]
    assert enter(Browser(app), "chen", PASSWORD).status == 303


def test_a_whole_school_behind_one_address_gets_in(world: World, app: Flask, few: int) -> None:
    statuses = [enter(Browser(app), "chen", PASSWORD).status for _ in range(few + 2)]
    assert set(statuses) == {303}


def test_where_redis_does_not_answer_each_process_counts_alone(caplog: pytest.LogCaptureFixture) -> None:
    attempts = Attempts("redis://127.0.0.1:1/0")
    tries = tries_of("chen", "10.0.0.9", known=False)
    for _ in range(5):
        assert attempts.take(tries) == 0
    assert attempts.take(tries) == 60
    attempts.succeeded(tries)
    assert attempts.take(tries) == 0
    assert "Redis does not answer" in caplog.text


def test_while_passwords_are_looked_at_no_more_are_taken_than_one_after_the_other(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    statuses: list[int] = []

    def meanwhile(person: Person | None, password: str) -> bool:
        tried.append(password)
        if len(tried) < 16:
            statuses.extend(guess(Browser(app), "chen", 1))
        return False

    monkeypatch.setattr(views, "_is_right", meanwhile)
    statuses.extend(guess(Browser(app), "chen", 1))
    assert (len(tried), statuses) == (5, [429] + [422] * 5)


def all_at_once(attempts: list[Attempts], login: str = "chen", address: str = "10.0.0.9") -> list[int]:
    """What sixteen threads are told that take a try at the same moment."""
    start = Barrier(16, timeout=10)

    def take(n: int) -> int:
        start.wait()
        return attempts[n % len(attempts)].take(tries_of(login, address, known=False))

    with ThreadPoolExecutor(16) as threads:
        return sorted(threads.map(take, range(16)))


def test_of_many_at_once_five_are_taken() -> None:
    attempts = Attempts()
    assert all_at_once([attempts]) == [0] * 5 + [60] * 11
    # those that were not taken do not count: of other accounts 55 more may be tried from there
    counts = [attempts.take(tries_of(f"t{n}", "10.0.0.9", known=False)) for n in range(56)]
    assert counts == [0] * 55 + [300]


def test_what_is_given_back_was_never_tried() -> None:
    attempts, tries = Attempts(), tries_of("chen", "10.0.0.9", known=False)
    for _ in range(30):
        assert attempts.take(tries) == 0
        attempts.give_back(tries)
    attempts.give_back(tries)
    assert [attempts.take(tries) for _ in range(6)] == [0] * 5 + [60]


def test_words_are_the_same_for_unknown_accounts(world: World, browser: Browser) -> None:
    for login in ("chen", "nobody"):
        page = enter(browser, login, "a wrong password")
        assert (page.status, complaints(page)) == (422, WRONG)
