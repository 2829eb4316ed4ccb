"""`make stress`: the long form of the load and of the kills, on both kinds of database, with what they came to."""

import argparse
import sys

from tests.stress.engines import ENGINES, NO_PROGRAMS, server_programs
from tests.stress.load import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.stress.run", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--engine", choices=[*ENGINES], action="append")
    options = parser.parse_args()
    found = 0
    for kind in options.engine or ENGINES:
        if kind == "postgresql" and server_programs() is None:
            print(NO_PROGRAMS)
            continue
        outcome = run(kind, seconds=options.seconds, kills=options.kills)
        print(f"{outcome.figures()}\n", *outcome.faults, sep="\n", flush=True)
        found += len(outcome.faults)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
