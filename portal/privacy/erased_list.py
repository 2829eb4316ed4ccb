"""Who was erased, as a file beside the backups: a backup from before still knows them, and is told when it is restored.

One line for each: the code of the school and the number of the person. No names.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

NAME = "erased.txt"


def keep(folder: Path, erased: Iterable[tuple[str, int]]) -> bool:
    """Write the list anew, together with what it held; False where it cannot be written here, which the log tells."""
    try:
        lines = sorted({*read(folder), *erased})
        if not lines:
            return True
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = folder / f"{NAME}.part"
        unfinished.write_text("".join(f"{code} {person_id}\n" for code, person_id in lines), "utf-8")
        unfinished.replace(folder / NAME)
    except OSError:
        logging.getLogger(__name__).warning("The list of erased people could not be written beside the backups")
        return False
    return True


def read(folder: Path) -> set[tuple[str, int]]:
    """The list; nobody where there is none. A line that says something else is left out."""
    try:
        lines = (folder / NAME).read_text("utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return set()
    parted = (line.rpartition(" ") for line in lines)
    return {(code, int(number)) for code, _, number in parted if code and number.isascii() and number.isdecimal()}
