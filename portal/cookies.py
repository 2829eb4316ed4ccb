"""Cookies that outlive the window: a choice of this browser, kept for a year and read by the portal only."""

from flask import Response, current_app

A_YEAR = 365 * 24 * 3600  # seconds


def keep(response: Response, name: str, value: str, path: str = "/") -> None:
    """Let the browser keep it; over plain HTTP only where PORTAL_HTTPS_ONLY does not forbid it."""
    response.set_cookie(name, value, max_age=A_YEAR, path=path, **_way())


def forget(response: Response, name: str) -> None:
    response.delete_cookie(name, **_way())


def _way() -> dict[str, object]:
    return {"secure": current_app.config["SESSION_COOKIE_SECURE"], "httponly": True, "samesite": "Lax"}
