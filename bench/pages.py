"""The pages that are measured: of families, a teacher who types, and a lead."""

import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from sqlalchemy import select

from bench import items
from bench.grade import CLASSES, GRADE, LEAD
from bench.wrk import PHONE, Asked
from config import Config
from portal.app import create_app
from portal.approvals.models import SheetVersion
from portal.demo.seed import LOGINS, PASSWORD
from portal.extensions import db
from portal.school.models import SchoolClass

TEACHER = LOGINS["陈立德"]
TYPED_MINUTES = 17  # a number nobody else's homework has: the fragment must show that it was counted
BASE_HEADERS = {"Accept-Language": "zh-CN"}
MANY = 300  # pages in turn


def published(settings: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """The path of the sample school's newest page of class 4(1), and the paths of many pages of other classes."""
    app = create_app(Config(settings), commands=False)
    with app.app_context():
        newest = (
            select(SchoolClass.code, SheetVersion.date)
            .join(SheetVersion, SheetVersion.class_id == SchoolClass.id)
            .where(SchoolClass.grade == 4, SchoolClass.number == 1)
            .order_by(SchoolClass.id, SheetVersion.date.desc())
        )
        one, many = db.session.execute(newest).first(), items.pages(MANY)
        db.engine.dispose()
    path, *paths = (f"/board/{code}/{day}" for code, day in [one, *many])
    return path, tuple(paths)


def typing_teacher(port: int) -> Asked:
    """The composer's question for the day's total, by a teacher who has signed in."""
    site, browser, cookies = signed_in(port, TEACHER)
    composer = browser.open(f"{site}/homework/").read().decode()
    path = first(r'hx-post="(/homework/[^"]+/load)"', composer)
    item = {"text": "练习册第 30 页", "tier": "mandatory", "form": "written", "place": "home", "minutes": TYPED_MINUTES}
    typed = {f"items-0-{name}": value for name, value in item.items()}
    form = urlencode({"csrf_token": token(composer), "version": 0} | typed).encode()
    headers = {
        "Cookie": carried(cookies),
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
        "HX-Request-Type": "partial",
    }
    answer = browser.open(Request(site + path, form, BASE_HEADERS | headers)).read().decode()
    first(rf"\b({TYPED_MINUTES})\b", re.sub(r'="[^"]*"', "", answer))
    return Asked(port, (path,), headers, form)


def grid_of_a_lead(port: int) -> Asked:
    """The grid of the large grade, for its lead who has signed in."""
    site, browser, cookies = signed_in(port, LEAD)
    path = first(rf'href="(/grades/{GRADE}/[^"/]+)"', browser.open(f"{site}/home").read().decode())
    grid = browser.open(Request(site + path, headers=BASE_HEADERS)).read().decode()
    if grid.count('<tr id="class-') != CLASSES:
        raise SystemExit(f"The grid of grade {GRADE} has not {CLASSES} classes.")
    return Asked(port, (path,), {"Cookie": carried(cookies)})


def signed_in(port: int, login: str) -> tuple[str, OpenerDirector, CookieJar]:
    """The address of the portal, a browser in which somebody has signed in, and its cookies."""
    site = f"http://127.0.0.1:{port}"
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    browser.addheaders = [("User-Agent", PHONE["User-Agent"])]  # a session knows the browser that signed in
    sign_in = {"csrf_token": token(browser.open(f"{site}/sign-in").read().decode()), "login": login}
    browser.open(f"{site}/sign-in", urlencode(sign_in | {"password": PASSWORD}).encode())
    return site, browser, cookies


def carried(cookies: CookieJar) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)


def token(html: str) -> str:
    return first(r'name="csrf_token"[^>]* value="([^"]+)"', html)


def first(pattern: str, html: str) -> str:
    found = re.search(pattern, html)
    if found is None:
        raise SystemExit(f"The portal has changed and the bench has not: {pattern} is not in the page.")
    return found[1]
