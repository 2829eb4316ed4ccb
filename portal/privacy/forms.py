"""The form that erases: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from portal.fields import PlainLine, VersionedForm


class EraseForm(VersionedForm):
    """The login of who is to be erased, written once more."""

    typed = PlainLine(
        _l("照着写一遍账号"), validators=[DataRequired(message=_l("请照着写一遍账号，确认删的是这个人。"))]
    )
