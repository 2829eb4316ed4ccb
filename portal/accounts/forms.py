"""Signing in, and a password of one's own."""

from collections.abc import Callable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from portal.fields import password_field


class SignInForm(FlaskForm):
    """Account name and password; `next` is where the person wanted to go."""

    login = StringField(
        _l("账号"),
        validators=[
            InputRequired(message=_l("请填账号。")),
            Length(max=64, message=_l("账号最多 %(max)d 个字符。")),
        ],
        filters=[lambda typed: (typed or "").replace("\x00", "").strip()],
    )
    password = password_field(_l("密码"), _l("请填密码。"))
    remember = BooleanField(_l("在这台设备上保持登录"))
    next = HiddenField()


class PasswordForm(FlaskForm):
    """A new password twice, and the present one where the session did not just begin with it."""

    present = password_field(_l("现在的密码"), _l("请填现在的密码。"))
    password = password_field(_l("新密码"), _l("请填新密码。"))
    again = password_field(_l("再写一遍新密码"), _l("请把新密码再写一遍。"))
    next = HiddenField()

    def check(self, is_present: Callable[[str], bool] | None) -> bool:
        """`is_present` knows the present password; None: it need not be typed. Says at its field what is wrong."""
        if is_present is None:
            del self.present
        valid = self.validate()
        if is_present and not self.present.errors and not is_present(self.present.data):
            self.present.errors = [gettext("现在的密码不对。")]
            valid = False
        if not self.again.errors and self.again.data != self.password.data:
            self.again.errors = [gettext("两次写的新密码不一样。")]
            valid = False
        return valid
