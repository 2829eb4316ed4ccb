"""The grids of the two lists: shape only. A row in which nothing was typed is no row; what was typed stays."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, FormField, TimeField
from wtforms.validators import Length, Optional
from wtforms.widgets import TextArea

from portal import labels
from portal.fields import Dropdown, PlainLine, Rows, VersionedForm, choices
from portal.policy.errors import PolicyError
from portal.policy.service import LONGEST_CELL, LONGEST_NAME, MOST_PERIODS, WEEKDAYS, Band, Period, check_times

BLANK_ROWS = 2  # that wait below those that are filled
FEWEST_ROWS = 4
WRONG_TIME = _l("请填时间，例如 16:30。")


TOO_LONG = _l("最多 %(max)d 个字，请精简。")


def cell(label: str) -> PlainLine:
    """A few words, in a box of two lines: all of them are seen at once."""
    lengths = [Length(max=LONGEST_CELL, message=TOO_LONG)]
    return PlainLine(label, validators=lengths, widget=TextArea(), render_kw={"rows": 2})


def time_field(label: str) -> TimeField:
    return TimeField(label, validators=[Optional()], invalid_value_message=WRONG_TIME)


class PeriodForm(Form):
    """A row of the timetable."""

    band = Dropdown(_l("年级"), choices=choices(labels.BANDS), default=Band.ALL.value)
    name = PlainLine(_l("时段"), validators=[Length(max=LONGEST_NAME, message=TOO_LONG)])
    starts = time_field(_l("从"))
    ends = time_field(_l("到"))
    day_0 = cell(labels.WEEKDAYS["0"])
    day_1 = cell(labels.WEEKDAYS["1"])
    day_2 = cell(labels.WEEKDAYS["2"])
    day_3 = cell(labels.WEEKDAYS["3"])
    day_4 = cell(labels.WEEKDAYS["4"])

    @property
    def days(self) -> list[PlainLine]:
        """The cells from Monday to Friday."""
        return [self[f"day_{n}"] for n in WEEKDAYS]

    @property
    def is_blank(self) -> bool:
        return not any(each._value().strip() for each in (self.name, self.starts, self.ends, *self.days))

    def show(self, period: Period) -> None:
        self.band.data, self.name.data = period.band.value, period.name
        self.starts.data, self.ends.data = period.starts, period.ends
        for each, text in zip(self.days, period.texts, strict=True):
            each.data = text

    def clear(self) -> None:
        for each in (self.name, self.starts, self.ends, *self.days):
            each.data, each.raw_data, each.errors = None, None, []

    def repeat_monday(self) -> None:
        for each in self.days:
            each.data = self.day_0.data

    def check(self) -> None:
        """Say at its field what a row lacks."""
        for each, sentence in (
            (self.name, gettext("请给这个时段起个名字，例如“作业辅导”。")),
            (self.starts, gettext("请填开始时间。")),
            (self.ends, gettext("请填结束时间。")),
        ):
            if not each.data and not each.errors:
                each.errors = [sentence]
        if not any(each.data for each in self.days):
            self.day_0.errors = [*self.day_0.errors, gettext("请写这个时段做什么，至少写一天。")]
        if not (self.starts.errors or self.ends.errors):
            try:
                check_times(self.starts.data, self.ends.data)
            except PolicyError as error:
                self.ends.errors = [gettext(error.sentence)]

    def period(self) -> Period:
        """What was typed, once it is right."""
        texts = tuple(each.data or "" for each in self.days)
        return Period(Band(self.band.data), self.name.data, self.starts.data, self.ends.data, texts)


class TimetableForm(VersionedForm):
    """The timetable as it is typed."""

    periods = Rows(FormField(PeriodForm), max_entries=MOST_PERIODS)

    def show(self, periods: Sequence[Period], version: int) -> None:
        """Fill in the timetable as it is stored."""
        self.version.data = str(version)
        for period in periods:
            self.periods.append_entry().form.show(period)
        self.add_rows()

    def add_rows(self) -> None:
        """Blank rows below, as far as a timetable may be long."""
        wanted = max(FEWEST_ROWS, len(self.periods) + BLANK_ROWS)
        while len(self.periods) < min(wanted, MOST_PERIODS):
            self.periods.append_entry()

    def rows(self) -> list[PeriodForm]:
        return [each.form for each in self.periods]

    def values(self) -> list[Period]:
        return [each.period() for each in self.rows() if not each.is_blank]

    def validate(self, extra_validators: Mapping | None = None) -> bool:
        right = super().validate(extra_validators)
        for row in self.rows():
            if not row.is_blank:
                row.check()
        return right and not any(field.errors for row in self.rows() for field in row)


class ContentForm(VersionedForm):
    """What each class does on each weekday: fields c<class id>_0 (Monday) to c<class id>_4. See `for_classes`."""

    def cells(self, class_id: int) -> list[Field]:
        return [self[f"c{class_id}_{n}"] for n in WEEKDAYS]

    def show(self, class_ids: Sequence[int], content: Mapping[int, Sequence[str]], version: int) -> None:
        """Fill in the list as it is stored."""
        self.version.data = str(version)
        for class_id in class_ids:
            for each, text in zip(self.cells(class_id), content.get(class_id, [""] * len(WEEKDAYS)), strict=True):
                each.data = text

    def repeat(self, class_id: int, class_ids: Sequence[int]) -> None:
        """The row of a class for the others as well."""
        for other in class_ids:
            for each, own in zip(self.cells(other), self.cells(class_id), strict=True):
                each.data = own.data

    def values(self, class_ids: Sequence[int]) -> dict[int, list[str]]:
        """What was typed, by class; a class whose row did not come with the form is left out."""
        rows = {class_id: self.cells(class_id) for class_id in class_ids}
        return {id: [each.data or "" for each in row] for id, row in rows.items() if all(each.raw_data for each in row)}


def for_classes(class_ids: Sequence[int]) -> type[ContentForm]:
    """The form with a cell for each class and weekday."""
    names = [(class_id, n) for class_id in class_ids for n in WEEKDAYS]
    fields = {f"c{class_id}_{n}": cell(labels.WEEKDAYS[str(n)]) for class_id, n in names}
    return type("ContentForm", (ContentForm,), fields)
