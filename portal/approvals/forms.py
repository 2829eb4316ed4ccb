"""The small forms of the approval pages: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from portal.fields import PlainText, VersionedForm


class StepForm(VersionedForm):
    """A step on a sheet: the sheet's version that was shown, and for a return the reason."""

    reason = PlainText(_l("退回原因"), validators=[Length(max=500, message=_l("原因最多 %(max)d 个字。"))])
