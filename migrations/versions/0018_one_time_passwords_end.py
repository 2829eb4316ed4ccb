"""One-time passwords have a last day. Those that lie in drawers now get a month."""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

person = sa.table("person", sa.column("one_time", sa.Boolean), sa.column("one_time_last", sa.Date))


def upgrade() -> None:
    op.add_column("person", sa.Column("one_time_last", sa.Date(), nullable=True))
    last = date.today() + timedelta(days=30)
    op.execute(person.update().where(person.c.one_time).values(one_time_last=last))
    op.drop_column("person", "one_time")


def downgrade() -> None:
    """Those that have ended hold again: the older schema knows no end."""
    op.add_column("person", sa.Column("one_time", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(person.update().where(person.c.one_time_last.is_not(None)).values(one_time=sa.true()))
    op.drop_column("person", "one_time_last")
