"""The load generator: wrk, which is fast enough not to be what is measured.

One thread of it, for the machine's cores are needed by the servers as well.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from http.client import HTTPConnection
from tempfile import NamedTemporaryFile

MISSING = "The bench needs wrk. On Debian and Ubuntu: apt-get install wrk"
PHONE = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
    "User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
}
SCRIPT = """
wrk.method = %(method)s
wrk.body = %(body)s
wrk.headers = {%(headers)s}
local paths, asked, turn = {%(paths)s}, {}, 0
function init()
  wrk.path = paths[1]
  for i, path in ipairs(paths) do asked[i] = wrk.format(nil, path) end
end
if #paths > 1 then
  function request()
    turn = turn %% #asked + 1
    return asked[turn]
  end
end
function done(summary)
  local e = summary.errors
  io.write(string.format('\\n{"answers": %%d, "bytes": %%d, "microseconds": %%d, "refused": %%d, "broken": %%d}\\n',
    summary.requests, summary.bytes, summary.duration, e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True)
class Asked:
    """What is asked of a server on this machine again and again, the paths in turn, and the status it must answer."""

    port: int
    paths: tuple[str, ...]
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int = 200

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"

    @property
    def sent(self) -> dict[str, str]:
        return PHONE | {"Host": f"127.0.0.1:{self.port}"} | self.headers

    def check(self, path: str = "") -> dict[str, str]:
        """Ask once, and stop the bench if the answer is not what it should be. Gives the headers, by small letters."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        path = path or self.paths[0]
        connection.request(self.method, path, self.body or None, self.sent)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != self.status:
            raise SystemExit(f"{path} answers {answer.status}, and {self.status} was expected.")
        return {name.lower(): value for name, value in answer.getheaders()}


@dataclass(frozen=True)
class Measured:
    """What came of it: answers a second, and bytes of an answer with its head."""

    rate: float
    size: float


def measure(asked: Asked, *, seconds: float, connections: int) -> Measured:
    """Load the server for so long. Stops the bench at any answer that is an error."""
    with NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write(script_of(asked))
        script.flush()
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds:g}s"]
        command += ["--script", script.name, f"http://127.0.0.1:{asked.port}{asked.paths[0]}"]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = json.loads(printed.strip().splitlines()[-1])
    if told["refused"] or told["broken"] or not told["answers"]:
        raise SystemExit(f"{asked.paths[0]}: {told['refused']} errors, {told['broken']} broken, of {told['answers']}.")
    return Measured(told["answers"] * 1e6 / told["microseconds"], told["bytes"] / told["answers"])


def script_of(asked: Asked) -> str:
    return SCRIPT % {
        "method": lua(asked.method),
        "body": lua(asked.body) if asked.body else "nil",
        "headers": ", ".join(f"[{lua(name)}] = {lua(value)}" for name, value in asked.sent.items()),
        "paths": ", ".join(map(lua, asked.paths)),
    }


def lua(value: str | bytes) -> str:
    """A string as Lua writes it."""
    raw = value.encode() if isinstance(value, str) else value
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03d}" for b in raw) + '"'


def required() -> None:
    if not shutil.which("wrk"):
        raise SystemExit(MISSING)
