"""The pages about people, classes and their own accounts, as their readers have them."""

from collections.abc import Callable
from secrets import token_hex

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

ADMINISTRATOR = "系统管理员"
GOOD = "学科,建议用时,顺序\n书法,10,20\n"
BAD = "工号,姓名,角色,状态\nt9001,王芳,,\nt9001,李明,四(77)班班主任,\nt9002,,没有这个角色,\n"


def opened(path: str) -> Callable[[Visitor], object]:
    return lambda visitor: visitor.open(path)


def add_somebody(visitor: Visitor) -> None:
    """Somebody new, whom no other page needs; their page follows."""
    page = visitor.open("/people/new")
    page.locator("#name").fill("何小满")
    page.locator("#login").fill(f"new-{token_hex(4)}")
    page.locator("main form button").click()
    expect(page.locator("#roles-title")).to_be_visible()


def new_person_with_errors(visitor: Visitor) -> None:
    visitor.expected = {422}
    page = visitor.open("/people/new")
    page.locator("#login").fill("有空 格")
    page.locator("main form button").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)


def person(visitor: Visitor) -> None:
    """With roles and lessons, and the question whether to take a role open."""
    page = visitor.open("/people?q=chenlide")
    page.locator("tbody a").first.click()
    page.locator(".terms summary").first.click()
    page.locator(".terms summary").last.click()


def person_with_errors(visitor: Visitor) -> None:
    add_somebody(visitor)
    visitor.expected = {422}
    visitor.page.locator("form[action$='/roles'] button").click()
    expect(visitor.page.locator("[aria-invalid=true]").first).to_be_visible()


def slips(visitor: Visitor) -> None:
    add_somebody(visitor)
    visitor.open("/people?shown=without").locator("button[value=all]").click()
    expect(visitor.page.locator(".slips li").first).to_be_visible()


def closing(what: str) -> Callable[[Visitor], None]:
    """Before one of the classes, or subjects, is closed: with homework of today in it."""

    def before_closing(visitor: Visitor) -> None:
        page = visitor.open("/roster/classes")
        page.locator(f"#{what}-title ~ .terms summary").first.click()
        page.locator(f"#{what}-title ~ .terms details a").first.click()

    return before_closing


def classes_with_errors(visitor: Visitor) -> None:
    visitor.expected = {422}
    page = visitor.open("/roster/classes")
    page.locator("form[action$='/classes'] button").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()


def upload(visitor: Visitor, text: str) -> None:
    page = visitor.open("/roster/import")
    page.locator("#file").set_input_files({"name": "名单.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.locator("form[enctype] button").click()
    expect(page.locator("form.confirm")).to_be_visible()


def preview_with_problems(visitor: Visitor) -> None:
    upload(visitor, BAD)
    expect(visitor.page.locator("table.told")).to_be_visible()


def import_without_file(visitor: Visitor) -> None:
    visitor.expected = {422}
    page = visitor.open("/roster/import")
    page.locator("form[enctype] button").click()
    expect(page.locator("#file[aria-invalid=true]")).to_be_visible()


def undo(visitor: Visitor) -> None:
    """Of an import, which is made where there is none."""
    page = visitor.open("/roster/import")
    if not page.locator("a[href$='/undo']").count():
        upload(visitor, GOOD)
        page.locator("button[value=all]").click()
    page.locator("a[href$='/undo']").click()
    expect(page.locator("form.step button")).to_be_visible()


def account_with_errors(visitor: Visitor) -> None:
    visitor.expected = {422}
    page = visitor.open("/account")
    page.locator("form.sign-in button").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()


def gone(visitor: Visitor) -> None:
    """Somebody new, whose account is stopped at once; their page."""
    add_somebody(visitor)
    visitor.page.locator("details:has(form[action$='/stop']) summary").click()
    visitor.page.locator("form[action$='/stop'] button").click()
    expect(visitor.page.locator("form[action$='/resume']")).to_be_visible()


def erase_wrong(visitor: Visitor) -> None:
    gone(visitor)
    visitor.page.locator("a[href$='/erase']").click()
    visitor.expected = {422}
    visitor.page.locator("form.step button").click()
    expect(visitor.page.locator("#typed[aria-invalid=true]")).to_be_visible()


def not_to_be_erased(visitor: Visitor) -> None:
    person(visitor)
    visitor.page.locator("a[href$='/data']").click()
    visitor.open(visitor.page.url.replace("/data", "/erase"))
    expect(visitor.page.locator(".notice")).to_be_visible()


def data_of_another(visitor: Visitor) -> None:
    person(visitor)
    visitor.page.locator("a[href$='/data']").click()


ROSTER_PAGES = {
    "people, administrator": (ADMINISTRATOR, opened("/people?shown=all")),
    "people, none": (ADMINISTRATOR, opened("/people?q=nobody")),
    "person": (ADMINISTRATOR, person),
    "person, wrong": (ADMINISTRATOR, person_with_errors),
    "person, new, wrong": (ADMINISTRATOR, new_person_with_errors),
    "slips": (ADMINISTRATOR, slips),
    "classes and subjects": (ADMINISTRATOR, opened("/roster/classes")),
    "closing a class": (ADMINISTRATOR, closing("classes")),
    "closing a subject": (ADMINISTRATOR, closing("subjects")),
    "classes and subjects, wrong": (ADMINISTRATOR, classes_with_errors),
    "import": (ADMINISTRATOR, opened("/roster/import")),
    "import, wrong": (ADMINISTRATOR, import_without_file),
    "import, preview": (ADMINISTRATOR, lambda visitor: upload(visitor, GOOD.replace("书法", "围棋"))),
    "import, preview, wrong": (ADMINISTRATOR, preview_with_problems),
    "import, undo": (ADMINISTRATOR, undo),
    "account": ("罗安怡", opened("/account")),
    "account, wrong": ("罗安怡", account_with_errors),
    "account, data": ("罗安怡", opened("/account/data")),
    "person, data": (ADMINISTRATOR, data_of_another),
    "person, erase, wrong": (ADMINISTRATOR, erase_wrong),
    "person, erase, not yet": (ADMINISTRATOR, not_to_be_erased),
    "privacy": ("", opened("/privacy")),
    "backups": ("郑怀瑾", opened("/backups")),
}
