"""What feeds say of a published sheet: which one it is for ever, its total in a few words, its list as plain text."""

from collections.abc import Iterator
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from flask_babel import gettext

from portal.board.page import Line, Page, Published
from portal.board.queries import Face
from portal.filters import listed, long_date, month_day, time_on
from portal.labels import FORMS, LEVELS


def sheet_id(face: Face, day: date | None = None) -> UUID:
    """The same for every version of a class's sheet, whatever address or name the class has; without a day, of the
    class's whole feed.
    """
    return uuid5(NAMESPACE_URL, f"homework:{face.school_code}:{face.id}:{day or ''}")


def total(page: Page) -> str:
    """ "书面作业约 45 分钟", and by how much that is over the cap."""
    if page.cap.minutes is None:
        return gettext("回家没有书面作业")
    if not page.load["total"]:
        return gettext("没有书面作业")
    said = gettext("书面作业约 %(total)s 分钟", total=page.load["total"])
    return gettext("%(total)s，超过上限 %(over)s 分钟", total=said, over=page.over) if page.over else said


def headline(name: str, page: Page) -> str:
    """ "四(1)班 书面作业约 45 分钟": the total of a class or a day."""
    return gettext("%(name)s %(total)s", name=name, total=total(page))


def corrections(version: Published, day: date) -> list[str]:
    """ "18:40 更正：写错了页码", as read on `day`: why this version took the place of the one before it."""
    if version.number == 1:
        return []
    when = time_on(version.published_at, day)
    reasons = [gettext("%(time)s 更正：%(reason)s", time=when, reason=each) for each in version.reason.splitlines()]
    return reasons or [gettext("%(time)s 重新公示。", time=when)]


def plain_text(version: Published, page: Page) -> str:
    """The whole sheet as a reader without a page gets it."""
    parts = ["\n".join([*_whole(page), *corrections(version, version.date)])]
    parts += ["\n".join([_heading(each.name), *map(_line, each.lines)]) for each in page.sections]
    parts += ["\n".join([*_states(page), *_foot(page)])]
    return "\n\n".join(parts)


def _whole(page: Page) -> Iterator[str]:
    load = page.load
    if load["cap"] is None:
        yield total(page)
    elif page.content["batch"]:
        yield gettext("%(total)s（整个假期不超过 %(limit)s）", total=total(page), limit=load["limit"])
        yield gettext(
            "这一份是 %(first)s 到 %(last)s 整个假期的作业。",
            first=long_date(page.days[0]),
            last=long_date(page.days[-1]),
        )
    else:
        yield gettext(
            "%(total)s（上限 %(cap)s，校内 %(school)s + 家庭 %(home)s）",
            total=total(page),
            cap=load["cap"],
            school=load["school"],
            home=load["home"],
        )


def _heading(section: str) -> str:
    return {"home": gettext("回家完成"), "school": gettext("在校完成"), "optional": gettext("选做")}[section]


def _line(line: Line) -> str:
    """ "· 语文（书面，20 分钟）背《山行》"; a poem keeps its lines."""
    item = line.item
    words = [str(FORMS.get(item["form"], item["form"]))]
    words += [str(LEVELS[item["level"]])] if item["level"] else []
    words += [f"{item['group']} {gettext('选 %(choose)s 项', choose=item['choose'])}"] if item["group"] else []
    words += [gettext("%(total)s 分钟", total=item["minutes"])]
    if span := item["span"]:
        words += [gettext("第 %(number)s/%(days)s 天", number=span["day"], days=span["days"])]
        words += [gettext("%(day)s 完成", day=month_day(date.fromisoformat(span["due"])))] if span.get("due") else []
    facts = gettext("，").join(words)
    text = "\n".join(item["text"].splitlines())  # one kind of line break, whatever was pasted
    return gettext("· %(subject)s（%(facts)s）%(text)s", subject=line.subject, facts=facts, text=text)


def _states(page: Page) -> Iterator[str]:
    for state, word in (("none", gettext("今日无作业")), ("missing", gettext("未填报"))):
        if names := page.subjects(state):
            yield word + gettext("：") + listed(names)


def _foot(page: Page) -> Iterator[str]:
    yield gettext("%(time)s 就寝。个别学生经努力仍完不成，也应按时就寝，不必补做。", time=page.content["bedtime"])
    if page.content["phone"]:
        yield gettext("监督电话 %(phone)s", phone=page.content["phone"])
