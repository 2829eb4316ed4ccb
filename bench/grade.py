"""A large grade for the bench: 20 classes, 8 subjects, filed, signed off and approved through the portal's own actions.

`python -m bench.grade` adds it to the sample school of the database that PORTAL_DATABASE_URL names.
"""

from datetime import date, datetime, time

from sqlalchemy import select
from werkzeug.security import generate_password_hash

from portal import clock
from portal.accounts.models import Person, RoleGrant
from portal.app import create_app
from portal.approvals import actions as approvals
from portal.demo.seed import PASSWORD
from portal.extensions import db
from portal.homework import actions as homework
from portal.homework import queries as homework_queries
from portal.policy.item import ItemValues
from portal.policy.permissions import Role
from portal.policy.vocabulary import Form, Place, Tier
from portal.school.models import School, SchoolClass, Subject, TeachingAssignment
from portal.school.rules import rules_of

LEAD = "lead-of-twenty"
GRADE = 6  # the sample school has none
CLASSES = 20
SUBJECTS = 8


def main() -> None:
    with create_app().app_context():
        fill(db.session.scalars(select(School)).one())


def fill(school: School) -> None:
    """On the day the demo calls today: a third each collecting, waiting for the lead, and published."""
    day = rules_of(school).calendar.next_school_day(clock.today())
    at = datetime.combine(day, time(15, 30), clock.now().tzinfo)
    subjects = db.session.scalars(select(Subject).order_by(Subject.position).limit(SUBJECTS)).all()
    lead = person(school, LEAD, "年级组长", role=Role.LEAD, grade=GRADE)
    teachers = [person(school, f"teacher-{each.id}", f"{each.name}老师") for each in subjects]
    for number in range(1, CLASSES + 1):
        school_class = SchoolClass(
            school=school, school_id=school.id, grade=GRADE, number=number, code=f"bench-{number}"
        )
        db.session.add(school_class)
        db.session.flush()
        homeroom = person(school, f"homeroom-{number}", "班主任", role=Role.HOMEROOM, class_id=school_class.id)
        for subject, teacher in zip(subjects, teachers, strict=True):
            assignment = {"teacher_id": teacher.id, "class_id": school_class.id, "subject_id": subject.id}
            db.session.add(TeachingAssignment(school_id=school.id, **assignment))
        db.session.flush()
        for subject, teacher in zip(subjects, teachers, strict=True):
            if (number + subject.id) % 10:  # one in ten has not filed yet
                file(school_class, subject, teacher, day, at)
        steps = [(approvals.coordinate, homeroom), (approvals.approve, lead)]
        for step, by in steps[: number % 3]:
            seen = homework_queries.class_day(school_class, day).version
            step(school_class, day, seen_version=seen, by=by, at=at)
        db.session.commit()


def person(school: School, login: str, name: str, **granted: object) -> Person:
    """Somebody of the school who may have a role; they sign in with the demo's password."""
    somebody = Person(school_id=school.id, login=login, name=name, password_hash=HASH)
    somebody.grants, somebody.loans, somebody.assignments = [], [], []
    db.session.add(somebody)
    db.session.flush()
    if granted:
        somebody.grants.append(RoleGrant(school_id=school.id, **granted))
        db.session.flush()
    return somebody


def file(school_class: SchoolClass, subject: Subject, teacher: Person, day: date, at: datetime) -> None:
    kind = {"tier": Tier.MANDATORY, "place": Place.HOME}
    minutes = 5 + (school_class.number + subject.position) % 3
    items = [
        ItemValues(text=f"练习册第 {minutes} 页", form=Form.WRITTEN, minutes=minutes, **kind),
        ItemValues(text="朗读课文", form=Form.READING, minutes=5, **kind),
    ]
    homework.file_homework(school_class, subject, day, items=items, submit=True, seen_version=0, by=teacher, at=at)


HASH = generate_password_hash(PASSWORD)

if __name__ == "__main__":
    main()
