"""A class keeps its row while it moves up; sheets of old days keep what it was called; numbers become free again."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COUNT = "UPDATE school SET roster_version = roster_version + 1 WHERE id"
COLUMNS = "id, school_id, grade, number, code, board_version"
PRESENT = sa.text("left_on IS NULL")
ONE_NUMBER = ("school_id", "grade", "number")
NAMED = "(grade IS NULL) = (number IS NULL)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("school_class", sa.Column("since", sa.Date(), nullable=True))
        op.add_column("school_class", sa.Column("left_on", sa.Date(), nullable=True))
        op.drop_constraint("uq_school_class_school_id_grade_number", "school_class")
    else:
        _made_anew(sa.Column("since", sa.Date(), nullable=True), sa.Column("left_on", sa.Date(), nullable=True))
    op.create_index(
        "uq_school_class_one_present_class_of_a_number",
        "school_class",
        ONE_NUMBER,
        unique=True,
        sqlite_where=PRESENT,
        postgresql_where=PRESENT,
    )
    _count("school_id, grade, number, left_on")
    op.add_column("day_sheet", sa.Column("grade", sa.Integer(), nullable=True))
    op.execute(
        "ALTER TABLE day_sheet ADD COLUMN number INTEGER "
        f"CONSTRAINT ck_day_sheet_an_old_name_has_a_grade_and_a_number CHECK ({NAMED})"
    )


def downgrade() -> None:
    """Classes that have left get numbers that no other class has."""
    _count("school_id, grade, number")
    op.execute("UPDATE school_class SET number = 1000 + id WHERE left_on IS NOT NULL")
    op.drop_index("uq_school_class_one_present_class_of_a_number", "school_class")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE day_sheet DROP COLUMN number, DROP COLUMN grade")
        op.drop_column("school_class", "left_on")
        op.drop_column("school_class", "since")
        op.create_unique_constraint("uq_school_class_school_id_grade_number", "school_class", ONE_NUMBER)
    else:
        op.execute("ALTER TABLE day_sheet DROP COLUMN number")
        op.execute("ALTER TABLE day_sheet DROP COLUMN grade")
        _made_anew(sa.UniqueConstraint(*ONE_NUMBER, name="uq_school_class_school_id_grade_number"))
        _count("school_id, grade, number")


def _made_anew(*more: sa.Column | sa.Constraint) -> None:
    """SQLite: the table under another name, filled, and put in the old one's place."""
    op.create_table(
        "school_class_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("board_version", sa.Integer(), nullable=False, server_default="0"),
        *more,
        sa.CheckConstraint("grade BETWEEN 1 AND 9", name=op.f("ck_school_class_grades_are_1_to_9")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_school_class_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_school_class"),
        sa.UniqueConstraint("code", name="uq_school_class_code"),
    )
    op.execute(f"INSERT INTO school_class_anew ({COLUMNS}) SELECT {COLUMNS} FROM school_class")
    op.drop_table("school_class")
    op.rename_table("school_class_anew", "school_class")
    dangling = op.get_bind().exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        raise RuntimeError(f"rows refer to rows that do not exist: {dangling[:5]}")


def _count(columns: str) -> None:
    """The roster's counter (see 0007) counts changes of these columns."""
    change = f"UPDATE OF {columns}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER school_class_counts ON school_class")
        op.execute(
            f"CREATE TRIGGER school_class_counts AFTER INSERT OR DELETE OR {change} ON school_class "
            "FOR EACH ROW EXECUTE FUNCTION the_roster_changes()"
        )
        return
    for verb, event, schools in (
        ("insert", "INSERT", "NEW.school_id"),
        ("delete", "DELETE", "OLD.school_id"),
        ("update", change, "OLD.school_id, NEW.school_id"),
    ):
        op.execute(f"DROP TRIGGER IF EXISTS school_class_counts_{verb}")
        op.execute(
            f"CREATE TRIGGER school_class_counts_{verb} AFTER {event} ON school_class BEGIN {COUNT} IN ({schools}); END"
        )
