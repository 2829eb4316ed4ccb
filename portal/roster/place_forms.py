"""Forms about classes and subjects: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from portal.fields import Dropdown, PlainLine, VersionedForm, WholeNumber, choices
from portal.policy.roster import MOST_CLASSES

NUMBER = _l("班号请填 1 到 %(most)s 的整数。", most=MOST_CLASSES)


class ClassForm(VersionedForm):
    """A class by grade and number; `grades` by number, in words."""

    grade = Dropdown(_l("年级"), validators=[InputRequired(message=_l("请选择。"))])
    number = WholeNumber(
        _l("班号"),
        message=NUMBER,
        validators=[InputRequired(message=NUMBER), NumberRange(1, MOST_CLASSES, message=NUMBER)],
    )

    def __init__(self, *args: object, grades: dict, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.grade.choices = choices(grades, empty=_l("请选择"))


class SubjectForm(VersionedForm):
    """The name of a subject."""

    name = PlainLine(
        _l("学科"),
        validators=[
            DataRequired(message=_l("请填学科名称。")),
            Length(max=40, message=_l("学科名称最多 %(max)d 个字。")),
        ],
    )
