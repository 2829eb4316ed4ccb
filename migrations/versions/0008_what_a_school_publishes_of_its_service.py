"""What a school publishes of its after-school service: the timetable and the content of each day."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('timetable', 'content')", name=op.f("ck_service_list_the_list_is_known")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_service_list_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_service_list"),
        sa.UniqueConstraint("school_id", "kind", name="uq_service_list_school_id_kind"),
    )


def downgrade() -> None:
    op.drop_table("service_list")
