"""What stands in deploy/ speaks of settings, modules, commands and lines that exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
ONLY_AT_THE_START = {"PORTAL_HOST", "PORTAL_PORT"}  # read by `make run`, not by config.py


def named(path: Path) -> str:
    return path.relative_to(DEPLOY).as_posix()


def test_every_setting_named_is_one_of_the_portal() -> None:
    known = set(re.findall(r"PORTAL_[A-Z_]+", (ROOT / "config.py").read_text("utf-8"))) | ONLY_AT_THE_START
    found = {(named(path), each) for path in FILES for each in re.findall(r"PORTAL_[A-Z_]+", path.read_text("utf-8"))}
    assert {each for each in found if each[1] not in known} == set()
    assert len(found) > 15


def test_every_program_started_is_there(app: Flask) -> None:
    text = {named(path): path.read_text("utf-8").replace('", "', " ") for path in FILES}
    modules = {each for one in text.values() for each in re.findall(r"python -m (portal[a-z.]*)", one)}
    commands = {each for one in text.values() for each in re.findall(r"flask --app wsgi (\w+)", one)}
    assert (modules, commands) == ({"portal.operations.run", "portal.serve"}, {"backup"})
    assert all(find_spec(each) for each in modules)
    assert commands <= set(app.cli.commands)


def test_two_hosts_take_the_place_of_the_one_in_the_configuration_of_nginx() -> None:
    before, after = re.search(r"sed 's/(.+)/(.+)/' /portal.conf", (DEPLOY / "compose.yaml").read_text("utf-8")).groups()
    configuration = (DEPLOY / "nginx" / "portal.conf").read_text("utf-8")
    assert (configuration.count(before), after) == (1, "server one:8000; server two:8000;")


@pytest.mark.parametrize("name", ["homework-portal.service", "homework-portal-backup.service"])
def test_a_unit_may_write_where_the_settings_put_things(name: str) -> None:
    unit, settings = ((DEPLOY / "systemd" / each).read_text("utf-8") for each in (name, "homework-portal.env"))
    folders = re.findall(r"^PORTAL_(?:INSTANCE|BACKUPS)=(.+)$", settings, re.MULTILINE)
    assert f"ReadWritePaths={' '.join(folders)}\n" in unit
    assert len(folders) == 2
