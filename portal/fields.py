"""Form fields that several forms share: they take what people type, and say at the field what is wrong."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp, StopValidation
from wtforms.widgets import TextInput

from portal.policy.item import MOST_MINUTES
from portal.policy.passwords import LONGEST

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


class WholeNumber(IntegerField):
    """A whole number as people type it: 20, ２０, "20 分钟". Keeps what was typed when it is none."""

    widget = TextInput()

    def __init__(self, *args: Any, message: str, **kwargs: Any) -> None:
        self.message = message
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        number = re.fullmatch(r"(-?\d{1,9})\s*(?:分钟|分|天|min)?", typed)
        self.data = int(number[1]) if number else None
        if typed and not number:
            raise ValueError(self.message)

    def pre_validate(self, form: Form) -> None:
        if self.process_errors:  # what is no number is not too small or too large as well
            raise StopValidation

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else str(self.data)


A_NUMBER = _l("分钟数请填 0 到 %(most)s 的整数。", most=MOST_MINUTES)


def minutes_of_item(label: str, presence: Callable) -> WholeNumber:
    """The minutes an item should take; `presence` is the validator that says whether they may be left out."""
    return WholeNumber(label, message=A_NUMBER, validators=[presence, NumberRange(0, MOST_MINUTES, message=A_NUMBER)])


class PlainText(TextAreaField):
    """Text as it is meant: line ends of every system become one, invisible control characters are taken out.

    Where some were taken out, the field says so once; the next try goes through.
    """

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").replace("\r\n", "\n").replace("\r", "\n")
        self.data = CONTROL_CHARACTERS.sub("", typed)
        if self.data != typed:
            raise ValueError(gettext("文字里有看不见的控制字符，已经替您去掉。请看一遍，再保存一次。"))


class PlainLine(StringField):
    """One line of text, trimmed, and cleaned like PlainText."""

    def process_formdata(self, valuelist: list[str]) -> None:
        PlainText.process_formdata(self, [" ".join(each.split("\n")).strip() for each in valuelist])


def name_of_school(label: str) -> PlainLine:
    """What stands on each page and on the board."""
    missing, too_long = _l("请填校名。"), _l("校名最多 %(max)d 个字。")
    return PlainLine(label, validators=[DataRequired(message=missing), Length(max=80, message=too_long)])


def name_of_person(label: str) -> PlainLine:
    too_long = Length(max=80, message=_l("姓名最多 %(max)d 个字。"))
    return PlainLine(label, validators=[DataRequired(message=_l("请填姓名。")), too_long])


def new_login(label: str) -> PlainLine:
    """What somebody is going to sign in with."""
    return PlainLine(
        label,
        validators=[
            DataRequired(message=_l("请填账号。")),
            Length(max=64, message=_l("账号最多 %(max)d 个字符。")),
            Regexp(LOGIN.pattern + r"\Z", message=_l("账号只用字母、数字和 . _ - @，以字母或数字开头，例如 t1001。")),
        ],
    )


def password_field(label: str, missing: str) -> PasswordField:
    """Passwords are taken as they are typed, and never given back."""
    too_long = Length(max=LONGEST, message=_l("密码最多 %(max)d 个字符。"))
    return PasswordField(label, validators=[InputRequired(message=missing), too_long])


class Rows(FieldList):
    """Rows by number, whatever else the names of the fields hold."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> list[int]:
        return [int(found[1]) for name in formdata if (found := re.match(rf"{prefix}-(\d{{1,4}})-", name))]


CHOOSE_ONE = _l("请从列出的里面选一项。")
Segments = partial(RadioField, invalid_choice_message=CHOOSE_ONE)
Dropdown = partial(SelectField, invalid_choice_message=CHOOSE_ONE)


def choices(words: dict, *, empty: object = None) -> list[SelectChoice]:
    """What may be chosen, by value and label; `empty` is the label of choosing nothing."""
    nothing = [SelectChoice(value="", label=empty)] if empty is not None else []
    return nothing + [SelectChoice(value=str(value), label=label) for value, label in words.items()]


class VersionedForm(FlaskForm):
    """A form that says which version of a row it was shown, so that nobody overwrites what they have not seen."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version, 0 for a row that was not there; -1, which none has, where the form says nothing sensible."""
        return int(self.version.data) if re.fullmatch(r"\d{1,9}", self.version.data or "") else -1
