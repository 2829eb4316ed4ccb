"""A school's page: its classes where everybody may find them, and what it makes public as a whole."""

from portal.access import alike, public
from portal.board import totals_queries
from portal.board.answer import Answer, answer, html_of
from portal.board.views import bp


@bp.get("/schools/<school_code>/")
@public
@alike
def school(school_code: str) -> Answer:
    """The classes of an open school; how families get the link of theirs where the school shows it to them only."""
    school = totals_queries.whole_school_or_404(school_code)
    return answer(school.made_of, lambda: html_of("board/school.html", face=school.face, classes=school.classes))
