"""What imports read: the roster by what files call it, the kept files, and what can be taken back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import Column, Table, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import NO_PASSWORD, Person, RoleGrant
from portal.extensions import Model, db
from portal.policy.errors import PolicyError
from portal.policy.roster import name_of
from portal.roster.import_checking import logins_of
from portal.roster.import_content import Known, Roster
from portal.roster.import_content import Table as FileTable
from portal.roster.import_models import ImportState, RosterImport
from portal.school import queries as school_queries
from portal.school.models import SchoolClass, Subject, TeachingAssignment

MODELS = {each.__tablename__: each for each in (SchoolClass, Subject, Person, RoleGrant, TeachingAssignment)}
UNDO_ORDER = ("teaching_assignment", "role_grant", "person", "subject", "school_class")  # what names others comes first


def roster_of(person: Person, tables: Sequence[FileTable] = ()) -> Roster:
    """All of the school of `person`, who imports, by the names that files use (5 statements)."""
    school_id = person.school_id
    people = {each.login: each for each in people_with_posts(school_id)}
    subjects = db.session.scalars(select(Subject).where(Subject.school_id == school_id)).all()
    taken = select(Person.login).where(Person.login.in_(logins_of(tables)), Person.school_id != school_id)
    return Roster(
        classes={(each.grade, each.number): each.id for each in school_queries.classes_of_school(school_id)},
        subjects={name_of(each.name): (each.id, each.budget, each.position) for each in subjects if not each.closed_on},
        closed=frozenset(name_of(each.name) for each in subjects if each.closed_on),
        people={login: _known(each) for login, each in people.items()},
        assignments={
            (each.teacher.login, (each.school_class.grade, each.school_class.number), name_of(each.subject.name)): (
                each.id,
                each.weekdays,
            )
            for each in assignments_of(school_id)
        },
        taken=frozenset(db.session.scalars(taken)),
        importer=person.login,
    )


def _known(person: Person) -> Known:
    posts = (each.post for each in person.grants)
    return Known(
        person.id, person.login, person.name, person.active, frozenset((p.role.value, p.grade, p.number) for p in posts)
    )


def people_with_posts(school_id: int) -> Sequence[Person]:
    """Everybody of a school with their roles, by login; without those who were erased."""
    wanted = select(Person).where(Person.school_id == school_id, Person.erased_at.is_(None)).order_by(Person.login)
    return db.session.scalars(wanted.options(selectinload(Person.grants).joinedload(RoleGrant.school_class))).all()


def assignments_of(school_id: int) -> Sequence[TeachingAssignment]:
    """Who teaches what, with teacher, class and subject: by class, subject and login."""
    return db.session.scalars(
        select(TeachingAssignment)
        .join(TeachingAssignment.teacher)
        .join(TeachingAssignment.school_class)
        .join(TeachingAssignment.subject)
        .where(TeachingAssignment.school_id == school_id)
        .options(
            joinedload(TeachingAssignment.teacher),
            joinedload(TeachingAssignment.school_class),
            joinedload(TeachingAssignment.subject),
        )
        .order_by(SchoolClass.grade, SchoolClass.number, Subject.position, Subject.name, Person.login)
    ).all()


def waiting_or_404(import_id: int, person: Person, now: datetime) -> RosterImport:
    """A file that this person has uploaded and that waits; 404 for another's and one that has expired."""
    kept = db.session.get(RosterImport, import_id)
    if kept is None or kept.person_id != person.id or kept.state != ImportState.WAITING or kept.expires <= now:
        abort(404)
    return kept


def waiting_of(person: Person, now: datetime) -> RosterImport | None:
    """The file of this person that waits to be confirmed."""
    return db.session.scalars(
        select(RosterImport)
        .where(
            RosterImport.person_id == person.id,
            RosterImport.state == ImportState.WAITING,
            RosterImport.expires > now,
        )
        .order_by(RosterImport.id.desc())
    ).first()


