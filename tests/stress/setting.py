"""The school under load: one grade with four classes on one day, few people, and everybody at it at once."""

from dataclasses import asdict, dataclass, field
from datetime import time

from flask import Flask

from portal.extensions import db
from portal.policy.permissions import Role
from portal.school.models import School, Subject
from tests.factories import NOW, PASSWORD, TODAY, add, assign, grant, make_class, make_person

GRADE = 4
CAP = 60
TEACHERS = {"语文": "shen", "数学": "chen", "英语": "luo"}
NAMES = {"shen": "沈知微", "chen": "陈立德", "luo": "罗安怡", "bai": "白露", "zheng": "郑怀瑾"}


@dataclass(frozen=True)
class Plan:
    """What writers need to know: addresses are made of these."""

    classes: dict[int, str]  # id → code
    subjects: dict[str, int]
    day: str = TODAY.isoformat()
    grade: int = GRADE
    password: str = PASSWORD
    teachers: dict[str, str] = field(default_factory=lambda: dict(TEACHERS))
    homerooms: dict[str, list[int]] = field(default_factory=dict)

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def of(cls, told: dict) -> "Plan":
        return cls(**told | {"classes": {int(key): code for key, code in told["classes"].items()}})


def make_school(app: Flask) -> Plan:
    """Fill an empty, migrated database. 白露 is homeroom teacher of the first two classes, 陈立德 (who teaches there)
    of the others; 沈知微 leads the grade; clean sheets publish themselves from now on. Commits.
    """
    with app.app_context():
        school = add(School, code="qinghe", name="青禾实验学校", publish_at=time(NOW.hour, NOW.minute))
        classes = [make_class(school, GRADE, number) for number in (1, 2, 3, 4)]
        people = {login: make_person(school, login, name) for login, name in NAMES.items()}
        subjects = {name: add(Subject, school_id=school.id, name=name, position=n) for n, name in enumerate(TEACHERS)}
        for school_class in classes:
            for name, login in TEACHERS.items():
                assign(people[login], school_class, subjects[name])
        homerooms = {"bai": classes[:2], "chen": classes[2:]}
        for login, own in homerooms.items():
            for school_class in own:
                grant(people[login], Role.HOMEROOM, school_class=school_class)
        grant(people["shen"], Role.LEAD, grade=GRADE)
        grant(people["zheng"], Role.OFFICE)
        db.session.commit()
        plan = Plan(
            classes={each.id: each.code for each in classes},
            subjects={name: subject.id for name, subject in subjects.items()},
            homerooms={login: [each.id for each in own] for login, own in homerooms.items()},
        )
        db.session.remove()
        db.engine.dispose()
    return plan
