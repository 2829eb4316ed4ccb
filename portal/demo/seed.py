"""The sample school: its people and classes, and ways to act for them. What they do is told in `story`."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from werkzeug.security import generate_password_hash

from portal.accounts import queries as account_queries
from portal.accounts.models import Person, RoleGrant
from portal.approvals import actions as approvals
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import queries as homework_queries
from portal.policy.item import ItemValues
from portal.policy.permissions import Role
from portal.policy.vocabulary import Form, Level, Place, Source, Tier
from portal.school.models import School, SchoolClass, Subject, TeachingAssignment
from portal.school.rules import rules_of

SAMPLE = json.loads(Path(__file__).with_name("sample_week.json").read_text("utf-8"))
SCHOOL_NAME = "青禾实验学校"
PASSWORD = "qinghe-2026"  # of all demo accounts, printed at the start; a real school has none of them
CLASSES = {"一(1)班": (1, 1), "四(1)班": (4, 1), "四(2)班": (4, 2), "八(3)班": (8, 3)}
GRADES = {"一年级": 1, "四年级": 4, "八年级": 8}
SCHOOL_ROLES = {"教务处主任": Role.OFFICE, "校长": Role.PRINCIPAL}
SUBJECTS = (
    *("语文", "数学", "英语", "科学", "道德与法治", "物理", "历史", "地理", "生物"),
    *("信息科技", "体育", "音乐", "美术", "劳动", "综合实践"),
)
MAIN_SUBJECTS = frozenset({"语文", "数学", "英语"})
LOGINS = {
    "林晓棠": "linxiaotang", "顾一鸣": "guyiming", "陈立德": "chenlide", "沈知微": "shenzhiwei", "魏䶮": "weiyan",
    "罗安怡": "luoanyi", "贝思齐": "beisiqi", "唐若溪": "tangruoxi", "蒋承志": "jiangchengzhi",
    "阿依努尔·买买提": "ayinuer", "贺𣲗": "hewei", "丁牧野": "dingmuye", "万小满": "wanxiaoman", "吴悠": "wuyou",
    "孟川": "mengchuan", "卢婧": "lujing", "白露": "bailu", "石磊": "shilei", "韩骁": "hanxiao", "雷震": "leizhen",
    "苏禾": "suhe", "纪云帆": "jiyunfan", "范思源": "fansiyuan", "邱叶": "qiuye", "黎远": "liyuan",
    "郑怀瑾": "zhenghuaijin", "程望舒": "chengwangshu",
}  # fmt: skip
ADMINISTRATOR = ("系统管理员", "admin")
WORDS = {
    "tier": {"必做": Tier.MANDATORY, "选做": Tier.OPTIONAL},
    "form": dict(
        zip(
            SAMPLE["vocab"]["form"],
            (Form.WRITTEN, Form.ORAL, Form.PRACTICAL, Form.READING, Form.SPORT, Form.CHORES),
            strict=True,
        )
    ),
    "place": {"校内": Place.SCHOOL, "家庭": Place.HOME},
    "level": {"基础": Level.BASIC, "提高": Level.ADVANCED, "拓展": Level.EXTENDED, None: None},
    "source": {**dict(zip(SAMPLE["vocab"]["source"], Source, strict=True)), None: None},
}
# What the colleagues agreed on (approval_samples): without this the days over their cap could not have been published.
COORDINATED_MINUTES = {"G4A-09": 15, "G4A-11": 15, "G4A-12": 8, "G8C-18": 15}
NEVER_PUBLISHED = {"G8C-24"}  # 0 minutes: stayed open on its day


@dataclass(frozen=True)
class Filing:
    """What one teacher filed for one class, subject and day (1 = Monday) of the sample; no rows: none that day."""

    class_name: str
    day: int
    subject: str
    teacher: str
    rows: tuple[dict, ...] = ()

    def items(self, *, as_published: bool) -> list[ItemValues]:
        rows = [row for row in self.rows if not (as_published and row["id"] in NEVER_PUBLISHED)]
        return [item_values(row, COORDINATED_MINUTES.get(row["id"]) if as_published else None) for row in rows]


def sample_filings() -> Iterator[Filing]:
    """The filings of the sample that were not returned, Monday to Friday."""
    grouped: dict[tuple, list[dict]] = defaultdict(list)
    for row in SAMPLE["homework"]:
        if row["status"] not in ("已退回", "已撤回") and row["day"] <= 5:
            grouped[row["class_name"], row["day"], row["subject"], row["teacher"]].append(row)
    for key, rows in grouped.items():
        yield Filing(*key, tuple(rows))
    for row in SAMPLE["no_homework_declarations"]:
        key = (row["class_name"], row["day"], row["subject"], row["teacher"])
        if key not in grouped:  # where something voluntary was filed all the same, that filing says it
            yield Filing(*key)


def item_values(row: dict, minutes: int | None = None) -> ItemValues:
    """One row of the sample as the composer would hand it over."""
    span = row["span"] or {}
    return ItemValues(
        text=row["description"].replace("\r\n", "\n"),
        minutes=row["minutes"] if minutes is None else minutes,
        choice_group=row["choice_group"] and row["choice_group"].rpartition("-")[2],
        choose=row["choose_n"],
        days=span.get("days", 1),
        every=7 if span.get("mode") == "按周" else 1,
        **{name: words[row[name]] for name, words in WORDS.items()},
    )


class Demo:
    """The school as it is being made, by name."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.school = School(code="qinghe", name=SCHOOL_NAME, supervision_phone="0513-0000 0000")
        db.session.add(self.school)
        db.session.flush()
        self.calendar = rules_of(self.school).calendar
        self.today = self.calendar.next_school_day(now.date())
        self.monday = self.today - timedelta(days=self.today.weekday())
        self.classes = {name: self._class(*CLASSES[name]) for name in CLASSES}
        self.subjects = {
            name: self._add(Subject, name=name, position=n, budget=20 if name in MAIN_SUBJECTS else 15)
            for n, name in enumerate(SUBJECTS)
        }
        hashed = generate_password_hash(PASSWORD)
        names = [*LOGINS.items(), ADMINISTRATOR]
        self.people = {n: self._add(Person, name=n, login=login, password_hash=hashed) for n, login in names}
        db.session.flush()
        self._grant_roles()
        self._assign()
        db.session.flush()
        account_queries.people_with_rights(self.school.id, now.date())

    def day_of_sample(self, day: date) -> int:
        """The day of the sample (1 = Monday) a school day is filled from: the weekend's only where a break follows."""
        if day.weekday() < 4:
            return day.weekday() + 1
        return 5 if len(self.calendar.covered_days(day)) > 1 else 1

    def _add(self, model: type, **values: object):
        row = model(school_id=self.school.id, **values)
        db.session.add(row)
        return row

    def _class(self, grade: int, number: int) -> SchoolClass:
        """The address of a class is the year it entered school, which stays while it moves up."""
        school_year = self.today.year if self.today.month >= 8 else self.today.year - 1
        school_class = self._add(SchoolClass, grade=grade, number=number, code=f"{school_year - grade + 1}-{number}")
        school_class.school = self.school
        return school_class

    def _grant_roles(self) -> None:
        for row in SAMPLE["people"]:
            for word in row["roles"]:
                role, _, scope = word.partition(":")
                person_id = self.people[row["name"]].id
                if role == "班主任":
                    self._add(RoleGrant, person_id=person_id, role=Role.HOMEROOM, class_id=self.classes[scope].id)
                elif role == "年级组长":
                    self._add(RoleGrant, person_id=person_id, role=Role.LEAD, grade=GRADES[scope])
                elif role in SCHOOL_ROLES:
                    self._add(RoleGrant, person_id=person_id, role=SCHOOL_ROLES[role])
        self._add(RoleGrant, person_id=self.people[ADMINISTRATOR[0]].id, role=Role.ADMINISTRATOR)

    def _assign(self) -> None:
        """Who teaches what on which weekdays, read off the week: a day with a filing, or where one is known to miss."""
        weekdays: dict[tuple[str, str, str], int] = defaultdict(int)
        for row in [*SAMPLE["homework"], *SAMPLE["no_homework_declarations"], *SAMPLE["missing_filings"]]:
            stands_in = row["teacher"].startswith("代课·")
            bit = 0 if stands_in or row["day"] > 5 else 1 << row["day"] - 1
            weekdays[person_name(row["teacher"]), row["class_name"], row["subject"]] |= bit
        for (teacher, class_name, subject), bits in weekdays.items():
            self._add(
                TeachingAssignment,
                teacher_id=self.people[teacher].id,
                class_id=self.classes[class_name].id,
                subject_id=self.subjects[subject].id,
                weekdays=bits,
            )

    def holder(self, role: Role, *, class_name: str = "", grade: int | None = None) -> Person:
        """Who holds a role."""
        wanted = {"class_id": self.classes[class_name].id} if class_name else {"grade": grade}
        grant = db.session.query(RoleGrant).filter_by(role=role, **wanted).one()
        return next(person for person in self.people.values() if person.id == grant.person_id)

    def file(self, filing: Filing, day: date, at: datetime, items: list[ItemValues], reason: str = "") -> None:
        """File, or file again, for one class, subject and day; where all items stay away, nothing is filed."""
        if filing.rows and not items:
            return
        school_class, subject = self.classes[filing.class_name], self.subjects[filing.subject]
        present = homework_queries.class_day(school_class, day).filing_of(subject.id) if reason else None
        homework.file_homework(
            school_class,
            subject,
            day,
            items=items,
            submit=True,
            seen_version=present.version if present else 0,
            by=self.people[person_name(filing.teacher)],
            at=at,
            reason=reason,
        )

    def coordinate(self, class_name: str, day: date, at: datetime) -> None:
        self.step(approvals.coordinate, class_name, day, at, self.holder(Role.HOMEROOM, class_name=class_name))

    def approve(self, class_name: str, day: date, at: datetime) -> None:
        lead = self.holder(Role.LEAD, grade=CLASSES[class_name][0])
        self.step(approvals.approve, class_name, day, at, lead)

    def step(self, step: Callable, class_name: str, day: date, at: datetime, by: Person, **more: object) -> None:
        """Do something to a sheet as it stands."""
        school_class = self.classes[class_name]
        version = homework_queries.class_day(school_class, day).version
        step(school_class, day, seen_version=version, by=by, at=at, **more)

    def clock(self, day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), self.now.tzinfo)


def person_name(teacher: str) -> str:
    return teacher.removeprefix("代课·")
