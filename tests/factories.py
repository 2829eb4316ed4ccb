"""Named people in two small schools, and short ways to file, coordinate, approve for tests.

青禾: classes 四(1), 四(2), 一(1)
    陈立德 teaches 数学 in 四(1), 四(2), homeroom teacher of 四(1) · 沈知微 teaches 语文 in 四(1), leads grade 4
    罗安怡 teaches 英语 in 四(1) · 林晓棠 teaches 语文 in 一(1), its homeroom teacher · 顾一鸣 leads grade 1
    郑怀瑾 office · 程望舒 principal · 管理员 administrator
远山: a school of its own with 四(1), where 周远 teaches 数学, is homeroom teacher and leads grade 4
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from werkzeug.security import generate_password_hash

from portal.accounts import queries as account_queries
from portal.accounts.models import Person, RoleGrant
from portal.approvals import actions as approvals
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import queries as homework_queries
from portal.homework.models import DaySheet, Homework
from portal.homework.sheet import ClassDay
from portal.policy.item import ItemValues
from portal.policy.permissions import Role
from portal.policy.vocabulary import Form, Place, Tier
from portal.school.models import EVERY_WEEKDAY, GradeRule, School, SchoolClass, Subject, TeachingAssignment

PASSWORD = "a long password"
HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")  # cheap on purpose: tests sign in often
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CORRECTED = "写错了页码"  # the reason that file() gives where a version is public
TOMORROW = TODAY + timedelta(days=1)


def item(minutes: int | None = 20, text: str = "第 42 页第 3–6 题", **values: object) -> ItemValues:
    """A mandatory written item for home, unless said otherwise."""
    defaults = {"tier": Tier.MANDATORY, "form": Form.WRITTEN, "place": Place.HOME}
    return ItemValues(text=text, minutes=minutes, **defaults | values)


def add(model: type, **values: object):
    """Store a row and give it its id."""
    row = model(**values)
    db.session.add(row)
    if "together" not in db.session.info:
        db.session.flush()
    return row


@contextmanager
def together() -> Iterator[None]:
    """What is added inside is stored at the end, in one go."""
    db.session.info["together"] = True
    try:
        yield
    finally:
        del db.session.info["together"]
    db.session.flush()


def make_person(school: School, login: str, name: str) -> Person:
    return add(Person, school_id=school.id, login=login, name=name, password_hash=HASH)


def make_class(school: School, grade: int, number: int) -> SchoolClass:
    code = f"{school.code}-{grade}-{number}"
    return add(SchoolClass, school_id=school.id, grade=grade, number=number, code=code, school=school)


def grant(person: Person, role: Role, *, school_class: SchoolClass | None = None, grade: int | None = None) -> None:
    class_id = school_class.id if school_class else None
    add(RoleGrant, school_id=person.school_id, person_id=person.id, role=role, class_id=class_id, grade=grade)


def assign(teacher: Person, school_class: SchoolClass, subject: Subject, weekdays: int = EVERY_WEEKDAY) -> None:
    add(
        TeachingAssignment,
        school_id=teacher.school_id,
        teacher_id=teacher.id,
        class_id=school_class.id,
        subject_id=subject.id,
        weekdays=weekdays,
    )


def move_up(school_class: SchoolClass, day: date) -> None:
    """From `day` on the class is a grade higher: what moving up the whole school does to one class. Commits."""
    sheets = update(DaySheet).where(DaySheet.class_id == school_class.id, DaySheet.date < day)
    db.session.execute(sheets.values(grade=school_class.grade, number=school_class.number))
    school_class.grade, school_class.since = school_class.grade + 1, day
    school_class.school.rules_version += 1
    db.session.commit()


def leave(school_class: SchoolClass, day: date) -> None:
    """From `day` on it is no class of the school any more. Commits."""
    school_class.left_on = day
    school_class.school.rules_version += 1
    db.session.commit()


def set_rule(school: School, grade: int, **rule: int) -> None:
    """What the school sets for a grade: cap=45, no_homework_weekday=2. Every process reads the rules again."""
    add(GradeRule, school_id=school.id, grade=grade, **rule)
    school.rules_version += 1
    db.session.flush()


@dataclass
class World:
    """Everybody and everything by name."""

    school: School
    other_school: School
    four_one: SchoolClass
    four_two: SchoolClass
    one_one: SchoolClass
    other_class: SchoolClass
    chinese: Subject
    maths: Subject
    english: Subject
    other_maths: Subject
    chen: Person
    shen: Person
    luo: Person
    lin: Person
    gu: Person
    zheng: Person
    cheng: Person
    admin: Person
    zhou: Person
    at: datetime = field(default=NOW)

    def day(self, school_class: SchoolClass, day: date = TODAY) -> ClassDay:
        return homework_queries.class_day(school_class, day)

    def sheet(self, school_class: SchoolClass, day: date) -> DaySheet | None:
        return db.session.scalar(select(DaySheet).filter_by(class_id=school_class.id, date=day))

    def version(self, school_class: SchoolClass, day: date) -> int:
        """What a form would have been shown."""
        sheet = self.sheet(school_class, day)
        return sheet.version if sheet else 0

    def file(
        self,
        by: Person,
        subject: Subject,
        *items: ItemValues,
        school_class: SchoolClass | None = None,
        day: date = TODAY,
        submit: bool = True,
        reason: str = "",
    ) -> Homework:
        """File (again) for 四(1) or another class; without items: none today. Commits."""
        school_class = school_class or self.four_one
        sheet = self.sheet(school_class, day)
        filed = {"sheet_id": sheet and sheet.id, "subject_id": subject.id}
        filing = db.session.scalar(select(Homework).filter_by(**filed))
        if sheet and sheet.was_public:
            reason = reason or CORRECTED
        filing = homework.file_homework(
            school_class,
            subject,
            day,
            items=items,
            submit=submit,
            seen_version=filing.version if filing else 0,
            by=by,
            at=min(self.at, datetime.combine(day, time(15, 55), self.at.tzinfo)),
            reason=reason,
        )
        db.session.commit()
        return filing

    def coordinate(self, school_class: SchoolClass | None = None, day: date = TODAY, by: Person | None = None):
        school_class = school_class or self.four_one
        version = self.version(school_class, day)
        done = approvals.coordinate(school_class, day, seen_version=version, by=by or self.chen, at=self.at)
        db.session.commit()
        return done

    def approve(self, school_class: SchoolClass | None = None, day: date = TODAY, by: Person | None = None):
        school_class = school_class or self.four_one
        version = self.version(school_class, day)
        done = approvals.approve(school_class, day, seen_version=version, by=by or self.shen, at=self.at)
        db.session.commit()
        return done

    def give_back(
        self, reason: str, school_class: SchoolClass | None = None, day: date = TODAY, by: Person | None = None
    ):
        school_class = school_class or self.four_one
        version = self.version(school_class, day)
        done = approvals.return_sheet(
            school_class, day, reason=reason, seen_version=version, by=by or self.shen, at=self.at
        )
        db.session.commit()
        return done

    def publish(self, school_class: SchoolClass | None = None, day: date = TODAY):
        """Coordinate and approve what is filed."""
        self.coordinate(school_class, day)
        return self.approve(school_class, day)


def know_everybodys_rights(*schools: School) -> None:
    """Load what the permission table asks about, as signing in does."""
    for school in schools:
        account_queries.people_with_rights(school.id, TODAY)


def make_world() -> World:
    with together():
        school = add(School, code="qinghe", name="青禾实验学校", supervision_phone="0513-0000 0000")
        other = add(School, code="yuanshan", name="远山学校")
    with together():
        four_one, four_two, one_one = make_class(school, 4, 1), make_class(school, 4, 2), make_class(school, 1, 1)
        other_class = make_class(other, 4, 1)
        chinese, maths, english = (
            add(Subject, school_id=school.id, name=name, position=position)
            for position, name in enumerate(("语文", "数学", "英语"))
        )
        other_maths = add(Subject, school_id=other.id, name="数学")
        chen, shen, luo, lin, gu, zheng, cheng, admin = (
            make_person(school, login, name)
            for login, name in (
                ("chen", "陈立德"),
                ("shen", "沈知微"),
                ("luo", "罗安怡"),
                ("lin", "林晓棠"),
                ("gu", "顾一鸣"),
                ("zheng", "郑怀瑾"),
                ("cheng", "程望舒"),
                ("admin", "管理员"),
            )
        )
        zhou = make_person(other, "zhou", "周远")
    with together():
        assign(chen, four_one, maths)
        assign(chen, four_two, maths)
        assign(shen, four_one, chinese)
        assign(luo, four_one, english)
        assign(lin, one_one, chinese)
        assign(zhou, other_class, other_maths)
        grant(chen, Role.HOMEROOM, school_class=four_one)
        grant(lin, Role.HOMEROOM, school_class=one_one)
        grant(shen, Role.LEAD, grade=4)
        grant(gu, Role.LEAD, grade=1)
        grant(zheng, Role.OFFICE)
        grant(cheng, Role.PRINCIPAL)
        grant(admin, Role.ADMINISTRATOR)
        grant(zhou, Role.HOMEROOM, school_class=other_class)
        grant(zhou, Role.LEAD, grade=4)
    know_everybodys_rights(school, other)
    return World(
        school=school,
        other_school=other,
        four_one=four_one,
        four_two=four_two,
        one_one=one_one,
        other_class=other_class,
        chinese=chinese,
        maths=maths,
        english=english,
        other_maths=other_maths,
        chen=chen,
        shen=shen,
        luo=luo,
        lin=lin,
        gu=gu,
        zheng=zheng,
        cheng=cheng,
        admin=admin,
        zhou=zhou,
    )
