"""Signing in and out, and what holds for every session."""

from datetime import date

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, decode_cookie, encode_cookie, login_user, logout_user
from werkzeug.security import check_password_hash, generate_password_hash

from portal import clock, cookies
from portal.access import PUBLIC, access_mark, only_reads, public, signed_in
from portal.accounts import queries, readers
from portal.accounts.forms import PasswordForm, SignInForm
from portal.accounts.models import BY_PROVIDER, Person
from portal.attempts import Attempts, tries_of
from portal.errors import carried_fields, written
from portal.extensions import SAFE_METHODS, login_manager
from portal.extensions import only_reads as changes_nothing
from portal.filters import month_day
from portal.htmx import fragment, go_to, wants_fragment
from portal.site import absolute

bp = Blueprint("accounts", __name__)
CARRIED = "carried."  # prefix of fields that were typed into another form before signing in
WHOSE = "whose"  # in the session: the number of the person who signed in last
KNOWN = "known"  # the cookie of a device on which somebody has signed in before
NOBODYS = generate_password_hash("nobody's")  # checked where there is nobody, so that it takes as long
WHILE_ONE_TIME = {"accounts.own_account", "accounts.change_password", "accounts.sign_out"}


@login_manager.user_loader
def load_person(token: str):
    """The person of a session or a remembering cookie, unless it was ended or has been idle for too long."""
    person_id = token.partition(".")[0]
    if not person_id.isdecimal() or _is_idle():
        return None
    reader = readers.person_who_reads if changes_nothing() else queries.person_for_session
    today = clock.today()
    person = reader(int(person_id), today)
    if person is None:
        return None
    person.by_provider = token.endswith(BY_PROVIDER)
    if person.needs_own_password and person.has_run_out(today):
        return None
    return person if person.session_token() == token else None


def _is_idle() -> bool:
    """Whether the session was not used for as long as the setting says; then it is nobody's any more.

    When it was last used is noted in the session itself, once in a while. What a page asks for by itself is no use.
    """
    now, idle = int(clock.now().timestamp()), current_app.config["IDLE"]
    if not idle:
        return False
    used = session.get("used", now)
    if now - used >= idle:
        for key in ("_user_id", "used"):
            session.pop(key, None)
        return True
    by_itself = request.method == "GET" and wants_fragment()
    if not by_itself and ("used" not in session or now - used >= min(idle / 12, 300)):
        session["used"] = now
    return False


@bp.before_app_request
def a_password_of_ones_own_comes_first():
    """Whoever has signed in with a one-time password changes it before anything else."""
    if request.endpoint in WHILE_ONE_TIME or access_mark(current_app, request.endpoint or "static") == PUBLIC:
        return None
    return go_to(url_for("accounts.own_account")) if current_user.needs_own_password else None


