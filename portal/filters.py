"""What templates call: dates and names in the reader's language, and addresses of static files with their hash."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, gettext

from portal import clock, labels
from portal.access import can
from portal.htmx_file import HTMX_INTEGRITY, HTMX_URL
from portal.languages import LANGUAGES
from portal.policy.calendar import monday_of
from portal.policy.caps import Cap
from portal.policy.workload import DayLoad
from portal.site import absolute

IN_PATHS = "!$&'()*+,/:;=@"  # as they are in the path of an address
DIGITS = "零一二三四五六七八九"


def class_name(school_class: object, spoken: str = "") -> str:
    """ "四(2)班", or "Class 4(2)". Takes whatever has a grade and a number. `spoken`: see SPOKEN."""
    return _class_name(spoken or language(), school_class.grade, school_class.number)


@lru_cache(maxsize=1024)
def _class_name(language: str, grade: int, number: int) -> str:
    return gettext("%(grade)s(%(number)s)班", grade=grade_digit(grade), number=number)


def grade_digit(grade: int) -> str:
    """四, or 4."""
    return DIGITS[grade] if is_chinese() else str(grade)


def grade_name(grade: int) -> str:
    """ "四年级", or "Grade 4"."""
    return gettext("%(grade)s年级", grade=grade_digit(grade))


def role_name(post: object) -> str:
    """ "四(1)班 班主任", "四年级 年级组长", "教务处". Takes whatever has a role, a grade and a number."""
    place = class_name(post) if post.number else grade_name(post.grade) if post.grade else ""
    return f"{place} {labels.ROLES[post.role]}".strip()


def listed(names: Iterable[object]) -> str:
    """ "陈立德、罗安怡", or "Chen, Luo": names, or numbers, in the reader's punctuation."""
    return gettext("、").join(map(str, names))


def whom(subject_days: Iterable[object], minutes: bool = False) -> str:
    """ "数学 陈立德，英语 罗安怡": whom to ask, by subject; with `minutes`, how many each has set."""

    def one(each: object) -> str:
        name = f"{each.subject.name} {listed(each.teachers)}"
        return gettext("%(name)s（%(minutes)s 分钟）", name=name, minutes=each.load.total) if minutes else name

    return gettext("，").join(one(each) for each in subject_days)


def long_date(day: date, spoken: str = "") -> str:
    """ "11月24日 星期二", or "Tuesday, 24 November"."""
    return _dated(spoken or language(), day, "M月d日 EEEE", "EEEE, d MMMM")


def month_day(day: date, spoken: str = "") -> str:
    """ "11月24日", or "24 Nov"."""
    return _dated(spoken or language(), day, "M月d日", "d MMM")


def until(first: date, last: date) -> str:
    """ "11月23日–11月29日", or "23 Nov–29 Nov": from a day to another one."""
    return f"{month_day(first)}–{month_day(last)}"


def iso_date(text: str) -> date:
    """A date as versions keep it."""
    return date.fromisoformat(text)


def short_date(day: date, spoken: str = "") -> str:
    """ "周二 24", or "Tue 24"."""
    return _dated(spoken or language(), day, "EEE d")


def month_name(day: date) -> str:
    """ "2026年11月", or "November 2026"."""
    return format_skeleton("yMMMM", day, locale=get_locale())


def weekday_name(day: date, spoken: str = "") -> str:
    """ "周二", or "Tue"."""
    return _dated(spoken or language(), day, "EEE")


@lru_cache(maxsize=1024)
def _dated(language: str, day: date, pattern: str, other: str = "") -> str:
    """`other`: the pattern of languages that are not Chinese, if they have their own."""
    return format_date(day, other if other and language != "zh" else pattern, locale=language)


def clock_time(moment: datetime | time) -> str:
    """ "16:10" on the school's clock."""
    moment = clock.local(moment) if isinstance(moment, datetime) else moment
    return f"{moment.hour:02}:{moment.minute:02}"


def time_on(moment: datetime, day: date) -> str:
    """ "16:10" where that is on this day, else "11-24 16:10"."""
    return clock_time(moment) if clock.local(moment).date() == day else day_and_time(moment)


def day_and_time(moment: datetime) -> str:
    """ "11-24 16:10" on the school's clock."""
    return clock.local(moment).strftime("%m-%d %H:%M")


def language() -> str:
    """ "zh" or "en": the language of the answer."""
    return get_locale().language


def is_chinese() -> bool:
    return language() == "zh"


