"""The school's calendar and terms, rules per grade in place of caps, the cut-off, and the last day a version covers."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "kind IN ('school', 'weekend', 'holiday', 'makeup')"


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_calendar_day_the_kind_is_known")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_calendar_day_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_day"),
        sa.UniqueConstraint("school_id", "date", name="uq_calendar_day_school_id_date"),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_term_a_term_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_term_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_term"),
    )
    op.create_index("ix_term_school_id", "term", ["school_id"])
    op.create_table(
        "grade_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("no_homework_weekday", sa.Integer(), nullable=True),
        sa.CheckConstraint("cap BETWEEN 0 AND 240", name=op.f("ck_grade_rule_the_cap_is_a_number_of_minutes")),
        sa.CheckConstraint(
            "no_homework_weekday BETWEEN 0 AND 4", name=op.f("ck_grade_rule_the_day_without_homework_is_a_weekday")
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 9", name=op.f("ck_grade_rule_grades_are_1_to_9")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_grade_rule_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grade_rule"),
        sa.UniqueConstraint("school_id", "grade", name="uq_grade_rule_school_id_grade"),
    )
    op.execute("INSERT INTO grade_rule (school_id, grade, cap) SELECT school_id, grade, minutes FROM grade_cap")
    op.drop_table("grade_cap")
    op.add_column("school", sa.Column("rules_version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("school", sa.Column("cutoff", sa.Time(), nullable=False, server_default="16:00:00.000000"))
    _add_last_day()


def downgrade() -> None:
    _drop_triggers()
    with op.batch_alter_table("sheet_version") as table:
        table.drop_constraint(op.f("ck_sheet_version_a_sheet_ends_after_it_starts"), type_="check")
        table.drop_column("last_day")
    _create_triggers()
    op.drop_column("school", "cutoff")
    op.drop_column("school", "rules_version")
    op.create_table(
        "grade_cap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 9", name=op.f("ck_grade_cap_grades_are_1_to_9")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 240", name=op.f("ck_grade_cap_the_cap_is_a_number_of_minutes")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_grade_cap_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grade_cap"),
        sa.UniqueConstraint("school_id", "grade", name="uq_grade_cap_school_id_grade"),
    )
    op.execute(
        "INSERT INTO grade_cap (school_id, grade, minutes) "
        "SELECT school_id, grade, cap FROM grade_rule WHERE cap IS NOT NULL"
    )
    for table in ("grade_rule", "term", "calendar_day"):
        op.drop_table(table)


def _add_last_day() -> None:
    """Fill a new column of the append-only table while its triggers are away; the days stand in the content."""
    _drop_triggers()
    op.add_column("sheet_version", sa.Column("last_day", sa.Date(), nullable=True))
    version = sa.table(
        "sheet_version", sa.column("id"), sa.column("last_day", sa.Date()), sa.column("content", sa.JSON())
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(version.c.id, version.c.content)).all():
        last_day = date.fromisoformat(row.content["days"][-1])
        connection.execute(sa.update(version).where(version.c.id == row.id).values(last_day=last_day))
    with op.batch_alter_table("sheet_version") as table:
        table.alter_column("last_day", nullable=False, existing_type=sa.Date())
        table.create_check_constraint(op.f("ck_sheet_version_a_sheet_ends_after_it_starts"), "last_day >= date")
    _create_triggers()


def _drop_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER sheet_version_is_append_only ON sheet_version")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER sheet_version_refuses_{verb}")


def _create_triggers() -> None:
    """As in 0002."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER sheet_version_is_append_only BEFORE UPDATE OR DELETE ON sheet_version "
            "FOR EACH ROW EXECUTE FUNCTION rows_are_only_added()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER sheet_version_refuses_{verb.lower()} BEFORE {verb} ON sheet_version "
            "BEGIN SELECT RAISE(ABORT, 'rows of sheet_version are only ever added'); END"
        )