@login_manager.unauthorized_handler
def ask_to_sign_in():
    """A page is asked for again after signing in; what was typed into a form travels along and is kept.

    What htmx sends by itself while somebody types only gets the word that they are signed out.
    """
    if request.method in SAFE_METHODS:
        return go_to(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if wants_fragment():
        sentence = gettext("登录已过期，内容还在；按任何按钮会先请您登录。")
        return fragment("errors/_word.html", sentence=sentence, status=401)
    form = SignInForm(formdata=None)
    form.next.data = request.full_path.rstrip("?")
    return render_template("accounts/sign_in.html", form=form, carried=carried_fields(), prefix=CARRIED), 401


@bp.get("/sign-in")
@public
def sign_in():
    told = session.pop("told", {})
    if current_user.is_authenticated:
        return redirect(url_for("home.start"))
    form = SignInForm(formdata=None)
    form.next.data = own_address(request.args.get("next", ""))
    return render_template("accounts/sign_in.html", form=form, carried=[], prefix=CARRIED, **told)


def ask_again(wanted: str, **told: object) -> Response:
    """To the sign-in page, which tells why: its address, in sight and in the history, holds nothing of a provider's."""
    session["told"] = told
    return redirect(url_for("accounts.sign_in", next=wanted or None), 303)


@bp.post("/sign-in")
@public
@only_reads
def signing_in():
    """Check the password; with fields carried along, show them once more before they are sent where they belong.

    The session lives in a cookie: nothing is written, and the slow hash of a password keeps no writer waiting.
    """
    form = SignInForm()
    if not form.validate():
        return sign_in_page(form, 422)
    today = clock.today()
    person = queries.person_by_login(form.login.data, today)
    attempts: Attempts = current_app.extensions["attempts"]
    tries = tries_of(form.login.data, request.remote_addr or "", known=_is_known(person))
    if seconds := attempts.take(tries):
        form.password.errors = [gettext("试的次数太多了，请等 %(seconds)s 秒再试。", seconds=seconds)]
        return *sign_in_page(form, 429), {"Retry-After": str(seconds)}
    if not _is_right(person, form.password.data):
        attempts.failed()
        form.password.errors = [gettext("账号或密码不对。忘记密码请找管理员。")]
        return sign_in_page(form, 422)
    if person.has_run_out(today):  # only who has the slip learns that there is this account
        attempts.failed()
        form.password.errors = [_run_out(person.one_time_last)]
        return sign_in_page(form, 422)
    attempts.succeeded(tries)
    return let_in(person, remember=form.remember.data, wanted=own_address(form.next.data or ""))


def sign_in_page(form: SignInForm, status: int, **more: object) -> tuple[str, int]:
    carried = typed_before()
    return render_template("accounts/sign_in.html", form=form, carried=carried, prefix=CARRIED, **more), status


def typed_before() -> list[tuple[str, str]]:
    """The fields that are carried through this form."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(CARRIED)]
    return [(name.removeprefix(CARRIED), value) for name, value in typed]


def _is_right(person: Person | None, password: str) -> bool:
    """Takes as long for an account that is not there, or has no password of its own, as for any other."""
    if person and person.has_password(password):
        return True
    if person is None or person.one_time or person.has_none:
        check_password_hash(NOBODYS, password)
    return False


def _run_out(last: date) -> str:
    day = month_day(last)
    return gettext("这张纸条上的密码只能用到 %(day)s，已经过期。请找学校的管理员重新发一张。", day=day)


def _is_known(person: Person | None) -> bool:
    return person is not None and decode_cookie(request.cookies.get(KNOWN, "|")) == f"{KNOWN} {person.id}"


def let_in(person: Person, *, remember: bool, wanted: str, apart: bool = False) -> Response:
    """The session begins, and the device is known from now on. `apart`: they go on in another window.

    What an earlier session remembered (lists as they were shown) is only for whoever it was. The token stays, for forms
    that are open beside this one.
    """
    if session.get(WHOSE) != person.id:
        for key in session.keys() - {"csrf_token"}:
            session.pop(key)
    session[WHOSE] = person.id
    login_user(person, remember=remember and bool(current_app.config["REMEMBER_COOKIE_DURATION"]))
    session["used"] = int(clock.now().timestamp())
    page = render_template("accounts/signed_in.html") if apart else go_on(wanted)
    answer = current_app.make_response(page)
    cookies.keep(answer, KNOWN, encode_cookie(f"{KNOWN} {person.id}"), path="/sign-in")
    return answer


def go_on(wanted: str) -> str | Response:
    """The page that was wanted, with what was typed into it before signing in; before all a password of one's own."""
    carried = typed_before()
    if current_user.needs_own_password:
        form = PasswordForm(formdata=None, next=wanted)
        return render_template("accounts/account.html", form=form, carried=carried, prefix=CARRIED)
    if carried:
        return render_template("accounts/resume.html", carried=carried, typed=written(carried), action=wanted)
    return redirect(wanted or url_for("home.start"), 303)


@bp.post("/sign-out")
@signed_in
@only_reads
def sign_out():
    """The session ends here, with all it remembers, for the next who sits at this computer; one that began at the
    provider ends there too.
    """
    provider, by_provider = current_app.extensions["provider"], current_user.by_provider
    session.clear()
    logout_user()
    if not (provider and by_provider):
        return redirect(url_for("board.start"), 303)
    there = provider.way_out(absolute(url_for("accounts.sign_in")))
    if there is None:
        still = gettext(
            "已经退出。您在%(name)s可能还登录着：用的是公用电脑，请也在那里退出，或者关掉浏览器。", name=provider_name()
        )
        return ask_again("", notice=still)
    return pass_on(gettext("正在退出%(name)s", name=provider_name()), there)


def pass_on(title: str, there: str) -> Response:
    """A page that leads to another site. A redirect would not: the policy of our pages keeps forms from leaving, and
    browsers count where the answer to a form leads.
    """
    answer = current_app.make_response(render_template("accounts/pass_on.html", title=title, there=there))
    answer.headers["Refresh"] = f"0; url={there}"
    return answer


def provider_name() -> str:
    """What the school calls its own sign-in."""
    return current_app.config["OIDC_NAME"] or gettext("统一身份认证")


def own_address(address: str) -> str:
    """`address` if it is a page of ours, else nothing: nobody is sent elsewhere after signing in."""
    own = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if own and not any(ord(each) < 32 for each in address) else ""
