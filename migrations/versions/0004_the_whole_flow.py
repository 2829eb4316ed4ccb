"""The whole flow: totals and reasons on sheets and filings, requests, common content, deputies, exceptions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MODES = "approval_mode IN ('exceptions', 'all')"
EXCEPTIONS = (
    "exception = '' OR exception IN ('asked', 'over_cap', 'in_place', 'late', 'changed', 'reviewer', 'own_subject', "
    "'automatic')"
)
REQUESTS = "status IN ('open', 'accepted', 'answered', 'taken_back')"
OVER_CAP = "allowed IS NULL OR total <= allowed OR exception_reason <> ''"
BUDGET = "budget BETWEEN 0 AND 240"
KEYED = ("log_entry", "sheet_version")


def upgrade() -> None:
    _drop_triggers()
    op.execute(  # in plain SQL: SQLite cannot rebuild a table that others refer to
        "ALTER TABLE school ADD COLUMN approval_mode VARCHAR(20) DEFAULT 'exceptions' NOT NULL "
        f"CONSTRAINT ck_school_the_approval_mode_is_known CHECK ({MODES})"
    )
    op.add_column("school", sa.Column("publish_at", sa.Time(), nullable=True))
    op.execute(
        "ALTER TABLE subject ADD COLUMN budget INTEGER DEFAULT 15 "
        f"CONSTRAINT ck_subject_the_budget_is_a_number_of_minutes CHECK ({BUDGET})"
    )
    op.add_column("day_sheet", sa.Column("correction", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("day_sheet", sa.Column("published_number", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE day_sheet SET published_number = "
        "COALESCE((SELECT MAX(number) FROM sheet_version WHERE sheet_id = day_sheet.id), 0)"
    )
    op.add_column("day_sheet", sa.Column("totals", sa.JSON(), nullable=True))
    op.add_column("day_sheet", sa.Column("totals_rules", sa.Integer(), nullable=False, server_default="-1"))
    op.add_column("homework", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("homework", sa.Column("reason", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("homework", sa.Column("return_reason", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("item", sa.Column("kept", sa.JSON(), nullable=True))
    op.execute("UPDATE item SET kept = '[]'")
    with op.batch_alter_table("item") as table:
        table.alter_column("kept", nullable=False, existing_type=sa.JSON())
    with op.batch_alter_table("log_entry") as table:
        table.add_column(sa.Column("exception", sa.String(20), nullable=False, server_default=sa.text("''")))
        table.create_check_constraint(op.f("ck_log_entry_the_exception_is_known"), EXCEPTIONS)
        table.create_index("ix_log_entry_school_id_exception", ["school_id", "exception"])
    _version_columns()
    _create_tables()
    op.execute("UPDATE subject SET budget = 20 WHERE name IN ('语文', '数学', '英语')")
    _create_triggers()


def downgrade() -> None:
    _drop_triggers()
    for table in ("deputy", "common_homework", "minutes_request"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM sheet_version WHERE published_by_id IS NULL"
    )  # nobody of whom the older schema could say it
    with op.batch_alter_table("sheet_version") as table:
        table.drop_constraint(op.f("ck_sheet_version_no_version_over_its_cap_without_a_reason"), type_="check")
        for column in ("total", "allowed", "exception_reason"):
            table.drop_column(column)
        table.alter_column("published_by_id", nullable=False, existing_type=sa.Integer())
    with op.batch_alter_table("log_entry") as table:
        table.drop_index("ix_log_entry_school_id_exception")
        table.drop_constraint(op.f("ck_log_entry_the_exception_is_known"), type_="check")
        table.drop_column("exception")
    op.drop_column("item", "kept")
    for column in ("return_reason", "reason", "late"):
        op.drop_column("homework", column)
    for column in ("totals_rules", "totals", "published_number", "correction"):
        op.drop_column("day_sheet", column)
    op.drop_column("subject", "budget")
    op.drop_column("school", "publish_at")
    op.drop_column("school", "approval_mode")
    _create_triggers()


def _version_columns() -> None:
    """What was published so far says in its content what its total and its limit were."""
    op.add_column("sheet_version", sa.Column("total", sa.Integer(), nullable=True))
    op.add_column("sheet_version", sa.Column("allowed", sa.Integer(), nullable=True))
    op.add_column("sheet_version", sa.Column("exception_reason", sa.Text(), nullable=True))
    version = sa.table(
        "sheet_version",
        *(sa.column(name) for name in ("id", "total", "allowed", "exception_reason")),
        sa.column("content", sa.JSON()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(version.c.id, version.c.content)).all():
        load = row.content["load"]
        values = {"total": load["total"], "allowed": load["limit"], "exception_reason": ""}
        connection.execute(sa.update(version).where(version.c.id == row.id).values(**values))
    with op.batch_alter_table("sheet_version") as table:
        table.alter_column("published_by_id", nullable=True, existing_type=sa.Integer())
        table.alter_column("total", nullable=False, existing_type=sa.Integer())
        table.alter_column("exception_reason", nullable=False, existing_type=sa.Text())
        table.create_check_constraint(op.f("ck_sheet_version_no_version_over_its_cap_without_a_reason"), OVER_CAP)


def _create_tables() -> None:
    op.create_table(
        "minutes_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("homework_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("item_text", sa.Text(), nullable=False),
        sa.Column("was", sa.Integer(), nullable=True),
        sa.Column("suggested", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(REQUESTS, name=op.f("ck_minutes_request_the_status_is_known")),
        sa.CheckConstraint("suggested BETWEEN 0 AND 600", name=op.f("ck_minutes_request_the_minutes_are_possible")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_minutes_request_school_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["day_sheet.id"], name="fk_minutes_request_sheet_id"),
        sa.ForeignKeyConstraint(["homework_id"], ["homework.id"], name="fk_minutes_request_homework_id"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_minutes_request_item_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_minutes_request_asked_by_id"),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name="fk_minutes_request_answered_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_minutes_request"),
    )
    op.create_index("ix_minutes_request_sheet_id", "minutes_request", ["sheet_id"])
    op.create_index("ix_minutes_request_homework_id", "minutes_request", ["homework_id"])
    op.create_index(
        "uq_minutes_request_one_open_per_item",
        "minutes_request",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "common_homework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 9", name=op.f("ck_common_homework_grades_are_1_to_9")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_common_homework_school_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name="fk_common_homework_subject_id"),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name="fk_common_homework_saved_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_common_homework"),
        sa.UniqueConstraint(
            "school_id", "grade", "subject_id", "date", name="uq_common_homework_school_id_grade_subject_id_date"
        ),
    )
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_deputy_a_deputy_ends_after_they_start")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_deputy_school_id"),
        sa.ForeignKeyConstraint(["grant_id"], ["role_grant.id"], name="fk_deputy_grant_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_deputy_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deputy"),
    )
    op.create_index("ix_deputy_grant_id", "deputy", ["grant_id"])
    op.create_index("ix_deputy_person_id", "deputy", ["person_id"])


def _drop_triggers() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KEYED:
        if on_postgresql:
            op.execute(f"DROP TRIGGER {table}_is_append_only ON {table}")
            continue
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuses_{verb}")


def _create_triggers() -> None:
    """As in 0002."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KEYED:
        if on_postgresql:
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
