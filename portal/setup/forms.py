"""The form of the first start, for page and console: shape, and what the rules say of passwords and terms."""

from collections.abc import Callable, Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp

from portal.fields import PlainLine, WholeNumber, name_of_person, name_of_school, new_login, password_field
from portal.policy import calendar, school_year
from portal.policy.calendar import Term
from portal.policy.caps import GRADES
from portal.policy.errors import PolicyError
from portal.policy.founding import CODE, Founding
from portal.policy.passwords import check_password
from portal.policy.roster import MOST_CLASSES
from portal.policy.school_year import LikelyTerm

A_COUNT = _l("班数请填 0 到 %(most)s 的整数。", most=MOST_CLASSES)
NO_SUCH_DAY = _l("没有这一天，请重新选择日期。")
TERMS = ("present", "next")  # prefixes of the fields of a term


def _term_name(label: str) -> PlainLine:
    return PlainLine(label, validators=[Length(max=60, message=_l("名称最多 %(max)d 个字。"))])


def _day(label: str) -> DateField:
    return DateField(label, validators=[Optional()], invalid_value_message=NO_SUCH_DAY)


class SetupForm(FlaskForm):
    """Everything a school begins with. Fields classes_1 … classes_9 are how many classes each grade has; a term is
    left out where all its fields are empty. Without `code` on the console.
    """

    code = PlainLine(_l("安装码"), validators=[DataRequired(message=_l("请填安装码。它印在启动本站的那个窗口里。"))])
    school = name_of_school(_l("校名"))
    short = PlainLine(
        _l("网址简称"),
        validators=[
            Optional(),
            Regexp(
                CODE.pattern + r"\Z",
                message=_l("网址简称只用小写字母、数字和 -，以字母或数字开头，最多 32 个，例如 qinghe。"),
            ),
        ],
    )
    present_name = _term_name(_l("学期名称"))
    present_first = _day(_l("第一天"))
    present_last = _day(_l("最后一天"))
    next_name = _term_name(_l("下学期名称"))
    next_first = _day(_l("下学期第一天"))
    next_last = _day(_l("下学期最后一天"))
    name = name_of_person(_l("姓名"))
    login = new_login(_l("账号"))
    password = password_field(_l("密码"), _l("请填密码。"))
    again = password_field(_l("再写一遍密码"), _l("请把密码再写一遍。"))
    office = BooleanField(_l("我也负责教务处的事（校历、上限、审核）"), default=True)

    def classes(self, grade: int) -> Field:
        return self[f"classes_{grade}"]

    def propose(self, term: LikelyTerm) -> None:
        """Fill in the term that is likely to be the present one."""
        self.present_name.data, self.present_first.data, self.present_last.data = name_of(term), term.first, term.last

    def validate(self, extra_validators: Mapping | None = None) -> bool:
        super().validate(extra_validators)
        for prefix in TERMS:
            self._check_term(*self._term_fields(prefix))
        terms = self._terms()
        if len(terms) == len(TERMS) and not any(field.errors for field in self._term_fields("next")):
            _ask(self.next_first, lambda: school_year.check_no_overlap(terms[1], terms[:1]))
        if "password" in self:
            self._check_password()
        return not self.errors

    def founding(self, short: str) -> Founding:
        """What was typed; `short` stands in the address where nothing was."""
        return Founding(
            name=self.school.data,
            code=self.short.data or short,
            person=self.name.data,
            login=self.login.data,
            terms=tuple(self._terms()),
            classes={grade: self.classes(grade).data for grade in GRADES if self.classes(grade).data},
            is_office=self.office.data,
        )

    def _term_fields(self, prefix: str) -> tuple[Field, Field, Field]:
        return self[f"{prefix}_name"], self[f"{prefix}_first"], self[f"{prefix}_last"]

    def _terms(self) -> list[Term]:
        """Those that are complete."""
        found = [tuple(field.data for field in self._term_fields(prefix)) for prefix in TERMS]
        return [Term(*values) for values in found if all(values)]

    def _check_term(self, name: Field, first: Field, last: Field) -> None:
        """All of it or nothing, and a range that can be."""
        if any(each.errors for each in (name, first, last)) or not any(each.data for each in (name, first, last)):
            return
        for field, missing in ((name, _l("请填学期名称。")), (first, _l("请选择日期。")), (last, _l("请选择日期。"))):
            if not field.data:
                field.errors = [missing]
            elif field is not name and not calendar.is_known(field.data):
                field.errors = [NO_SUCH_DAY]
        if not (name.errors or first.errors or last.errors):
            _ask(last, lambda: school_year.check_term_length(first.data, last.data))

    def _check_password(self) -> None:
        if not self.password.errors:
            login, name = self.login.data or "", self.name.data or ""
            _ask(self.password, lambda: check_password(self.password.data, login=login, name=name))
        if not self.again.errors and self.again.data != self.password.data:
            self.again.errors = [gettext("两次写的密码不一样。")]


def name_of(term: LikelyTerm) -> str:
    """What schools call it."""
    years = {"year": term.year, "next": term.year + 1}
    if term.number == 1:
        return gettext("%(year)s–%(next)s 学年第一学期", **years)
    return gettext("%(year)s–%(next)s 学年第二学期", **years)


def _ask(field: Field, rule: Callable[[], None]) -> None:
    """Say at its field what a rule has to say."""
    try:
        rule()
    except PolicyError as error:
        said = gettext(error.sentence, **error.params) if error.params else gettext(error.sentence)
        field.errors = [*field.errors, said]


for _grade in GRADES:
    _number = WholeNumber(
        _l("班数"),
        message=A_COUNT,
        validators=[Optional(), NumberRange(0, MOST_CLASSES, message=A_COUNT)],
    )
    setattr(SetupForm, f"classes_{_grade}", _number)
