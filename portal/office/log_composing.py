"""A row of the log in words: what changed, in the reader's language, on the page and in the exported file."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal import labels
from portal.audit.models import LogEntry
from portal.filters import class_name, grade_name, listed, weekday_name
from portal.policy.service import Period, period_of

STATES = labels.SHEET_STATUSES | labels.FILING_STATUSES
SETTING_NAMES = {
    "name": _l("校名"),
    "approval_mode": _l("教务处审核"),
    "cutoff": _l("填报截止"),
    "publish_at": _l("自动公示时间"),
    "published_by": _l("通常公示时间"),
    "bedtime_primary": _l("小学就寝"),
    "bedtime_junior": _l("初中就寝"),
    "supervision_phone": _l("监督电话"),
    "privacy_contact": _l("个人信息联系人"),
    "board_access": _l("公示栏怎样打开"),
    "shows_teachers": _l("写教师姓名"),
    "cap": _l("上限"),
    "no_homework_weekday": _l("无作业日"),
    "budget": _l("建议用时"),
}
WORDS = {  # of settings whose values are words of our own
    **labels.APPROVAL_MODES,
    **labels.BOARD_ACCESS,
    "True": _l("是"),
    "False": _l("否"),
}
TIME = re.compile(r"\d\d:\d\d:\d\d")
SHOWN = 40  # characters of an item's text


class Numbers(NamedTuple):
    """A class as it was called when the row was written."""

    grade: int
    number: int


def actor_of(entry: LogEntry) -> str:
    return entry.actor_name or gettext("系统")


def step_of(entry: LogEntry) -> str:
    return str(labels.STEPS.get(entry.step, entry.step))


def states_of(entry: LogEntry) -> tuple[str, str]:
    """From which state to which ("" for none); nothing where it stayed the same."""
    if entry.before == entry.after:
        return "", ""
    return tuple(str(STATES.get(state, state)) for state in (entry.before, entry.after))


def exception_of(entry: LogEntry) -> str:
    return str(labels.EXCEPTIONS.get(entry.exception, entry.exception))


def details_of(entry: LogEntry) -> str:
    """Everything else that the row keeps: minutes, caps and settings before and after, days, names."""
    return gettext("；").join(_parts(entry.details, entry.step, entry.names))


def _parts(details: dict, step: str, names: Mapping[str, str]) -> Iterator[str]:
    """Each thing that is known, in a fixed order."""
    if "grade" in details:
        yield grade_name(details["grade"])
    yield from (str(details[name]) for name in ("subject", "name", "date") if isinstance(details.get(name), str))
    if "person" in details:
        yield names["person"] or str(labels.SOMEBODY)
    if "role" in details:
        yield _deputy(details, names)
    if "first" in details:
        yield gettext("%(first)s 至 %(last)s", first=details["first"], last=details["last"])
    if step == "calendar.set":
        yield " ".join(filter(None, (str(labels.DAY_KINDS.get(details["kind"], gettext("清除"))), details["note"])))
    if "item" in details:
        yield _item(details["item"])
    elif "minutes" in details:
        yield _minutes(*details["minutes"])
    if "total" in details:
        yield gettext("合计 %(total)s 分钟", total=details["total"])
    if "version" in details:
        yield gettext("第 %(number)s 版", number=details["version"])
    for name, label in SETTING_NAMES.items():
        if isinstance(details.get(name), list) and details[name][0] != details[name][1]:
            was, now = (_value(name, each) for each in details[name])
            yield gettext("%(name)s %(was)s → %(now)s", name=label, was=was, now=now)
    yield from (_check(*each) for each in details.get("checks", ()))
    yield from _lists(details, step)
    if step == "person.rename":
        yield f"{names['was']} → {names['person']}"


def _lists(details: dict, step: str) -> Iterator[str]:
    """What has changed in lists of the school."""
    if step == "service.timetable":
        yield from _timetable(details["was"], details["now"])
    if step in ("link.replace", "class.add", "class.close", "class.open"):
        yield listed(class_name(Numbers(*each)) for each in details["classes"])
    if step == "class.correct":
        yield " → ".join(class_name(Numbers(*each)) for each in details["classes"])
    if "post" in details:
        role, place = details["post"]
        yield f"{place} {labels.ROLES.get(role, role)}".strip()
    if "called" in details:
        yield " → ".join(details["called"])
    if "taught" in details:
        yield _taught(*details["taught"])
    if step.startswith("roster."):
        yield from _roster(details)
    if step.startswith("year."):
        yield from _year(details)
    if step == "service.content":
        yield from (_week(*each) for each in details["classes"])


def _taught(grade: int, number: int, weekdays: int) -> str:
    """ "四(1)班 周一、周三"."""
    days = [weekday_name(date(2026, 1, 5 + each)) for each in range(7) if weekdays >> each & 1]
    return f"{class_name(Numbers(grade, number))} {listed(days) or gettext('代课')}"


def _roster(details: dict) -> Iterator[str]:
    """ "教师和其他人员 新增 20 修改 3". Older rows tell the name of the file as well."""
    if "file" in details:
        yield details["file"]
    for kind, counts in details.get("counts", {}).items():
        yield gettext(
            "%(kind)s 新增 %(new)s 修改 %(changed)s",
            kind=labels.ROSTER_KINDS[kind],
            new=counts["new"],
            changed=counts["changed"],
        )
    if "undone" in details:
        yield gettext("撤销 %(count)s 项", count=details["undone"])
    if details.get("stays"):
        yield gettext("没有撤销 %(count)s 项", count=details["stays"])


def _year(details: dict) -> Iterator[str]:
    """ "2027–2028 学年；四(1)班 → 五(1)班、…；离校：九(1)班；新开：一(1)班"."""
    yield gettext("%(year)s–%(next)s 学年", year=details["year"], next=details["year"] + 1)
    if details.get("moved"):
        pairs = ((Numbers(*each[:2]), Numbers(*each[2:])) for each in details["moved"])
        yield listed(f"{class_name(was)} → {class_name(now)}" for was, now in pairs)
    for name, label in (("left", gettext("离校：")), ("opened", gettext("新开："))):
        if details.get(name):
            yield label + listed(class_name(Numbers(*each)) for each in details[name])
    if "lessons" in details:
        stays, ended, begun = details["lessons"]
        yield gettext(
            "任课：跟班 %(stays)s 项，结束 %(ended)s 项，新任 %(begun)s 项", stays=stays, ended=ended, begun=begun
        )
    if details.get("terms"):
        yield listed(details["terms"])


def _minutes(was: int, now: int) -> str:
    return gettext("%(total)s 分钟", total=now) if was == now else gettext("%(was)s → %(now)s 分钟", was=was, now=now)


def _item(item: dict) -> str:
    """ "“抄写单词” 30 → 20 分钟"."""
    text = item["text"] if len(item["text"]) <= SHOWN else f"{item['text'][:SHOWN]}…"
    was, now = (gettext("未填") if item[name] is None else item[name] for name in ("was", "now"))
    return gettext("“%(text)s” %(was)s → %(now)s 分钟", text=text, was=was, now=now)


def _deputy(details: dict, names: Mapping[str, str]) -> str:
    role = f"{details['place']} {labels.ROLES.get(details['role'], details['role'])}".strip()
    return gettext(
        "%(deputy)s 代 %(lender)s（%(role)s）",
        deputy=names["deputy"] or labels.SOMEBODY,
        lender=names["lender"] or labels.SOMEBODY,
        role=role,
    )


def _value(name: str, value: object) -> str:
    if name == "no_homework_weekday":
        return gettext("没有") if value is None else str(labels.WEEKDAYS[str(value)])
    if value in (None, "", "None"):
        return gettext("按国家规定") if name == "cap" else gettext("没有")
    if isinstance(value, str) and TIME.fullmatch(value):
        return value[:5]
    return str(WORDS.get(value, value)) if isinstance(value, str) else str(value)


def _check(check: str, phrase: str, kept: bool) -> str:
    """What a text check said about an item, and whether the teacher kept the wording."""
    said = labels.CHECKS[check][0] if check in labels.CHECKS else check
    told = gettext("“%(phrase)s”%(said)s", phrase=phrase, said=said)
    return listed([told, gettext("教师保留原文")]) if kept else told


def _timetable(was: list[dict], now: list[dict]) -> Iterator[str]:
    """The rows that are gone, then those that have come."""
    yield from (gettext("原来：%(row)s", row=_period(period_of(each))) for each in was if each not in now)
    yield from (gettext("现在：%(row)s", row=_period(period_of(each))) for each in now if each not in was)


def _period(period: Period) -> str:
    """ "三至六年级 16:30–17:10 作业辅导（周一 作业辅导，周三 自主阅读）"."""
    days = zip(labels.WEEKDAYS.values(), period.texts, strict=True)
    band, times = labels.BANDS[period.band], f"{period.starts:%H:%M}–{period.ends:%H:%M}"
    texts = gettext("，").join(f"{day} {text}" for day, text in days if text)
    return gettext("%(band)s %(times)s %(name)s（%(texts)s）", band=band, times=times, name=period.name, texts=texts)


def _week(class_id: int, grade: int, number: int, was: list[str], now: list[str]) -> str:
    """ "四(1)班 周一 作业辅导 → 篮球社团，周三 没有 → 自主阅读"."""
    days = zip(labels.WEEKDAYS.values(), was, now, strict=True)
    none = gettext("没有")
    changed = (f"{day} {before or none} → {after or none}" for day, before, after in days if before != after)
    return f"{class_name(Numbers(grade, number))} {gettext('，').join(changed)}"
