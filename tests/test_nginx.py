"""deploy/nginx/portal.conf in a real nginx: who is given a copy of a page, for how long, and who never is."""

import gzip
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from socket import SHUT_RDWR
from threading import Thread
from time import monotonic, sleep
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from bench import nginx
from portal.app import create_app
from portal.board import answer
from portal.extensions import db
from portal.policy.links import BoardAccess
from portal.school import link_actions
from tests.conftest import test_config
from tests.factories import PASSWORD, TODAY, World, item, make_world

pytestmark = pytest.mark.skipif(not nginx.program(), reason=nginx.MISSING)

ENGLISH = {"Accept_Language": "en-GB,en;q=0.9,zh;q=0.5"}
GZIP = {"Accept_Encoding": "gzip, deflate, br"}
POLL = 0.05  # seconds


class Quiet(WSGIRequestHandler):
    def log(self, *args: object) -> None:
        pass


@dataclass
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def copy(self) -> str | None:
        """What nginx says of its copy: MISS, HIT …"""
        return self.headers["X-Cache"]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """A portal, and nginx in front of it on `port`. `seen`: the requests that reached the portal."""

    app: Flask
    world: World
    port: int = field(default_factory=nginx.free_port)
    seen: list[dict] = field(default_factory=list)

    @property
    def board(self) -> str:
        return f"/board/{self.world.four_one.code}/{TODAY}"

    @property
    def asked(self) -> list[str]:
        """The paths that were asked of the portal."""
        return [environ["PATH_INFO"] for environ in self.seen]

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        self.seen.append(environ)
        return self.app(environ, start_response)

    @contextmanager
    def portal(self, port: int) -> Iterator[None]:
        """The portal as it answers on `port`; gone when left."""
        server = make_server("127.0.0.1", port, self, request_handler=Quiet)
        thread = Thread(target=server.serve_forever, args=[POLL])
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def send(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Accept-Encoding": "identity"} | (headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def sign_in(self, login: str) -> str:
        """The cookie of somebody who signs in, through nginx."""
        page = self.get("/sign-in")
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)[1]
        form = urlencode({"csrf_token": token, "login": login, "password": PASSWORD})
        cookie, kind = page.headers["Set-Cookie"].split(";")[0], "application/x-www-form-urlencoded"
        answer = self.send("POST", "/sign-in", form, {"Cookie": cookie, "Content-Type": kind})
        assert answer.status == 303
        given = [each.split(";")[0] for each in answer.headers.get_all("Set-Cookie")]
        return next(each for each in given if each.startswith("session="))


@pytest.fixture(scope="module")
def school(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, World]]:
    """A school that has published a page, in a database of its own."""
    path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("school") / "portal.db")
    app = create_app(test_config(f"sqlite:///{path}"))
    with app.app_context():
        world = make_world()
        db.session.commit()
        world.file(world.chen, world.maths, item(20, "first words"))
        world.publish()
        yield app, world
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def site(school: tuple[Flask, World], tmp_path: Path) -> Iterator[Site]:
    site, portal = Site(*school), nginx.free_port()
    conf = nginx.portal_conf(tmp_path, site.port, portal)
    with site.portal(portal), nginx.nginx(tmp_path, conf, ports=[site.port]):
        yield site


def until(holds: Callable[[], bool], seconds: float) -> float:
    """Ask again and again; how long it took. Fails after so many seconds."""
    begun = monotonic()
    while not holds():
        assert monotonic() < begun + seconds
        sleep(0.05)
    return monotonic() - begun


def test_a_page_is_asked_of_the_portal_once_and_everybody_gets_the_copy(site: Site) -> None:
    first, second = site.get(site.board), site.get(site.board)
    assert (first.status, first.copy, second.status, second.copy) == (200, "MISS", 200, "HIT")
    assert "first words" in first.text
    assert second.body == first.body
    assert [second.headers[name] for name in ("ETag", "Cache-Control", "Content-Security-Policy", "X-Robots-Tag")] == [
        first.headers[name] for name in ("ETag", "Cache-Control", "Content-Security-Policy", "X-Robots-Tag")
    ]
    assert [each.headers["X-Request-ID"] for each in (first, second)] == [None, None]
    assert site.asked == [site.board]


