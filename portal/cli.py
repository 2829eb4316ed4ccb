"""Commands: `flask --app wsgi …`."""

from flask import Flask
from flask_migrate import Migrate

from config import ROOT
from portal.demo.cli import demo_command
from portal.extensions import db
from portal.htmx_file import fetch_htmx_command
from portal.keeper import publish_due_command
from portal.operations.commands import backup_command, prepare_command, restore_command
from portal.setup.commands import setup_code_command, setup_command, slip_command


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(ROOT / "migrations"))
    app.cli.add_command(demo_command)
    app.cli.add_command(fetch_htmx_command)
    app.cli.add_command(publish_due_command)
    for command in (backup_command, restore_command, prepare_command, setup_command, setup_code_command, slip_command):
        app.cli.add_command(command)
