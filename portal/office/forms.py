"""The forms of the office's pages: shape only. Filters come with the address and need no token."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from portal import labels
from portal.fields import Dropdown, PlainLine, PlainText, Segments, VersionedForm, WholeNumber, choices
from portal.policy import calendar
from portal.policy.approval import ExceptionKind

NO_SUCH_DAY = _l("没有这一天，请重新选择日期。")
SORTS = {"newest": _l("日期从新到旧"), "oldest": _l("日期从旧到新"), "class": _l("按班级")}
NOTE_LENGTH = 500
LONGEST_SEARCH = 80
LARGEST_SAMPLE = 50  # sheets
SYSTEM = 0  # the portal itself, where persons are chosen
NAMED = (ExceptionKind.OVER_CAP, ExceptionKind.IN_PLACE)  # what the office may publish a sheet as
REASONS = {  # why a sheet over its cap is published, or one in place of others
    "exam": _l("考前复习"),
    "lesson": _l("补课"),
    "moved": _l("活动延期"),
    "missing": _l("负责人不在"),
    "other": _l("其他"),
}


def capitalised(words: Mapping) -> list:
    """What may be chosen, or all; words that stand within sentences elsewhere begin with a capital letter here."""
    said = {value: str(label) for value, label in words.items()}
    return choices({value: label[:1].upper() + label[1:] for value, label in said.items()}, empty=_l("全部"))


class FilterForm(FlaskForm):
    """What a list is asked for, in the address of its page."""

    class Meta:
        csrf = False

    first = DateField(_l("从"), validators=[Optional()], invalid_value_message=NO_SUCH_DAY)
    last = DateField(_l("到"), validators=[Optional()], invalid_value_message=NO_SUCH_DAY)

    def validate(self, extra_validators: Mapping | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        for field in (self.first, self.last):
            if field.data and not calendar.is_known(field.data):
                field.errors = [gettext("没有这一天，请重新选择日期。")]
                return False
        if self.first.data and self.last.data and self.last.data < self.first.data:
            self.last.errors = [gettext("结束日期在开始日期之前，请检查。")]
            return False
        return True

    def args(self, **changed: object) -> dict[str, str]:
        """What was chosen, for an address; what is so anyway is left out. `changed` wins."""
        chosen = {each.short_name: each.data for each in self if each.data != each.default} | changed
        words = {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in chosen.items()}
        return {name: value for name, value in words.items() if value and value != "None"}


class QueueForm(FilterForm):
    """Which exceptions the queue shows, and how it is sorted."""

    kind = Dropdown(_l("例外"), default="")
    grade = Dropdown(_l("年级"), default="")
    show = Dropdown(
        _l("显示"), choices=choices({"open": _l("只看未查看的"), "all": _l("包括已查看的")}), default="open"
    )
    sort = Dropdown(_l("排序"), choices=choices(SORTS), default="newest")

    def offer(self, grades: Mapping[int, str]) -> None:
        self.kind.choices = capitalised(labels.EXCEPTIONS)
        self.grade.choices = choices(grades, empty=_l("全部"))

    @property
    def exception(self) -> ExceptionKind | None:
        return ExceptionKind(self.kind.data) if self.kind.data else None

    @property
    def grade_number(self) -> int | None:
        return int(self.grade.data) if self.grade.data else None


class LogForm(FilterForm):
    """Which rows of the log are shown, and in which order."""

    class_id = Dropdown(_l("班级"), default="")
    grade = Dropdown(_l("年级"), default="")
    person = Dropdown(_l("谁"), default="")
    step = Dropdown(_l("做了什么"), default="")
    kind = Dropdown(_l("例外"), default="")
    words = PlainLine(
        _l("原因里有"), validators=[Length(max=LONGEST_SEARCH, message=_l("最多 %(max)d 个字。"))], default=""
    )
    sort = Dropdown(_l("排序"), choices=choices({"newest": _l("从新到旧"), "oldest": _l("从旧到新")}), default="newest")

    def offer(self, classes: Mapping[int, str], grades: Mapping[int, str], people: Mapping[int, str]) -> None:
        self.step.choices, self.kind.choices = capitalised(labels.STEPS), capitalised(labels.EXCEPTIONS)
        self.class_id.choices = choices(classes, empty=_l("全部"))
        self.grade.choices = choices(grades, empty=_l("全部"))
        self.person.choices = choices({SYSTEM: _l("系统")} | people, empty=_l("全部"))

    def number(self, name: str) -> int | None:
        """The id or grade that was chosen."""
        return int(self[name].data) if self[name].data else None


class SampleForm(FilterForm):
    """How large a sample, from which days and grade; `seed` names one that was drawn before."""

    n = WholeNumber(
        _l("抽几份"),
        message=_l("请填 1 到 %(most)s 的整数。", most=LARGEST_SAMPLE),
        validators=[
            InputRequired(message=_l("请填 1 到 %(most)s 的整数。", most=LARGEST_SAMPLE)),
            NumberRange(1, LARGEST_SAMPLE, message=_l("请填 1 到 %(most)s 的整数。", most=LARGEST_SAMPLE)),
        ],
    )
    grade = Dropdown(_l("年级"), default="")
    seed = PlainLine(
        _l("抽样编号"),
        validators=[Optional(), Regexp(r"\d{8}-\d{4}\Z", message=_l("抽样编号像 20261125-4821 这样。"))],
        default="",
    )

    def offer(self, grades: Mapping[int, str]) -> None:
        self.grade.choices = choices(grades, empty=_l("全部"))

    def validate(self, extra_validators: Mapping | None = None) -> bool:
        if not super().validate(extra_validators):
            return False
        for field in (self.first, self.last):
            if not field.data:
                field.errors = [gettext("请选择日期。")]
                return False
        return True

    @property
    def grade_number(self) -> int | None:
        return int(self.grade.data) if self.grade.data else None


class TokenForm(FlaskForm):
    """Nothing but the token: the rows of a list have forms of their own."""


class LinksForm(FlaskForm):
    """Which classes get new links: the codes they had when the page was shown, and the confirmation."""

    codes = HiddenField()
    sure = BooleanField(
        _l("我确认换新，知道不能撤销；新海报由我们打印、发给家长。"),
        validators=[DataRequired(message=_l("确认要换，请打勾。"))],
    )

    @property
    def chosen(self) -> list[str]:
        return (self.codes.data or "").replace("\x00", "\ufffd").split()


class ReviewForm(FlaskForm):
    """One row of the queue: the last exception it showed, and a note. The token is the whole list's."""

    class Meta:
        csrf = False

    seen = HiddenField()
    note = PlainLine(_l("备注"), validators=[Length(max=NOTE_LENGTH, message=_l("备注最多 %(max)d 个字。"))])

    @property
    def seen_number(self) -> int:
        """The number in `seen`; -1, which no row has, where it is none."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


def row_forms(ids: Iterable[int], formdata: object = None) -> dict[int, ReviewForm]:
    """The form of each row by the id of its sheet: fields note and seen with "s7-" before their names."""
    return {each: ReviewForm(formdata=formdata, prefix=f"s{each}-") for each in ids}


class ExceptionForm(VersionedForm):
    """Why the office publishes a sheet by way of exception, and on the second page its confirmation.

    `named` is the kind of exception that was shown; `over` (minutes) or `sure` confirm it.
    """

    named = HiddenField()
    reason = Segments(
        _l("原因"), choices=choices(REASONS), validators=[InputRequired(message=_l("请从列出的里面选一项。"))]
    )
    words = PlainText(
        _l("具体说明"),
        validators=[
            DataRequired(message=_l("请写明具体原因，它会留在记录里。")),
            Length(max=NOTE_LENGTH, message=_l("原因最多 %(max)d 个字。")),
        ],
    )
    over = WholeNumber(_l("超出的分钟数"), message=_l("请填超出的分钟数，例如 15。"))
    sure = BooleanField(_l("我确认代替负责的老师公示这份清单，原因会留在记录里。"))

    @property
    def kind(self) -> ExceptionKind | None:
        """The kind of exception the form was shown for; None where it says nothing sensible."""
        return ExceptionKind(self.named.data) if self.named.data in NAMED else None

    @property
    def whole_reason(self) -> str:
        return gettext("%(reason)s：%(words)s", reason=REASONS[self.reason.data], words=self.words.data.strip())

    def names_a_reason(self) -> bool:
        """Whether what the first page asks for is there."""
        return self.validate() or set(self.errors) <= {"over"}

    def confirms(self, over: int) -> bool:
        """Whether it is confirmed for a sheet `over` minutes over its cap; says at the field what is missing."""
        if self.kind == ExceptionKind.OVER_CAP and not self.over.errors and self.over.data != over:
            self.over.errors = [gettext("这份清单超出 %(over)s 分钟。确认要公示，请填这个数。", over=over)]
        if self.kind == ExceptionKind.IN_PLACE and not self.sure.data:
            self.sure.errors = [gettext("确认要公示，请打勾。")]
        return not (self.over.errors or self.sure.errors)
