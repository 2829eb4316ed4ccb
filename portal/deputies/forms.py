"""The form that lends a role: shape only. What may be chosen is handed in."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.fields import Dropdown, PlainLine, choices
from portal.policy import calendar, deputies
from portal.policy.errors import PolicyError

NO_SUCH_DAY = _l("没有这一天，请重新选择日期。")


def day_field(label: str) -> DateField:
    wanted = [InputRequired(message=_l("请选择日期。"))]
    return DateField(label, validators=wanted, invalid_value_message=NO_SUCH_DAY)


class LendForm(FlaskForm):
    """Which role, to whom (a name or account, typed or picked from the list), from which day to which.

    `roles` maps ids of grants to their words; `people` are the colleagues: anything with id, name and login.
    """

    grant = Dropdown(_l("哪项职责"), coerce=str)
    to = PlainLine(
        _l("请谁代理"),
        validators=[
            DataRequired(message=_l("请填同事的姓名。")),
            Length(max=160, message=_l("姓名最多 %(max)d 个字。")),
        ],
    )
    first = day_field(_l("第一天"))
    last = day_field(_l("最后一天"))

    def __init__(self, *args: object, roles: Mapping[int, str], people: Sequence, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.found = None
        self.grant.choices = choices(roles, empty=_l("请选择")) if len(roles) > 1 else choices(roles)
        self.grant.validators = [InputRequired(message=_l("请选择哪项职责。"))]

    @property
    def names(self) -> list[str]:
        """What the field offers: names, with the account where two have the same."""
        names = [each.name for each in self.people]
        return [each.name if names.count(each.name) == 1 else f"{each.name} {each.login}" for each in self.people]

    def offer(self, person_id: int | None) -> None:
        """Fill in the name of one of the colleagues; of nobody else."""
        offered = dict(zip((each.id for each in self.people), self.names, strict=True))
        self.to.data = offered.get(person_id)

    def check_days(self, today: date) -> bool:
        """Say at its field what the rule has against these days; whether it has nothing."""
        for field in (self.first, self.last):
            if not calendar.is_known(field.data):
                field.errors = [gettext("没有这一天，请重新选择日期。")]
                return False
        try:
            deputies.check_days(self.first.data, self.last.data, today)
        except PolicyError as error:
            at = self.first if self.first.data < today else self.last
            at.errors = [gettext(error.sentence, **error.params)]
            return False
        return True

    def validate(self, extra_validators: Mapping | None = None, *, today: date) -> bool:
        valid = super().validate(extra_validators)
        if not self.to.errors:
            valid = self._find() and valid
        dated = not (self.first.errors or self.last.errors)
        return (self.check_days(today) if dated else False) and valid

    def _find(self) -> bool:
        """Find the colleague who is meant, by name, by account, or by both; `found` afterwards."""
        typed = " ".join((self.to.data or "").split()).casefold()
        meant = [
            each
            for each in self.people
            if typed in (each.name.casefold(), each.login.casefold(), f"{each.name} {each.login}".casefold())
        ]
        if len(meant) == 1:
            self.found = meant[0]
            return True
        same = gettext("、").join(f"{each.name} {each.login}" for each in meant)
        self.to.errors = [
            gettext("有几位同事同名，请写上账号：%(names)s", names=same)
            if meant
            else gettext("没有找到这位同事，请填完整的姓名或账号。")
        ]
        return False
