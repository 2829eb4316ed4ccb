"""What a file would change, in words."""

from collections.abc import Iterable
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal import labels
from portal.errors import translated
from portal.filters import listed
from portal.policy.errors import PolicyError
from portal.policy.roster import TITLES, Kind, post_word, weekdays_word
from portal.roster.import_content import Entry
from portal.roster.import_models import RosterImport

FIELDS = {
    "budget": _l("建议用时"),
    "position": _l("顺序"),
    "name": _l("姓名"),
    "active": _l("状态"),
    "posts": _l("角色"),
    "weekdays": _l("上课日"),
}
NOTES = {  # what is expected in each column of the template
    (Kind.CLASSES, "grade"): _l("必填。1–9 的数字或“四年级”。"),
    (Kind.CLASSES, "number"): _l("必填。班级在年级里的号码，例如 2。"),
    (Kind.SUBJECTS, "subject"): _l("必填。学科的名称，例如“语文”。"),
    (Kind.SUBJECTS, "budget"): _l("可空。每天建议的分钟数；不设就写“无”；新学科空着是 15。"),
    (Kind.SUBJECTS, "position"): _l("可空。显示的先后，小的在前。"),
    (Kind.PEOPLE, "login"): _l("必填，每人不同。字母和数字；登录时用它作账号。导入靠它认人，改名不改工号。"),
    (Kind.PEOPLE, "name"): _l("必填。同名的人靠工号区分。"),
    (Kind.PEOPLE, "roles"): _l(
        "可空。四(2)班班主任、四年级年级组长、教务处、校长、管理员；几个之间用分号。只会增加角色，不会收回。"
    ),
    (Kind.PEOPLE, "status"): _l("可空。“在职”或“停用”；空着不变，新人是在职。"),
    (Kind.ASSIGNMENTS, "login"): _l("工号和姓名至少填一个。有同名的人时必须填工号。"),
    (Kind.ASSIGNMENTS, "name"): _l("两个都填时会核对是不是同一个人。"),
    (Kind.ASSIGNMENTS, "class"): _l("必填。例如“四(2)班”；班级要已经有，或者在同一个文件里。"),
    (Kind.ASSIGNMENTS, "subject"): _l("必填。学科要已经有，或者在同一个文件里。"),
    (Kind.ASSIGNMENTS, "weekdays"): _l("可空。“周一至周五”“周一、周三”；代课写“代课”。空着不变，新的是周一至周五。"),
}


class Problem(NamedTuple):
    """Where something is wrong, and what."""

    place: str
    sentence: str


class Change(NamedTuple):
    """A row that would change something."""

    place: str
    label: str
    is_new: bool
    changes: list[str]
    remarks: list[str]


def notes_of(kept: RosterImport) -> list[str]:
    """What is to be said about how the file was read."""
    return [translated(PolicyError(sentence, **params)) for sentence, params in kept.notes]


def problems_of(entries: Iterable[Entry]) -> list[Problem]:
    """Everything that is wrong, row by row: "「教师」第 7 行「工号」", and what is expected."""
    return [
        Problem(gettext("%(line)s「%(column)s」", line=_place(each), column=heading), translated(error))
        for each in entries
        for heading, error in each.problems
    ]


def changes_of(entries: Iterable[Entry]) -> list[Change]:
    """The rows that would change something, in the order of the file."""
    return [
        Change(
            _place(each),
            each.label,
            each.what == "new",
            [
                _change(name, was, now, each.what == "new")
                for name, (was, now) in each.changes.items()
                if _is_said(name, was, now)
            ],
            [translated(remark) for remark in each.remarks],
        )
        for each in entries
        if each.what in ("new", "changed")
    ]


def _is_said(name: str, was: object, now: object) -> bool:
    """Not what goes without saying of somebody new: their name stands there, and of course they are active."""
    return was is not None or ((name, now) != ("active", True) and name != "name")


def _place(entry: Entry) -> str:
    line = gettext("第 %(line)s 行", line=entry.line)
    return f"{entry.sheet or TITLES[entry.kind]} {line}"


def _change(name: str, was: object, now: object, is_new: bool) -> str:
    """ "上课日 周一 → 周一至周五"; of a new thing, and of roles that come along, only what is now."""
    if is_new or name == "posts":
        return f"{FIELDS[name]} {_value(name, now)}"
    return f"{FIELDS[name]} {_value(name, was)} → {_value(name, now)}"


def _value(name: str, value: object) -> str:
    if name == "posts":
        return listed(post_word(tuple(each)) for each in value)
    if name == "weekdays":
        return weekdays_word(value)
    if name == "active":
        return gettext("在职") if value else gettext("停用")
    return gettext("没有") if value is None else str(value)


def kind_name(kind: str) -> str:
    return str(labels.ROSTER_KINDS[kind])
