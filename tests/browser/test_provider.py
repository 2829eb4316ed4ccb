"""A teacher signs in at the school's own provider, with a real browser between two real servers."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from bench.nginx import free_port
from portal.demo.seed import LOGINS
from tests import provider_server
from tests.browser.conftest import Visits
from tests.browser.server import Server, environment, serving
from tests.browser.visitor import SMALL_PHONE, sticks_out, violations
from tests.provider_server import CLIENT_ID, CLIENT_SECRET, NO_PROVIDER, ProviderServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not provider_server.is_there(), reason=NO_PROVIDER),
]
BUTTON = "用青禾通行证登录"


@dataclass(frozen=True)
class Bound(Server):
    """A portal that is bound to a provider, which browsers may ask as well."""

    provider: ProviderServer

    @property
    def hosts(self) -> set[str]:
        return super().hosts | {urlsplit(self.provider.issuer).netloc}


@pytest.fixture(scope="module")
def bound(
    filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, now: datetime, htmx: str | None
) -> Iterator[Bound]:
    """The sample school under another name than the provider's, so that cookies go from site to site."""
    folder, port = tmp_path_factory.mktemp("bound"), free_port()
    shutil.copytree(filled_sqlite, folder, dirs_exist_ok=True)
    address = f"http://localhost:{port}"
    with provider_server.running(address) as provider:
        settings = {
            "PORTAL_ADDRESS": address,
            "PORTAL_OIDC_ISSUER": provider.issuer,
            "PORTAL_OIDC_CLIENT_ID": CLIENT_ID,
            "PORTAL_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "PORTAL_OIDC_NAME": "青禾通行证",
        }
        with serving(environment(folder, now, htmx) | settings, port):
            yield Bound(address, now, htmx, provider)


def let_in(page: Page, name: str) -> None:
    """On the page of the provider."""
    page.get_by_label("Name").fill(LOGINS.get(name, name))
    page.get_by_role("button", name="Let me in").click()


def test_a_teacher_comes_in_and_goes_out(bound: Bound, visit: Visits, javascript: bool) -> None:
    visitor = visit(bound, javascript=javascript)
    page = visitor.open("/deputies/")
    page.get_by_role("button", name=BUTTON).click()
    let_in(page, "陈立德")
    expect(page).to_have_url(f"{bound.url}/deputies/")
    kept = {each["name"]: (each["sameSite"], each["httpOnly"]) for each in visitor.context.cookies()}
    assert kept["session"] == ("Lax", True)
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="Out").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_label("Name")).to_be_visible()  # the next at this computer is asked who they are


def test_who_is_unknown_or_changes_their_mind_is_told_so(bound: Bound, visit: Visits) -> None:
    visitor = visit(bound, javascript=False, width=SMALL_PHONE)
    page = visitor.open("/sign-in")
    for name, sentence in (("wangwu", "“wangwu”在这里没有，或者已经停用"), (None, "您没有在青禾通行证登录")):
        page.get_by_role("button", name=BUTTON).click()
        let_in(page, name) if name else page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("alert")).to_contain_text(sentence)
        assert urlsplit(page.url).query == ""
        assert sticks_out(page) == []


def test_the_sign_in_page_is_accessible(bound: Bound, visit: Visits, needs_htmx: None) -> None:
    page = visit(bound, width=SMALL_PHONE).open("/sign-in")
    assert sticks_out(page) == []
    assert violations(page, "/sign-in") == []


def test_what_was_typed_waits_while_the_provider_opens_in_another_window(bound: Bound, visit: Visits) -> None:
    visitor = visit(bound, javascript=False)
    page = visitor.open("/home")
    page.get_by_role("button", name=BUTTON).click()
    let_in(page, "陈立德")
    page.locator("main a[href*='/homework/']").first.click()
    page.locator("[name=items-0-text]").fill("第 42 页，写了很久")
    visitor.context.clear_cookies()
    visitor.expected = {401}
    page.locator("button[name=do][value=save]").click()
    with visitor.context.expect_page() as opened:
        page.get_by_role("button", name=BUTTON).click()
    let_in(opened.value, "陈立德")
    expect(opened.value.get_by_role("heading", name="已经登录")).to_be_visible()
    page.get_by_role("button", name="已在新窗口登录，继续").click()
    expect(page.get_by_role("heading", name="欢迎回来")).to_be_visible()
    expect(page.get_by_text("第 42 页，写了很久")).to_be_visible()
