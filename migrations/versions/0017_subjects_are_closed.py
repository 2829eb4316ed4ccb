"""A subject that is taught no more keeps its row, and what was taught of it until it is opened again."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subject", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("subject", sa.Column("ended", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("subject", "ended")
    op.drop_column("subject", "closed_on")
