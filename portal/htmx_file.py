"""Which htmx the portal uses, and how a school without internet gets its own copy.

Pages load htmx from the CDN until `instance/htmx.min.js` exists; from then on the portal serves that file
itself. Both are held to the same hash: the browser checks the CDN's, `fetch_htmx` checks the school's own.
"""

import base64
import hashlib
from http.client import HTTPException
from pathlib import Path
from time import monotonic
from urllib.request import urlopen

import click
from flask import current_app
from flask.cli import with_appcontext

HTMX_VERSION = "4.0.1"
HTMX_URL = f"https://cdn.jsdelivr.net/npm/htmx.org@{HTMX_VERSION}/dist/htmx.min.js"
HTMX_INTEGRITY = "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
HTMX_FILE = "htmx.min.js"
LARGEST = 1_000_000  # bytes; htmx has 37,448, and whatever answers in its place need not be read to the end


class HtmxFileError(Exception):
    """The file could not be had, or is not the one the portal was tested with; nothing was written."""


def fetch_htmx(instance_path: Path, source: str | None = None, timeout: float = 30) -> Path:
    """Put htmx into the instance folder and return where it lies.

    The file is downloaded within `timeout` seconds, or read from the local file `source`.
    """
    content = _download(HTMX_URL, timeout) if source is None else _read(Path(source))
    if _integrity(content) != HTMX_INTEGRITY:
        raise HtmxFileError(f"{source or HTMX_URL} is not the file of htmx {HTMX_VERSION}: its hash differs.")
    instance_path.mkdir(parents=True, exist_ok=True)
    target = instance_path / HTMX_FILE
    # A running portal may read the target at any moment: it sees the old file or the new, never half of it.
    unfinished = target.with_suffix(".part")
    unfinished.write_bytes(content)
    return unfinished.replace(target)


@click.command("fetch-htmx")
@click.option("--from", "source", metavar="FILE", help="Take this file instead of downloading one.")
@with_appcontext
def fetch_htmx_command(source: str | None) -> None:
    """Keep an own copy of htmx, for schools without internet."""
    try:
        target = fetch_htmx(Path(current_app.instance_path), source)
    except HtmxFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"htmx {HTMX_VERSION} is in {target}; the portal serves it from there after a restart.")


def _download(url: str, timeout: float) -> bytes:
    """All of it within `timeout` seconds; urlopen alone would grant that much to every single read."""
    deadline = monotonic() + timeout
    content = b""
    try:
        with urlopen(url, timeout=timeout) as answer:
            while chunk := answer.read1(LARGEST):
                content += chunk
                if monotonic() > deadline or len(content) > LARGEST:
                    raise TimeoutError("too slow or too long")
    except (OSError, HTTPException) as error:
        raise HtmxFileError(f"{url} could not be downloaded: {error}") from error
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise HtmxFileError(f"{path} could not be read: {error.strerror}") from error


def _integrity(content: bytes) -> str:
    """The hash as browsers write it in an integrity attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
