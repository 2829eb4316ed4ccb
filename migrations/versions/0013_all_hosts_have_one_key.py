"""All hosts over this database have one secret key: a fingerprint of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_host_key_all_hosts_have_one_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_key")),
    )


def downgrade() -> None:
    op.drop_table("host_key")
