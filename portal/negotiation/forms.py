"""The forms of a request: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Length, NumberRange, Optional

from portal.fields import PlainText, WholeNumber
from portal.policy.item import MOST_MINUTES
from portal.policy.negotiation import MOST_WORDS

A_NUMBER = _l("分钟数请填 0 到 %(most)s 的整数。", most=MOST_MINUTES)


class AcceptForm(FlaskForm):
    """Agreed: with the minutes suggested, or with a number of the teacher's own. `back`: where the tap came from."""

    minutes = WholeNumber(
        _l("改成（分钟）"),
        message=A_NUMBER,
        validators=[Optional(), NumberRange(0, MOST_MINUTES, message=A_NUMBER)],
    )
    back = HiddenField()


class AnswerForm(FlaskForm):
    """Words instead of minutes."""

    answer = PlainText(_l("答复"), validators=[Length(max=MOST_WORDS, message=_l("最多 %(max)d 个字。"))])
    back = HiddenField()
