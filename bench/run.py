"""`make bench`: how fast the busiest pages are, next to a Flask route that only says hello and to nginx with a file.

Each round measures every target in turn, one forwards and the next backwards, so that whatever else the machine does
touches all of them alike. A ratio is taken within each round; the table shows the median. What travels from one machine
to another is the ratio.
The databases live in a temporary folder, and in the database that PORTAL_BENCH_POSTGRES_URL names, which is emptied.
"""

import argparse
import gzip
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

from bench import memory, nginx, pages, servers, wrk
from bench.wrk import Asked, Measured
from portal.serve import GRANIAN

HELLO = "Flask hello"
CACHED = "board page, cached"
FILE = "nginx: the same page as a file"
WORKERS_MEET = 4  # times a page is asked for until most likely each worker has made it
SAME_SIZE = 0.2  # how far apart, as a share, the answers of two servers that give the same page may be


@dataclass(frozen=True)
class Target:
    """What is measured, and the target that it must reach a share of (0: none is demanded)."""

    name: str
    asked: Asked
    against: str = HELLO
    share: float = 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of every target in every round")
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    wrk.required()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = servers.sample_school(servers.sqlite(folder))
        portal = stack.enter_context(servers.portal(settings))
        targets = list(portal_targets(stack, settings, portal.port))
        missing = []
        for more in (nginx_targets, postgres_targets):
            found = more(stack, folder, settings, targets)
            (missing if isinstance(found, str) else targets).extend([found] if isinstance(found, str) else found)
        rounds = [one_round(targets, number, options) for number in range(options.rounds + 1)][1:]
        report(targets, rounds, missing)
        report_memory(memory.of_tree(portal.pid))
        print(f"\n{described(options)}")


def portal_targets(stack: ExitStack, settings: dict[str, str], port: int) -> Iterator[Target]:
    path, paths = pages.published(settings)
    board = Asked(port, (path,))
    tag = {"If-None-Match": board.check()["etag"]}
    hello = stack.enter_context(servers.application("bench.hello:app", settings))
    asking = stack.enter_context(servers.application("bench.asking:app", settings))
    uncached = stack.enter_context(servers.portal(settings, PORTAL_BOARD_CACHE="no"))
    yield Target(HELLO, Asked(hello.port, ("/",)))
    yield Target(CACHED, board, share=2.2)
    yield Target("board page, unchanged (304)", replace(board, headers=tag, status=304), share=2.8)
    yield Target("board page, uncached", replace(board, port=uncached.port), share=0.20)
    yield Target(f"{len(paths)} board pages in turn, cached", replace(board, paths=paths), share=2.2)
    yield Target("board page, database asked each time", replace(board, port=asking.port))
    yield Target("total while typing", pages.typing_teacher(port))
    yield Target(f"grid of {pages.CLASSES} classes", pages.grid_of_a_lead(port), share=0.15)


def nginx_targets(
    stack: ExitStack, folder: Path, settings: dict[str, str], targets: list[Target]
) -> list[Target] | str:
    """The cached page as a file of nginx, the portal behind nginx; or why they are not measured."""
    if not nginx.program():
        return f"behind nginx: {nginx.MISSING}"
    board = next(each.asked for each in targets if each.name == CACHED)
    (folder / "board").write_bytes(page := body(board))
    (folder / "board.gz").write_bytes(gzip.compress(page, mtime=0))
    file, front = nginx.free_port(), nginx.free_port()
    configurations = [nginx.file_conf(folder, file, board.check()), nginx.portal_conf(folder, front, board.port)]
    stack.enter_context(nginx.nginx(folder, *configurations, ports=[file, front]))
    return [
        Target(FILE, replace(board, port=file, paths=("/board",))),
        Target("board page behind nginx (1 s)", replace(board, port=front), against=FILE, share=0.85),
    ]


def postgres_targets(
    stack: ExitStack, folder: Path, settings: dict[str, str], targets: list[Target]
) -> list[Target] | str:
    """The cached page from PostgreSQL; or why it is not measured."""
    url = servers.emptied_postgres()
    if not url:
        return f"on PostgreSQL: {servers.NO_POSTGRES}"
    settings = servers.sample_school(url)
    portal = stack.enter_context(servers.portal(settings))
    path, _ = pages.published(settings)
    return [Target("board page, cached, PostgreSQL", Asked(portal.port, (path,)), against=CACHED, share=0.60)]


