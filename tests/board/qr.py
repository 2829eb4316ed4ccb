"""Reading a QR code off a page, with other eyes than those that drew it."""

import re

import zxingcpp

ZOOM = 8  # pixels of a module
MOVE = re.compile(r"([Mmh])([-\d.]+)(?: ?(-?[\d.]+))?")


def read_qr(svg: str) -> str:
    """The text of the code in an SVG whose dark modules are one path of horizontal strokes, each a module thick."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    [strokes] = re.findall(r'<path stroke="#000" d="([^"]+)"', svg)
    dark = set()
    x = y = 0.0
    for move, first, second in MOVE.findall(strokes):
        if move == "h":
            dark |= {(int(x) + n, int(y)) for n in range(int(first))}
            x += float(first)
        else:
            x, y = (0, 0) if move == "M" else (x, y)
            x, y = x + float(first), y + float(second)
    pixels = bytes(
        0 if (column // ZOOM, row // ZOOM) in dark else 255
        for row in range(size * ZOOM)
        for column in range(size * ZOOM)
    )
    [found] = zxingcpp.read_barcodes(memoryview(pixels).cast("B", shape=[size * ZOOM, size * ZOOM]))
    return found.text
