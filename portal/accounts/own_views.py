"""A person's own account: the password, and what is signed in with it."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_user

from portal import clock
from portal.access import reads_first, signed_in
from portal.accounts import actions
from portal.accounts.forms import PasswordForm
from portal.accounts.views import CARRIED, bp, go_on, own_address, typed_before
from portal.errors import translated
from portal.extensions import db, start_writing
from portal.policy.errors import PolicyError, StaleForm


@bp.get("/account")
@signed_in
def own_account():
    """Change the password; end what is signed in elsewhere."""
    return _page(PasswordForm(formdata=None))


@bp.post("/account")
@signed_in
@reads_first
def change_password():
    """Take the new password: every other session ends, this one goes on. Its hash is slow: nobody waits for it."""
    form, first = PasswordForm(), current_user.needs_own_password
    if not form.check(None if first else current_user.has_password):
        return _page(form), 422
    try:
        chosen = actions.chosen_password(_person(), form.password.data)
    except PolicyError as error:
        form.password.errors = [translated(error)]
        return _page(form), 422
    start_writing()
    try:
        with db.session.begin_nested():
            actions.change_password(_person(), chosen, at=clock.now())
    except StaleForm as error:
        return _page(form, refusal=translated(error)), 409
    _stay()
    db.session.commit()
    flash(gettext("密码已经改好，下次用新密码登录。"))
    return go_on(own_address(form.next.data or "")) if first else redirect(url_for("accounts.own_account"), 303)


@bp.post("/account/sessions")
@signed_in
def end_other_sessions():
    """Sign out wherever else somebody is signed in as this person."""
    try:
        with db.session.begin_nested():
            actions.sign_out_everywhere(_person(), at=clock.now())
    except StaleForm as error:
        return _page(PasswordForm(formdata=None), refusal=translated(error)), 409
    _stay()
    db.session.commit()
    flash(gettext("别处的登录都已经结束。"))
    return redirect(url_for("accounts.own_account"), 303)


def _person():
    return current_user._get_current_object()


def _stay() -> None:
    """This session, and what remembers it, go on under the new number."""
    remembered = current_app.config.get("REMEMBER_COOKIE_NAME", "remember_token") in request.cookies
    login_user(_person(), remember=remembered)


def _page(form: PasswordForm, **more: object) -> str:
    return render_template("accounts/account.html", form=form, carried=typed_before(), prefix=CARRIED, **more)
