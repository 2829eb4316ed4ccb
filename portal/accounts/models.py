"""People, what they were called before, the roles granted to them, and who stands in for whom."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from portal.extensions import Model, Moment, one_of
from portal.policy.permissions import Actor, Role, Scope, may

QUICK = "pbkdf2:sha256:2000"  # a school's slips are made in one step; scrypt would take a minute
BY_PROVIDER = ".provider"  # the end of what a session holds that began at the school's own sign-in
NO_PASSWORD = "!"  # the hash of no password: who has it cannot sign in yet


def hash_of(password: str) -> str:
    """scrypt: takes a tenth of a second, so nobody should wait for a lock meanwhile."""
    return generate_password_hash(password)


def quick_hash_of(password: str) -> str:
    """Of a drawn password: nobody can guess what was drawn, however quick the hash."""
    return generate_password_hash(password, method=QUICK)


class Person(UserMixin, Model):
    """Somebody with an account. Families have none.

    Name and login stand here, and what they were before in FormerName, and nowhere else: whatever tells of people
    refers to them by id. Of somebody who was erased only the id is left, with a name and a login made of it.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("erased_at IS NULL OR NOT active", name="nobody_who_is_erased_can_sign_in"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    one_time_last: Mapped[date | None]  # the password is one from a slip, which holds until the end of this day
    session_version: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # sessions that began under another number are over, wherever they are
    erased_at: Mapped[datetime | None] = mapped_column(Moment)  # when name and login were taken away for good

    by_provider = False  # not stored: whether this request's session began at the school's own sign-in

    school: Mapped["School"] = relationship("School", lazy="raise_on_sql")  # noqa: F821
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person", lazy="raise_on_sql")
    loans: Mapped[list["Deputy"]] = relationship(back_populates="person", lazy="raise_on_sql")
    assignments: Mapped[list["TeachingAssignment"]] = relationship(  # noqa: F821
        "TeachingAssignment", back_populates="teacher", lazy="raise_on_sql"
    )

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """The person, and how often their sessions were ended."""
        return f"{self.id}.{self.session_version}"

    def session_token(self) -> str:
        """What sessions and remembering cookies hold: `get_id()`, and where they began if it was not here."""
        return self.get_id() + (BY_PROVIDER if self.by_provider else "")

    @property
    def one_time(self) -> bool:
        """Whether their password is one from a slip, to be changed at the first sign-in."""
        return self.one_time_last is not None

    def has_run_out(self, today: date) -> bool:
        """Whether their password is one from a slip that holds no more."""
        return self.one_time and self.one_time_last < today

    @property
    def needs_own_password(self) -> bool:
        """Whether the password they have signed in with is one from a slip."""
        return self.one_time and not self.by_provider

    @property
    def has_none(self) -> bool:
        """Whether they have no password yet, and so cannot sign in."""
        return self.password_hash == NO_PASSWORD

    def set_password(self, password: str) -> None:
        """Keep the scrypt hash of `password`, never the password."""
        self.password_hash, self.one_time_last = hash_of(password), None

    def set_one_time_password(self, password: str, last: date) -> None:
        """Keep the hash of a drawn password, which holds until the end of `last`."""
        self.password_hash, self.one_time_last = quick_hash_of(password), last

    def has_password(self, password: str) -> bool:
        return check_password_hash(self.password_hash, password)

    @property
    def actor(self) -> Actor:
        """This person as the rules see them, with the roles lent to them."""
        return self.rights.together

    def deputy_for(self, permission: str, scope: Scope) -> str:
        """The names of those in whose place this person does something; empty where they may in their own right."""
        return " ".join(sorted({each.lender for each in self._lenders(permission, scope)}))

    def lenders(self, permission: str, scope: Scope) -> list[int]:
        """The ids of the same people."""
        return sorted({each.lender_id for each in self._lenders(permission, scope)})

    def _lenders(self, permission: str, scope: Scope) -> list["Lent"]:
        if may(self.rights.own, permission, scope):
            return []
        return [each for each in self.rights.lent if may(each.actor, permission, scope)]

    @cached_property
    def rights(self) -> "Rights":
        """Read once, right after loading (see accounts.queries): a later query may put the rows away again."""
        return Rights(
            own=self._actor(self.grants),
            together=self._actor([*self.grants, *(loan.grant for loan in self.loans)]),
            lent=tuple(self._lent(loan) for loan in self.loans),
        )

    def _lent(self, loan: "Deputy") -> "Lent":
        grant = loan.grant
        actor = self._actor([grant], teaches=False)
        return Lent(grant.person.name, grant.person_id, grant.post, actor, grant.id, loan.last)

    def _actor(self, grants: list["RoleGrant"], *, teaches: bool = True) -> Actor:
        own = self.assignments if teaches else []
        return Actor(
            id=self.id,
            school_id=self.school_id,
            roles=frozenset(Role(grant.role) for grant in grants),
            homeroom_of=frozenset(grant.class_id for grant in grants if grant.role == Role.HOMEROOM),
            leads=frozenset(grant.grade for grant in grants if grant.role == Role.LEAD),
            teaches=frozenset((each.class_id, each.subject_id) for each in own),
            teaches_in=frozenset((each.school_class.grade, each.subject_id) for each in own),
        )


class FormerName(Model):
    """What somebody was called until a moment: what was written before it goes on saying so."""

    __tablename__ = "former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    login: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Post:
    """A role and where it holds, in numbers that people read: the grade, and of a class its number in it."""

    role: Role
    grade: int | None = None
    number: int | None = None

    @property
    def place(self) -> str:
        """ "4(1)", "4", or nothing for the whole school: how the log writes it."""
        return f"{self.grade}({self.number})" if self.number else str(self.grade or "")


@dataclass(frozen=True)
class Lent:
    """A role that is lent to somebody today: by whom, which, as which rights, and until when."""

    lender: str
    lender_id: int
    post: Post
    actor: Actor
    grant_id: int
    last: date


@dataclass(frozen=True)
class Rights:
    """A person's own rights, those with what is lent to them, and what that is."""

    own: Actor
    together: Actor
    lent: tuple[Lent, ...] = ()


class RoleGrant(Model):
    """A role and where it holds: a homeroom teacher has a class, a year-group lead a grade, the others the school."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "class_id", "grade"),
        CheckConstraint(
            "(role = 'homeroom') = (class_id IS NOT NULL)",
            name="a_homeroom_teacher_has_a_class_and_only_they",
        ),
        CheckConstraint("(role = 'lead') = (grade IS NOT NULL)", name="a_lead_has_a_grade_and_only_they"),
        CheckConstraint(one_of("role", Role), name="the_role_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"), index=True)
    grade: Mapped[int | None]

    person: Mapped[Person] = relationship(back_populates="grants", lazy="raise_on_sql")
    school_class: Mapped["SchoolClass | None"] = relationship("SchoolClass", lazy="raise_on_sql")  # noqa: F821

    @property
    def post(self) -> Post:
        """The role with its place. Needs the class to be loaded."""
        place = self.school_class
        return Post(Role(self.role), place.grade if place else self.grade, place.number if place else None)


class Deputy(Model):
    """A granted role lent to a colleague, from the first day to the last one (both included)."""

    __tablename__ = "deputy"
    __table_args__ = (CheckConstraint("first <= last", name="a_deputy_ends_after_they_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("role_grant.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]

    grant: Mapped[RoleGrant] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(back_populates="loans", lazy="raise_on_sql")
