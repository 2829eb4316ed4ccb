"""Signing in at the school's own provider (OpenID Connect), where the setting is on."""

import logging

from flask import abort, current_app, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import only_reads, public
from portal.accounts import queries
from portal.accounts.forms import SignInForm
from portal.accounts.views import (
    ask_again,
    bp,
    go_on,
    let_in,
    own_address,
    pass_on,
    provider_name,
    sign_in_page,
    typed_before,
)
from portal.oidc import NAMELESS, NotSignedIn, Provider, ProviderAway
from portal.site import absolute

LONGEST_KEPT = 500  # characters of the address somebody wanted: it waits in a cookie


@bp.post("/sign-in/provider")
@public
@only_reads
def go_to_provider():
    """Send somebody to the provider. What was typed before cannot go there: it stays in this window, and the provider
    opens in another.
    """
    form, typed, provider = SignInForm(), typed_before(), _provider()
    wanted = own_address(form.next.data or "")
    kept = {"wanted": wanted if len(wanted) <= LONGEST_KEPT and not typed else "", "apart": bool(typed)}
    back = absolute(url_for("accounts.back_from_provider"))
    try:
        there = provider.way_in(back, again="again" in request.form, remember=form.remember.data, **kept)
    except ProviderAway:
        return sign_in_page(form, 503, refusal=_away()) if typed else ask_again(wanted, refusal=_away())
    return pass_on(gettext("正在转到%(name)s", name=provider_name()), there)


@bp.get("/sign-in/provider")
@public
def to_the_button():
    """Who asks for the way there without the button, such as the link to the other language, finds it here."""
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/sign-in/provider/back")
@public
def back_from_provider():
    """Let in whoever the provider says has signed in; nobody gets an account this way."""
    provider = _provider()
    kept = provider.kept(request.args.get("state", ""))
    if kept is None:
        return ask_again("", refusal=gettext("登录没有完成：页面放得太久，或者浏览器没有保存 Cookie。请再试一次。"))
    wanted = kept["wanted"]
    try:
        login = provider.who_is_back()
    except ProviderAway:
        return ask_again(wanted, refusal=_away())
    except NotSignedIn as error:
        return ask_again(wanted, refusal=_not_signed_in(error.why))
    person = queries.person_by_login(login, clock.today())
    if person is None:
        return ask_again(wanted, refusal=_unknown(login), again=True)
    person.by_provider = True
    return let_in(person, remember=kept["remember"], apart=kept["apart"], wanted=wanted)


@bp.post("/sign-in/go-on")
@public
@only_reads
def go_on_here():
    """Back in the window with what was typed, after signing in in another one."""
    form = SignInForm()
    if not current_user.is_authenticated:
        return sign_in_page(form, 401, refusal=gettext("还没有登录。请先在新窗口里登录，再回到这里按“继续”。"))
    return go_on(own_address(form.next.data or ""))


def _provider() -> Provider:
    return current_app.extensions["provider"] or abort(404)


def _away() -> str:
    return gettext("%(name)s现在没有回应。请过一会儿再试，或者用账号和密码登录。", name=provider_name())


def _not_signed_in(why: str) -> str:
    """The sentence, and a line in the log where it is not the person's own doing."""
    if why == "access_denied":
        return gettext("您没有在%(name)s登录。可以再试一次，或者用账号和密码登录。", name=provider_name())
    logging.getLogger(__name__).error("The OIDC provider let nobody in: %s", why)
    if why == NAMELESS:
        return gettext("%(name)s没有说出您的账号名，所以无法登录。请告诉管理员。", name=provider_name())
    return gettext("%(name)s的答复不能确认，所以没有登录。请再试一次；还是不行，请告诉管理员。", name=provider_name())


def _unknown(login: str) -> str:
    return gettext(
        "您在%(name)s的账号“%(login)s”在这里没有，或者已经停用。请找教务处或管理员开通；也可以换一个账号再试。",
        name=provider_name(),
        login=login[:64],
    )
