"""Wrong passwords counted together in a real Redis: by every process, and what happens when it is away."""

import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask

from portal.app import create_app
from portal.asking import hang_up
from portal.attempts import PAUSE, Attempts, tries_of
from portal.extensions import db
from tests import redis_server
from tests.accounts.test_attempts import SLOWLY, all_at_once, guess
from tests.accounts.test_sign_in import enter
from tests.conftest import test_config
from tests.factories import PASSWORD, World
from tests.homework.composing import complaints
from tests.page import Browser
from tests.redis_server import NO_REDIS, RedisServer

needs_redis = pytest.mark.skipif(not redis_server.program(), reason=NO_REDIS)
HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with redis_server.running() as server:
        yield server


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still unless it is moved: seconds since 1970."""
    now = [float(int(time.time()))]
    monkeypatch.setattr(time, "time", lambda: now[0])
    monkeypatch.setattr("portal.attempts.time", lambda: now[0])
    return now


@pytest.fixture
def hosts(world: World, app: Flask, redis: RedisServer) -> Iterator[list[Flask]]:
    """Two applications over one database and one Redis."""
    redis.client.flushall()
    config = test_config(app.config["SQLALCHEMY_DATABASE_URI"])
    config.REDIS_URL = redis.url
    hosts = [create_app(config), create_app(config)]
    yield hosts
    for host in hosts:
        hang_up(host)
        with host.app_context():
            db.engine.dispose()


@needs_redis
@pytest.mark.parametrize("login", ["chen", "nobody", "陈/立 德*"])
def test_wrong_passwords_are_counted_together(hosts: list[Flask], login: str) -> None:
    one, two = map(Browser, hosts)
    assert guess(one, login, 3, address=HERE) + guess(two, login, 3, address=HERE) == [422] * 5 + [429]
    for browser in (one, two):
        page = enter(browser, login, PASSWORD)
        assert (page.status, complaints(page), page.response.headers["Retry-After"]) == (429, SLOWLY, "60")


@needs_redis
def test_who_has_waited_gets_in_everywhere(hosts: list[Flask], moment: list[float]) -> None:
    one, two = map(Browser, hosts)
    guess(one, "chen", 5, address=HERE)
    moment[0] += 59
    assert complaints(enter(two, "chen", PASSWORD)) == {"password": "试的次数太多了，请等 1 秒再试。"}
    moment[0] += 1.01
    assert enter(two, "chen", PASSWORD).status == 303
    assert guess(one, "chen", 6, address=HERE) == [422] * 5 + [429]


@needs_redis
def test_signing_in_on_one_host_forgets_the_wrong_passwords_on_the_other(hosts: list[Flask]) -> None:
    one, two = map(Browser, hosts)
    assert guess(one, "chen", 4, address=HERE) == [422] * 4
    assert enter(two, "chen", PASSWORD).status == 303
    assert guess(Browser(hosts[0]), "chen", 4, address=HERE) == [422] * 4


@needs_redis
def test_one_address_that_tries_all_accounts_on_all_hosts_is_slow(redis: RedisServer) -> None:
    redis.client.flushall()
    hosts = [Attempts(redis.url), Attempts(redis.url)]
    for n in range(60):
        tries = tries_of(f"t{n}", "10.0.0.9", known=False)
        assert hosts[n % 2].take(tries) == 0
    for login, address, seconds in (("chen", "10.0.0.9", 300), ("chen", "10.0.0.8", 0)):
        assert [each.take(tries_of(login, address, known=False)) for each in hosts] == [seconds] * 2


@needs_redis
def test_of_many_at_once_on_all_hosts_five_are_taken(redis: RedisServer) -> None:
    redis.client.flushall()
    hosts = [Attempts(redis.url), Attempts(redis.url)]
    assert all_at_once(hosts) == [0] * 5 + [60] * 11
    counts = [hosts[n % 2].take(tries_of(f"t{n}", "10.0.0.9", known=False)) for n in range(56)]
    assert counts == [0] * 55 + [300]


@needs_redis
def test_who_signs_in_takes_nothing_from_the_others_at_the_address(hosts: list[Flask]) -> None:
    statuses = [enter(Browser(hosts[n % 2]), "chen", PASSWORD).status for n in range(62)]
    assert set(statuses) == {303}


@needs_redis
def test_redis_keeps_no_try_for_longer_than_it_counts(hosts: list[Flask], redis: RedisServer) -> None:
    guess(Browser(hosts[0]), "chen", 2)
    lasting = sorted(redis.client.ttl(key) for key in redis.client.scan_iter())
    assert [each <= most for each, most in zip(lasting, (60, 300, 300), strict=True)] == [True] * 3
    assert lasting[0] > 0


@needs_redis
def test_while_redis_is_away_each_host_counts_alone_and_afterwards_together_again(
    hosts: list[Flask], redis: RedisServer, moment: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    one, two = map(Browser, hosts)
    redis.kill()
    try:
        assert guess(one, "chen", 6) == [422] * 5 + [429]
        assert guess(two, "chen", 6) == [422] * 5 + [429]
        assert caplog.text.count("Redis does not answer") == 2  # once on each
    finally:
        redis.start()
    moment[0] += PAUSE
    assert guess(one, "shen", 3) + guess(two, "shen", 3) == [422] * 5 + [429]
    assert redis.client.keys()


def test_a_redis_that_hangs_is_waited_for_once(moment: list[float]) -> None:
    asked = []

    def take() -> None:
        while True:
            try:
                asked.append(listener.accept()[0])
            except OSError:
                return

    listener = socket.create_server((HERE, 0))
    thread = Thread(target=take)
    thread.start()
    attempts = Attempts(f"redis://{HERE}:{listener.getsockname()[1]}/0")
    tries = tries_of("chen", "10.0.0.9", known=False)
    for _ in range(5):
        assert attempts.take(tries) == 0
    assert attempts.take(tries) == 60
    assert len(asked) == 1
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
    for each in asked:
        each.close()
