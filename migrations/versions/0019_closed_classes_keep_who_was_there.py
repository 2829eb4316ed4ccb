"""A class that is closed keeps who taught it and who was its homeroom teacher until it is opened again."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("school_class", sa.Column("ended", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("school_class", "ended")
