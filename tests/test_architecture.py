"""The house rules of portal/README.md, executable: who may import whom, who may write, who may open what."""

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from portal import access
from portal.app import create_app
from portal.extensions import Model
from portal.policy.permissions import PERMISSIONS
from tests.conftest import test_config
from tests.page import Browser

ROOT = Path(__file__).resolve().parents[1]
FEATURES = [
    "audit",
    "accounts",
    "school",
    "deputies",
    "roster",
    "service",
    "setup",
    "homework",
    "negotiation",
    "approvals",
    "grid",
    "board",
    "office",
    "home",
    "privacy",
    "operations",
    "help",
    "demo",
]  # imports go to the left
VALUES = frozenset({"sheet", "content", "page", "checking"})  # modules of a feature that only arrange what was read


@dataclass(frozen=True)
class Rule:
    """What a kind of module may import besides the standard library and `portal.policy`."""

    own: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    libraries: tuple[str, ...] = ()


def kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


EVERY_KIND = VALUES | kinds(
    *("models", "queries", "readers", "rules", "locks", "actions", "forms"),
    *("addresses", "answer", "backups", "feeds", "list", "reading", "writing", "composing", "views"),
)
RULES = {
    "models": Rule(
        below=kinds("models"), rooms=kinds("extensions"), libraries=("sqlalchemy", "flask_login", "werkzeug")
    ),
    "values": Rule(own=kinds("models") | VALUES, below=kinds("models", "rules") | VALUES),
    "holidays": Rule(libraries=("chinese_calendar",)),
    "rules": Rule(own=kinds("models", "holidays"), rooms=kinds("extensions"), libraries=("sqlalchemy",)),
    "queries": Rule(
        own=kinds("models", "queries") | VALUES,
        below=kinds("models", "queries", "rules") | VALUES,
        rooms=kinds("asking", "extensions"),
        libraries=("sqlalchemy", "flask.abort"),
    ),
    "readers": Rule(own=kinds("models", "queries"), rooms=kinds("asking", "extensions"), libraries=("sqlalchemy",)),
    "locks": Rule(
        own=kinds("models", "queries") | VALUES,
        below=kinds("models", "rules") | VALUES,
        rooms=kinds("extensions"),
        libraries=("sqlalchemy",),
    ),
    "actions": Rule(
        own=kinds("models", "queries", "rules", "locks", "actions") | VALUES,
        below=kinds("models", "queries", "rules", "locks", "actions") | VALUES,
        rooms=kinds("extensions"),
        libraries=("sqlalchemy",),
    ),
    "automatic": Rule(  # what no request asks for: it commits by itself
        own=kinds("models", "queries", "actions"),
        below=kinds("models", "queries", "rules") | VALUES,
        rooms=kinds("extensions"),
        libraries=("flask.current_app",),
    ),
    "forms": Rule(rooms=kinds("labels", "fields"), libraries=("wtforms", "flask_wtf", "flask_babel")),
    "views": Rule(
        own=EVERY_KIND,
        below=kinds("models", "queries", "rules", "actions") | VALUES,
        rooms=kinds(
            *("access", "again", "attempts", "clock", "cookies", "errors", "extensions", "fields", "filters", "htmx"),
            *("metrics", "oidc", "page_cache", "paging", "pinyin", "qr", "site"),
        ),
        libraries=("flask", "flask_babel", "flask_login", "flask_wtf", "werkzeug"),
    ),
    "addresses": Rule(libraries=("flask",)),
    "answer": Rule(  # how public pages are answered, and the step that gives out what was answered before
        own=kinds("queries"),
        rooms=kinds("clock", "compression", "filters", "site"),
        libraries=("flask", "werkzeug"),
    ),
    "front": Rule(
        own=kinds("answer", "queries"),
        rooms=kinds("asking", "clock", "languages", "page_cache"),
        libraries=("flask", "sqlalchemy", "werkzeug"),
    ),
    "feeds": Rule(  # what is published, in the forms that other programs read
        own=kinds("queries", "feeds") | VALUES,
        below=kinds("models"),
        rooms=kinds("clock", "fields", "filters", "labels", "site"),
        libraries=("flask.url_for", "flask_babel", "icalendar"),
    ),
    "reading": Rule(own=VALUES, libraries=("openpyxl",)),  # files of strangers
    "writing": Rule(own=VALUES | kinds("writing"), below=kinds("models"), libraries=("openpyxl",)),
    "composing": Rule(  # what several views of a feature share
        own=EVERY_KIND - kinds("views"),
        below=kinds("models", "queries", "rules") | VALUES,
        rooms=kinds("access", "clock", "errors", "filters", "labels", "paging", "pinyin"),
        libraries=("flask", "flask_babel", "flask_login"),
    ),
    "list": Rule(),  # a file beside the backups
    "backups": Rule(libraries=("sqlalchemy",)),  # files, and the databases they are made of
    "commands": Rule(
        own=kinds("actions", "backups", "console", "forms", "queries"),
        below=kinds("actions", "list", "queries"),
        rooms=kinds("asking", "clock", "errors", "extensions", "pinyin"),
        libraries=("click", "flask", "flask_babel", "flask_migrate", "sqlalchemy", "werkzeug"),
    ),
    "console": Rule(  # what a start prints; it commits by itself
        own=kinds("actions"), rooms=kinds("clock", "extensions"), libraries=("flask.current_app", "sqlalchemy")
    ),
    "run": Rule(rooms=kinds("listening"), libraries=("config",)),
    "demo": Rule(
        own=kinds("seed", "story", "lists"),
        below=kinds("models", "queries", "rules", "actions"),
        rooms=kinds("clock", "extensions", "htmx_file", "listening"),
        libraries=("sqlalchemy", "werkzeug", "flask", "flask_migrate", "click"),
    ),
}
ROOMS = {  # the modules directly in portal/, and which of each other they know; policy is open to all of them
    "__init__": set(),
    "access": set(),
    "again": {"asking", "clock", "page_cache"},
    "app": {  # the only place where all parts meet
        *("access", "again", "attempts", "cli", "compression", "cookies", "door", "errors", "extensions", "filters"),
        *("headers", "languages", "logs", "metrics", "oidc", "templating"),
        *FEATURES,
    },
    "asking": {"extensions"},
    "attempts": {"metrics"},
    "cli": {"demo", "extensions", "htmx_file", "keeper", "operations", "setup"},
    "clock": set(),
    "compression": set(),
    "cookies": set(),
    "door": {"logs"},
    "errors": {"door", "extensions", "htmx", "logs"},
    "extensions": set(),
    "fields": set(),
    "filters": {"access", "clock", "htmx_file", "labels", "languages", "site"},
    "headers": {"htmx_file"},
    "htmx": set(),
    "htmx_file": set(),
    "keeper": {"approvals", "clock", "metrics", "privacy"},
    "labels": set(),
    "languages": set(),
    "listening": set(),
    "logs": set(),
    "master": set(),
    "metrics": {"logs", "page_cache"},
    "oidc": set(),
    "page_cache": set(),
    "paging": set(),
    "pinyin": set(),
    "qr": set(),
    "site": set(),
    "serve": {"extensions", "master", "metrics", "setup", "worker"},
    "templating": {"filters", "labels"},
    "worker": {"app", "clock", "keeper", "languages", "master"},
}
LONG = {  # what is longer than rule 23 of the style allows, and why
    "portal/approvals/actions.py": "every step of a sheet, and the one place where its state changes",
    "portal/approvals/actions.py _move": "one row of the log, word by word",
    "portal/audit/actions.py record": "one row, column by column",
    "portal/homework/actions.py": "every way a filing changes, with the beginning and the end that they share",
    "portal/homework/actions.py _finish": "the end that all of them share",
    "portal/negotiation/actions.py ask_shorter": "most of it is what may not be asked, and the row",
    "portal/homework/actions.py _hold": "the beginning that all of them share",
    "portal/homework/actions.py file_homework": "one story, from the lock to the row in the log",
}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def modules() -> list[Path]:
    return sorted((ROOT / "portal").rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """Everything a module imports, wherever in it, as dotted names; modules of our own by their own name."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)} has a relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (ROOT / full.replace(".", "/")).with_suffix(".py").exists()
                found.add(full if is_module or not node.module.startswith("portal") else node.module)
    return {each for each in found if each.split(".")[0] not in sys.stdlib_module_names}


def allowed(path: Path, imported: str) -> bool:
    _, *here = path.relative_to(ROOT).with_suffix("").parts
    if imported == "portal.policy" or imported.startswith("portal.policy."):
        return True
    if here[0] == "policy":
        return False
    if len(here) == 1:
        top, *rest = imported.split(".")
        return rest[0] in ROOMS[here[0]] if top == "portal" else here[0] != "__init__"
    return allowed_in_feature(here[0], here[1], imported)


def kind_of(module: str) -> str:
    """What a module of a feature is: common_views is views as well."""
    return module.rpartition("_")[2]


def allowed_in_feature(feature: str, module: str, imported: str) -> bool:
    if not kind_of(module):  # __init__
        return False
    kind = kind_of(module)
    rule = RULES["demo" if feature == "demo" else "values" if kind in VALUES else kind]
    top, *rest = imported.split(".")
    if top != "portal":
        return any(f"{imported}.".startswith(f"{library}.") for library in rule.libraries)
    if rest[0] not in FEATURES:
        return rest[0] in rule.rooms
    if rest[0] == feature:
        return kind_of(rest[-1]) in rule.own
    return FEATURES.index(rest[0]) < FEATURES.index(feature) and kind_of(rest[-1]) in rule.below


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_module_imports_only_what_its_place_allows(path: Path) -> None:
    assert {each for each in imports(path) if not allowed(path, each)} == set()


def test_the_import_rules_refuse_what_they_should() -> None:
    refused = {
        "portal/policy/caps.py": ["flask", "sqlalchemy", "portal.extensions", "portal.labels"],
        "portal/homework/models.py": ["flask", "portal.homework.queries", "portal.approvals.models", "portal.clock"],
        "portal/homework/queries.py": ["flask.request", "portal.homework.actions", "portal.approvals.queries"],
        "portal/homework/actions.py": ["flask.request", "flask_login.current_user", "portal.clock"],
        "portal/homework/forms.py": ["portal.homework.models", "sqlalchemy", "portal.school.queries", "flask.request"],
        "portal/homework/views.py": ["portal.accounts.forms", "portal.school.views", "portal.approvals.queries"],
        "portal/homework/sheet.py": ["portal.extensions", "portal.homework.queries", "flask"],
        "portal/extensions.py": ["portal.accounts.models", "portal.app"],
        "portal/homework/__init__.py": ["portal.homework.models", "flask"],
    }
    assert {(path, each) for path, some in refused.items() for each in some if allowed(ROOT / path, each)} == set()
    assert allowed(ROOT / "portal/homework/queries.py", "flask.abort")
    assert allowed(ROOT / "portal/approvals/actions.py", "portal.homework.actions")


def test_every_module_and_feature_has_its_place_in_the_rules() -> None:
    rooms = {path.stem for path in (ROOT / "portal").glob("*.py")}
    assert rooms == set(ROOMS)
    features = {path.parent.name for path in (ROOT / "portal").glob("*/*.py")} - {"policy"}
    assert features == set(FEATURES)
    own = {
        kind_of(path.stem) for path in (ROOT / "portal").glob("*/*.py") if path.parent.name not in ("policy", "demo")
    }
    assert own - {""} <= set(RULES) | VALUES


def calls(node: ast.AST) -> set[str]:
    """The names of all functions and methods called within."""
    called = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called}


def of_kind(kind: str) -> list[Path]:
    return [path for path in modules() if kind_of(path.stem) == kind]


def test_queries_read_and_actions_leave_the_commit_to_the_view() -> None:
    ending = {"commit", "rollback"}
    writing = ending | {"add", "add_all", "delete", "merge", "insert", "update", "flush", "with_for_update"}
    forbidden = {"queries": writing, "actions": ending}
    found = {
        (named(path), call)
        for kind in forbidden
        for path in of_kind(kind)
        for call in calls(tree(path)) & forbidden[kind]
    }
    assert found == set()
    assert "flush" in calls(tree(ROOT / "portal/approvals/actions.py"))  # the search finds what there is
    assert "commit" in calls(tree(ROOT / "portal/approvals/views.py"))


def decorators(function: ast.FunctionDef) -> list[str]:
    bare = [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
    return [each.attr if isinstance(each, ast.Attribute) else each.id for each in bare]


def views() -> list[tuple[str, list[str], set[str]]]:
    """Every view: its name, its decorators, and the functions it calls itself."""
    return [
        (f"{named(path)} {node.name}", decorators(node), calls(node))
        for path in of_kind("views")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and {"get", "post", "route"} & set(decorators(node))
    ]


def test_every_view_has_one_access_mark_right_below_its_route() -> None:
    marks = {"public", "signed_in", "requires"}
    wrong = [name for name, order, _ in views() if sum(each in marks for each in order) != 1 or order[1] not in marks]
    assert wrong == []
    assert len(views()) > 15


def test_no_view_that_answers_get_commits() -> None:
    assert [name for name, order, called in views() if "get" in order and "commit" in called] == []
    assert [name for name, order, called in views() if "only_reads" in order and "commit" in called] == []


def test_views_that_read_first_write_afterwards() -> None:
    reading = [(name, called) for name, order, called in views() if "reads_first" in order]
    assert [name for name, called in reading if not {"start_writing", "commit"} <= called] == []
    assert len(reading) > 2
    assert [name for name, order, called in views() if "start_writing" in called and "reads_first" not in order] == []


def test_every_route_has_a_mark_of_the_permission_table(app: Flask) -> None:
    marks = {rule.rule: access.access_mark(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    known = {access.PUBLIC, access.SIGNED_IN, *PERMISSIONS}
    assert {rule: mark for rule, mark in marks.items() if mark not in known} == {}
    assert len(marks) > 15


def test_a_route_without_a_mark_answers_403() -> None:
    app = create_app(test_config("sqlite://"))
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")
    app.add_url_rule("/marked", view_func=access.public(lambda: "secret"), endpoint="marked")
    with app.app_context():
        pages = [Browser(app).get(address) for address in ("/forgotten", "/marked")]
    assert [(page.status, "secret" in page.html) for page in pages] == [(403, False), (200, True)]


def test_two_marks_on_one_view_and_unknown_permissions_are_errors() -> None:
    with pytest.raises(TypeError, match="view already has the access mark 'public'"):

        @access.signed_in
        @access.public
        def view() -> None: ...

    with pytest.raises(LookupError, match="no permission named sheet\\.burn"):
        access.requires("sheet.burn")


def test_relationships_never_load_by_themselves() -> None:
    found = {str(each): each.lazy for mapper in Model.registry.mappers for each in mapper.relationships}
    assert {name: lazy for name, lazy in found.items() if lazy != "raise_on_sql"} == {}
    assert len(found) > 10


def test_every_form_that_is_posted_carries_a_token() -> None:
    forms = [
        (named(path), form)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for form in re.findall(r'<form method="post".*?</form>', path.read_text("utf-8"), re.DOTALL)
    ]
    assert [name for name, form in forms if "csrf_token" not in form] == []
    assert len(forms) > 6


def lengths() -> dict[str, int]:
    """The lines of every function in portal/."""
    return {
        f"{named(path)} {node.name}": node.end_lineno - node.lineno + 1
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    }


def test_no_file_is_over_300_lines_and_no_function_over_30_without_a_reason() -> None:
    files = {named(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    too_long = {name for name, lines in files.items() if lines > 300}
    assert too_long | {name for name, lines in lengths().items() if lines > 30} == set(LONG)
