"""The board counts what it shows: a counter per class, who finds the classes, links that were replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ACCESS = "board_access IN ('open', 'link')"


def upgrade() -> None:
    op.add_column("school_class", sa.Column("board_version", sa.Integer(), nullable=False, server_default="0"))
    op.execute(  # in plain SQL: SQLite cannot rebuild a table that others refer to
        "ALTER TABLE school ADD COLUMN board_access VARCHAR(20) DEFAULT 'open' NOT NULL "
        f"CONSTRAINT ck_school_the_board_access_is_known CHECK ({ACCESS})"
    )
    op.add_column("school", sa.Column("shows_teachers", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "retired_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_retired_code_school_id_school")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_retired_code_class_id_school_class")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retired_code")),
        sa.UniqueConstraint("code", name=op.f("uq_retired_code_code")),
    )


def downgrade() -> None:
    op.drop_table("retired_code")
    op.drop_column("school", "shows_teachers")
    op.drop_column("school", "board_access")
    op.drop_column("school_class", "board_version")
