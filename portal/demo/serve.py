"""What `make demo` starts: the sample school on this machine, from nothing to a served board.

    python -m portal.demo.serve            keeps the data of the last time
    python -m portal.demo.serve --reset    starts over

The address is tried first, so that a taken port leaves everything as it was. Real schools start
`portal.serve` themselves, with settings of their own.
"""

import argparse
import errno
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

from portal.htmx_file import HTMX_FILE, HtmxFileError, fetch_htmx

ROOT = Path(__file__).resolve().parents[2]
INSTANCE = ROOT / "instance"
DATABASE = INSTANCE / "demo.db"
SECRET_KEY = INSTANCE / "demo-secret-key"
HTMX_PATIENCE = 5  # seconds


def main() -> None:
    """Check, prepare, seed, and become the server."""
    parser = argparse.ArgumentParser(prog="python -m portal.demo.serve", description="Serve the sample school.")
    parser.add_argument("--reset", action="store_true", help="start over; changes to the demo are lost")
    reset = parser.parse_args().reset

    host = os.environ.get("PORTAL_HOST") or "127.0.0.1"
    port = os.environ.get("PORTAL_PORT") or "8000"
    address = free_address(host, port)

    os.chdir(ROOT)
    INSTANCE.mkdir(exist_ok=True)
    os.environ["PORTAL_SECRET_KEY"] = demo_secret_key()
    # The sample people have passwords that everyone knows: they never go into a database meant for real use.
    os.environ["PORTAL_INSTANCE"] = str(INSTANCE)
    os.environ["PORTAL_DATABASE_URL"] = f"sqlite:///{DATABASE}"
    if reset:
        remove_database()
    if not DATABASE.exists():
        try_to_fetch_htmx()
    site = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    seeded = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", "demo", "--address", site])
    if seeded.returncode:
        sys.exit(seeded.returncode)
    sys.stdout.flush()
    server = [sys.executable, "-m", "portal.serve", "--host", address, "--port", port]
    os.execv(sys.executable, server)


def free_address(host: str, port: str) -> str:
    """The IP address of `host`, for Granian takes no names; leaves with one line if nobody can listen there."""
    if not (port.isdecimal() and 0 < int(port) < 65536):
        sys.exit(f"PORTAL_PORT is {port!r}; set it to a number from 1 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # as servers do: connections that are still closing do not count
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
        return address[0]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} on {host} is taken. Try the next: make demo PORTAL_PORT={int(port) + 1}")
        sys.exit(f"Cannot listen on {host}, port {port} ({error.strerror}): see PORTAL_HOST, PORTAL_PORT.")


def demo_secret_key() -> str:
    """The key of this machine's demo, kept so that a restart signs nobody out."""
    if not SECRET_KEY.exists():
        SECRET_KEY.touch(mode=0o600)
        SECRET_KEY.write_text(secrets.token_hex(32))
    return SECRET_KEY.read_text()


def remove_database() -> None:
    """SQLite's file and what it keeps beside it (-wal, -shm)."""
    for path in INSTANCE.glob(f"{DATABASE.name}*"):
        path.unlink()


def try_to_fetch_htmx() -> None:
    """Only with a new database, so that later starts without internet lose no time."""
    if (INSTANCE / HTMX_FILE).exists():
        return
    try:
        fetch_htmx(INSTANCE, timeout=HTMX_PATIENCE)
    except HtmxFileError:
        print("htmx could not be fetched: browsers load it from the CDN, and everything works without it.")


if __name__ == "__main__":
    main()
