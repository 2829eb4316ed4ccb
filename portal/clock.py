"""The school's clock. Rules never read it; views and actions ask here and hand the answer on."""

from datetime import date, datetime

from flask import current_app


def now() -> datetime:
    """The present moment in the school's time zone."""
    fixed: datetime | None = current_app.config["NOW"]
    return (fixed or datetime.now().astimezone()).astimezone(current_app.config["TIMEZONE"])


def today() -> date:
    """Today's date at the school."""
    return now().date()


def local(moment: datetime) -> datetime:
    """`moment` on the school's clock."""
    return moment.astimezone(current_app.config["TIMEZONE"])
