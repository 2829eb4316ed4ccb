"""Signing in and out, and who has an account."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user

from portal import clock
from portal.access import only_reads, public, requires, signed_in
from portal.accounts import queries, readers
from portal.accounts.forms import SignInForm
from portal.errors import carried_fields
from portal.extensions import login_manager
from portal.extensions import only_reads as changes_nothing
from portal.htmx import fragment, go_to, wants_fragment

bp = Blueprint("accounts", __name__)
CARRIED = "carried."  # prefix of fields that were typed into another form before signing in


@login_manager.user_loader
def load_person(person_id: str):
    if not person_id.isdecimal():
        return None
    person = readers.person_who_reads if changes_nothing() else queries.person_for_session
    return person(int(person_id), clock.today())


@login_manager.unauthorized_handler
def ask_to_sign_in():
    """A page is asked for again after signing in; what was typed into a form travels along and is kept.

    What htmx sends by itself while somebody types only gets the word that they are signed out.
    """
    if request.method == "GET":
        return go_to(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if wants_fragment():
        return fragment("accounts/_signed_out.html", status=401)
    form = SignInForm(formdata=None)
    form.next.data = request.full_path.rstrip("?")
    return render_template("accounts/sign_in.html", form=form, carried=carried_fields(), prefix=CARRIED), 401


@bp.get("/sign-in")
@public
def sign_in():
    if current_user.is_authenticated:
        return redirect(url_for("home.start"))
    form = SignInForm(formdata=None)
    form.next.data = _own_address(request.args.get("next", ""))
    return render_template("accounts/sign_in.html", form=form, carried=[], prefix=CARRIED)


@bp.post("/sign-in")
@public
@only_reads
def signing_in():
    """Check the password; with fields carried along, show them once more before they are sent where they belong.

    The session lives in a cookie: nothing is written, and the slow hash of a password keeps no writer waiting.
    """
    form = SignInForm()
    typed = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(CARRIED)]
    carried = [(name.removeprefix(CARRIED), value) for name, value in typed]
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, carried=carried, prefix=CARRIED), 422
    person = queries.person_by_login(form.login.data, clock.today())
    if person is None or not person.has_password(form.password.data):
        form.password.errors = [gettext("账号或密码不对。忘记密码请找管理员。")]
        return render_template("accounts/sign_in.html", form=form, carried=carried, prefix=CARRIED), 422
    login_user(person)
    wanted = _own_address(form.next.data or "")
    if carried:
        return render_template("accounts/resume.html", carried=carried, action=wanted)
    return redirect(wanted or url_for("home.start"), 303)


@bp.post("/sign-out")
@signed_in
@only_reads
def sign_out():
    logout_user()
    return redirect(url_for("board.start"), 303)


@bp.get("/people")
@requires("people.read")
def people():
    """Who has an account, with roles."""
    people = queries.people_of_school(current_user.school_id, clock.today())
    return render_template("accounts/people.html", people=people)


def _own_address(address: str) -> str:
    """`address` if it is a page of ours, else nothing: nobody is sent elsewhere after signing in."""
    own = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if own and not any(ord(each) < 32 for each in address) else ""
