"""Forms about people: shape only. What may be chosen is handed in."""

import re
from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from portal import labels
from portal.fields import Dropdown, PlainLine, VersionedForm, choices
from portal.policy.permissions import Role

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
CHOOSE = _l("请选择。")


class PersonForm(VersionedForm):
    """A name, and what its owner signs in with."""

    name = PlainLine(
        _l("姓名"),
        validators=[
            DataRequired(message=_l("请填姓名。")),
            Length(max=80, message=_l("姓名最多 %(max)d 个字。")),
        ],
    )
    login = PlainLine(
        _l("账号"),
        validators=[
            DataRequired(message=_l("请填账号。")),
            Length(max=64, message=_l("账号最多 %(max)d 个字符。")),
            Regexp(LOGIN.pattern + r"\Z", message=_l("账号只用字母、数字和 . _ - @，以字母或数字开头，例如 t1001。")),
        ],
    )


class StepForm(VersionedForm):
    """A button: nothing but the version."""


class GrantForm(VersionedForm):
    """A role; a homeroom teacher needs a class, a lead a grade. `classes` by id, `grades` by number, in words."""

    role = Dropdown(_l("角色"), validators=[InputRequired(message=CHOOSE)])
    homeroom_of = Dropdown(_l("班级（班主任）"))
    grade = Dropdown(_l("年级（年级组长）"))

    def __init__(self, *args: object, classes: Mapping, grades: Mapping, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = choices(labels.ROLES, empty=_l("请选择"))
        self.homeroom_of.choices = choices(classes, empty=_l("不需要"))
        self.grade.choices = choices(grades, empty=_l("不需要"))

    def validate(self, extra_validators: Mapping | None = None) -> bool:
        valid = super().validate(extra_validators)
        for role, field in ((Role.HOMEROOM, self.homeroom_of), (Role.LEAD, self.grade)):
            if self.role.data == role and not field.data and not field.errors:
                field.errors = [
                    gettext("班主任要选一个班。") if role == Role.HOMEROOM else gettext("年级组长要选一个年级。")
                ]
                valid = False
        return valid


class AssignForm(VersionedForm):
    """Which subject in which class, on which weekdays ("0" is Monday; none: stands in for others)."""

    school_class = Dropdown(_l("班级"), validators=[InputRequired(message=CHOOSE)])
    subject = Dropdown(_l("学科"), validators=[InputRequired(message=CHOOSE)])
    weekdays = SelectMultipleField(_l("上课日"), validate_choice=True)

    def __init__(self, *args: object, classes: Mapping, subjects: Mapping, days: Mapping, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.school_class.choices = choices(classes, empty=_l("请选择"))
        self.subject.choices = choices(subjects, empty=_l("请选择"))
        self.weekdays.choices = choices(days)
        self.weekdays.invalid_choice_message = _l("没有这一天，请重新选择。")

    @property
    def bits(self) -> int:
        return sum(1 << int(each) for each in set(self.weekdays.data or ()))
