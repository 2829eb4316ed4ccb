"""Forms about people: shape only. What may be chosen is handed in."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired

from portal import labels
from portal.fields import Dropdown, VersionedForm, choices, name_of_person, new_login
from portal.policy.permissions import Role

CHOOSE = _l("请选择。")


class PersonForm(VersionedForm):
    """A name, and what its owner signs in with."""

    name = name_of_person(_l("姓名"))
    login = new_login(_l("账号"))


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