def html_language() -> str:
    """ "zh-Hans" or "en"."""
    return _html_language(get_locale())


@lru_cache
def _html_language(locale: Locale) -> str:
    return str(locale).replace("_", "-")


def static_url(filename: str) -> str:
    """The address of a static file with a piece of its hash, so that browsers may keep it for a year."""
    return _static_url(request._get_current_object().script_root, filename)


@lru_cache(maxsize=256)
def _static_url(script_root: str, filename: str) -> str:
    return url_for("static", filename=filename, v=_hash_of(Path(current_app.static_folder, filename)))


def address(endpoint: str, **values: object) -> str:
    """`url_for` of the templates: addresses that every page has are made once, those with a flag (`choose=""`) too."""
    if endpoint.startswith(".") or any(value != "" for value in values.values()):
        return url_for(endpoint, **values)
    return _address(request._get_current_object().script_root, endpoint, *values)


@lru_cache(maxsize=256)
def _address(script_root: str, endpoint: str, *flags: str) -> str:
    return url_for(endpoint, **dict.fromkeys(flags, ""))


@lru_cache
def _hash_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache
def template_revision() -> str:
    """A piece of the hash of all that a page is made of besides its content: templates, styles, translations."""
    rooms = (Path(current_app.root_path).parent / name for name in ("templates", "static", "portal/translations"))
    files = sorted(path for room in rooms for path in room.rglob("*") if path.is_file())
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def other_languages(spoken: str = "") -> list[tuple[str, str]]:
    """(address of this page in the language, its name) for every language but the present one."""
    page, present = request._get_current_object(), spoken or language()
    if page.endpoint is None:
        return []
    stays = page.method in ("GET", "HEAD")
    address = page.script_root + quote(page.path, safe=IN_PATHS) if stays else url_for("home.start")
    asked = page.args.to_dict(flat=False) if stays and page.query_string else {}
    return [
        (f"{address}?{urlencode(asked | {'lang': code}, doseq=True) if asked else f'lang={code}'}", name)
        for code, name in LANGUAGES.items()
        if not code.startswith(present)
    ]


def htmx_script() -> dict[str, str]:
    """Where the browser gets htmx from: the CDN, or this server where `flask fetch-htmx` has put the file."""
    mode = current_app.config["HTMX"]
    own = Path(current_app.instance_path, "htmx.min.js")
    if mode == "self" or (mode == "auto" and own.is_file()):
        return {"src": url_for("home.htmx"), "integrity": HTMX_INTEGRITY}
    return {"src": HTMX_URL, "integrity": HTMX_INTEGRITY}


@dataclass(frozen=True, slots=True)
class BarPart:
    """A piece of a bar, in percent of its length."""

    kind: str
    x: float
    width: float


def bar_parts(load: DayLoad, cap: Cap, whole: int | None = None) -> list[BarPart]:
    """A day's minutes as pieces of a bar: at school, at home, beyond one day's cap (allowed for a break), over.

    The whole bar is `whole` minutes; if not said, what is allowed, or the total where that is more.
    """
    whole = whole or max(load.total, cap.limit or load.total, 1)
    marks = [cap.minutes if cap.minutes is not None else whole, cap.limit if cap.limit is not None else whole, whole]
    ends = {"school": min(load.school, marks[0]), "home": min(load.total, marks[0])}
    ends |= {"stretched": min(load.total, marks[1]), "over": load.total}
    parts, x = [], 0
    for kind, end in ends.items():
        if end > x:
            parts.append(BarPart(kind, round(100 * x / whole, 2), round(100 * (end - x) / whole, 2)))
            x = end
    return parts


SPOKEN = (class_name, long_date, month_day, short_date, weekday_name)  # filters that a template tells its language


def init_app(app: Flask) -> None:
    app.jinja_env.spoken = {each.__name__: each for each in SPOKEN}
    app.jinja_env.filters.update(
        app.jinja_env.spoken,
        grade_name=grade_name,
        iso_date=iso_date,
        listed=listed,
        role_name=role_name,
        monday=monday_of,
        until=until,
        month_name=month_name,
        whom=whom,
        clock_time=clock_time,
        time_on=time_on,
        day_and_time=day_and_time,
    )
    app.jinja_env.globals.update(
        absolute=absolute,
        bar_parts=bar_parts,
        can=can,
        labels=labels,
        static_url=static_url,
        url_for=address,
        other_languages=other_languages,
        htmx_script=htmx_script,
    )
