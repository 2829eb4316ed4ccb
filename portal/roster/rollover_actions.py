"""A school moves into its next year, and back. The school's row is locked first, so that it happens once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from portal.accounts.models import Deputy, Person, RoleGrant
from portal.audit.actions import record
from portal.extensions import Model, db
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.permissions import Role
from portal.policy.rollover import Stands
from portal.roster import rollover_queries as queries
from portal.roster.rollover_checking import plan_of
from portal.roster.rollover_models import Rollover
from portal.roster.rollover_page import Plan
from portal.school.link_actions import count_change, new_code
from portal.school.models import SchoolClass, TeachingAssignment, TermDates


def roll_over(typed: Mapping[str, str], *, seen: str, by: Person, at: datetime) -> Rollover:
    """Move the school of `by` up as planned: from today on.

    Raises StaleForm where the outcome is not the one that was `seen`, PolicyError where the year is not over, and where
    something typed is wrong.
    """
    count_change(by.school_id)
    present = queries.present_of(by.school_id)
    state, year = queries.stands(by.school_id, present.terms, at.date())
    if state == Stands.DONE:
        raise StaleForm("本学年已经升过年级了，没有再升一次。")
    if state == Stands.NOT_YET:
        raise PolicyError("本学年还没有结束，现在不能升年级。")
    plan = plan_of(present, typed, year)
    if plan.problems:
        raise PolicyError("还有写错的地方，没有升年级。请改好标出的几处。")
    if plan.fingerprint != seen:
        raise StaleForm("结果和您刚才看的不一样，还没有升年级。请看一遍现在的结果，再确认。")
    kept = Rollover(
        school_id=by.school_id, person_id=by.id, year=year, at=at, day=at.date(), counts=plan.counts, changes={}
    )
    told = _told(plan)  # before anything is called otherwise
    kept.changes = _Writer(plan, kept).write()
    db.session.add(kept)
    db.session.flush()
    record("year.roll", by=by, at=at, right=("roster.set", kept.scope), year=year, **told)
    return kept


def take_back(kept: Rollover, *, by: Person, at: datetime) -> None:
    """All as it was before. Raises PolicyError where it cannot be, StaleForm where somebody else has done it."""
    count_change(kept.school_id)
    db.session.refresh(kept)
    if kept.undone_at:
        raise StaleForm("这次升年级已经撤销过了。")
    problem = queries.why_it_stays(kept)
    if problem:
        raise problem
    _put_back(kept)
    kept.undone_at = at
    record("year.undo", by=by, at=at, right=("roster.set", kept.scope), year=kept.year)
    db.session.flush()


def _told(plan: Plan) -> dict[str, object]:
    """What the log keeps: each class by its numbers, and how many lessons changed hands."""
    return {
        "moved": [[*each.was, *each.name] for each in plan.moved],
        "left": [list(each.was) for each in plan.left],
        "opened": [list(each.name) for each in plan.opened],
        "lessons": [plan.counts["stays"], plan.counts["ended"], plan.counts["begun"]],
        "terms": [each.name for each in plan.added_terms],
    }


class _Writer:
    """Writes a plan, and notes what it does."""

    def __init__(self, plan: Plan, kept: Rollover) -> None:
        self.plan = plan
        self.kept = kept
        self.made: dict[str, list[int]] = {}
        self.gone: dict[str, list[dict]] = {}
        self.ids = {row.key: row.school_class.id for row in plan.classes}

    def write(self) -> dict:
        """The changes as Rollover keeps them."""
        plan = self.plan
        classes = [
            [row.school_class.id, *row.was, _iso(row.school_class.since), *(row.name or (None, None))]
            for row in (*plan.moved, *plan.left)
        ]
        self._gone(TeachingAssignment, TeachingAssignment.id.in_([each.id for each in plan.ended]))
        taken = [each.id for each in plan.taken]
        self._gone(Deputy, Deputy.grant_id.in_(taken))
        self._gone(RoleGrant, RoleGrant.id.in_(taken))
        keep_names(self.kept.day, [(row.school_class.id, *row.was) for row in plan.moved])
        rename({row.school_class.id: row.name for row in (*plan.moved, *plan.left)}, self.kept.day)
        for row in plan.opened:
            self.ids[row.key] = self._made(
                SchoolClass, grade=row.name[0], number=row.name[1], code=new_code(), since=self.kept.day
            )
        self._begin()
        return {"classes": classes, "made": self.made, "gone": self.gone}

    def _begin(self) -> None:
        for row, lesson, person in self.plan.begun:
            values = {"class_id": self.ids[row.key], "subject_id": lesson.subject_id, "weekdays": lesson.weekdays}
            self._made(TeachingAssignment, teacher_id=person.id, **values)
        for role, at, person in self.plan.given:
            place = {"class_id": self.ids[at.key]} if role == Role.HOMEROOM else {"grade": at}
            self._made(RoleGrant, person_id=person.id, role=role, **place)
        for term in self.plan.added_terms:
            self._made(TermDates, name=term.name, first=term.first, last=term.last)

    def _made(self, model: type[Model], **values: object) -> int:
        row = model(school_id=self.kept.school_id, **values)
        db.session.add(row)
        db.session.flush()
        self.made.setdefault(model.__tablename__, []).append(row.id)
        return row.id

    def _gone(self, model: type[Model], which: ColumnElement[bool]) -> None:
        rows = db.session.execute(select(*model.__table__.columns).where(which)).mappings()
        self.gone[model.__tablename__] = [{name: _iso(value) for name, value in row.items()} for row in rows]
        db.session.execute(delete(model).where(which))


def keep_names(day: date, classes: Iterable[tuple[int, int, int]]) -> None:
    """The sheets of days before `day` keep the grade and number that these classes have until then."""
    sheet = Model.metadata.tables["day_sheet"]  # of a feature above, so named as a word
    for class_id, grade, number in classes:
        old = (sheet.c.class_id == class_id, sheet.c.date < day, sheet.c.grade.is_(None))
        db.session.execute(update(sheet).where(*old).values(grade=grade, number=number))


def rename(names: Mapping[int, tuple[int, int] | None], day: date) -> None:
    """Give classes other names from `day` on; None: they leave. First all leave, so that no place is taken."""
    away = update(SchoolClass).where(SchoolClass.id.in_(names)).values(left_on=day)
    db.session.execute(away)
    for class_id, name in names.items():
        if name:
            _set_class(class_id, grade=name[0], number=name[1], since=day, left_on=None)


def _set_class(class_id: int, **values: object) -> None:
    changed = update(SchoolClass).where(SchoolClass.id == class_id).values(**values)
    db.session.execute(changed)


def _put_back(kept: Rollover) -> None:
    made, gone = kept.changes["made"], kept.changes["gone"]
    _remove_made(made)
    classes = kept.changes["classes"]
    away = update(SchoolClass).where(SchoolClass.id.in_([each[0] for each in classes])).values(left_on=kept.day)
    db.session.execute(away)
    sheet = Model.metadata.tables["day_sheet"]
    for class_id, grade, number, since, *_ in classes:
        _set_class(class_id, grade=grade, number=number, since=since and date.fromisoformat(since), left_on=None)
        named = (sheet.c.class_id == class_id, sheet.c.grade == grade, sheet.c.number == number)
        if since:
            named = (*named, sheet.c.date >= date.fromisoformat(since))
        db.session.execute(update(sheet).where(*named).values(grade=None, number=None))
    _bring_back(TeachingAssignment, gone["teaching_assignment"], ("teacher_id", "class_id", "subject_id"))
    ids = _bring_back(RoleGrant, gone["role_grant"], ("person_id", "role", "class_id", "grade"))
    loans = [each | {"grant_id": ids[each["grant_id"]]} for each in gone["deputy"]]
    _bring_back(Deputy, [_with_dates(each) for each in loans], ("grant_id", "person_id", "first", "last"))


def _remove_made(made: Mapping[str, Sequence[int]]) -> None:
    """What began, with whatever was given to the new classes since."""
    classes = made.get("school_class", [])
    grants = select(RoleGrant.id).where(RoleGrant.id.in_(made.get("role_grant", [])) | RoleGrant.class_id.in_(classes))
    grant_ids = db.session.scalars(grants).all()
    assignments = TeachingAssignment.id.in_(made.get("teaching_assignment", []))
    for model, which in (
        (Deputy, Deputy.grant_id.in_(grant_ids)),
        (RoleGrant, RoleGrant.id.in_(grant_ids)),
        (TeachingAssignment, assignments | TeachingAssignment.class_id.in_(classes)),
        (SchoolClass, SchoolClass.id.in_(classes)),
        (TermDates, TermDates.id.in_(made.get("term", []))),
    ):
        db.session.execute(delete(model).where(which))


def _bring_back(model: type[Model], rows: Iterable[dict], key: Sequence[str]) -> dict[int, int]:
    """Rows that were there before, unless the same is there again; the ids they have now by those they had."""
    ids = {}
    for row in rows:
        same = [getattr(model, name).is_not_distinct_from(row[name]) for name in key]
        found = db.session.scalar(select(model.id).where(*same))
        values = {name: value for name, value in row.items() if name != "id"}
        ids[row["id"]] = found or db.session.execute(insert(model).values(**values).returning(model.id)).scalar_one()
    return ids


def _with_dates(loan: dict) -> dict:
    return loan | {name: date.fromisoformat(loan[name]) for name in ("first", "last")}


def _iso(value: object) -> object:
    """As JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
