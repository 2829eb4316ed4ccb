"""What the hosts of one portal have to agree on."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model


class HostKey(Model):
    """A fingerprint of the PORTAL_SECRET_KEY that all hosts over this database have; one row at most."""

    __tablename__ = "host_key"
    __table_args__ = (CheckConstraint("id = 1", name="all_hosts_have_one_key"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(String(16))