def last_import(school_id: int) -> tuple[RosterImport, str] | None:
    """The latest import of a school, taken back or not, and who did it."""
    row = db.session.execute(
        select(RosterImport, Person.name)
        .join(Person, Person.id == RosterImport.person_id)
        .where(RosterImport.school_id == school_id, RosterImport.state != ImportState.WAITING)
        .order_by(RosterImport.at.desc(), RosterImport.id.desc())
    ).first()
    return tuple(row) if row else None


@dataclass(frozen=True)
class Undo:
    """A thing that the import made (`back` is None) or changed (`back`: what it was, by column). `stays` says why it
    stays as it is.
    """

    table: str
    id: int
    label: str
    back: dict | None
    stays: PolicyError | None


def undo_of(kept: RosterImport) -> list[Undo]:
    """What taking back the import would do, thing by thing; what names others comes before them."""
    by_table = defaultdict(list)
    for table, row_id, label, columns in kept.changes:
        by_table[table].append((row_id, label, columns))
    done: list[Undo] = []
    for table in UNDO_ORDER:
        removed = {name: [each.id for each in done if each.table == name and _goes(each)] for name in UNDO_ORDER}
        done += _undo_rows(table, by_table[table], removed)
    return done


def _goes(undo: Undo) -> bool:
    return undo.back is None and undo.stays is None


def _undo_rows(table: str, changes: list, removed: dict[str, list[int]]) -> Iterator[Undo]:
    """What becomes of the rows of a table; rows that are already gone are left out."""
    model = MODELS[table]
    rows = {each.id: each for each in db.session.scalars(select(model).where(model.id.in_([c[0] for c in changes])))}
    new = [row_id for row_id, _, columns in changes if columns is None]
    used = _used(model, [rows[each] for each in new if each in rows], removed)
    for row_id, label, columns in changes:
        row = rows.get(row_id)
        if row is None:
            continue
        if columns is None:
            yield Undo(table, row_id, label, None, used.get(row_id))
            continue
        same = all(getattr(row, name) == now for name, (_, now) in columns.items())
        stays = None if same else PolicyError("之后又改过")
        yield Undo(table, row_id, label, {name: was for name, (was, _) in columns.items()}, stays)


def _used(model: type[Model], rows: list, removed: dict[str, list[int]]) -> dict[int, PolicyError]:
    """The rows that somebody has used since, and how."""
    ids = [each.id for each in rows]
    used = {}
    if model is Person:
        used |= {each.id: PolicyError("已经有密码") for each in rows if each.password_hash != NO_PASSWORD}
    if model is TeachingAssignment:
        used |= {each: PolicyError("已经布置过作业") for each in _filed(rows)}
    for other, column in references(model.__table__):
        wanted = select(column).where(column.in_(ids)).distinct()
        if other.name in removed:
            wanted = wanted.where(other.c.id.not_in(removed[other.name]))
        used |= {each: PolicyError("已经有人用到") for each in db.session.scalars(wanted) if each not in used}
    return used


def references(table: Table) -> Iterator[tuple[Table, Column]]:
    """Every column of any table that refers to this one."""
    for other in Model.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table:
                yield other, key.parent


def _filed(assignments: list[TeachingAssignment]) -> list[int]:
    """The assignments by which homework was filed. Its tables belong to a feature above and are named as words."""
    homework, sheet = (Model.metadata.tables[name] for name in ("homework", "day_sheet"))
    columns = (homework.c.teacher_id, sheet.c.class_id, homework.c.subject_id)
    wanted = [(each.teacher_id, each.class_id, each.subject_id) for each in assignments]
    teachers = {each.teacher_id for each in assignments}
    filed = select(*columns).join(sheet, sheet.c.id == homework.c.sheet_id).where(columns[0].in_(teachers)).distinct()
    found = {tuple(each) for each in db.session.execute(filed)}
    return [each.id for each, key in zip(assignments, wanted, strict=True) if key in found]
