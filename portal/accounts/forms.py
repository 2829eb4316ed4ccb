"""Signing in."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length


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
    password = PasswordField(
        _l("密码"),
        validators=[
            InputRequired(message=_l("请填密码。")),
            Length(max=256, message=_l("密码最多 %(max)d 个字符。")),
        ],
    )
    next = HiddenField()
