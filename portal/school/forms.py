"""The forms of calendar and settings: shape only. What is wrong is said at its field, and all that was typed stays."""

from collections.abc import Callable, Mapping
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal import labels
from portal.fields import Dropdown, PlainLine, Segments, VersionedForm, WholeNumber, choices, name_of_school
from portal.policy import calendar, caps, school_year
from portal.policy.calendar import DayKind
from portal.policy.errors import PolicyError
from portal.policy.links import BoardAccess

CLEAR = "clear"
SETTABLE = (DayKind.SCHOOL, DayKind.HOLIDAY, DayKind.MAKEUP)  # a weekend is what the nation says, not the school
CAPPED = [grade for grade in caps.GRADES if caps.NATIONAL_CAPS[grade] is not None]
NO_SUCH_DAY = _l("没有这一天，请重新选择日期。")
MOST_BUDGET = 240  # minutes of a subject
LONG = 80  # characters of a note


class Range:
    """Two dates that the rule `check` has something to say about."""

    def complain(self, first: DateField, last: DateField, check: Callable[[date, date], None]) -> bool:
        """Say at its field what is wrong with the range; whether something is."""
        for field in (first, last):
            if field.data and not calendar.is_known(field.data):
                field.errors = [gettext("没有这一天，请重新选择日期。")]
                return True
        try:
            check(first.data, last.data)
        except PolicyError as error:
            last.errors = [said(error)]
            return True
        return False


