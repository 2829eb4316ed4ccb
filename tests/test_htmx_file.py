"""The portal's own copy of htmx is the right file, or there is none."""

import base64
import hashlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from portal import htmx_file
from portal.htmx_file import HtmxFileError, fetch_htmx

CONTENT = b"// a stand-in for htmx\n"


class Cdn(BaseHTTPRequestHandler):
    """Answers with the stand-in, something else, a 404, or so slowly that nobody would wait."""

    def do_GET(self) -> None:
        body = {"/htmx": CONTENT, "/login": b"<p>Please sign in to this network.</p>"}.get(self.path)
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            while not self.server.closing.wait(0.05):
                try:
                    self.wfile.write(b"/")
                except OSError:
                    return
            return
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def cdn() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Cdn) as server:
        server.closing = threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.closing.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stand-in pass for htmx."""
    digest = base64.b64encode(hashlib.sha384(CONTENT).digest()).decode()
    monkeypatch.setattr(htmx_file, "HTMX_INTEGRITY", f"sha384-{digest}")


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance folder that does not exist yet."""
    return tmp_path / "instance"


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.usefixtures("stand_in")
def test_it_is_downloaded_into_a_new_instance_folder(cdn: str, instance: Path, monkeypatch) -> None:
    monkeypatch.setattr(htmx_file, "HTMX_URL", f"{cdn}/htmx")

    target = fetch_htmx(instance)

    assert target == instance / "htmx.min.js"
    assert files_in(instance) == {"htmx.min.js": CONTENT}


@pytest.mark.usefixtures("stand_in")
def test_a_file_brought_by_hand_is_taken_and_replaces_an_older_one(instance: Path, tmp_path: Path) -> None:
    instance.mkdir()
    (instance / "htmx.min.js").write_bytes(b"// older\n")
    brought = tmp_path / "from a USB stick.js"
    brought.write_bytes(CONTENT)

    fetch_htmx(instance, str(brought))

    assert files_in(instance) == {"htmx.min.js": CONTENT}


@pytest.mark.parametrize("page", ["login", "missing", "slow"])
@pytest.mark.usefixtures("stand_in")
def test_no_other_answer_leaves_a_file(page: str, cdn: str, instance: Path, monkeypatch) -> None:
    monkeypatch.setattr(htmx_file, "HTMX_URL", f"{cdn}/{page}")

    with pytest.raises(HtmxFileError, match=page):
        fetch_htmx(instance, timeout=0.3)

    assert not instance.exists()


def test_without_a_network_the_error_says_so(instance: Path, monkeypatch) -> None:
    monkeypatch.setattr(htmx_file, "HTMX_URL", "http://127.0.0.1:9/htmx.min.js")

    with pytest.raises(HtmxFileError, match="could not be downloaded"):
        fetch_htmx(instance, timeout=1)

    assert not instance.exists()


def test_a_wrong_file_is_refused_and_the_right_one_stays(instance: Path, tmp_path: Path) -> None:
    instance.mkdir()
    (instance / "htmx.min.js").write_bytes(b"// the right one\n")
    wrong = tmp_path / "wrong.js"
    wrong.write_bytes(CONTENT)

    with pytest.raises(HtmxFileError, match=r"wrong\.js is not the file of htmx 4\.0\.1"):
        fetch_htmx(instance, str(wrong))

    assert files_in(instance) == {"htmx.min.js": b"// the right one\n"}


def test_a_file_that_is_not_there_is_named(instance: Path, tmp_path: Path) -> None:
    with pytest.raises(HtmxFileError, match=r"nowhere\.js could not be read: No such file"):
        fetch_htmx(instance, str(tmp_path / "nowhere.js"))


def test_the_real_file_has_the_hash_that_pages_demand(instance: Path) -> None:
    real = os.environ.get("PORTAL_TEST_HTMX")
    if not real:
        pytest.skip("set PORTAL_TEST_HTMX to dist/htmx.min.js of the npm package htmx.org@4.0.1")

    assert fetch_htmx(instance, real).read_bytes() == Path(real).read_bytes()
