"""What `make run` starts: a real school, with the settings of the environment.

    python -m portal.operations.run

The settings and the address are tried first; then `flask prepare` migrates the database, after a backup; then this
process becomes the server, which takes its options from variables of Granian (GRANIAN_WORKERS …).
"""

import os
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
    os.execv(sys.executable, [sys.executable, "-m", "portal.serve", "--host", address, "--port", port])


if __name__ == "__main__":
    main()
