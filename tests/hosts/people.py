"""A small school for each test, and what its people do at one host or the other, page by page."""

from dataclasses import dataclass
from datetime import time

from portal.extensions import db
from portal.policy.permissions import Role
from portal.school.models import School, Subject
from tests.factories import PASSWORD, TODAY, add, assign, grant, make_class, make_person
from tests.stress.load import Server
from tests.stress.window import Forms, Window

GRADE = 4


@dataclass(frozen=True)
class Staff:
    """A school's accounts by what they do, and the addresses of its classes."""

    school: int
    classes: dict[int, str]  # id → code
    subject: int
    teacher: str
    homeroom: str
    lead: str
    admin: str

    @property
    def first(self) -> int:
        return next(iter(self.classes))

    @property
    def board(self) -> str:
        return f"/board/{self.classes[self.first]}/{TODAY}"

    @property
    def sheet(self) -> str:
        return f"/classes/{self.first}/{TODAY}"

    @property
    def composer(self) -> str:
        return f"/homework/{self.first}/{self.subject}/{TODAY}"


GRID = f"/grades/{GRADE}/{TODAY}"


def make_staff(tag: str, classes: int = 1, publish_at: time | None = None) -> Staff:
    """A school whose accounts begin with the tag. Commits."""
    school = add(School, code=tag, name=f"学校 {tag}", publish_at=publish_at)
    places = [make_class(school, GRADE, number) for number in range(1, classes + 1)]
    subject = add(Subject, school_id=school.id, name="数学", position=1)
    people = {role: make_person(school, f"{tag}-{role}", role) for role in ("teacher", "homeroom", "lead", "admin")}
    for place in places:
        assign(people["teacher"], place, subject)
        grant(people["homeroom"], Role.HOMEROOM, school_class=place)
    grant(people["lead"], Role.LEAD, grade=GRADE)
    grant(people["admin"], Role.ADMINISTRATOR)
    db.session.commit()
    logins = {role: person.login for role, person in people.items()}
    return Staff(school.id, {each.id: each.code for each in places}, subject.id, **logins)


def signed_in(login: str, host: Server, password: str = PASSWORD) -> Window:
    window = Window([host.url], login, password)
    assert window.sign_in() == 303
    return window


def on(host: Server, window: Window) -> Window:
    """The same browser, which now asks this host."""
    other = Window([host.url], window.login, window.password)
    other.cookies = window.cookies
    return other


def send(window: Window, page: str, action: str, **typed: object) -> int:
    """Fill in the form of a page that leads to `action`, and send it."""
    status, html = window.get(page)
    assert status == 200, html[-3000:]
    return window.post(action, Forms(html).fields[action] | typed)[0]


def file(window: Window, staff: Staff, text: str, minutes: int = 20) -> int:
    """The teacher submits one item in place of what was there."""
    item = {"text": text, "minutes": minutes, "tier": "mandatory", "form": "written", "place": "home", "every": 1}
    typed = {f"items-0-{name}": value for name, value in item.items()}
    return send(window, staff.composer, staff.composer, do="submit", reason="写错了", **typed)


def publish(staff: Staff, host: Server) -> None:
    """What was filed is signed off and approved."""
    for login, step in ((staff.homeroom, "coordinate"), (staff.lead, "approve")):
        assert send(signed_in(login, host), staff.sheet, f"{staff.sheet}/{step}") == 303
