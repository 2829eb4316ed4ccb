"""What `make run` starts: a real school, with the settings of the environment.

    python -m portal.operations.run

The settings and the address are tried first; then `flask prepare` migrates the database, after a backup; then this
process becomes the server, which takes its options from variables of Granian (GRANIAN_WORKERS …).
"""

import os
import signal
import subprocess
import sys

from config import ROOT, Config, ConfigError
from portal.listening import free_address


def main() -> None:
    try:
        Config()
    except ConfigError as error:
        sys.exit(str(error))
    port = os.environ.get("PORTAL_PORT") or "8000"
    address = free_address(os.environ.get("PORTAL_HOST") or "127.0.0.1", port, "make run")
    os.chdir(ROOT)
    prepared = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", "prepare"], check=False)
    if prepared.returncode:
        sys.exit(prepared.returncode)
    sys.stdout.flush()
    server = [sys.executable, "-m", "portal.serve", "--host", address, "--port", port]
    if os.name == "posix":
        os.execv(sys.executable, server)
    sys.exit(stay_with(server))


def stay_with(command: list[str]) -> int:
    """Run it and end with it. Windows knows no exec: whoever watches over this process would think the portal gone."""
    signal.signal(signal.SIGINT, lambda *_: None)  # the server hears Ctrl+C itself, and ends in order
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    main()
