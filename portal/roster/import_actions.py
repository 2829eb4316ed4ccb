"""Keeping a file, importing it, and taking the import back. The school's row is locked first: one after the other."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.actions import end_sessions_of, keep_names_of
from portal.accounts.models import NO_PASSWORD, Person, RoleGrant
from portal.audit.actions import record
from portal.extensions import Model, db
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.permissions import Role, Scope
from portal.policy.roster import Kind, name_of, post_word
from portal.roster import import_queries as queries
from portal.roster.import_checking import check
from portal.roster.import_content import Entry, Upload, fingerprint, table_of
from portal.roster.import_models import ImportState, RosterImport
from portal.roster.import_queries import MODELS, Undo
from portal.school import queries as school_queries
from portal.school.link_actions import count_change, new_code
from portal.school.models import SchoolClass, Subject, TeachingAssignment

KEPT_FOR = timedelta(hours=24)


def keep(upload: Upload, file: str, *, by: Person, at: datetime) -> RosterImport:
    """Keep a file until it is confirmed; those that waited of the same person, and of nobody any more, go."""
    db.session.execute(
        delete(RosterImport).where(
            RosterImport.state == ImportState.WAITING,
            or_(RosterImport.expires <= at, RosterImport.person_id == by.id),
        )
    )
    kept = RosterImport(
        school_id=by.school_id,
        person_id=by.id,
        at=at,
        expires=at + KEPT_FOR,
        file=file,
        state=ImportState.WAITING,
        tables=[each.plain() for each in upload.tables],
        notes=[[each.sentence, each.params] for each in upload.notes],
        counts={},
        changes=[],
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def drop(kept: RosterImport) -> None:
    """Forget a file that was not imported."""
    db.session.delete(kept)


def preview(kept: RosterImport, *, by: Person) -> list[Entry]:
    """What the file would change now."""
    tables = [table_of(each) for each in kept.tables]
    return check(tables, queries.roster_of(by, tables))


def bring_in(kept: RosterImport, *, seen: str, only_good: bool, by: Person, at: datetime) -> RosterImport:
    """Import a kept file: all of it, or with `only_good` the rows that are right.

    Raises StaleForm where the outcome is not the one that was `seen`, PolicyError where rows are wrong.
    """
    count_change(kept.school_id)
    db.session.refresh(kept)
    if kept.state != ImportState.WAITING:
        raise StaleForm("这个文件已经导入过了。")
    entries = preview(kept, by=by)
    if fingerprint(entries) != seen:
        raise _outdated()
    counts = counts_of(entries)
    if not only_good and any(each.problems for each in entries):
        raise PolicyError("还有写错的行，没有导入。请改好文件再上传，或者选“只导入没有问题的行”。")
    try:
        changes = _Writer(kept.school_id, at).write([each for each in entries if each.what in ("new", "changed")])
    except IntegrityError:  # another school has taken a login meanwhile
        raise _outdated() from None
    earlier = update(RosterImport).where(RosterImport.school_id == kept.school_id, RosterImport.id != kept.id)
    db.session.execute(earlier.where(RosterImport.state != ImportState.WAITING).values(changes=[]))
    kept.state, kept.at, kept.counts, kept.changes, kept.tables = ImportState.DONE, at, counts, changes, []
    record("roster.import", by=by, at=at, right=_right(kept), counts=counts)
    db.session.flush()
    return kept


def _outdated() -> StaleForm:
    return StaleForm("名单在您看预览以后变了，还没有导入。请看一遍新的预览，再确认。")


def counts_of(entries: Iterable[Entry]) -> dict[str, dict[str, int]]:
    """How many rows of each kind are new, changed, same, wrong."""
    counted = Counter((each.kind.value, each.what) for each in entries)
    kinds = {kind for kind, _ in counted}
    return {
        kind.value: {what: counted[kind.value, what] for what in ("new", "changed", "same", "wrong")}
        for kind in Kind
        if kind.value in kinds
    }


def take_back(kept: RosterImport, *, by: Person, at: datetime) -> list[Undo]:
    """Undo the school's last import; what it did, and what had to stay. Raises StaleForm where it is not the last."""
    count_change(kept.school_id)
    last = queries.last_import(kept.school_id)
    db.session.refresh(kept)
    if kept.state != ImportState.DONE or last is None or last[0].id != kept.id:
        raise StaleForm("这次导入已经撤销过，或者之后又导入了别的文件。")
    undone = queries.undo_of(kept)
    _put_back([each for each in undone if each.stays is None], at)
    kept.state, kept.changes = ImportState.UNDONE, []
    stays = sum(1 for each in undone if each.stays)
    record(
        "roster.undo",
        by=by,
        at=at,
        right=_right(kept),
        undone=len(undone) - stays,
        stays=stays,
    )
    db.session.flush()
    return undone


def _put_back(undone: Sequence[Undo], at: datetime) -> None:
    """Change back what was changed, then delete what was made, what names others first."""
    for table, model in MODELS.items():
        _change(
            model,
            [{"id": each.id, **each.back} for each in undone if each.table == table and each.back is not None],
            at,
        )
    for table in queries.UNDO_ORDER:
        model, gone = MODELS[table], [each.id for each in undone if each.table == table and each.back is None]
        if gone:
            db.session.execute(
                delete(model).where(model.id.in_(gone)), execution_options={"synchronize_session": False}
            )


