"""The small forms of the approval pages: shape only."""

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length


class StepForm(FlaskForm):
    """A step on a sheet: the sheet's version that was shown, and for a return the reason."""

    version = HiddenField()
    reason = TextAreaField(
        _l("退回原因"),
        validators=[Length(max=500, message=_l("原因最多 %(max)d 个字。"))],
        filters=[lambda typed: (typed or "").replace("\x00", "")],
    )

    @property
    def seen_version(self) -> int:
        return int(self.version.data) if re.fullmatch(r"\d{1,9}", self.version.data or "") else -1