def test_another_language_gets_a_copy_of_its_own(site: Site) -> None:
    chinese, english = site.get(site.board), site.get(site.board, **ENGLISH)
    by_cookie = site.get(site.board, Cookie="lang=en")
    other_way = site.get(site.board, Accept_Language=ENGLISH["Accept_Language"], Cookie="lang=zh_Hans")
    nothing_known = site.get(site.board, Accept_Language="de-DE,de;q=0.9")
    assert [each.headers["Content-Language"] for each in (chinese, english, by_cookie)] == ["zh-Hans", "en", "en"]
    assert [each.copy for each in (chinese, english, by_cookie)] == ["MISS", "MISS", "HIT"]
    assert [other_way.body == chinese.body, nothing_known.body == chinese.body] == [True, True]
    assert [other_way.copy, nothing_known.copy] == ["HIT", "HIT"]
    assert [environ["HTTP_ACCEPT_LANGUAGE"] for environ in site.seen] == ["zh", "en"]


def test_who_takes_gzip_gets_gzip_and_who_does_not_does_not(site: Site) -> None:
    packed, plain = site.get(site.board, **GZIP), site.get(site.board)
    again, refused = site.get(site.board, **GZIP), site.get(site.board, Accept_Encoding="gzip;q=0, identity")
    answers = (packed, plain, again, refused)
    assert [each.headers["Content-Encoding"] for each in answers] == ["gzip", None, "gzip", None]
    assert [each.copy for each in answers] == ["MISS", "MISS", "HIT", "HIT"]
    assert gzip.decompress(packed.body) == plain.body == refused.body
    assert again.body == packed.body


def test_who_has_the_page_gets_304_from_the_copy(site: Site) -> None:
    tag = site.get(site.board).headers["ETag"]
    known = site.get(site.board, If_None_Match=tag)
    unknown = site.get(site.board, If_None_Match='"another"')
    assert (known.status, known.body, known.copy, known.headers["ETag"]) == (304, b"", "HIT", tag)
    assert (unknown.status, unknown.copy) == (200, "HIT")
    assert site.asked == [site.board]


def test_a_new_publication_is_seen_after_about_a_second(site: Site) -> None:
    world, words = site.world, "the second words"
    assert words not in site.get(site.board).text
    world.file(world.chen, world.maths, item(20, words))
    assert until(lambda: words in site.get(site.board).text, seconds=5) < 3.5


