"""What every answer tells the browser: what a page may load and send, who may frame it, and what nobody may ask for."""

from config import Config
from portal.htmx_file import HTMX_URL

A_MONTH = 30 * 24 * 3600  # seconds
UNUSED = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "midi", "display-capture")


def headers_of(config: Config) -> dict[str, str]:
    """The headers of every answer under these settings. Nothing runs that is written into a page, and from elsewhere
    comes htmx alone, by its whole address.
    """
    told = {
        "Content-Security-Policy": _policy("" if config.HTMX == "self" else HTMX_URL),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",  # for browsers in apps that do not know frame-ancestors
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{each}=()" for each in UNUSED),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if config.SESSION_COOKIE_SECURE:
        told["Strict-Transport-Security"] = f"max-age={A_MONTH}"
    return told


def _policy(htmx: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {htmx}".rstrip(),
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
