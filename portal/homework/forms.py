"""The composer's form: shape only. Whatever is wrong is said at its field, and everything typed stays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, Form, FormField, Label, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal import labels
from portal.fields import Dropdown, PlainLine, PlainText, Rows, Segments, VersionedForm, WholeNumber, choices
from portal.policy import approval, calendar, caps
from portal.policy.item import LONGEST_SPAN, LONGEST_TEXT, MOST_ITEMS, MOST_MINUTES, ItemValues
from portal.policy.vocabulary import Form as HomeworkForm
from portal.policy.vocabulary import Level, Place, Source, Tier
from portal.policy.wording import Finding, findings

LONGEST_REASON = 200  # characters
ROWS_KEPT = 5 * MOST_ITEMS  # rows that are shown again where somebody sends more than may be filed


TOO_LONG_A_REASON = Length(max=LONGEST_REASON, message=_l("最多 %(max)d 个字，请精简。"))


@dataclass(frozen=True)
class Suspicion:
    """A finding beside an item, with its box "keep it as it is". A tick answers this phrase only: if the text changes
    so that another one is found, it warns again.
    """

    row: str
    finding: Finding
    kept: bool = False

    @property
    def value(self) -> str:
        return f"{self.finding.check}:{self.finding.phrase}"

    @property
    def id(self) -> str:
        return f"{self.row}-{'-'.join(self.value.split())}"


class ItemForm(Form):
    """One item. A row in which nothing was typed is no item."""

    text = PlainText(_l("内容"), validators=[Length(max=LONGEST_TEXT, message=_l("最多 %(max)d 个字，请精简。"))])
    tier = Segments(_l("要求"), choices=choices(labels.TIERS), default=Tier.MANDATORY)
    form = Segments(_l("形式"), choices=choices(labels.FORMS), default=HomeworkForm.WRITTEN)
    place = Segments(_l("地点"), choices=choices(labels.PLACES), default=Place.HOME)
    minutes = WholeNumber(
        _l("分钟数"),
        message=_l("请填整数分钟，例如 20。"),
        validators=[
            Optional(),
            NumberRange(min=0, message=_l("分钟数不能小于 0。")),
            NumberRange(max=MOST_MINUTES, message=_l("一项作业最多 %(max)s 分钟，请检查是否多打了一位。")),
        ],
    )
    zero = BooleanField(_l("确实是 0 分钟"))
    level = Dropdown(_l("分层"), choices=choices(labels.LEVELS, empty=_l("不分层")), validators=[Optional()])
    choice_group = PlainLine(
        _l("几选几：组名"),
        validators=[Length(max=20, message=_l("组名最多 %(max)d 个字。"))],
        filters=[lambda x: (x or "").strip()],
    )
    choose = WholeNumber(
        _l("选几项"),
        message=_l("请填整数，例如 1。"),
        validators=[
            Optional(),
            NumberRange(1, MOST_ITEMS, message=_l("请填 %(min)s 到 %(max)s 之间的整数。")),
        ],
    )
    days = WholeNumber(
        _l("持续几天"),
        message=_l("请填整数天数，例如 3。"),
        validators=[
            Optional(),
            NumberRange(1, LONGEST_SPAN, message=_l("请填 %(min)s 到 %(max)s 之间的整数。")),
        ],
    )
    every = Dropdown(_l("怎么做"), choices=choices(labels.EVERY), default="1")
    source = Dropdown(_l("来源"), choices=choices(labels.SOURCES, empty=_l("不注明")), validators=[Optional()])
    kept = SelectMultipleField(validate_choice=False)  # the warnings that were shown and answered with "keep it"

    @property
    def is_blank(self) -> bool:
        return not (self.text.data or "").strip() and not self.minutes._value().strip()

    @property
    def shows_more(self) -> bool:
        """Whether the rarer fields hold something (they are folded away otherwise)."""
        rare = (self.level, self.choice_group, self.choose)
        return any(field.data or field.errors for field in rare) or (self.days.data or 1) > 1 or bool(self.days.errors)

    @property
    def suspicions(self) -> list["Suspicion"]:
        """What the wording, as it is typed now, is suspected of."""
        ticked = self.kept.data or []
        found = [Suspicion(self.kept.id, each) for each in findings(self.text.data or "")]
        return [replace(each, kept=each.value in ticked) for each in found]

    def values(self) -> ItemValues:
        """What was typed; of a form that did not validate, only what can be counted (to preview it)."""
        group = self.choice_group.data or None
        return ItemValues(
            text=(self.text.data or "").strip("\n").rstrip(),
            tier=_word(Tier, self.tier.data, Tier.MANDATORY),
            form=_word(HomeworkForm, self.form.data, HomeworkForm.WRITTEN),
            place=_word(Place, self.place.data, Place.HOME),
            minutes=_between(0, self.minutes.data, MOST_MINUTES),
            level=_word(Level, self.level.data),
            choice_group=group,
            choose=(_between(1, self.choose.data, MOST_ITEMS) or 1) if group else None,
            days=_between(1, self.days.data, LONGEST_SPAN) or 1,
            every=int(self.every.data) if self.every.data in labels.EVERY else 1,
            source=_word(Source, self.source.data),
            kept=tuple(each.finding.check for each in self.suspicions if each.kept),
        )


class ComposerForm(VersionedForm):
    """A filing as it is typed. `version` is the filing's version the form was shown, 0 for none."""

    items = Rows(FormField(ItemForm), min_entries=1, max_entries=ROWS_KEPT)
    reason = PlainLine(_l("迟交原因"), validators=[TOO_LONG_A_REASON])

    def __init__(self, *args: Any, grade: int, late: bool = False, published: bool = False, **kwargs: Any) -> None:
        """`late`: the cut-off of the day has passed; `published`: families have read a version of it."""
        self.grade = grade
        self.needs_reason = approval.needs_reason(late=late, published=published)
        super().__init__(*args, **kwargs)
        if published:
            self.reason.label = Label(self.reason.id, _l("更正原因（会写在公示栏上）"))

    def filled(self) -> list[ItemForm]:
        """The rows in which something was typed."""
        return [row.form for row in self.items if not row.form.is_blank]

    def values(self) -> list[ItemValues]:
        return [row.values() for row in self.filled()]

    def check(self, *, submit: bool, may_be_empty: bool = False) -> bool:
        """Whether the filing may be saved: the shape of every field, and, to submit, that nothing is left open."""
        right = self.validate()
        for row in self.filled():
            self._check_row(row, submit)
        if not self.filled() and not may_be_empty:
            _complain(self.items[0].form.text, gettext("请写作业内容；今天没有作业，请按“今日无作业”。"))
        for row in self.filled()[MOST_ITEMS:]:
            _complain(row.text, _too_many())
        right = right and not any(field.errors for row in self.items for field in row.form)
        return (not submit or self.check_reason()) and right

    def check_reason(self) -> bool:
        """Whether a reason is given where handing in needs one; whatever is handed in, even that there is none."""
        right = self.reason.validate(self)
        if self.needs_reason and not self.reason.data:
            _complain(self.reason, gettext("请写明原因，再提交。"))
        return right and not self.reason.errors

    def _check_row(self, row: ItemForm, submit: bool) -> None:
        if caps.refuses(self.grade, row.form.data, row.place.data):
            _complain(
                row.place,
                gettext("一、二年级不布置书面家庭作业。请改为校内完成，或改成口头、阅读、实践等形式。"),
            )
        if row.choose.data and not row.choice_group.data:
            _complain(row.choice_group, gettext("请给这一组起个名字，例如 A；同一组的各项用同一个名字。"))
        if row.minutes.data == 0 and not row.zero.data and not row.minutes.errors:
            _complain(row.minutes, gettext("真的是 0 分钟吗？请填 1 以上的分钟数，或在下面勾选“确实是 0 分钟”。"))
        if submit:
            self._check_complete(row)

    def _check_complete(self, row: ItemForm) -> None:
        if not (row.text.data or "").strip():
            _complain(row.text, gettext("请写这一项的内容。"))
        if row.minutes.data is None and not row.minutes.errors:
            _complain(row.minutes, gettext("请填预计用时（分钟），全班的合计要用它。"))

    def show(self, items: Sequence[ItemValues], version: int, reason: str = "") -> None:
        """Fill the form with a filing as it is stored."""
        self.version.data, self.reason.data = str(version), reason
        while self.items.entries:
            self.items.pop_entry()
        for item in items:
            self.items.append_entry(_as_data(item))
        if not items:
            self.items.append_entry(self._new_row())

    def _new_row(self) -> dict[str, Place]:
        """Where a new item starts: at school where written homework at home is not allowed anyway."""
        return {"place": Place.SCHOOL if caps.refuses(self.grade, HomeworkForm.WRITTEN, Place.HOME) else Place.HOME}

    def add_row(self) -> None:
        if len(self.items) < MOST_ITEMS:
            self.items.append_entry(self._new_row())
        else:
            _complain(self.items[-1].form.text, _too_many())

    def remove_row(self, position: int) -> None:
        """Take out one row; the others move up and keep what was typed."""
        rows = [row.form for row in self.items]
        kept = [_as_typed(row) for index, row in enumerate(rows) if index != position]
        while self.items.entries:
            self.items.pop_entry()
        for typed in kept or [{}]:
            row = self.items.append_entry().form
            for name, value in typed.items():
                _retype(row[name], value)


