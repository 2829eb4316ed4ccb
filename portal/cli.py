"""Commands: `flask --app wsgi …`."""

from flask import Flask

from portal.demo.cli import demo_command
from portal.htmx_file import fetch_htmx_command
from portal.keeper import publish_due_command


def init_app(app: Flask) -> None:
    app.cli.add_command(demo_command)
    app.cli.add_command(fetch_htmx_command)
    app.cli.add_command(publish_due_command)
