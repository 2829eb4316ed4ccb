"""What happens by the clock: a thread in each server process, and the same as a command for cron.

The thread looks once a minute, on the minute. It outlives every fault of the database, and ends with its process.
"""

import sys
from threading import Thread
from time import sleep, time

import click
from flask import Flask
from flask.cli import with_appcontext

from portal import clock
from portal.approvals.automatic import Outcome, publish_due
from portal.metrics import KEEPER_WOKE
from portal.privacy.automatic import forget_due


def start(app: Flask) -> None:
    """Wake each minute as long as this process serves; PORTAL_KEEPER=no leaves it to cron (`flask publish-due`)."""
    if app.config["KEEPER"]:
        Thread(target=_keep, args=[app], name="keeper", daemon=True).start()


def _keep(app: Flask) -> None:
    while True:
        sleep(60 - time() % 60)
        wake(app)


def wake(app: Flask) -> Outcome | None:
    """Do what is due now; None where the database could not be asked, which is tried again a minute later."""
    try:
        with app.app_context():
            done = publish_due(clock.now())
            forget_due(clock.now())
    except Exception:
        app.logger.exception("The keeper could not do what is due; it tries again in a minute")
        return None
    KEEPER_WOKE.send(app)
    return done


@click.command("publish-due")
@with_appcontext
def publish_due_command() -> None:
    """Publish the clean sheets whose school's time has come, and forget what is due (the server does it by itself)."""
    done = publish_due(clock.now())
    forget_due(clock.now())
    click.echo(f"Sheets that published themselves: {done.published}. Failed: {done.failed}.")
    sys.exit(1 if done.failed else 0)
