"""What `make demo` starts: the sample school on this machine, from nothing to a served board.

    python -m portal.demo.serve            keeps the data of the last time
    python -m portal.demo.serve --reset    starts over

The address is tried first, so that a taken port leaves everything as it was. Real schools use
`make run` (`portal.operations.run`), with settings of their own.
"""

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

from portal.htmx_file import HTMX_FILE, HtmxFileError, fetch_htmx
from portal.listening import free_address

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
    address = free_address(host, port, "make demo")

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
