"""The settings of the portal, read from environment variables whose names start with PORTAL_.

A value that cannot be right stops the start with a sentence that names the variable and the way out. No secret
has a default.
"""

import json
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent
HTMX_CHOICES = ("auto", "cdn", "self")
LOG_CHOICES = ("errors", "text", "json")
A_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]")
MOST_PROXIES = 9
OIDC_NEEDED = ("PORTAL_OIDC_CLIENT_ID", "PORTAL_OIDC_CLIENT_SECRET")


class ConfigError(Exception):
    """A setting cannot be used; the message names the variable and what to do."""


class Config:
    """Settings of one process. Attributes in capitals are handed to Flask."""

    BABEL_DEFAULT_LOCALE = "zh_Hans"
    BABEL_TRANSLATION_DIRECTORIES = str(ROOT / "portal" / "translations")
    MAX_CONTENT_LENGTH = 2 * 1024 * 1024  # bytes; the longest form the composer can send is far below
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    MAX_FORM_PARTS = 2000
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_HTTPONLY = True
    REMEMBER_COOKIE_SAMESITE = "Lax"
    REMEMBER_COOKIE_HTTPONLY = True
    PERMANENT_SESSION_LIFETIME = timedelta(hours=12)
    WTF_CSRF_TIME_LIMIT = None  # a token lives as long as its session
    WTF_CSRF_SSL_STRICT = False  # intranets run behind proxies; the session cookie and the token are the defence
    SQLALCHEMY_ENGINE_OPTIONS: Mapping[str, object] = {
        "pool_pre_ping": True,
        "hide_parameters": True,  # what people write must not get into a log
        "json_serializer": partial(json.dumps, ensure_ascii=False),  # half as long, and read in half the time
    }
    NOW = None  # tests and pictures set a fixed moment here

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self.SECRET_KEY = self._secret(environ)
        self.INSTANCE_PATH = Path(environ.get("PORTAL_INSTANCE") or ROOT / "instance").absolute()
        self.SQLALCHEMY_DATABASE_URI = self._database(environ, f"sqlite:///{self.INSTANCE_PATH}/portal.db")
        self.BACKUPS = Path(environ.get("PORTAL_BACKUPS") or self.INSTANCE_PATH / "backups").absolute()
        self.TIMEZONE = self._timezone(environ)
        self.ADDRESS = self._address(environ)
        self.JSON_ORIGINS = self._origins(environ)
        self.HOSTS = self._hosts(environ, self.ADDRESS)
        self.PROXIES = self._number(environ, "PORTAL_PROXIES", MOST_PROXIES)
        self.LOG = self._one_of(environ, "PORTAL_LOG", LOG_CHOICES)
        self.SESSION_COOKIE_SECURE = self._yes_or_no(environ, "PORTAL_HTTPS_ONLY", default=False)
        self.BOARD_CACHE = self._yes_or_no(environ, "PORTAL_BOARD_CACHE", default=True)
        self.BOARD_HOLD = 0.25  # seconds; how long a kept page of the board is given out without asking the database
        self.KEEPER = self._yes_or_no(environ, "PORTAL_KEEPER", default=True)  # publish by the clock in this process
        self.HTMX = self._one_of(environ, "PORTAL_HTMX", HTMX_CHOICES)
        self.IDLE = 60 * self._number(
            environ, "PORTAL_IDLE_MINUTES", 720, default=240
        )  # seconds; 0: as long as it lasts
        self.REMEMBER_COOKIE_DURATION = timedelta(days=self._number(environ, "PORTAL_REMEMBER_DAYS", 90, default=30))
        self.ONE_TIME_DAYS = self._number(environ, "PORTAL_ONE_TIME_DAYS", 180, least=1, default=30)
        self.REMEMBER_COOKIE_SECURE = self.SESSION_COOKIE_SECURE
        self.REDIS_URL = self._redis(environ)
        self.METRICS_TOKEN = self._metrics(environ)
        self.OIDC_ISSUER = self._issuer(environ)
        self.OIDC_CLIENT_ID = environ.get("PORTAL_OIDC_CLIENT_ID", "")
        self.OIDC_CLIENT_SECRET = environ.get("PORTAL_OIDC_CLIENT_SECRET", "")
        self.OIDC_LOGIN_CLAIM = environ.get("PORTAL_OIDC_LOGIN_CLAIM") or "preferred_username"
        self.OIDC_NAME = environ.get("PORTAL_OIDC_NAME", "")  # empty: our own word for it

    @staticmethod
    def _secret(environ: Mapping[str, str]) -> str:
        secret = environ.get("PORTAL_SECRET_KEY", "")
        if len(secret) < 16:
            raise ConfigError(
                "PORTAL_SECRET_KEY must be set to a secret of at least 16 characters, for example the output of "
                "`python3 -c 'import secrets; print(secrets.token_hex(32))'`."
            )
        return secret

    @staticmethod
    def _database(environ: Mapping[str, str], default: str) -> str:
        address = environ.get("PORTAL_DATABASE_URL") or default
        if not address.startswith(("sqlite://", "postgresql+psycopg://")):
            raise ConfigError(
                f"PORTAL_DATABASE_URL starts with {address.split(':')[0]!r}; the portal works with "
                "sqlite:///file or postgresql+psycopg://user:password@host/database."
            )
        return address

    @staticmethod
    def _address(environ: Mapping[str, str]) -> str:
        """Scheme and host without a slash at the end; empty where nothing is set."""
        address = environ.get("PORTAL_ADDRESS", "")
        if address and not _is_site(address):
            raise ConfigError(
                f"PORTAL_ADDRESS is {address!r}; write how families reach the portal, such as "
                "https://homework.school.cn, with nothing behind the name."
            )
        return address.rstrip("/")

    @staticmethod
    def _origins(environ: Mapping[str, str]) -> frozenset[str]:
        """The sites, as browsers name them: https://name, without a slash at the end."""
        origins = environ.get("PORTAL_JSON_ORIGINS", "").split()
        for origin in origins:
            if not _is_site(origin):
                raise ConfigError(
                    f"PORTAL_JSON_ORIGINS holds {origin!r}; write the sites whose pages may read the JSON, such as "
                    "https://www.school.cn, with spaces between them."
                )
        return frozenset(origin.rstrip("/").lower() for origin in origins)

    @staticmethod
    def _hosts(environ: Mapping[str, str], address: str) -> tuple[str, ...]:
        """The names the portal answers to, without ports; none where it answers to any."""
        hosts = environ.get("PORTAL_HOSTS", "").lower().split()
        for host in hosts:
            if not A_HOST.fullmatch(host):
                raise ConfigError(
                    f"PORTAL_HOSTS holds {host!r}; write names as they stand in addresses, such as "
                    "homework.school.cn, without https:// and port, with spaces between them."
                )
        own = re.sub(r":\d+$", "", urlsplit(address).netloc.lower())
        if hosts and own and own not in hosts:
            raise ConfigError(f"PORTAL_HOSTS leaves out {own}, which is the host of PORTAL_ADDRESS; add it.")
        return tuple(hosts)

    @staticmethod
    def _timezone(environ: Mapping[str, str]) -> ZoneInfo:
        name = environ.get("PORTAL_TIMEZONE") or "Asia/Shanghai"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigError(f"PORTAL_TIMEZONE is {name!r}, which is no time zone; try Asia/Shanghai.") from None

    @staticmethod
    def _yes_or_no(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
        value = environ.get(name, "").lower()
        if value not in ("", "0", "1", "no", "yes"):
            raise ConfigError(f"{name} is {value!r}; set it to yes or no.")
        return value in ("1", "yes") if value else default

    @staticmethod
    def _number(environ: Mapping[str, str], name: str, most: int, *, least: int = 0, default: int = 0) -> int:
        value = environ.get(name) or str(default)
        if not (value.isdecimal() and value.isascii() and least <= int(value) <= most):
            raise ConfigError(f"{name} is {value!r}; set it to a number from {least} to {most}.")
        return int(value)

    @staticmethod
    def _metrics(environ: Mapping[str, str]) -> str:
        """What Prometheus has to bring; empty where nothing is counted."""
        token = environ.get("PORTAL_METRICS_TOKEN", "")
        if token and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{16,}", token):
            raise ConfigError(
                "PORTAL_METRICS_TOKEN must be at least 16 letters, digits or . _ ~ + / = -, for example the output of "
                "`python3 -c 'import secrets; print(secrets.token_hex(32))'`; or leave it out: then nothing is counted."
            )
        return token

    @staticmethod
    def _redis(environ: Mapping[str, str]) -> str:
        """The address of Redis; empty where each process counts by itself."""
        address = environ.get("PORTAL_REDIS_URL", "")
        if address and not address.startswith(("redis://", "rediss://", "redis+unix://")):
            raise ConfigError(f"PORTAL_REDIS_URL is {address!r}; write redis://host:6379/0.")
        return address

    @staticmethod
    def _issuer(environ: Mapping[str, str]) -> str:
        """The school's OpenID provider, as it calls itself; empty where nobody signs in there."""
        issuer = environ.get("PORTAL_OIDC_ISSUER", "")
        if issuer and not _is_issuer(issuer):
            raise ConfigError(
                f"PORTAL_OIDC_ISSUER is {issuer!r}; write what the provider calls itself, such as "
                "https://login.school.cn/realms/school: what stands before /.well-known/openid-configuration."
            )
        for name in OIDC_NEEDED:
            if issuer and not environ.get(name):
                raise ConfigError(
                    f"PORTAL_OIDC_ISSUER is set and {name} is not; the provider gives it out when the portal is "
                    "registered there."
                )
        for name in (*OIDC_NEEDED, "PORTAL_OIDC_LOGIN_CLAIM", "PORTAL_OIDC_NAME"):
            if environ.get(name) and not issuer:
                raise ConfigError(
                    f"{name} is set and PORTAL_OIDC_ISSUER is not; name the provider, or leave {name} away."
                )
        return issuer

    @staticmethod
    def _one_of(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
        value = environ.get(name) or choices[0]
        if value not in choices:
            raise ConfigError(f"{name} is {value!r}; set it to one of {', '.join(choices)}.")
        return value


def _is_site(address: str) -> bool:
    """Whether it is a scheme and a host, with nothing behind them."""
    try:
        scheme, host, *rest = urlsplit(address)
    except ValueError:
        return False
    return scheme in ("http", "https") and bool(host) and "@" not in host and rest in (["", "", ""], ["/", "", ""])


def _is_issuer(address: str) -> bool:
    """Whether it is a site, perhaps with a path behind it."""
    try:
        scheme, host, path, query, fragment = urlsplit(address)
    except ValueError:
        return False
    odd = query or fragment or "/.well-known" in path or any(each.isspace() for each in address)
    return scheme in ("http", "https") and bool(host) and "@" not in host and not odd