def at_once(readers: int, read: Callable[[], object]) -> list[float]:
    """How long each of so many readers had to wait, in seconds."""
    waited: list[float] = []

    def one() -> None:
        begun = monotonic()
        read()
        waited.append(monotonic() - begun)

    threads = [Thread(target=one) for _ in range(readers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return waited


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A copy may be given out for one second after its time instead of ten: nobody wants to wait for these."""
    monkeypatch.setattr(answer, "LASTS", answer.LASTS.replace(f"={answer.STALE}", "=1"))
    answer._kept_by.cache_clear()
    yield
    answer._kept_by.cache_clear()


@pytest.mark.usefixtures("briefly")
def test_no_copy_outlives_its_time_even_where_the_portal_is_gone(school: tuple[Flask, World], tmp_path: Path) -> None:
    site, port = Site(*school), nginx.free_port()
    site.app.wsgi_app.forget()
    conf = nginx.portal_conf(tmp_path, site.port, port)
    with nginx.nginx(tmp_path, conf, ports=[site.port]):
        with site.portal(port):
            assert site.get(site.board).status == 200
            sleep(3.1)  # its time is over; nginx counts whole seconds
            assert max(at_once(4, lambda: site.get(site.board))) < 0.4  # who waits for another's copy waits for 0.5
        away = site.get("/sign-in")
        assert (away.status, "暂时连不上" in away.text, away.headers["Cache-Control"]) == (502, True, None)
        until(lambda: site.get(site.board).status == 502, seconds=4)


def test_a_replaced_link_is_gone_after_about_a_second(site: Site) -> None:
    world, address = site.world, site.board
    assert site.get(address).status == 200
    world.school.board_access = BoardAccess.LINK
    link_actions.replace_links(world.school, [world.four_one.code], by=world.zheng, at=world.at)
    db.session.commit()
    assert until(lambda: site.get(address).status == 410, seconds=5) < 3.5


def test_a_copy_helps_over_a_moment_in_which_the_portal_fails(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = site.get(site.board)
    monkeypatch.setattr(site.app, "wsgi_app", failing)
    sleep(2.1)  # nginx counts whole seconds
    answers = [site.get(site.board) for _ in range(3)]
    assert [each.body == page.body for each in answers] == [True, True, True]
    assert {each.copy for each in answers} <= {"STALE", "UPDATING"}
    assert site.get(site.board, **ENGLISH).status == 503


def failing(environ: dict, start_response: Callable) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [("Content-Length", "0")])
    return []


def test_who_has_signed_in_is_never_given_a_copy_and_leaves_none(site: Site) -> None:
    cookie = site.sign_in(site.world.chen.login)
    version = f"{site.board}/versions/1"
    staff = [site.get(path, Cookie=cookie) for path in (version, site.board, site.board, "/home")]
    assert [each.status for each in staff] == [200, 200, 200, 200]
    assert [each.copy for each in staff] == ["BYPASS", "BYPASS", "BYPASS", None]
    assert site.world.chen.name in staff[0].text
    stranger = site.get(version)
    assert (stranger.status, stranger.copy) == (303, "MISS")
    assert site.get(version).copy == "MISS"
    assert site.get(site.board).copy == "MISS"


def test_a_page_that_sets_a_cookie_is_not_kept(site: Site) -> None:
    answers = [site.get(f"{site.board}?lang=en") for _ in range(2)]
    assert [(each.status, each.copy, "lang=en" in each.headers["Set-Cookie"]) for each in answers] == [
        (200, "MISS", True)
    ] * 2


def test_static_files_come_from_the_disk_and_may_be_kept_for_a_year(site: Site) -> None:
    style = site.get("/static/board.css", **GZIP)
    assert (style.status, style.headers["Content-Type"], style.headers["Content-Encoding"]) == (200, "text/css", "gzip")
    assert "immutable" in style.headers.get_all("Cache-Control", [])[-1]
    assert site.asked == []
    assert site.get("/static/../config.py").status == 404


def test_the_portal_is_told_who_asked_and_how(site: Site) -> None:
    site.get("/sign-in", Host="homework.example:8443", X_Forwarded_For="10.9.9.9")
    told = {name: site.seen[0].get(f"HTTP_{name}") for name in ("HOST", "X_FORWARDED_FOR", "X_FORWARDED_PROTO")}
    assert re.fullmatch("[0-9a-f]{32}", site.seen[0]["HTTP_X_REQUEST_ID"])
    assert told == {"HOST": "homework.example:8443", "X_FORWARDED_FOR": "127.0.0.1", "X_FORWARDED_PROTO": "http"}


# Several hosts


@dataclass
class Stub:
    """A host that answers, or reads what it is sent and dies over it. `asked`: the methods that reached it."""

    dies: bool = False
    port: int = field(default_factory=nginx.free_port)
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.asked.append(environ["REQUEST_METHOD"])
        if self.dies:
            environ["werkzeug.socket"].shutdown(SHUT_RDWR)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


@contextmanager
def hosts(folder: Path, *stubs: Stub, listening: int) -> Iterator[Callable[[str], int]]:
    """nginx in front of these hosts, of which the last so many listen: what it answers to a method."""
    port = nginx.free_port()
    conf = nginx.portal_conf(folder, port, *(each.port for each in stubs))
    servers = [make_server("127.0.0.1", each.port, each, request_handler=Quiet) for each in stubs[-listening:]]
    threads = [Thread(target=server.serve_forever, args=[POLL]) for server in servers]
    for thread in threads:
        thread.start()

    def ask(method: str) -> int:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, "/sign-in", "a=b" if method == "POST" else None)
            return connection.getresponse().status
        finally:
            connection.close()

    try:
        with nginx.nginx(folder, conf, ports=[port], workers=1):
            yield ask
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_dead_host_was_never_sent_goes_to_the_other(tmp_path: Path, method: str) -> None:
    dead, alive = Stub(), Stub()
    with hosts(tmp_path, dead, alive, listening=1) as ask:
        assert [ask(method) for _ in range(4)] == [200] * 4
    assert (dead.asked, alive.asked) == ([], [method] * 4)


def test_a_page_that_a_host_died_over_is_asked_of_the_other(tmp_path: Path) -> None:
    dying, alive = Stub(dies=True), Stub()
    with hosts(tmp_path, dying, alive, listening=2) as ask:
        assert [ask("GET") for _ in range(4)] == [200] * 4
    assert (dying.asked, alive.asked) == (["GET"], ["GET"] * 4)


def test_a_form_that_a_host_died_over_is_not_sent_to_the_other(tmp_path: Path) -> None:
    dying, alive = Stub(dies=True), Stub()
    with hosts(tmp_path, dying, alive, listening=2) as ask:
        assert [ask("POST") for _ in range(4)] == [502, 200, 200, 200]
    assert (dying.asked, alive.asked) == (["POST"], ["POST"] * 3)


def test_the_last_host_is_asked_again_though_it_has_just_failed(tmp_path: Path) -> None:
    dead, failing_once = Stub(), Stub(dies=True)
    with hosts(tmp_path, dead, failing_once, listening=1) as ask:
        assert ask("POST") == 502
        failing_once.dies = False
        assert [ask("GET") for _ in range(4)] == [200] * 4
    assert failing_once.asked == ["POST", *["GET"] * 4]
