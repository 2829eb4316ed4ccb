"""What each worker of `python -m portal.serve` runs. Importing it loads all that the workers can share."""

from flask import Flask
from flask_babel import format_date
from sqlalchemy.orm import configure_mappers

from portal import clock, keeper
from portal.app import create_app
from portal.languages import LANGUAGES

app = create_app(commands=False)


def load(app: Flask) -> None:
    """What is otherwise loaded at the first requests: mappers, and templates and dates in the language that most read;
    another takes 5 MB. Opens no connection.
    """
    configure_mappers()
    with app.test_request_context(query_string={"lang": next(iter(LANGUAGES))}):
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
        format_date(clock.today())


def start() -> Flask:
    """For Granian, in the worker: a thread of the process it was forked from would not be there."""
    keeper.start(app)
    return app


load(app)
