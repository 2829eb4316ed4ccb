"""The forms of a request: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Length, Optional

from portal.fields import PlainText, minutes_of_item
from portal.policy.negotiation import MOST_WORDS


class AcceptForm(FlaskForm):
    """Agreed: with the minutes suggested, or with a number of the teacher's own. `back`: where the tap came from."""

    minutes = minutes_of_item(_l("改成（分钟）"), Optional())
    back = HiddenField()


class AnswerForm(FlaskForm):
    """Words instead of minutes."""

    answer = PlainText(_l("答复"), validators=[Length(max=MOST_WORDS, message=_l("最多 %(max)d 个字。"))])
    back = HiddenField()
