"""`make bench-flat`: whether a page of the board costs the same in a small database and in a very large one.

On each kind of database two are filled, and the same number of pages, from all over each, is asked for in turn: kept by
the portal, and rendered anew. A ratio is taken within each round, large to small. Ten million items need about 6 GB of
disk on SQLite, 10 GB on PostgreSQL, and some minutes.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, make_url, text

from bench import pages, servers, wrk
from bench.run import Target, judged, one_round, ratio
from bench.wrk import Asked, Measured

SMALL, LARGE = 10_000, 10_000_000
KEPT, RENDERED = 0.97, 0.90  # shares of the small database's speed that the large one must reach


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.flat", description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=SMALL, help="items")
    parser.add_argument("--large", type=int, default=LARGE, help="items")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=1, help="of every target in every round")
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    wrk.required()
    with tempfile.TemporaryDirectory() as folder:
        report("SQLite", options, [servers.sqlite(Path(folder), size) for size in ("small", "large")])
    if not os.environ.get(servers.POSTGRES):
        print(f"not measured: PostgreSQL; {servers.NO_POSTGRES}")
        return
    with beside("small") as small, beside("large") as large:
        report("PostgreSQL", options, [small, large])


@contextmanager
def beside(name: str) -> Iterator[str]:
    """A new database beside the one that PORTAL_BENCH_POSTGRES_URL names, gone afterwards."""
    url = make_url(os.environ[servers.POSTGRES])
    new = f"{url.database}_{name}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    drop = text(f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)')
    with engine.connect() as connection:
        connection.execute(drop)
        connection.execute(text(f'CREATE DATABASE "{new}"'))
        try:
            yield url.set(database=new).render_as_string(hide_password=False)
        finally:
            connection.execute(drop)
    engine.dispose()


def report(kind: str, options: argparse.Namespace, urls: list[str]) -> None:
    sizes = (options.small, options.large)
    settings = [servers.sample_school(url, items=size) for url, size in zip(urls, sizes, strict=True)]
    with ExitStack() as stack:
        targets = [
            Target(
                f"{kind}, {size:,} items, {name}", Asked(stack.enter_context(servers.portal(own, **more)).port, paths)
            )
            for name, more in (("kept", {}), ("rendered", {"PORTAL_BOARD_CACHE": "no"}))
            for size, own in zip(sizes, settings, strict=True)
            for _, paths in [pages.published(own)]
        ]
        rounds = [one_round(targets, number, options) for number in range(options.rounds + 1)][1:]
    print(f"\n{'':<46}{'answers/s':>10}   large ÷ small")
    for small, large, bound in ((*targets[:2], KEPT), (*targets[2:], RENDERED)):
        share = ratio(large.name, small.name, rounds)
        print(f"{small.name:<46}{rate(small, rounds):>10,.0f}")
        print(f"{large.name:<46}{rate(large, rounds):>10,.0f}{share:>10.3f}  {judged(share, bound)}", flush=True)


def rate(target: Target, rounds: list[dict[str, Measured]]) -> float:
    return median(each[target.name].rate for each in rounds)


if __name__ == "__main__":
    main()