def _as_data(item: ItemValues) -> dict[str, Any]:
    names = ("text", "tier", "form", "place", "minutes", "level", "choice_group", "choose", "source")
    values = {name: getattr(item, name) for name in names}
    return values | {
        "days": item.days if item.days > 1 else None,
        "every": str(item.every),
        "zero": item.minutes == 0,
        "kept": [Suspicion("", each).value for each in findings(item.text) if each.check in item.kept],
    }


def _as_typed(row: ItemForm) -> dict[str, Any]:
    return {field.short_name: (field.data, field.raw_data) for field in row}


def _retype(field: Field, value: tuple[Any, Any]) -> None:
    field.data, field.raw_data = value


def _complain(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def _too_many() -> str:
    return gettext("一份作业最多 %(count)s 项，请合并或删去多出的。", count=MOST_ITEMS)


def _word(words: type[StrEnum], typed: str | None, otherwise: StrEnum | None = None) -> StrEnum | None:
    return words(typed) if typed in list(words) else otherwise


def _between(least: int, number: int | None, most: int) -> int | None:
    return number if number is not None and least <= number <= most else None


class WithdrawForm(VersionedForm):
    """Taking a filing off the sheet. `reason` is needed once families have read a version of it."""

    reason = PlainLine(_l("更正原因（会写在公示栏上）"), id="withdraw-reason", validators=[TOO_LONG_A_REASON])

    def check(self, *, needs_reason: bool) -> bool:
        right = self.validate()
        if needs_reason and not self.reason.data:
            _complain(self.reason, gettext("请写明原因，再撤回。"))
        return right and not self.reason.errors


class WhenForm(FlaskForm):
    """Another day for the composer: a plain GET form."""

    class Meta:
        csrf = False

    date = DateField(
        _l("日期"),
        validators=[InputRequired(message=_l("请选择日期。"))],
        invalid_value_message=_l("没有这一天，请重新选择日期。"),
    )

    def validate_date(self, field: DateField) -> None:
        if field.data and not calendar.is_known(field.data):
            raise ValidationError(field.invalid_value_message)
