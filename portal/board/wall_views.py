"""The notice board on a large screen, at the gate or in a classroom: one class, or the classes of a school in turn."""

from collections.abc import Sequence

from flask import abort, render_template, request

from portal import clock
from portal.access import alike, public
from portal.board import queries, totals_queries
from portal.board.answer import Answer, answer, html_of
from portal.board.feeds import corrections
from portal.board.page import Page, why_quiet
from portal.board.queries import Face, SchoolFace
from portal.board.views import bp
from portal.board.wall_page import size_of
from portal.filters import listed
from portal.school.models import BoardAccess
from portal.school.rules import rules_of

MOST_CLASSES = 100  # that one screen shows in turn


@bp.get("/<code>/wall")
@public
@alike
def wall(code: str) -> Answer:
    """Today's homework of a class in large type."""
    face = queries.face_or_404(code)
    return answer(face, lambda: _words(face))


@bp.get("/schools/<school_code>/wall")
@public
@alike
def school_wall(school_code: str):
    """The classes that a screen shows in turn: of grades (`?grade=4&grade=5`), or these (`?class=…&class=…`), which is
    how a school whose classes are found by their links does it. Without either, the grades to choose from.
    """
    if "class" in request.args:
        named = queries.faces_of(request.args.getlist("class")[:MOST_CLASSES])
        return _in_turn([face for face in named if face.school_code == school_code])
    school = totals_queries.whole_school_or_404(school_code)
    if school.face.access != BoardAccess.OPEN:
        return render_template("board/wall_closed.html"), 404
    if "grade" in request.args:
        grades = request.args.getlist("grade", type=int)
        return _in_turn([face for face in school.classes if face.grade in grades])
    return _page_of("board/wall_choose.html", school.face, school.classes)


def _in_turn(faces: Sequence[Face]) -> Answer:
    return _page_of("board/wall_turns.html", faces[0].school, faces) if faces else abort(404)


def _page_of(template: str, school: SchoolFace, faces: Sequence[Face]) -> Answer:
    """A list of classes: it stays the same whatever is published for them."""
    grades: dict[int, list[Face]] = {}
    for face in faces:
        grades.setdefault(face.grade, []).append(face)
    made_of = [school, *(face._replace(board_version=0) for face in faces)]
    return answer(made_of, lambda: html_of(template, school=school, grades=grades))


def _words(face: Face) -> str:
    today = clock.today()
    notice = queries.notice_of(face, today)
    shown = {"face": face, "notice": notice, "today": today, "version": notice.version}
    if notice.version is None:
        calendar = rules_of(face.school).calendar
        why = why_quiet(calendar, face.grade, today, today, face.left_on)
        after = calendar.next_day_of_homework(today)
        return html_of("board/wall.html", why=why.value, after=after, **shown)
    page = Page(notice.version.content)
    corrected = corrections(notice.version, today)
    states = [listed(page.subjects(state)) for state in ("none", "missing") if page.subjects(state)]
    size = size_of(page, corrected + states)
    return html_of("board/wall.html", page=page, corrections=corrected, size=size, **shown)
