"""`python -m portal.serve`: the server. It takes Granian's options; those of GRANIAN need not be given.

On Linux the portal is loaded before the workers are forked, so that they share the memory of what none of them changes.
"""

import gc
import multiprocessing
import sys

from granian.cli import cli

from config import ConfigError

GRANIAN = ["--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "1"]  # best on two cores


def main() -> None:
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # what Granian does anyway, up to Python 3.13
        load()
    cli(
        [*GRANIAN, *sys.argv[1:], "--factory", "portal.worker:start"],
        prog_name="python -m portal.serve",
        auto_envvar_prefix="GRANIAN",
    )


def load() -> None:
    """Load the portal into this process, and keep the garbage collector from writing to it later."""
    try:
        import portal.worker  # noqa: F401
    except ConfigError as error:
        sys.exit(str(error))
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
