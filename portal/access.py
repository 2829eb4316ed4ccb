"""Who may open a route. Every view carries exactly one mark; a view without one answers 403.

The mark is checked before the view runs and asks what needs no row of the database; `authorize()` inside the view
asks about the thing itself. Both ask `portal.policy.permissions`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flask import Flask, abort, current_app, request
from flask_login import current_user

from portal.policy.permissions import PERMISSIONS, Actor, Scope, may

View = TypeVar("View", bound=Callable)
Thing = TypeVar("Thing")

PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view: View) -> View:
    """Anybody may open it."""
    return _mark(view, PUBLIC)


def alike(view: View) -> View:
    """Everybody gets the same from it: it knows no session, no form and nobody who has signed in. The steps before and
    after a view, which are there for these, are left out (`portal.app.Portal`).
    """
    view.alike = True
    return view


def signed_in(view: View) -> View:
    """Everybody with an account may open it."""
    return _mark(view, SIGNED_IN)


def requires(permission: str) -> Callable[[View], View]:
    """People may open it whom the permission table allows `permission` in their own school."""
    if permission not in PERMISSIONS:
        raise LookupError(f"no permission named {permission}")
    return lambda view: _mark(view, permission)


def only_reads(view: View) -> View:
    """A POST that changes nothing (it asks with a long form): it takes no write lock."""
    view.only_reads = True
    return view


def reads_first(view: View) -> View:
    """A POST with something slow to do before it writes (a password's hash, a file): the write lock is taken when it
    calls `extensions.start_writing`.
    """
    view.reads_first = True
    return view


def _mark(view: View, mark: str) -> View:
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__} already has the access mark {view.access!r}")
    view.access = mark
    return view


def actor() -> Actor | None:
    """The signed-in person as the rules see them; None for the public."""
    return current_user.actor if current_user.is_authenticated else None


def can(permission: str, thing: object = None) -> bool:
    """Whether the present person may; `thing` is anything with a `scope`, or a Scope. For templates and views."""
    person = actor()
    return person is not None and may(person, permission, _scope(thing, person))


def authorize(permission: str, thing: Thing, *, known_by: str | None = None) -> Thing:
    """`thing`, if the present person may.

    Aborts with 404 where they may not even know it exists: another school's, or `known_by` (the permission to
    read it) says no. Aborts with 403 where they may read it and not do this.
    """
    person = actor()
    scope = _scope(thing, person)
    if person is None or scope.school_id != person.school_id or (known_by and not may(person, known_by, scope)):
        abort(404)
    if not may(person, permission, scope):
        abort(403)
    return thing


def _scope(thing: object, person: Actor | None) -> Scope:
    if thing is None:
        return Scope(school_id=person.school_id)
    return thing if isinstance(thing, Scope) else thing.scope


def within(thing: object, **more: int) -> Scope:
    """The scope of `thing`, narrowed: `within(school_class, subject_id=3)`."""
    return replace(thing.scope, **more)


def check_mark():
    """Before each request: the route's mark decides. Unknown addresses go on to their 404."""
    if request.endpoint is None:
        return None
    mark = access_mark(current_app, request.endpoint)
    if mark == PUBLIC:
        return None
    if mark is None:
        abort(403)
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()
    if mark != SIGNED_IN and not can(mark):
        abort(403)
    return None


def access_mark(app: Flask, endpoint: str) -> str | None:
    """The mark of a route; None where it has none. Static files are public."""
    if endpoint == "static":
        return PUBLIC
    return getattr(app.view_functions[endpoint], "access", None)