class DaysForm(VersionedForm, Range):
    """What kind of day a day is, or the days of a range; one without an end is one day."""

    first = DateField(
        _l("开始日期"),
        validators=[InputRequired(message=_l("请选择日期。"))],
        invalid_value_message=NO_SUCH_DAY,
    )
    last = DateField(_l("结束日期"), validators=[Optional()], invalid_value_message=NO_SUCH_DAY)
    kind = Segments(
        _l("这几天"),
        choices=choices({kind: labels.DAY_KINDS[kind] for kind in SETTABLE} | {CLEAR: _l("清除")}),
        validators=[InputRequired(message=_l("请选择这几天上学还是放假。"))],
    )
    note = PlainLine(_l("说明"), validators=[Length(max=LONG, message=_l("说明最多 %(max)d 个字。"))])

    def validate(self, extra_validators: Mapping | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        return not self.complain(self.first, self.last if self.last.data else self.first, school_year.check_range)

    @property
    def days(self) -> tuple[date, date]:
        return self.first.data, self.last.data or self.first.data

    @property
    def day_kind(self) -> DayKind | None:
        return None if self.kind.data == CLEAR else DayKind(self.kind.data)


class TermForm(VersionedForm, Range):
    """A term to be added."""

    name = PlainLine(
        _l("学期名称"),
        validators=[
            DataRequired(message=_l("请填学期名称。")),
            Length(max=60, message=_l("名称最多 %(max)d 个字。")),
        ],
    )
    starts = DateField(
        _l("第一天"), validators=[InputRequired(message=_l("请选择日期。"))], invalid_value_message=NO_SUCH_DAY
    )
    ends = DateField(
        _l("最后一天"), validators=[InputRequired(message=_l("请选择日期。"))], invalid_value_message=NO_SUCH_DAY
    )

    def validate(self, extra_validators: Mapping | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        return not self.complain(self.starts, self.ends, school_year.check_term_length)


WRONG_TIME = _l("请填时间，例如 16:00。")


def time_field(label: str) -> TimeField:
    return TimeField(label, validators=[InputRequired(message=WRONG_TIME)], invalid_value_message=WRONG_TIME)


class SettingsForm(VersionedForm):
    """What the school has set for itself, and for every grade (fields cap_3 … cap_9, weekday_1 … weekday_9) its cap and
    free weekday. `with_budgets` adds a field for each subject.
    """

    name = name_of_school(_l("校名"))
    approval_mode = Segments(
        _l("教务处审核"),
        choices=choices(labels.APPROVAL_MODES),
        validators=[InputRequired(message=_l("请选择教务处怎样审核。"))],
    )
    cutoff = time_field(_l("填报截止"))
    publish_at = TimeField(_l("自动公示"), validators=[Optional()], invalid_value_message=WRONG_TIME)
    published_by = time_field(_l("通常公示时间"))
    bedtime_primary = time_field(_l("小学就寝"))
    bedtime_junior = time_field(_l("初中就寝"))
    supervision_phone = PlainLine(_l("监督电话"), validators=[Length(max=40, message=_l("电话最多 %(max)d 个字。"))])
    privacy_contact = PlainLine(
        _l("个人信息联系人"), validators=[Length(max=80, message=_l("联系人最多 %(max)d 个字。"))]
    )
    board_access = Segments(
        _l("公示栏怎样打开"),
        choices=choices(labels.BOARD_ACCESS),
        validators=[InputRequired(message=_l("请选择公示栏怎样打开。"))],
    )
    new_links = BooleanField(_l("我知道：能猜到的班级地址马上换新，旧地址和旧海报失效，要重新打印海报发给家长。"))
    shows_teachers = BooleanField(_l("公示栏上写任课教师的姓名"))
    reason = PlainLine(_l("高于国家规定的原因"), validators=[Length(max=500, message=_l("原因最多 %(max)d 个字。"))])

    def cap(self, grade: int) -> Field:
        return self[f"cap_{grade}"]

    def weekday(self, grade: int) -> Field:
        return self[f"weekday_{grade}"]

    @property
    def budgets(self) -> list[Field]:
        """In the order of the subjects."""
        return [each for each in self if each.short_name.startswith("budget_")]

    def show(self, present: Mapping[str, object], version: int) -> None:
        """Fill in what the school has set now."""
        for name, value in present.items():
            self[name].data = value
        self.version.data = str(version)

    def wanted(self) -> dict[str, object]:
        """What was typed, by name of the field; the reason, which is no setting, aside."""
        data = {each.short_name: each.data for each in self if each.short_name not in ASIDE}
        return {name: value or "" if name.startswith("weekday_") else value for name, value in data.items()}

    def validate(self, extra_validators: Mapping | None = None, *, present: Mapping[str, object]) -> bool:
        """`present`: what is set now; what was not changed needs no reason again."""
        right = super().validate(extra_validators)
        for grade in CAPPED:
            cap = self.cap(grade)
            if cap.data != present[cap.short_name] and not cap.errors:
                self._complain(self.reason, caps.check_cap_change, grade, cap.data, self.reason.data or "")
        if not (self.cutoff.errors or self.publish_at.errors):
            self._complain(self.publish_at, school_year.check_publish_at, self.publish_at.data, self.cutoff.data)
        turned = self.board_access.data == BoardAccess.LINK != present["board_access"]
        if turned and not self.new_links.data:
            self.new_links.errors = [gettext("还没有保存。改为“凭链接”要换掉班级的旧地址，确认请打勾，再保存一次。")]
        return right and not (self.reason.errors or self.publish_at.errors or self.new_links.errors)

    @staticmethod
    def _complain(field: Field, check: Callable[..., object], *values: object) -> None:
        """Say at the field what a rule has to say about values that are right each by itself."""
        try:
            check(*values)
        except PolicyError as error:
            field.errors = [*field.errors, said(error)]


def with_budgets(subjects: Mapping[int, str]) -> type[SettingsForm]:
    """The form with a field budget_<id> for each of the school's subjects, by id and name."""
    sentence = _l("请填 %(min)s 到 %(max)s 之间的分钟数。")
    fields = {
        f"budget_{subject_id}": WholeNumber(
            name,
            message=_l("请填整数分钟，例如 15。"),
            validators=[Optional(), NumberRange(min=0, max=MOST_BUDGET, message=sentence)],
        )
        for subject_id, name in subjects.items()
    }
    return type("SettingsForm", (SettingsForm,), fields)


ASIDE = frozenset({"version", "reason", "new_links", "csrf_token"})


def _cap_field() -> WholeNumber:
    sentence = _l("请填 %(min)s 到 %(max)s 之间的分钟数。")
    return WholeNumber(
        _l("本校上限（分钟）"),
        message=_l("请填整数分钟，例如 45。"),
        validators=[Optional(), NumberRange(min=0, max=caps.HIGHEST_CAP, message=sentence)],
    )


def _weekday_field() -> SelectField:
    return Dropdown(_l("无作业日"), choices=choices(labels.WEEKDAYS, empty=_l("没有")), validators=[Optional()])


for _grade in caps.GRADES:
    if _grade in CAPPED:
        setattr(SettingsForm, f"cap_{_grade}", _cap_field())
    setattr(SettingsForm, f"weekday_{_grade}", _weekday_field())


def said(error: PolicyError) -> str:
    """The sentence of a refused rule in the reader's language."""
    return gettext(error.sentence, **error.params) if error.params else gettext(error.sentence)
