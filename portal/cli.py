"""Commands: `flask --app wsgi …`."""

from flask import Flask

from portal.demo.cli import demo_command
from portal.htmx_file import fetch_htmx_command


def init_app(app: Flask) -> None:
    app.cli.add_command(demo_command)
    app.cli.add_command(fetch_htmx_command)
