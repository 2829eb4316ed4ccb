"""The words in which schools write lists of classes, subjects, people and assignments, and what is meant by them.

A few English words are understood as well, those that the English pages ask for.

Each reading function takes the text of a cell and raises PolicyError with what is expected instead.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from portal.policy.errors import PolicyError
from portal.policy.permissions import Role


class Kind(StrEnum):
    """What a table of a file lists, in the order in which one needs the other."""

    CLASSES = "class"
    SUBJECTS = "subject"
    PEOPLE = "person"
    ASSIGNMENTS = "assignment"


@dataclass(frozen=True)
class Column:
    """A column of a table: its key, its heading in the file, other headings that mean the same."""

    key: str
    heading: str
    others: tuple[str, ...] = ()
    needed: bool = True


LOGIN = ("账号", "登录名", "教师工号", "职工号")
NAME = ("教师姓名", "教师", "任课教师", "老师")
SUBJECT = ("科目", "课程", "学科名称")
COLUMNS = {
    Kind.CLASSES: (Column("grade", "年级"), Column("number", "班号", ("班", "班级序号", "班级号"))),
    Kind.SUBJECTS: (
        Column("subject", "学科", SUBJECT),
        Column("budget", "建议用时", ("建议分钟", "用时"), needed=False),
        Column("position", "顺序", ("序号", "排序"), needed=False),
    ),
    Kind.PEOPLE: (
        Column("login", "工号", LOGIN),
        Column("name", "姓名", NAME),
        Column("roles", "角色", ("职务", "职责"), needed=False),
        Column("status", "状态", needed=False),
    ),
    Kind.ASSIGNMENTS: (
        Column("login", "工号", LOGIN, needed=False),
        Column("name", "姓名", NAME, needed=False),
        Column("class", "班级", ("任教班级", "班")),
        Column("subject", "学科", SUBJECT),
        Column("weekdays", "上课日", ("星期", "周几"), needed=False),
    ),
}
TITLES = {Kind.CLASSES: "班级", Kind.SUBJECTS: "学科", Kind.PEOPLE: "教师", Kind.ASSIGNMENTS: "任课"}
EXAMPLES = {  # the row that a template shows; a row that says so is no row
    Kind.CLASSES: ("四年级", "2"),
    Kind.SUBJECTS: ("语文", "20", "1"),
    Kind.PEOPLE: ("t1001", "王芳", "四(2)班班主任；四年级年级组长", "在职"),
    Kind.ASSIGNMENTS: ("t1001", "王芳", "四(2)班", "语文", "周一至周五"),
}
EXAMPLE = "示例"  # what marks that row; in English, EXAMPLE_EN
EXAMPLE_EN = "Example"
NOTES_TITLE = "填写说明"  # the sheet of a template that explains the others
DIGITS = "一二三四五六七八九"
JUNIOR = {"初一": 7, "初二": 8, "初三": 9}
MOST_CLASSES = 60  # of a grade
WEEKDAYS = "一二三四五六日"
ON_LEAVE = ("停用", "离职", "调出", "inactive")
ON_DUTY = ("在职", "在岗", "启用", "active")
SCHOOL_ROLES = {"教务": Role.OFFICE, "教务处": Role.OFFICE, "校长": Role.PRINCIPAL, "管理员": Role.ADMINISTRATOR}
HOMEROOM, LEAD = "班主任", "年级组长"
NONE = ("无", "没有", "不设", "none")
STANDS_IN = "代课"
BETWEEN = "、"  # two people in one field
ENGLISH = {"homeroom": HOMEROOM, "lead": LEAD, "office": "教务处", "principal": "校长", "administrator": "管理员"}
Post = tuple[str, int | None, int | None]  # role, grade, number of the class


def plain(text: str) -> str:
    """Digits, letters and brackets of every width as one, without any space: for what is a word or a number."""
    return re.sub(r"\s+", "", normalize("NFKC", text))


def name_of(text: str, most: int = 80) -> str:
    """A name without the spaces that align two characters with three."""
    name = re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", " ".join(text.split()))
    if len(name) > most:
        raise PolicyError("“%(was)s…”太长，最多 %(most)s 个字。", was=name[:20], most=most)
    return name


def login_of(text: str) -> str:
    login = plain(text)
    if not re.fullmatch(r"[A-Za-z0-9._@-]{1,64}", login):
        raise PolicyError("写的是“%(was)s”，应为工号：字母和数字，最多 64 个。", was=text)
    return login


def people_in(text: str) -> list[str]:
    """The people that somebody has written one after the other."""
    return [each.strip() for each in re.split(r"[、,，;；\n]", text) if each.strip()]


def login_in(text: str) -> str:
    """The login in "王芳 (t1001)", with brackets of every width; or all of the text."""
    labelled = re.fullmatch(r".*[(（]([^\s()（）]+)[)）]", text)
    return labelled[1] if labelled else text


def grade_of(text: str) -> int:
    word = plain(text)
    digit = word.removesuffix("年级").removesuffix("级")
    if digit in JUNIOR:
        return JUNIOR[digit]
    if re.fullmatch(f"[1-9{DIGITS}]", digit):
        return DIGITS.find(digit) + 1 or int(digit)
    raise PolicyError("写的是“%(was)s”，应为 1–9 的数字或“四年级”。", was=text)


def number_of(text: str) -> int:
    number = re.fullmatch(r"\(?0?([1-9]\d?)\)?班?", plain(text))
    if not number or int(number[1]) > MOST_CLASSES:
        raise PolicyError("写的是“%(was)s”，应为 1–%(most)s 的数字，例如 2。", was=text, most=MOST_CLASSES)
    return int(number[1])


def class_of(text: str) -> tuple[int, int]:
    """Grade and number: 四(2)班, 4(2), 四年级2班, 初一(3)班, 4-2, 402."""
    word = plain(text).removesuffix("班")
    found = re.fullmatch(
        rf"(初[一二三]|[1-9{DIGITS}])(?:年级)?[(\-.]?0?([1-9]\d?)\)?", word if not word.isdecimal() else ""
    ) or re.fullmatch(r"([1-9])(\d[1-9]|[1-5]0)", word)
    if not found or int(found[2]) > MOST_CLASSES:
        raise PolicyError("写的是“%(was)s”，应为班级，例如“四(2)班”。", was=text)
    return grade_of(found[1]), int(found[2])


def check_taught(subject: str, closed: bool) -> None:
    """A subject that is closed is offered nowhere until it is opened again. Raises PolicyError."""
    if closed:
        raise PolicyError("学科“%(name)s”已经停用。要用它，请管理员先在“班级与学科”里恢复。", name=subject)


def minutes_of(text: str) -> int | None:
    word = plain(text).removesuffix("分钟").removesuffix("分")
    if word.lower() in NONE:
        return None
    if not re.fullmatch(r"\d{1,3}", word) or int(word) > 240:
        raise PolicyError("写的是“%(was)s”，应为 0–240 的分钟数，不设就写“无”。", was=text)
    return int(word)


def position_of(text: str) -> int:
    word = plain(text)
    if not re.fullmatch(r"\d{1,4}", word):
        raise PolicyError("写的是“%(was)s”，应为 0–9999 的整数。", was=text)
    return int(word)


def is_active(text: str) -> bool:
    word = plain(text).lower()
    if word not in ON_LEAVE + ON_DUTY:
        raise PolicyError("写的是“%(was)s”，应为“在职”或“停用”。", was=text)
    return word in ON_DUTY


def weekdays_of(text: str) -> int:
    """Bits, Monday lowest: 周一至周五, 周一、周三, 一三五, 1,3,5, 每天; 代课 is none."""
    word = plain(text).replace("星期", "周").replace("礼拜", "周").replace("天", "日")
    if word in (STANDS_IN, "substitute"):
        return 0
    if word in ("每日", "周一至周五"):
        return 0b0011111
    days = re.sub(r"[周、,，;/.]", "", word)
    days = "".join(WEEKDAYS[int(each) - 1] if each in "1234567" else each for each in days)
    span = re.fullmatch(f"([{WEEKDAYS}])[至到~-]([{WEEKDAYS}])", days)
    if span and WEEKDAYS.index(span[1]) <= WEEKDAYS.index(span[2]):
        days = WEEKDAYS[WEEKDAYS.index(span[1]) : WEEKDAYS.index(span[2]) + 1]
    if not re.fullmatch(f"[{WEEKDAYS}]{{1,7}}", days):
        raise PolicyError("写的是“%(was)s”，应为“周一至周五”“周一、周三”或“代课”。", was=text)
    return sum(1 << WEEKDAYS.index(each) for each in set(days))


def posts_of(text: str) -> frozenset[Post]:
    """Roles with their places: 四(2)班班主任；四年级年级组长；教务处. A place alone has the role before it."""
    posts, last = set(), ""
    for part in filter(None, re.split(r"[;；、,，/\n]", text)):
        word = plain(part).lower()
        for english, chinese in ENGLISH.items():
            word = word.replace(english, chinese)
        if word in SCHOOL_ROLES:
            posts.add((SCHOOL_ROLES[word].value, None, None))
            continue
        role = next((each for each in (HOMEROOM, LEAD) if each in word), last)
        place = word.replace(role, "", 1).strip(":()") if role == LEAD else word.replace(role, "", 1).lstrip(":")
        try:
            if role == HOMEROOM:
                posts.add((Role.HOMEROOM.value, *class_of(place)))
            elif role == LEAD:
                posts.add((Role.LEAD.value, grade_of(place), None))
        except PolicyError:
            role = ""
        if not role:
            raise PolicyError(
                "写的是“%(was)s”，应为“四(2)班班主任”“四年级年级组长”“教务处”“校长”或“管理员”，几个之间用分号。",
                was=part.strip(),
            )
        last = role
    return frozenset(posts)


def grade_word(grade: int) -> str:
    """How a file writes a grade."""
    return f"{DIGITS[grade - 1]}年级"


def class_word(grade: int, number: int) -> str:
    return f"{DIGITS[grade - 1]}({number})班"


def weekdays_word(bits: int) -> str:
    if bits == 0b0011111:
        return "周一至周五"
    return "、".join(f"周{day}" for n, day in enumerate(WEEKDAYS) if bits >> n & 1) or STANDS_IN


def post_word(post: Post) -> str:
    role, grade, number = post
    if number:
        return f"{class_word(grade, number)}{HOMEROOM}"
    return f"{grade_word(grade)}{LEAD}" if grade else {role: word for word, role in SCHOOL_ROLES.items()}[Role(role)]
