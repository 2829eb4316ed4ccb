"""A real OpenID provider (npm oidc-provider, see tests/provider/) as a process of its own, and somebody who signs in
there.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from bench.nginx import free_port
from config import ROOT

FOLDER = ROOT / "tests" / "provider"
CLIENT_ID = "the portal"
CLIENT_SECRET = "s3cret+with/%41 =&:~"  # each of these is written otherwise in a header
NO_PROVIDER = "no OpenID provider: Node.js and `npm ci --prefix tests/provider` enable it"
PATIENCE = 20  # seconds


def is_there() -> bool:
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "oidc-provider").is_dir()


class ProviderServer:
    """It keeps nothing: started again it has other keys, and nobody is signed in."""

    def __init__(self, portal: str, **options: str) -> None:
        self.port, self.options, self.process = free_port(), options, None
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [f"{portal}/sign-in/provider/back"],
            "post_logout_redirect_uris": [f"{portal}/sign-in"],
        }
        self.start()

    def start(self) -> None:
        environ = {**os.environ, "PORT": str(self.port), "CLIENT": json.dumps(self.client), **self.options}
        command = ["node", str(FOLDER / "provider.mjs")]
        self.process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if self.process.stdout.readline() != b"listening\n":
            raise RuntimeError("the provider does not start")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def spoil(self, **how: object) -> None:
        """The next ID token has these claims, or is `signed` otherwise ("strangers": with another key under the name of
        ours; "unknown": with a key that nobody publishes; "none": not at all), or is `missing`.
        """
        self._tell("spoil", how)

    def know(self, login: str, **claims: object) -> None:
        """What it says of somebody, where that is not the usual."""
        self._tell("person", {"login": login, **claims})

    def _tell(self, what: str, told: dict) -> None:
        Guest().open(f"{self.issuer}/{what}", json.dumps(told))


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


class Guest:
    """A browser at the provider: it keeps its cookies, and nothing else."""

    def __init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(), _Stay, ProxyHandler({}))

    def open(self, url: str, data: str | None = None) -> tuple[str | None, str]:
        """Where the answer leads, and its text."""
        try:
            answer = self.opener.open(Request(url, data.encode() if data is not None else None), timeout=PATIENCE)
        except HTTPError as error:
            answer = error
        with answer:
            there = answer.headers["Location"]
            return there and urljoin(url, there), answer.read().decode()

    def follow(self, url: str, **typed: str) -> str:
        """The address where the provider sends this browser in the end, having filled in what it asks for."""
        own, data = url.split("/", 3)[2], None
        while url.split("/", 3)[2] == own:
            there, text = self.open(url, data)
            data = None
            if there is None:
                form = re.search(r'<form[^>]*?(?: action="([^"]*)")?>', text)
                assert form, text
                hidden = dict(re.findall(r'name="(xsrf)" value="([^"]*)"', text))
                there, data = urljoin(url, form[1] or url), urlencode({**typed, **hidden})
            url = there
        return url


@contextmanager
def running(portal: str, **options: str) -> Iterator[ProviderServer]:
    """`portal`: the address under which it is registered. `options`: CLAIMS_IN="token", WITHOUT="logout",
    SECRET_IN="client_secret_post".
    """
    server = ProviderServer(portal, **options)
    try:
        yield server
    finally:
        server.stop()
