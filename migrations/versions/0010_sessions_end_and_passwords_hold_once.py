"""Passwords that hold until the first sign-in, and a number that ends every session of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("one_time", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("session_version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("person", "session_version")
    op.drop_column("person", "one_time")