def _change(model: type[Model], rows: Sequence[dict], at: datetime) -> None:
    """New values by id; the sessions of people who are stopped end for good, and what people were called is kept."""
    if renamed := [row["id"] for row in rows if model is Person and "name" in row]:
        keep_names_of(renamed, at=at)
    for names in {tuple(row) for row in rows}:  # one statement for all that change the same columns
        db.session.execute(update(model), [row for row in rows if tuple(row) == names])
    if stopped := [row["id"] for row in rows if model is Person and row.get("active") is False]:
        end_sessions_of(stopped)


def _right(kept: RosterImport) -> tuple[str, Scope]:
    return "roster.set", kept.scope


class _Writer:
    """Writes entries with one statement for many rows, and remembers what it did."""

    def __init__(self, school_id: int, at: datetime) -> None:
        self.school_id = school_id
        self.at = at
        self.changes: list[list] = []

    def write(self, entries: Sequence[Entry]) -> list[list]:
        """The changes as RosterImport keeps them."""
        of = {kind: [each for each in entries if each.kind == kind] for kind in Kind}
        self._insert(SchoolClass, [(each, self._class(each)) for each in of[Kind.CLASSES]])
        for kind, model in ((Kind.SUBJECTS, Subject), (Kind.PEOPLE, Person)):
            self._update(model, [each for each in of[kind] if each.id is not None])
            self._insert(model, [(each, self._row(each)) for each in of[kind] if each.id is None])
        self._grants(of[Kind.PEOPLE])
        self._assignments(of[Kind.ASSIGNMENTS])
        return self.changes

    def _class(self, entry: Entry) -> dict:
        grade, number = entry.key
        return {"grade": grade, "number": number, "code": new_code()}

    def _row(self, entry: Entry) -> dict:
        values = {name: now for name, (_, now) in entry.changes.items() if name != "posts"}
        if entry.kind == Kind.PEOPLE:
            return {**values, "login": entry.key[0], "password_hash": NO_PASSWORD}
        return {**values, "name": entry.key[0]}

    def _insert(self, model: type[Model], rows: Sequence[tuple[Entry | str, dict]]) -> None:
        """New rows; entries get their ids."""
        if not rows:
            return
        before = db.session.scalar(select(func.max(model.id))) or 0
        db.session.execute(insert(model.__table__), [{"school_id": self.school_id, **values} for _, values in rows])
        columns = [getattr(model, name) for name in rows[0][1]]
        found = db.session.execute(
            select(model.id, *columns).where(model.school_id == self.school_id, model.id > before)
        )
        ids = {tuple(values): row_id for row_id, *values in found}
        for entry, values in rows:
            row_id = ids[tuple(values.values())]
            self.changes.append([model.__tablename__, row_id, getattr(entry, "label", entry), None])
            if isinstance(entry, Entry):
                entry.id = row_id

    def _update(self, model: type[Model], entries: Iterable[Entry]) -> None:
        rows = []
        for entry in entries:
            columns = {name: [was, now] for name, (was, now) in entry.changes.items() if name != "posts"}
            if columns:
                rows.append({"id": entry.id, **{name: now for name, (_, now) in columns.items()}})
                self.changes.append([model.__tablename__, entry.id, entry.label, columns])
        _change(model, rows, self.at)

    def _grants(self, entries: Iterable[Entry]) -> None:
        classes = self._classes()
        rows = []
        for entry in entries:
            for post in entry.changes.get("posts", ((), ()))[1]:
                role, grade, number = post
                place = {"class_id": classes[grade, number], "grade": None} if role == Role.HOMEROOM else {}
                values = {"person_id": entry.id, "role": role, "class_id": None, "grade": grade, **place}
                rows.append((f"{entry.label} {post_word(tuple(post))}", values))
        self._insert(RoleGrant, rows)

    def _assignments(self, entries: Sequence[Entry]) -> None:
        people = self._ids(Person, Person.login)
        subjects = {name_of(name): row_id for (name,), row_id in self._ids(Subject, Subject.name).items()}
        classes = self._classes()
        rows = []
        for entry in entries:
            login, place, subject = entry.key
            values = {"teacher_id": people[login,], "class_id": classes[place], "subject_id": subjects[subject]}
            if entry.id is None:
                rows.append((entry, {**values, "weekdays": entry.changes["weekdays"][1]}))
        self._update(TeachingAssignment, [each for each in entries if each.id is not None])
        self._insert(TeachingAssignment, rows)

    def _classes(self) -> dict[tuple[int, int], int]:
        """The ids of the present classes by grade and number."""
        return {(each.grade, each.number): each.id for each in school_queries.classes_of_school(self.school_id)}

    def _ids(self, model: type[Model], *columns: object) -> dict[tuple, int]:
        """The ids of all rows of the school, by what files call them."""
        found = db.session.execute(select(model.id, *columns).where(model.school_id == self.school_id))
        return {tuple(key): row_id for row_id, *key in found}
