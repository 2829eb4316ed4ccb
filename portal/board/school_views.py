"""A school's page: its classes where everybody may find them, and what it makes public as a whole."""

from flask import Response, render_template

from portal.access import public
from portal.board import totals_queries
from portal.board.answer import answer
from portal.board.views import bp


@bp.get("/schools/<school_code>/")
@public
def school(school_code: str) -> Response:
    """The classes of an open school; how families get the link of theirs where the school shows it to them only."""
    school = totals_queries.whole_school_or_404(school_code)
    return answer(
        school.made_of, lambda: render_template("board/school.html", face=school.face, classes=school.classes)
    )
