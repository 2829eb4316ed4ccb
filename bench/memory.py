"""How much memory a server takes: of all its processes, what they share counted once (PSS)."""

from contextlib import suppress
from pathlib import Path

LIMIT = 125  # MiB: two workers and their master, after load


def of_tree(pid: int) -> list[float] | None:
    """MiB of the process and of those that come from it; None where the system does not tell (only Linux does)."""
    try:
        return [pss(each) for each in [pid, *descendants(pid)]]
    except OSError:
        return None


def descendants(pid: int) -> list[int]:
    """The processes that come from this one. Threads come and go meanwhile."""
    children: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            children += map(int, path.read_text().split())
    return children + [each for child in children for each in descendants(child)]


def pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
