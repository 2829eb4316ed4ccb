"""Drawing the code, founding the school with it, and how long its first steps are shown."""

from datetime import date, datetime, timedelta
from secrets import choice

from sqlalchemy import delete, select, text

from portal.accounts.models import NO_PASSWORD, Person, RoleGrant
from portal.audit.actions import record
from portal.extensions import db
from portal.policy.errors import PolicyError
from portal.policy.founding import Founding
from portal.policy.passwords import check_password, one_time_password
from portal.policy.permissions import Role
from portal.school import actions as school_actions
from portal.school.link_actions import new_code
from portal.school.models import School, SchoolClass
from portal.setup import queries
from portal.setup.models import SetupCode

HOLDS = timedelta(days=3)  # over a weekend
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20261127)")  # a number that nobody else takes


def draw_code(host: str, *, at: datetime) -> str | None:
    """A new code for a host that starts, in place of its last one; it is stored nowhere. None: there is a school."""
    _lock()
    if queries.has_school():
        return None
    code = one_time_password(choice)
    kept = db.session.scalars(select(SetupCode).where(SetupCode.host == host)).first() or SetupCode(host=host)
    kept.keep(code)
    kept.expires = at + HOLDS
    db.session.add(kept)
    db.session.flush()
    return code


def found_school(founding: Founding, password: str, *, at: datetime, one_time_last: date | None = None) -> Person:
    """The one school, its terms and classes, and its administrator. `one_time_last`: the password was drawn, and holds
    until the end of this day.

    Raises PolicyError where there is a school already, and where something is not as it should be.
    """
    _lock()
    if queries.has_school():
        raise PolicyError("学校已经建好了，这一次没有再建。请用管理员的账号登录。")
    founding.check()
    if not one_time_last:
        check_password(password, login=founding.login, name=founding.person)
    school = School(code=founding.code, name=founding.name, first_steps=True)
    db.session.add(school)
    db.session.flush()
    administrator = _administrator(school, founding)
    if one_time_last:
        administrator.set_one_time_password(password, one_time_last)
    else:
        administrator.set_password(password)
    db.session.flush()
    record("school.found", by=administrator, at=at, name=school.name)
    _add_classes(school, founding, by=administrator, at=at)
    for term in founding.terms:
        school_actions.set_term(
            school, term.name, term.first, term.last, seen_version=school.rules_version, by=administrator, at=at
        )
    db.session.execute(delete(SetupCode))
    return administrator


def show_first_steps(school: School, shown: bool) -> None:
    """Whether the start page leads to them; the page itself stays."""
    school.first_steps = shown
    db.session.flush()


def _administrator(school: School, founding: Founding) -> Person:
    person = Person(school_id=school.id, login=founding.login, name=founding.person, password_hash=NO_PASSWORD)
    db.session.add(person)
    db.session.flush()
    roles = (Role.ADMINISTRATOR, Role.OFFICE) if founding.is_office else (Role.ADMINISTRATOR,)
    db.session.add_all(RoleGrant(school_id=school.id, person_id=person.id, role=role) for role in roles)
    return person


def _add_classes(school: School, founding: Founding, *, by: Person, at: datetime) -> None:
    added = [(grade, n + 1) for grade, count in sorted(founding.classes.items()) for n in range(count)]
    for grade, number in added:
        db.session.add(SchoolClass(school_id=school.id, grade=grade, number=number, code=new_code()))
        db.session.flush()
    if added:
        record("class.add", by=by, at=at, classes=[list(each) for each in added])


def _lock() -> None:
    """One after the other, on whichever host. SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(ONE_AT_A_TIME)
