"""What stands in deploy/ speaks of settings, modules, commands and lines that exist."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from flask import Flask

from bench.nginx import ONE_HOST, hosts
from config import ROOT, Config

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
NO_SYSTEMD = "no systemd-analyze: `apt-get install systemd` enables it"
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
    assert (modules, commands) == ({"portal.operations.run", "portal.serve"}, {"backup", "restore"})
    assert all(find_spec(each) for each in modules)
    assert commands <= set(app.cli.commands)


def test_two_hosts_take_the_place_of_the_one_in_the_configuration_of_nginx() -> None:
    """And their addresses are asked of Docker again and again: a container that was made anew has another one."""
    nginx = composed()["services"]["nginx"]
    before, after = re.search(r"sed 's/(.+)/(.+)/' /portal.conf", nginx["command"][2]).groups()
    configuration = (DEPLOY / "nginx" / "portal.conf").read_text("utf-8")
    assert (configuration.count(before), before) == (1, ONE_HOST)
    asking, servers = after.split("; ", 1)
    assert asking == "resolver 127.0.0.11 valid=2s ipv6=off"
    assert servers == " ".join(hosts(["one:8000 resolve", "two:8000 resolve"]))
    assert "depends_on" not in nginx  # else it is made anew with them, and nobody gives out its copies meanwhile


def test_the_compose_file_starts_what_several_hosts_need() -> None:
    told = composed()
    services = told["services"]
    one, two = services["one"], services["two"]
    assert one | {"hostname": "", "volumes": []} == two | {"hostname": "", "volumes": []}
    assert one["volumes"] == [each.replace("two:", "one:") for each in two["volumes"]]
    assert [each.partition(":")[2] for each in one["volumes"]] == [
        one["environment"][name] for name in ("PORTAL_INSTANCE", "PORTAL_BACKUPS")
    ]
    settings = one["environment"]
    assert re.search(r"@(\w+)/", settings["PORTAL_DATABASE_URL"])[1] in services
    assert re.search(r"//(\w+):6379", settings["PORTAL_REDIS_URL"])[1] in services
    mounted = {each.partition(":")[0] for one in services.values() for each in one.get("volumes", [])}
    assert {each for each in mounted if not each.startswith(".")} == told["volumes"].keys()
    started = {each for one in services.values() for each in one.get("depends_on", {})}
    assert started == {"database", "redis", "one"}
    assert Path(ROOT, one["build"]["dockerfile"]).is_file()
    given = {name: re.sub(r"\$\{\w+(:-|:\?)?([^}]*)\}", default, value) for name, value in settings.items()}
    config = Config(given)
    assert (config.PROXIES, config.SECRET_KEY, config.REDIS_URL) == (
        1,
        "sixteen letters and more",
        "redis://redis:6379/0",
    )


def test_containers_take_every_setting_that_is_a_schools_to_choose() -> None:
    of_the_readme = set(re.findall(r"`(PORTAL_[A-Z_]+)`", (ROOT / "README.md").read_text("utf-8").partition("### ")[0]))
    left_out = {"PORTAL_PORT", "PORTAL_KEEPER", "PORTAL_BOARD_CACHE"}
    assert of_the_readme - composed()["services"]["one"]["environment"].keys() == left_out
    assert len(of_the_readme) > 20


def test_a_container_that_a_shell_waits_in_hears_that_it_is_to_stop() -> None:
    """As process 1 a shell would be deaf, and an upgrade would stand still for the 30 seconds until it is killed."""
    shells = {name: it for name, it in composed()["services"].items() if "sh" in it.get("command", [])}
    assert {name for name, it in shells.items() if "exec " in it["command"][2] or it.get("init")} == shells.keys()
    assert shells.keys() == {"nightly", "nginx"}


def composed() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def default(match: re.Match) -> str:
    """What stands in place of ${NAME:-default}; of what must be given, something that can be."""
    return match[2] if match[1] == ":-" else "sixteen letters and more"


def test_nothing_of_an_installation_gets_into_an_image() -> None:
    kept = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE)
    assert sorted(kept) == sorted(
        ["config.py", "wsgi.py", "requirements.txt", "migrations", "portal", "static", "templates"]
    )
    assert all((ROOT / each).exists() for each in kept)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason=NO_SYSTEMD)
def test_systemd_can_read_the_units(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").glob("homework-*.*"):
        here = path.read_text("utf-8").replace("/srv/homework-portal/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(here)
    units = [path for path in tmp_path.iterdir() if path.suffix in (".service", ".timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (len(units), done.returncode, done.stdout + done.stderr) == (3, 0, "")


def test_the_folders_are_made_for_the_user_whose_they_are() -> None:
    """systemd starts no unit that may write to a folder that is not there."""
    unit = (DEPLOY / "systemd" / "homework-portal.service").read_text("utf-8")
    said = dict(re.findall(r"^(User|ReadWritePaths)=(.+)$", unit, re.MULTILINE))
    assert f"#     useradd --system {said['User']}\n" in unit
    assert f"--owner {said['User']} --mode 700 {said['ReadWritePaths']}\n" in unit


@pytest.mark.parametrize("name", ["homework-portal.service", "homework-portal-backup.service"])
def test_a_unit_may_write_where_the_settings_put_things(name: str) -> None:
    unit, settings = ((DEPLOY / "systemd" / each).read_text("utf-8") for each in (name, "homework-portal.env"))
    folders = re.findall(r"^PORTAL_(?:INSTANCE|BACKUPS)=(.+)$", settings, re.MULTILINE)
    assert f"ReadWritePaths={' '.join(folders)}\n" in unit
    assert len(folders) == 2
