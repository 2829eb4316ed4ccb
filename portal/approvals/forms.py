"""The small forms of the approval pages: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, Optional

from portal.fields import PlainText, Segments, VersionedForm, choices, minutes_of_item
from portal.policy.negotiation import MOST_WORDS

LESS = (5, 10, 15)  # minutes, one tap each
TOO_LONG = _l("最多 %(max)d 个字。")


class StepForm(VersionedForm):
    """A step on a sheet: the sheet's version that was shown, and for a return the reason."""

    reason = PlainText(_l("退回原因"), validators=[Length(max=500, message=_l("原因最多 %(max)d 个字。"))])


class AskOfficeForm(VersionedForm):
    """Why a sheet over its cap should be published all the same."""

    why = PlainText(_l("申请原因"), validators=[Length(max=500, message=_l("原因最多 %(max)d 个字。"))])


class AskShorterForm(VersionedForm):
    """请减 10 分钟: by how many minutes, or to how many, and a sentence. `seen`: the item's minutes on the form."""

    less = Segments(
        _l("请减"),
        choices=choices({str(n): _l("%(minutes)s 分钟", minutes=n) for n in LESS}, empty=_l("不说几分钟")),
        default="10",
    )
    suggested = minutes_of_item(_l("或者改成（分钟）"), Optional())
    message = PlainText(_l("想说的话"), validators=[Length(max=MOST_WORDS, message=TOO_LONG)])
    seen = HiddenField()

    def wanted(self, present: int | None) -> int | None:
        """The minutes suggested; None where only words are said. What was typed wins over what was tapped."""
        if self.suggested.data is not None:
            return self.suggested.data
        return max(0, present - int(self.less.data)) if self.less.data and present is not None else None

    @property
    def seen_minutes(self) -> int | None:
        seen = self.seen.data or ""
        return int(seen) if seen.isdecimal() and len(seen) < 6 else None


class MinutesForm(VersionedForm):
    """A reviewer changes the minutes of an item, and says why."""

    minutes = minutes_of_item(_l("改成（分钟）"), InputRequired(message=_l("请填改成多少分钟。")))
    why = PlainText(_l("为什么改"), validators=[Length(max=500, message=_l("原因最多 %(max)d 个字。"))])
