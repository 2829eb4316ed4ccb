"""What each worker of `python -m portal.serve` runs. Importing it loads all that the workers can share."""

import signal
import sys

from flask import Flask
from flask_babel import format_date
from sqlalchemy.orm import configure_mappers

from portal import clock, keeper
from portal.app import create_app
from portal.languages import LANGUAGES

SOON = 1  # seconds

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
    if sys.platform == "linux":
        listen_soon()
    return app


def listen_soon() -> None:
    """Hear that all shall end when Granian can: it sets its handlers after it has called `start`, then it serves, and
    what it is told in between is lost. Signals are held back since before (`portal.serve`). Hear it once: told twice,
    Granian waits for ever for whoever it still answers.
    """
    from portal.master import SIGNALS  # Windows has not all of them

    inherited = signal.getsignal(signal.SIGTERM)

    def listen(*_: object) -> None:
        stop = signal.getsignal(signal.SIGTERM)
        if stop is inherited:
            signal.alarm(SOON)
            return

        def end(*told: object) -> None:
            for each in SIGNALS:
                signal.signal(each, signal.SIG_IGN)
            stop(*told)

        for each in SIGNALS:
            signal.signal(each, end)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    signal.signal(signal.SIGALRM, listen)
    signal.alarm(SOON)


load(app)
