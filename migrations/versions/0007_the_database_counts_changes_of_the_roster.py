"""The database counts every change of who may do what: each process knows at once when what it keeps is old.

Triggers, so that nobody can forget it: not an import, not an update of many rows, not a hand at the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNT = "UPDATE school SET roster_version = roster_version + 1 WHERE id"
ROSTER = {  # table → the columns that matter; none named: all of them
    "person": ("school_id", "name", "active"),
    "role_grant": (),
    "deputy": (),
    "teaching_assignment": (),
    "school_class": ("school_id", "grade", "number"),
    "subject": ("school_id", "name", "position"),
}


def upgrade() -> None:
    op.add_column("school", sa.Column("roster_version", sa.Integer(), nullable=False, server_default="0"))
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(
            "CREATE FUNCTION the_roster_changes() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {COUNT} IN (OLD.school_id, NEW.school_id); RETURN NULL; END $$"
        )
    for table, columns in ROSTER.items():
        change = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
        if on_postgresql:
            op.execute(
                f"CREATE TRIGGER {table}_counts AFTER INSERT OR DELETE OR {change} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION the_roster_changes()"
            )
            continue
        for verb, event, schools in (
            ("insert", "INSERT", "NEW.school_id"),
            ("delete", "DELETE", "OLD.school_id"),
            ("update", change, "OLD.school_id, NEW.school_id"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_counts_{verb} AFTER {event} ON {table} BEGIN {COUNT} IN ({schools}); END"
            )


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ROSTER:
        if on_postgresql:
            op.execute(f"DROP TRIGGER {table}_counts ON {table}")
            continue
        for verb in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER {table}_counts_{verb}")
    if on_postgresql:
        op.execute("DROP FUNCTION the_roster_changes()")
    op.drop_column("school", "roster_version")
