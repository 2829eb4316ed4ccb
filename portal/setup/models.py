"""The code that lets somebody found the school: printed on the console of each host that starts, and spent with it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash

from portal.accounts.models import QUICK
from portal.extensions import Model, Moment


class SetupCode(Model):
    """The code of one host's last start, as a hash: every process of every host knows it. None is kept once there is a
    school.
    """

    __tablename__ = "setup_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(255), unique=True)
    code_hash: Mapped[str] = mapped_column(String(255))
    expires: Mapped[datetime] = mapped_column(Moment)

    def keep(self, code: str) -> None:
        """Keep the hash of `code`: a quick one, for nobody can guess what was drawn."""
        self.code_hash = generate_password_hash(plain(code), method=QUICK)

    def is_code(self, typed: str) -> bool:
        """Compared in constant time."""
        return check_password_hash(self.code_hash, plain(typed))


def plain(typed: str) -> str:
    """A code as people type it: in capitals, with other dashes or spaces or without any."""
    return "".join(each for each in typed.lower() if each.isascii() and each.isalnum())
