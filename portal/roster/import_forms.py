"""Uploading a file, and confirming what it would change: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField


class UploadForm(FlaskForm):
    """One file."""

    file = FileField(_l("文件（.xlsx 或 .csv）"), validators=[FileRequired(message=_l("请选一个文件。"))])


class ConfirmForm(FlaskForm):
    """`seen` says which outcome the preview showed."""

    seen = HiddenField()
