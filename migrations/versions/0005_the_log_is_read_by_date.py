"""The log is read by date: an index for its page and its export."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_log_entry_school_id_at", "log_entry", ["school_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_log_entry_school_id_at", "log_entry")