def body(asked: Asked) -> bytes:
    """The page without compression."""
    headers = asked.sent | {"Accept-Encoding": "identity"}
    with urlopen(Request(f"http://127.0.0.1:{asked.port}{asked.paths[0]}", headers=headers)) as answer:
        return answer.read()


def one_round(targets: list[Target], number: int, options: argparse.Namespace) -> dict[str, Measured]:
    """Every target once; round 0 warms up, and sees first that each page of it answers as it should."""
    print(f"round {number} of {options.rounds}" if number else "warming up", file=sys.stderr)
    if not number:
        for target in targets:
            for path in target.asked.paths * WORKERS_MEET:
                target.asked.check(path)
    seconds = options.seconds if number else 1
    there_and_back = targets if number % 2 else targets[::-1]
    return {
        each.name: wrk.measure(each.asked, seconds=seconds, connections=options.connections) for each in there_and_back
    }


def report(targets: list[Target], rounds: list[dict[str, Measured]], missing: list[str]) -> None:
    print(f"\n{'':<38}{'answers/s':>10}  {'lowest to highest':<18}{'bytes':>6}{'ratio':>8}  must reach")
    same = {FILE: CACHED, "board page behind nginx (1 s)": CACHED, "board page, cached, PostgreSQL": CACHED}
    for target in targets:
        rates = [each[target.name].rate for each in rounds]
        shown = f"{median(rates):>10,.0f}  {f'{min(rates):,.0f} to {max(rates):,.0f}':<18}"
        print(f"{target.name:<38}{shown}{rounds[-1][target.name].size:>6,.0f}{outcome(target, rounds)}")
        if target.name in same:
            check_same_size(target.name, same[target.name], rounds[-1])
    if FILE in rounds[0]:
        share = ratio(CACHED, FILE, rounds)
        print(f"{'cached board ÷ nginx with the file':<74}{share:>8.3f}  {judged(share, 0.30)}")
    for each in missing:
        print(f"not measured: {each}")


def outcome(target: Target, rounds: list[dict[str, Measured]]) -> str:
    share = ratio(target.name, target.against, rounds)
    against = "" if target.against == HELLO else f" × {target.against}"
    return f"{share:>8.3f}" + (f"  {judged(share, target.share)}{against}" if target.share else "")


def judged(share: float, bound: float) -> str:
    return f"{bound:.2f} {'reached' if share >= bound else 'NOT REACHED'}"


def ratio(name: str, against: str, rounds: list[dict[str, Measured]]) -> float:
    """The median of the ratios of each round."""
    return median(each[name].rate / each[against].rate for each in rounds)


def check_same_size(one: str, other: str, last: dict[str, Measured]) -> None:
    """The same page must be measured, not an error page or an uncompressed one."""
    sizes = sorted((last[one].size, last[other].size))
    if sizes[0] < sizes[1] * (1 - SAME_SIZE):
        raise SystemExit(f"{one} and {other} do not give the same page: {sizes[0]:,.0f} and {sizes[1]:,.0f} bytes.")


def report_memory(processes: list[float] | None) -> None:
    if processes is None:
        print("not measured: memory, which only Linux tells (/proc/<pid>/smaps_rollup)")
        return
    total = sum(processes)
    parts = " + ".join(f"{each:.1f}" for each in processes)
    holds = "holds" if total <= memory.LIMIT else "DOES NOT HOLD"
    print(f"\nmemory after load: {parts} = {total:.1f} MiB PSS; at most {memory.LIMIT}: {holds}")


def described(options: argparse.Namespace) -> str:
    return (
        f"Median of {options.rounds} rounds of {options.seconds} s, wrk with {options.connections} connections; "
        f"granian {' '.join(GRANIAN)}.\nwrk and the servers share the machine's {os.cpu_count()} cores."
    )


if __name__ == "__main__":
    main()
