"""Cells of files that spreadsheets open: they would calculate what begins like a formula."""

BEGINNINGS = "=+-@"
FULL_WIDTH = "".join(chr(ord(each) + 0xFEE0) for each in BEGINNINGS)  # Excel takes these too
STARTS = (*BEGINNINGS, *FULL_WIDTH, "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """The cell as text, which an apostrophe before it says."""
    return f"'{cell}" if cell.startswith(STARTS) else cell


def as_written(cell: str) -> str:
    """The cell before `harmless`."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell
