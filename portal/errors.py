"""Errors as pages: the rule that says no (409), what HTTP knows (400, 403, 404, 405, 413, 500), and a database that
does not answer (503). Whatever was typed into a form stands on the page.
"""

from collections.abc import Iterable
from urllib.parse import urlparse

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from portal.door import UnknownHost
from portal.extensions import db, login_manager
from portal.htmx import fragment, wants_fragment
from portal.logs import number_of_request
from portal.policy.errors import PolicyError

NOT_CARRIED = frozenset({"csrf_token", "password", "present", "again"})
WRITTEN = ("text", "reason", "minutes")  # how the names of fields end that are written even if it is one word


def translated(error: PolicyError) -> str:
    """The sentence of a refused rule in the reader's language."""
    return gettext(error.sentence, **error.params) if error.params else gettext(error.sentence)


def carried_fields() -> list[tuple[str, str]]:
    """What was typed into a form that could not be taken, so that it can be sent again after signing in.

    Only for forms of our own pages: a form that another site sends is not kept.
    """
    if request.method != "POST" or not _from_our_pages():
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]


def written(fields: Iterable[tuple[str, str]]) -> list[str]:
    """What somebody wrote into these fields: words, and minutes. What is chosen, or told by the page, is no more than
    one word of ASCII (`mandatory`, `2026-11-24`).
    """
    return [
        gettext("%(total)s 分钟", total=value.strip()) if name.endswith("minutes") else value.strip()
        for name, value in fields
        if value.strip() and (name.endswith(WRITTEN) or not value.isascii() or len(value.split()) > 1)
    ]


def _written_here() -> list[str]:
    """What was written into the form that was sent; nothing where it is too large to be read."""
    try:
        return written(carried_fields())
    except HTTPException:
        return []


def _from_our_pages() -> bool:
    """Whether the request comes from a page of ours, as far as the browser says. "null" is a page that hides."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    try:
        return origin is None or urlparse(origin).netloc == request.host
    except ValueError:
        return False


def _page(code: int, title: str, sentence: str, **more: object) -> tuple[str, int]:
    return render_template("errors/error.html", code=code, title=title, sentence=sentence, **more), code


def refused(error: PolicyError):
    return _page(409, gettext("现在不能这样做"), translated(error))


def no_answer(error: OperationalError):
    """The database is being restarted, or gave up waiting for others. Sent once more, nothing happens twice: the form
    carries the version it was shown.
    """
    if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":
        raise error  # a statement that is wrong
    current_app.logger.error("The database does not answer", exc_info=error)
    db.session().invalidate()  # a rollback would ask it once more
    g._login_user = login_manager.anonymous_user()  # else the template asks the database who is signed in
    sentence = gettext("数据库暂时没有回应，刚才这一步可能没有保存。请过一会儿再试，重复提交也不会出错。")
    page = _page(503, gettext("系统正忙"), sentence, **_to_be_sent_again(), number=number_of_request())
    return *page, {"Retry-After": "5"}


def _to_be_sent_again() -> dict[str, object]:
    """The form that was sent, for a page that has it sent once more."""
    carried = carried_fields()
    return {"carried": carried, "typed": written(carried), "action": request.full_path.rstrip("?")}


def server_error(error: InternalServerError):
    """A fault of ours. Nothing is asked of the database, which may be what is broken; where even this page cannot be
    made, there is the plain one.
    """
    try:
        let_go(error)
        g._login_user = login_manager.anonymous_user()  # else the template asks the database who is signed in
        return _fault()
    except Exception as another:
        current_app.logger.error("The page about a fault failed", exc_info=another)
        return error


def _fault():
    if request.method != "POST":
        sentence = gettext("已经记录下来。您可以返回上一页再试一次。")
        return _page(500, gettext("系统出了问题"), sentence, number=number_of_request())
    if wants_fragment():
        sentence = gettext("系统出了问题，刚才这一步可能没有保存。您填写的内容还在这一页，请过一会儿再试。")
        return fragment("errors/_word.html", sentence=sentence, status=500)
    sentence = gettext("已经记录下来。刚才这一步可能没有保存，您可以返回上一页再试一次。")
    return _page(500, gettext("系统出了问题"), sentence, typed=_written_here(), number=number_of_request())


def too_large(error: RequestEntityTooLarge):
    """Nothing of what was sent is read, so nothing can be shown again; a file's form is at the same address."""
    if request.mimetype != "multipart/form-data":
        return _page(413, gettext("内容太大"), gettext("一次提交的内容超过 2 MB，没有保存。请分成几次。"))
    sentence = gettext("文件超过 2 MB，没有读取，什么都没有改。请删去用不着的工作表、图片和格式，或者分成几个文件。")
    return _page(413, gettext("文件太大"), sentence, back=request.path)


