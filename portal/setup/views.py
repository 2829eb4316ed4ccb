"""The page of the first start, as long as there is no school, and the page that tells what to do next."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user

from portal import clock
from portal.access import public, requires
from portal.attempts import Attempts, tries_of_code
from portal.extensions import db
from portal.pinyin import initials
from portal.policy.caps import GRADES
from portal.policy.errors import PolicyError
from portal.policy.school_year import present_term
from portal.setup import actions, queries
from portal.setup.forms import SetupForm
from portal.setup.page import Step
from portal.site import absolute

bp = Blueprint("setup", __name__, url_prefix="/setup")
LEADING_HERE = {"home.start", "accounts.sign_in"}


@bp.before_app_request
def a_school_comes_first():
    """Where everybody begins leads to the first start, as long as there is no school."""
    if request.endpoint in LEADING_HERE and queries.is_open():
        return redirect(url_for("setup.start"))
    return None


@bp.get("")
@public
def start():
    """What a school begins with, the present term proposed. Gone once there is a school."""
    if not queries.is_open():
        return redirect(url_for("accounts.sign_in"))
    form = SetupForm(formdata=None)
    form.propose(present_term(clock.today()))
    return _page(form)


@bp.post("")
@public
def found():
    """Found the school, sign its administrator in, and say what to do next."""
    if queries.has_school():
        raise PolicyError("学校已经建好了，这一次没有再建。请用管理员的账号登录。")
    form = SetupForm()
    attempts: Attempts = current_app.extensions["attempts"]
    tries = tries_of_code(request.remote_addr or "")
    if seconds := attempts.take(tries):
        form.code.errors = [gettext("试的次数太多了，请等 %(seconds)s 秒再试。", seconds=seconds)]
        return _page(form), 429, {"Retry-After": str(seconds)}
    valid = form.validate()
    if form.code.data and not queries.is_code(form.code.data, clock.now()):
        attempts.failed()
        form.code.errors = [gettext("安装码不对，或者已经过期。请看启动本站的窗口里最新的一个；重新启动会印新的。")]
        valid = False
    else:
        attempts.give_back(tries)
    if not valid:
        return _page(form), 422
    administrator = actions.found_school(form.founding(_short(form)), form.password.data, at=clock.now())
    db.session.commit()
    login_user(administrator)
    session["used"] = int(clock.now().timestamp())
    flash(gettext("学校建好了。您已登录。"))
    return redirect(url_for("setup.following"), 303)


@bp.get("/next")
@requires("setup.follow")
def following():
    """What a new school does next, with what is done already."""
    school = current_user.school
    counts = queries.counts_of(school, clock.today())
    return render_template(
        "setup/next.html",
        counts=counts,
        done=counts.done,
        steps=Step,
        shown=school.first_steps,
        board=absolute(url_for("board.school", school_code=school.code)),
    )


@bp.post("/next")
@requires("setup.follow")
def show():
    """Put the first steps away from the start page, or back there."""
    shown = request.form.get("do") == "show"
    actions.show_first_steps(current_user.school, shown)
    db.session.commit()
    flash(gettext("首页上又有“接下来做什么”了。") if shown else gettext("首页上不再显示“接下来做什么”。"))
    return redirect(url_for("setup.following", _anchor="main"), 303)


def _short(form: SetupForm) -> str:
    return (initials(form.school.data) or "school")[:32]


def _page(form: SetupForm) -> str:
    return render_template("setup/start.html", form=form, grades=GRADES)
