"""`python -m portal.serve`: the server. It takes Granian's options, and its variables (GRANIAN_WORKERS …).

On Linux the portal is loaded before the workers are forked, so that they share the memory of what none of them changes.
While there is no school, the console says how to begin.
"""

import argparse
import gc
import multiprocessing
import os
import sys
from collections.abc import Sequence

from granian.cli import cli

from config import ConfigError

ALWAYS = ["--interface", "wsgi", "--no-ws"]
BEST = {"WORKERS": "2", "BLOCKING_THREADS": "1"}  # on two cores; whoever names another number gets it
GRANIAN = [*ALWAYS, "--workers", BEST["WORKERS"], "--blocking-threads", BEST["BLOCKING_THREADS"]]


def main() -> None:
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # what Granian does anyway, up to Python 3.13
    load(sys.argv[1:])
    for name, best in BEST.items():
        os.environ[f"GRANIAN_{name}"] = os.environ.get(f"GRANIAN_{name}") or best
    cli(
        [*ALWAYS, *sys.argv[1:], "--factory", "portal.worker:start"],
        prog_name="python -m portal.serve",
        auto_envvar_prefix="GRANIAN",
    )


def load(options: Sequence[str]) -> None:
    """Load the portal into this process, and keep the garbage collector from writing to it later."""
    try:
        from portal.worker import app
    except ConfigError as error:
        sys.exit(str(error))
    if not {"--help", "--version"} & set(options):
        _announce(app, *_listens_at(options))
    gc.collect()
    gc.freeze()


def _announce(app, host: str, port: str) -> None:
    """Say how to begin where there is no school. No connection is left to the workers."""
    from portal.extensions import db
    from portal.setup.console import address_of, announcement

    with app.app_context():
        if said := announcement(address_of(host, port)):
            print(said, flush=True)
        db.session.remove()
        db.engine.dispose()


def _listens_at(options: Sequence[str]) -> tuple[str, str]:
    """Host and port among Granian's options, or as its variables say."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--host", default=os.environ.get("GRANIAN_HOST", "127.0.0.1"))
    parser.add_argument("--port", default=os.environ.get("GRANIAN_PORT", "8000"))
    known = parser.parse_known_args(options)[0]
    return known.host, known.port


if __name__ == "__main__":
    main()
