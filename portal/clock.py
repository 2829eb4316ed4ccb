"""The school's clock. Rules never read it; views and actions ask here and hand the answer on."""

from datetime import UTC, date, datetime

from flask import Flask, current_app


def now(app: Flask = current_app) -> datetime:
    """The present moment in the school's time zone."""
    config = (app._get_current_object() if app is current_app else app).config
    fixed: datetime | None = config["NOW"]
    return (fixed or datetime.now(UTC)).astimezone(config["TIMEZONE"])


def today(app: Flask = current_app) -> date:
    """Today's date at the school."""
    return now(app).date()


def local(moment: datetime) -> datetime:
    """`moment` on the school's clock."""
    return moment.astimezone(current_app._get_current_object().config["TIMEZONE"])
