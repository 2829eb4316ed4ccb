"""How the portal is used, told to each kind of reader. Anybody may read it: it holds nothing of any school."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from struct import unpack

from flask import Blueprint, abort, current_app, render_template

from portal.access import actor, public
from portal.filters import language
from portal.help.page import Guide, guides_of

bp = Blueprint("help", __name__, url_prefix="/help")


@dataclass(frozen=True, slots=True)
class Picture:
    """A file in the static folder, and its size in pixels: the page keeps its place while it loads."""

    file: str
    width: int
    height: int


@bp.get("/")
@public
def guides():
    """All guides, one's own first."""
    own = guides_of(actor())
    return render_template("help/guides.html", own=own, others=[each for each in Guide if each not in own])


@bp.get("/<guide>")
@public
def guide(guide: str):
    if guide not in list(Guide):
        abort(404)
    return render_template(f"help/{guide}.html", guide=guide, picture=picture)


def picture(name: str) -> Picture:
    """A picture of the sample school in the reader's language, taken by `make screenshots`."""
    file = f"img/help/{language()}/{name}.png"
    return Picture(file, *_size(Path(current_app.static_folder, file)))


@cache
def _size(file: Path) -> tuple[int, int]:
    """What the head of a PNG file says."""
    with file.open("rb") as png:
        return unpack(">II", png.read(24)[16:])