def stale_token(error: CSRFError):
    """The form is shown once more, to be confirmed; a draft that htmx keeps waits for that."""
    if wants_fragment():
        sentence = gettext("页面放得太久了，内容还在；按任何按钮会请您再确认一次。")
        return fragment("errors/_word.html", sentence=sentence, status=400)
    again = _to_be_sent_again()
    kept, lost = gettext("为了安全，请再确认一次。您填写的内容都还在。"), gettext("请返回上一页，再试一次。")
    return _page(400, gettext("页面放得太久了"), kept if again["carried"] else lost, **again)


def http_error(error: HTTPException):
    """What HTTP knows. A form whose sender may not do that any more, or whose thing has gone, is never taken; what was
    written into it is shown, to be copied.
    """
    code = error.code or 500
    if request.method == "POST" and code in (403, 404):
        return _no_longer(code)
    pages = {
        400: (gettext("请求不完整"), gettext("请返回上一页，再试一次。")),
        403: (gettext("没有权限"), gettext("这一页不归您的角色。如果应该能看，请联系管理员。")),
        404: (gettext("没有找到"), gettext("地址可能写错了，或者这一页已经不在。请从首页重新进入。")),
        405: (gettext("不能这样打开"), gettext("这个地址只接收表单。请从首页重新进入。")),
    }
    unknown = gettext("请求没有成功"), gettext("请返回上一页，再试一次。")
    return _page(code, *pages.get(code, unknown), typed=_written_here())


def _no_longer(code: int):
    if wants_fragment():
        sentence = gettext("现在不能再保存：任课或职责可能变了。请先复制写好的内容，再问学校的管理员或教务处。")
        return fragment("errors/_word.html", sentence=sentence, status=code)
    changed = gettext("任课或职责可能在您填写的时候变了，请问学校的管理员或教务处。")
    if code == 403:
        title, sentence = gettext("没有权限"), gettext("没有保存：这一步现在不归您的角色。")
    else:
        title, sentence = gettext("没有找到"), gettext("没有保存：要改的已经不在，或者不再归您。")
    return _page(code, title, sentence, more=changed, typed=_written_here())


def unknown_host(error: UnknownHost):
    """The page leads to where the portal lives."""
    home = current_app.config["ADDRESS"] or request.host_url
    sentence = gettext("本站不用这个网址。请从学校公布的网址打开。")
    return _page(400, gettext("网址不对"), sentence, home=home)


def let_go(error: BaseException | None) -> None:
    """After each request: what was only read ends, also where the database died meanwhile; the answer stands."""
    if db.session.registry.has():
        try:
            db.session.rollback()
        except DBAPIError:
            db.session().invalidate()


def init_app(app: Flask) -> None:
    app.teardown_appcontext(let_go)
    app.register_error_handler(PolicyError, refused)
    app.register_error_handler(OperationalError, no_answer)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(UnknownHost, unknown_host)
    app.register_error_handler(CSRFError, stale_token)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(500, server_error)
