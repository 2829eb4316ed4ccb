"""Whom to ask at the school about personal data."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("school", sa.Column("privacy_contact", sa.String(80), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column("school", "privacy_contact")
