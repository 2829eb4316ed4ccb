"""Names of people stand once, so that they can be erased: the log and what was published refer to people by id.

Rows of the log and versions are rewritten here, once, and for nothing else. What people were called before is kept
beside them, so the log goes on saying what each was called at that time. Where older rows tell a name that several
people have, or that nobody has any more, they tell nobody.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEYED = ("log_entry", "sheet_version")
ERASED = "erased_at IS NULL OR NOT active"
person = sa.table("person", *(sa.column(each) for each in ("id", "school_id", "name", "login")))
former = sa.table(
    "former_name",
    *(sa.column(each) for each in ("school_id", "person_id", "name", "login")),
    sa.column("until", sa.DateTime(timezone=True)),
)
log = sa.table(
    "log_entry",
    *(sa.column(each) for each in ("id", "school_id", "actor_id", "actor_name", "step")),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("details", sa.JSON()),
)
version = sa.table("sheet_version", *(sa.column(each) for each in ("id", "school_id")), sa.column("content", sa.JSON()))


def upgrade() -> None:
    _drop_triggers()
    op.execute(  # in plain SQL: SQLite cannot rebuild a table that others refer to
        f"ALTER TABLE person ADD COLUMN erased_at {_moment()} "
        f"CONSTRAINT ck_person_nobody_who_is_erased_can_sign_in CHECK ({ERASED})"
    )
    op.create_table(
        "former_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_former_name_school_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_former_name_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    op.create_index(op.f("ix_former_name_person_id"), "former_name", ["person_id"])
    _keep_what_people_were_called()
    _refer_in_the_log()
    _refer_in_versions()
    op.drop_column("log_entry", "actor_name")
    _create_triggers()


def downgrade() -> None:
    _drop_triggers()
    op.add_column("log_entry", sa.Column("actor_name", sa.String(80), nullable=False, server_default=""))
    op.execute(
        "UPDATE log_entry SET actor_name = COALESCE("
        "(SELECT name FROM former_name WHERE person_id = actor_id AND until > at ORDER BY until LIMIT 1), "
        "(SELECT name FROM person WHERE person.id = actor_id), '')"
    )
    _name_in_the_log()
    _name_in_versions()
    op.drop_table("former_name")
    op.execute("UPDATE person SET login = 'erased-' || id WHERE erased_at IS NOT NULL")
    op.drop_column("person", "erased_at")
    _create_triggers()


def _keep_what_people_were_called() -> None:
    """From the rows that tell of renaming; of those whom a file has renamed, from the names in their own rows."""
    connection = op.get_bind()
    logins = _logins()
    renamed = sa.select(log.c.school_id, log.c.at, log.c.details).where(log.c.step == "person.rename")
    found: dict[int, list[dict]] = {}
    for school_id, at, details in connection.execute(renamed.order_by(log.c.id.desc())).all():
        (name, login), (_, now) = (_parted(each) for each in details["called"])
        person_id = logins.get(now)
        if person_id is not None:
            logins[login] = person_id
            row = {"school_id": school_id, "person_id": person_id, "name": name, "login": login, "until": at}
            found.setdefault(person_id, []).append(row)
    for person_id, rows in _called_in_their_rows():
        found.setdefault(person_id, rows)
    if rows := [row for some in found.values() for row in some]:
        connection.execute(sa.insert(former), rows)


def _called_in_their_rows() -> Iterator[tuple[int, list[dict]]]:
    """By id, the former names of those whose name in the log changes, or is not the present one."""
    connection = op.get_bind()
    differs = sa.select(log.c.actor_id).join(person, person.c.id == log.c.actor_id)
    differs = differs.where(log.c.actor_name != person.c.name)
    told = sa.select(log.c.actor_id, log.c.actor_name, log.c.at, person.c.name, person.c.login, person.c.school_id)
    told = told.join(person, person.c.id == log.c.actor_id).where(log.c.actor_id.in_(differs))
    by_person: dict[int, list] = {}
    for row in connection.execute(told.order_by(log.c.actor_id, log.c.id)).all():
        by_person.setdefault(row.actor_id, []).append(row)
    for person_id, rows in by_person.items():
        same = {"school_id": rows[0].school_id, "person_id": person_id, "login": rows[0].login}
        changes = [
            {**same, "name": earlier.actor_name, "until": later.at}
            for earlier, later in pairwise(rows)
            if earlier.actor_name != later.actor_name
        ]
        if rows[-1].actor_name != rows[-1].name:
            now = connection.scalar(sa.select(sa.func.now(type_=sa.DateTime(timezone=True))))
            changes.append({**same, "name": rows[-1].actor_name, "until": now})
        yield person_id, changes


def _refer_in_the_log() -> None:
    """From the last row to the first: a login that was changed belonged to the same person before."""
    connection = op.get_bind()
    logins, names = _logins(), _names()
    wanted = sa.select(log.c.id, log.c.school_id, log.c.step, log.c.details)
    for row_id, school_id, step, details in connection.execute(wanted.order_by(log.c.id.desc())).all():
        new = dict(details)
        if step.startswith(("person.", "role.", "teaching.", "password.")) and "name" in new:
            new["person"] = logins.get(_parted(new.pop("name"))[1])
            if "called" in new:
                logins[_parted(new.pop("called")[0])[1]] = new["person"]
        for key in {"lender", "deputy"} & new.keys():
            new[key] = names.get((school_id, new[key]))
        if "deputy_for" in new:
            known = names.get((school_id, new["deputy_for"]))
            some = [known] if known else [names.get((school_id, each)) for each in new["deputy_for"].split(" ")]
            new["deputy_for"] = sorted(filter(None, some))
        if "stays" in new:
            new["stays"] = len(new["stays"])
        if new != details:
            connection.execute(sa.update(log).where(log.c.id == row_id).values(details=new))


def _refer_in_versions() -> None:
    names = _names()
    _change_teachers(lambda school_id, each: names.get((school_id, each)))


def _name_in_the_log() -> None:
    """What the older rows told of people, as they are called now."""
    connection = op.get_bind()
    people = {each.id: each for each in connection.execute(sa.select(person))}

    def name(person_id: int | None) -> str:
        return people[person_id].name if person_id in people else ""

    for row_id, details in connection.execute(sa.select(log.c.id, log.c.details)).all():
        new = dict(details)
        if "person" in new:
            person_id = new.pop("person")
            new["name"] = f"{name(person_id)} ({people[person_id].login})" if person_id in people else ""
        for key in {"lender", "deputy"} & new.keys():
            new[key] = name(new[key])
        if "deputy_for" in new:
            new["deputy_for"] = " ".join(sorted(map(name, new["deputy_for"])))
        if "stays" in new:
            new["stays"] = []
        if new != details:
            connection.execute(sa.update(log).where(log.c.id == row_id).values(details=new))


def _name_in_versions() -> None:
    names = {each.id: each.name for each in op.get_bind().execute(sa.select(person))}
    _change_teachers(lambda _, each: names.get(each))


def _change_teachers(changed: Callable[[int, object], object]) -> None:
    """In every version, each teacher becomes what `changed` says; None: they are left out."""
    connection = op.get_bind()
    wanted = sa.select(version).where(sa.cast(version.c.content, sa.Text).contains('"teachers"'))
    for row_id, school_id, content in connection.execute(wanted).all():
        for subject in content["subjects"]:
            if "teachers" in subject:
                found = (changed(school_id, each) for each in subject["teachers"])
                subject["teachers"] = [each for each in found if each is not None]
        connection.execute(sa.update(version).where(version.c.id == row_id).values(content=content))


def _logins() -> dict[str, int]:
    return {each.login: each.id for each in op.get_bind().execute(sa.select(person))}


def _names() -> dict[tuple[int, str], int]:
    """By school and name, present or former: who it is. Names that several people have or had are left out."""
    connection = op.get_bind()
    found: dict[tuple[int, str], set[int]] = {}
    for table, key in ((person, "id"), (former, "person_id")):
        for row in connection.execute(sa.select(table.c.school_id, table.c.name, sa.column(key))):
            found.setdefault((row[0], row[1]), set()).add(row[2])
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}


def _parted(label: str) -> tuple[str, str]:
    """Name and login of "陈立德 (chen)"."""
    name, _, login = label.rpartition(" (")
    return name, login.removesuffix(")")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _moment() -> str:
    return "TIMESTAMP WITH TIME ZONE" if _on_postgresql() else "DATETIME"


def _drop_triggers() -> None:
    for table in KEYED:
        if _on_postgresql():
            op.execute(f"DROP TRIGGER {table}_is_append_only ON {table}")
            continue
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuses_{verb}")


def _create_triggers() -> None:
    """As in 0002."""
    for table in KEYED:
        if _on_postgresql():
            op.execute(
                f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION rows_are_only_added()"
            )
            continue
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            )
