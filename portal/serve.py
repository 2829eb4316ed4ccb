"""`python -m portal.serve`: the server. It takes Granian's options, and its variables (GRANIAN_WORKERS …).

On Linux the portal is loaded before the workers are forked, so that they share the memory of what none of them changes.
Then the process that has forked them becomes `portal.master`, which holds nothing of it.
While there is no school, the console says how to begin.
"""

import argparse
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from ctypes import CDLL
from pathlib import Path
from typing import NoReturn

import granian.cli

from config import ConfigError

ALWAYS = ["--interface", "wsgi", "--no-ws"]
BEST = {"WORKERS": "2", "BLOCKING_THREADS": "1"}  # on two cores; whoever names another number gets it
GRANIAN = [*ALWAYS, "--workers", BEST["WORKERS"], "--blocking-threads", BEST["BLOCKING_THREADS"]]
MASTER = Path(__file__).with_name("master.py")


class Server(granian.cli.Server):
    """Granian's server, which has nothing to do any more when its workers run, unless it was told to."""

    @property
    def has_more_to_do(self) -> bool:
        """Options that need Granian itself: to start workers anew, to count, to tidy up a file at the end."""
        again = self.respawn_failed_workers or self.workers_lifetime or self.workers_rss
        return bool(again or self.metrics_enabled or self.pid_file or self.bind_uds)

    def _serve_loop(self, *how_to_start: object) -> None:
        from portal.master import SIGNALS

        if not (self.has_more_to_do or self.interrupt_children):
            become_master([worker.inner.pid for worker in self.wrks])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        super()._serve_loop(*how_to_start)


def main() -> None:
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # what Granian does anyway, up to Python 3.13
        granian.cli.Server = Server
    load(sys.argv[1:])
    for name, best in BEST.items():
        os.environ[f"GRANIAN_{name}"] = os.environ.get(f"GRANIAN_{name}") or best
    if sys.platform == "linux":
        hold_signals_back()
    granian.cli.cli(
        [*ALWAYS, *sys.argv[1:], "--factory", "portal.worker:start"],
        prog_name="python -m portal.serve",
        auto_envvar_prefix="GRANIAN",
    )


def hold_signals_back() -> None:
    """From this thread and all that come from it, until somebody listens who heeds them: this process would note that
    all shall end and forget it when it becomes another; a worker is born with its handlers, and not ready at once with
    its own (`portal.worker.start`). Either would never end.
    """
    from portal.master import SIGNALS  # Windows has not all of them

    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def load(options: Sequence[str]) -> None:
    """Load the portal into this process, and keep the garbage collector from writing to it later.

    The collector looks at all objects when those of its last look have grown by a quarter. So it looks once more, when
    all is frozen: else each worker would let 30,000 objects of rubbish grow first.
    """
    try:
        from portal import metrics
        from portal.worker import app
    except ConfigError as error:
        sys.exit(str(error))
    if not {"--help", "--version"} & set(options):
        _announce(app, *listens_at(options))
    metrics.tidy(app)
    gc.collect()
    gc.freeze()
    gc.collect()
    if sys.platform == "linux":
        give_back()


def give_back() -> None:
    """What was needed only while loading goes back to the system, as far as its C library can (glibc)."""
    with suppress(AttributeError):
        CDLL(None).malloc_trim(0)


def become_master(workers: list[int]) -> NoReturn:
    """The blocked signals stay blocked, and the workers stay children of this process."""
    os.execv(sys.executable, [sys.executable, "-I", "-S", str(MASTER), *map(str, workers)])


def _announce(app, host: str, port: str) -> None:
    """Say how to begin where there is no school. No connection is left to the workers."""
    from portal.extensions import db
    from portal.setup.console import address_of, announcement

    with app.app_context():
        if said := announcement(address_of(host, port)):
            print(said, flush=True)
        db.session.remove()
        db.engine.dispose()


def listens_at(options: Sequence[str]) -> tuple[str, str]:
    """Host and port among Granian's options, or as its variables say."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--host", default=os.environ.get("GRANIAN_HOST", "127.0.0.1"))
    parser.add_argument("--port", default=os.environ.get("GRANIAN_PORT", "8000"))
    known = parser.parse_known_args(options)[0]
    return known.host, known.port


if __name__ == "__main__":
    main()
