"""Every door and every kind of person, in one table that knows all routes."""

import re
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.models import Person
from portal.policy.permissions import Role
from tests.factories import TODAY, World, grant
from tests.page import Browser, statements

PEOPLE = ["nobody", "teacher", "homeroom", "lead", "office", "principal", "administrator", "elsewhere"]
# For 四(1), its English and its grade 4. A POST is sent with a valid token and otherwise as empty as it gets: 422 and
# 409 mean that the person may, and the form says no. "elsewhere" has every role in another school.
TABLE = """
GET  /                                                              302 302 302 302 302 302 302 302
GET  /home                                                          303 200 200 200 200 200 200 200
GET  /htmx.min.js                                                   200 200 200 200 200 200 200 200
GET  /static/<path:filename>                                        200 200 200 200 200 200 200 200
GET  /healthz                                                       200 200 200 200 200 200 200 200
GET  /readyz                                                        200 200 200 200 200 200 200 200
GET  /backups                                                       303 403 403 403 200 403 200 403
GET  /sign-in                                                       200 302 302 302 302 302 302 302
GET  /sign-in/provider                                              303 303 303 303 303 303 303 303
GET  /sign-in/provider/back                                         404 404 404 404 404 404 404 404
GET  /account                                                       303 200 200 200 200 200 200 200
POST /account                                                       401 422 422 422 422 422 422 422
POST /account/sessions                                              401 303 303 303 303 303 303 303
GET  /people                                                        303 403 403 403 403 200 200 403
GET  /people/new                                                    303 403 403 403 403 403 200 403
POST /people/new                                                    401 403 403 403 403 403 422 403
POST /people/passwords                                              401 403 403 403 403 403 422 403
GET  /people/<int:person_id>                                        303 403 403 403 403 403 404 403
POST /people/<int:person_id>                                        401 403 403 403 403 403 404 403
POST /people/<int:person_id>/stop                                   401 403 403 403 403 403 404 403
POST /people/<int:person_id>/resume                                 401 403 403 403 403 403 404 403
POST /people/<int:person_id>/roles                                  401 403 403 403 403 403 404 403
POST /people/<int:person_id>/roles/<int:grant_id>/take              401 403 403 403 403 403 404 403
POST /people/<int:person_id>/teaching                               401 403 403 403 403 403 404 403
POST /people/<int:person_id>/teaching/<int:assignment_id>/end       401 403 403 403 403 403 404 403
GET  /school/calendar                                               303 302 302 302 302 302 302 302
GET  /school/calendar/<month:month>                                 303 200 200 200 200 200 200 200
POST /school/calendar/<month:month>/days                            401 403 403 403 422 403 403 403
POST /school/calendar/<month:month>/terms                           401 403 403 403 422 403 403 403
POST /school/calendar/<month:month>/terms/<int:term_id>/remove      401 403 403 403 404 403 403 403
GET  /school/settings                                               303 403 403 403 200 403 403 403
POST /school/settings                                               401 403 403 403 422 403 403 403
GET  /deputies/                                                     303 403 200 200 200 403 200 200
POST /deputies/                                                     401 403 422 422 422 403 422 422
POST /deputies/<int:loan_id>/end                                    401 403 404 404 404 403 404 404
GET  /roster/classes                                                303 403 403 403 403 403 200 403
POST /roster/classes                                                401 403 403 403 403 403 422 403
POST /roster/subjects                                               401 403 403 403 403 403 422 403
POST /roster/subjects/<int:subject_id>                              401 403 403 403 403 403 422 403
GET  /roster/import                                                 303 403 403 403 403 403 200 403
POST /roster/import                                                 401 403 403 403 403 403 422 403
GET  /roster/import/<int:import_id>                                 303 403 403 403 403 403 404 403
POST /roster/import/<int:import_id>                                 401 403 403 403 403 403 404 403
GET  /roster/import/<int:import_id>/undo                            303 403 403 403 403 403 404 403
POST /roster/import/<int:import_id>/undo                            401 403 403 403 403 403 404 403
GET  /roster/import/template.xlsx                                   303 403 403 403 403 403 200 403
GET  /roster/import/template-<kind>.csv                             303 403 403 403 403 403 200 403
GET  /roster/export.xlsx                                            303 403 403 403 403 403 200 403
GET  /roster/export-<kind>.csv                                      303 403 403 403 403 403 200 403
GET  /setup                                                         302 302 302 302 302 302 302 302
POST /setup                                                         409 409 409 409 409 409 409 409
GET  /setup/next                                                    303 403 403 403 200 403 200 403
POST /setup/next                                                    401 403 403 403 303 403 303 403
GET  /service/timetable                                             303 403 403 403 200 200 403 403
POST /service/timetable                                             401 403 403 403 400 403 403 403
GET  /service/content                                               303 403 403 403 200 200 403 403
POST /service/content                                               401 403 403 403 400 403 403 403
GET  /homework/                                                     303 302 302 302 403 403 403 302
GET  /homework/<int:class_id>/<int:subject_id>/<day:day>            303 200 403 403 403 403 403 404
POST /homework/<int:class_id>/<int:subject_id>/<day:day>            401 400 403 403 403 403 403 404
POST /homework/<int:class_id>/<int:subject_id>/<day:day>/draft      401 200 403 403 403 403 403 404
POST /homework/<int:class_id>/<int:subject_id>/<day:day>/load       401 200 403 403 403 403 403 404
POST /homework/<int:class_id>/<int:subject_id>/<day:day>/withdraw   401 409 403 403 403 403 403 404
POST /homework/<int:class_id>/<int:subject_id>/<day:day>/take       401 409 403 403 403 403 403 404
GET  /homework/common/<int:grade>/<day:day>                         303 200 200 200 200 200 403 200
GET  /homework/common/<int:grade>/<int:subject_id>/<day:day>        303 200 403 200 403 403 403 404
POST /homework/common/<int:grade>/<int:subject_id>/<day:day>        401 400 403 400 403 403 403 404
GET  /classes/<int:class_id>/<day:day>                              303 200 200 200 200 200 404 404
POST /classes/<int:class_id>/<day:day>/coordinate                   401 403 409 403 403 403 404 404
POST /classes/<int:class_id>/<day:day>/approve                      401 403 403 409 409 403 404 404
POST /classes/<int:class_id>/<day:day>/return                       401 403 409 409 409 403 404 404
POST /classes/<int:class_id>/<day:day>/ask                          401 403 409 409 403 403 404 404
GET  /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>    303 200 200 200 200 200 404 404
POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/return 401 403 409 403 409 403 404 404
POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>/ask 401 403 409 403 403 403 404 404
POST /classes/<int:class_id>/<day:day>/subjects/<int:subject_id>/items/<int:item_id>/minutes 401 403 403 422 422 403 404 404
GET  /requests/<int:request_id>                                     303 404 404 404 404 404 404 404
POST /requests/<int:request_id>/accept                              401 404 404 404 404 404 404 404
POST /requests/<int:request_id>/answer                              401 404 404 404 404 404 404 404
POST /requests/<int:request_id>/take-back                           401 404 404 404 404 404 404 404
GET  /grades/<int:grade>/<day:day>                                  303 403 403 200 200 200 403 200
GET  /grades/<int:grade>/<day:day>/classes/<int:class_id>/subjects/<int:subject_id> 303 403 403 303 303 303 403 404
POST /grades/<int:grade>/<day:day>/approve                          401 403 403 303 303 403 403 303
GET  /office/                                                       303 403 403 403 200 200 403 403
GET  /office/approved                                               303 403 403 403 200 200 403 403
POST /office/approved                                               401 403 403 403 422 403 403 403
GET  /office/sample                                                 303 403 403 403 302 302 403 403
POST /office/sample                                                 401 403 403 403 400 403 403 403
GET  /office/log                                                    303 403 403 403 200 200 403 403
GET  /office/log.csv                                                303 403 403 403 200 200 403 403
GET  /office/links                                                  303 403 403 403 200 200 403 403
POST /office/links                                                  401 403 403 403 409 403 403 403
GET  /office/links/new                                              303 403 403 403 200 403 403 403
GET  /office/exceptions/<int:class_id>/<day:day>                    303 403 403 403 200 403 403 403
POST /office/exceptions/<int:class_id>/<day:day>                    401 403 403 403 400 403 403 403
POST /office/reviews                                                401 403 403 403 400 403 403 403
GET  /help/                                                         200 200 200 200 200 200 200 200
GET  /help/<guide>                                                  200 200 200 200 200 200 200 200
GET  /board/                                                        200 200 200 200 200 200 200 200
GET  /c/<code>                                                      302 302 302 302 302 302 302 302
GET  /board/schools/<school_code>/                                  200 200 200 200 200 200 200 200
GET  /board/children                                                200 200 200 200 200 200 200 200
GET  /board/children/<day:day>                                      200 200 200 200 200 200 200 200
GET  /board/<code>/month                                             302 302 302 302 302 302 302 302
GET  /board/<code>/month/<month:month>                              200 200 200 200 200 200 200 200
GET  /board/<code>/                                                 200 200 200 200 200 200 200 200
GET  /board/<code>/<day:day>                                        200 200 200 200 200 200 200 200
GET  /board/<code>/wall                                             200 200 200 200 200 200 200 200
GET  /board/schools/<school_code>/wall                              200 200 200 200 200 200 200 200
GET  /board/<code>/calendar.ics                                     200 200 200 200 200 200 200 200
GET  /board/<code>/feed.atom                                        200 200 200 200 200 200 200 200
GET  /board/<code>/today.json                                       200 200 200 200 200 200 200 200
GET  /board/<code>/<day:day>.json                                   200 200 200 200 200 200 200 200
GET  /board/<code>/<day:day>/versions/<int:number>                  303 404 404 404 404 404 404 404
GET  /board/<code>/week                                             200 200 200 200 200 200 200 200
GET  /board/<code>/week/<day:day>                                   302 302 302 302 302 302 302 302
GET  /board/<code>/poster                                           200 200 200 200 200 200 200 200
GET  /board/schools/<school_code>/totals                            200 200 200 200 200 200 200 200
GET  /board/schools/<school_code>/totals/<day:day>                  200 200 200 200 200 200 200 200
GET  /board/schools/<school_code>/lists                             200 200 200 200 200 200 200 200
GET  /board/schools/<school_code>/lists/<day:day>                   200 200 200 200 200 200 200 200
POST /sign-in                                                       422 422 422 422 422 422 422 422
POST /sign-in/go-on                                                 401 303 303 303 303 303 303 303
POST /sign-in/provider                                              404 404 404 404 404 404 404 404
POST /sign-out                                                      401 303 303 303 303 303 303 303
"""  # noqa: E501
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.fixture
def app(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """With an instance folder in which htmx lies."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    (tmp_path / "htmx.min.js").write_text("// a stand-in for htmx\n")
    return app


def person(world: World, kind: str) -> Person | None:
    people = (None, world.luo, world.chen, world.shen, world.zheng, world.cheng, world.admin, world.zhou)
    return dict(zip(PEOPLE, people, strict=True))[kind]


def address(world: World, rule: str) -> str:
    values = {
        "class_id": world.four_one.id,
        "subject_id": world.english.id,
        "day": TODAY,
        "month": f"{TODAY:%Y-%m}",
        "term_id": 99999,
        "item_id": 99999,
        "request_id": 99999,
        "number": 99999,
        "loan_id": 99999,
        "import_id": 99999,
        "person_id": 99999,
        "grant_id": 99999,
        "assignment_id": 99999,
        "kind": "person",
        "guide": "teacher",
        "grade": 4,
        "code": world.four_one.code,
        "school_code": world.school.code,
        "filename": "portal.css",
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), rule)


def test_the_table_knows_every_route(app: Flask) -> None:
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods & {"GET", "POST"}}
    assert {(method, rule) for method, rule, *_ in ROWS} == routes
    assert len(ROWS) == len(routes)


def test_the_table_ends_with_signing_out() -> None:
    assert ROWS[-1][:2] == ["POST", "/sign-out"]
    assert {len(row) for row in ROWS} == {2 + len(PEOPLE)}


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_person_gets_through_their_own_doors_only(world: World, app: Flask, kind: str) -> None:
    browser = Browser(app)
    if who := person(world, kind):
        browser.sign_in(who)
    token = browser.token()
    expected, got = {}, {}
    for method, rule, *statuses in ROWS:
        send = {"GET": browser.get, "POST": lambda to: browser.post(to, {"csrf_token": token, "do": "clean"})}[method]
        expected[method, rule] = int(statuses[PEOPLE.index(kind)])
        with send(address(world, rule)).response as response:  # closes the files among them
            got[method, rule] = response.status_code
    assert got == expected


def test_no_get_writes_anything(world: World, app: Flask) -> None:
    reading = [address(world, rule) for method, rule, *_ in ROWS if method == "GET"]
    with statements() as seen:
        for who in (world.luo, world.shen, world.cheng):
            browser = Browser(app).sign_in(who)
            for each in reading:
                browser.get(each).response.close()
    assert {statement.split()[0] for statement in seen} == {"SELECT"}
    assert len(seen) > 100


def test_without_a_token_no_form_is_taken(world: World, app: Flask) -> None:
    grant(world.chen, Role.LEAD, grade=4)
    grant(world.chen, Role.OFFICE)
    grant(world.chen, Role.ADMINISTRATOR)
    browser = Browser(app).sign_in(world.chen)
    posts = [address(world, rule) for method, rule, *_ in ROWS if method == "POST"]
    assert {each: browser.post(each, {"version": "0"}).status for each in posts} == dict.fromkeys(posts, 400)
