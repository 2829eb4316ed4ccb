"""What the server's first process becomes when its workers run: it passes on that all shall end, and ends with them.

A program of its own, run with the numbers of the workers: the process that has forked them would hold all that was
loaded for them once more. Standard library only.
"""

import os
import signal
import sys
from contextlib import suppress

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # who starts this program blocks them: none is lost


def main(workers: list[int]) -> int:
    """Wait for all of them. Where one ends by itself, all shall end: 1, so that whoever started the server notices."""
    left = {each for each in workers if is_there(each)}
    told = False

    def tell(*_: object) -> None:
        nonlocal told
        told = True
        for worker in left:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGTERM)

    for each in SIGNALS:
        signal.signal(each, tell)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    failed = len(left) < len(workers)
    while left:
        if failed and not told:
            print("A worker has ended by itself: the server stops.", file=sys.stderr)
            tell()
        left.discard(os.wait()[0])
        failed |= not told
    return int(failed)


def is_there(worker: int) -> bool:
    """Whether it is a child of this process whose end nobody has waited for yet."""
    try:
        os.waitid(os.P_PID, worker, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main([int(each) for each in sys.argv[1:]]))
