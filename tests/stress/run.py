"""`make stress`: the long form of the load and of the kills, on both kinds of database and on two hosts, with what they
came to.
"""

import argparse
import sys

from tests import redis_server
from tests.redis_server import NO_REDIS
from tests.stress.engines import NO_PROGRAMS, server_programs
from tests.stress.load import run

STAGES = {"sqlite": ("sqlite", 1), "postgresql": ("postgresql", 1), "hosts": ("postgresql", 2)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.stress.run", description="The long form of the stress test.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--on", choices=[*STAGES], action="append", help="only on this one")
    options = parser.parse_args()
    found = 0
    for kind, hosts in (STAGES[each] for each in options.on or STAGES):
        if kind == "postgresql" and server_programs() is None:
            print(NO_PROGRAMS)
        elif hosts > 1 and not redis_server.program():
            print(NO_REDIS)
        else:
            outcome = run(kind, seconds=options.seconds, kills=options.kills, hosts=hosts)
            print(f"{outcome.figures()}\n", *outcome.faults, sep="\n", flush=True)
            found += len(outcome.faults)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
