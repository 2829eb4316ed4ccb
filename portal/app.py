"""create_app(): the only place where all parts meet."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import ClassVar

from babel import Locale
from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from config import ROOT, Config
from portal import access, attempts, cookies, door, errors, filters, languages, logs, metrics, oidc
from portal.accounts import own_views, provider_views  # noqa: F401 (their routes belong to the next one)
from portal.accounts.views import bp as accounts
from portal.again import Again
from portal.approvals import subject_views as subject  # noqa: F401 (its routes belong to the next one)
from portal.approvals.views import bp as approvals
from portal.board import (  # noqa: F401 (their routes belong to the board's)
    children_views,
    feed_views,
    lists_views,
    month_views,
    poster_views,
    school_views,
    totals_views,
    wall_views,
    week_views,
)
from portal.board.answer import Answer
from portal.board.class_views import short as class_links
from portal.board.front import ANSWER, BoardFront
from portal.board.views import bp as board
from portal.compression import compress
from portal.deputies.views import bp as deputies
from portal.extensions import babel, csrf, db, login_manager
from portal.grid.views import bp as grid
from portal.headers import headers_of
from portal.help.views import bp as guides
from portal.home.views import bp as home
from portal.homework import common_views as common  # noqa: F401 (its routes belong to the next one)
from portal.homework.views import bp as homework
from portal.negotiation.views import bp as negotiation
from portal.office import approved_views, exception_views, link_views, log_views, sample_views  # noqa: F401 (their routes belong to the next one)
from portal.office.views import bp as office
from portal.operations import backup_views, metrics_views  # noqa: F401 (their routes belong to the next one)
from portal.operations.views import bp as operations
from portal.policy import calendar
from portal.privacy.views import bp as privacy
from portal.roster import person_views, place_views, rollover_views  # noqa: F401 (their routes belong to the next ones)
from portal.roster.import_views import bp as roster
from portal.roster.people_views import bp as people
from portal.school.views import bp as school
from portal.service.views import bp as service
from portal.setup.views import bp as setup
from portal.templating import Translated

STAFF = (
    *(home, accounts, school, deputies, roster, people, service, setup),
    *(homework, negotiation, approvals, grid, office, privacy),
)
READING = ("GET", "HEAD")
LOCALES = {name: Locale.parse(name) for name in languages.LANGUAGES}


class Sessions(SecureCookieSessionInterface):
    """Flask's: whoever sends no cookie has an empty one, without a signature to be checked."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if "HTTP_COOKIE" in request.environ else self.session_class()


class Portal(Flask):
    """Flask, entered through our own door, and with a log that names no address."""

    jinja_environment = Translated
    jinja_options: ClassVar = {"cache_size": -1}  # as many as there are
    session_interface = Sessions()
    door: Callable

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        return self.door(environ, start_response)

    def full_dispatch_request(self) -> Callable:
        """What answers a request. A view that is `@alike` for everybody answers it alone."""
        asked = request._get_current_object()
        view = self.view_functions.get(asked.endpoint or "")
        if asked.query_string or asked.method not in READING or not getattr(view, "alike", False):
            return super().full_dispatch_request()
        try:
            door.enter()
            said = view(**asked.view_args)
        except Exception as error:
            said = self.handle_user_exception(error)
        if not isinstance(said, Answer):
            return self.finalize_request(said)
        asked.environ[ANSWER] = said
        return said

    def log_exception(self, exc_info: tuple) -> None:
        self.logger.error("A request failed", exc_info=exc_info)


class DayConverter(BaseConverter):
    """A date in an address: 2026-11-24. 2026-02-30 is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"
    weight = 50

    def to_python(self, value: str) -> date:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError from None
        if not calendar.is_known(day):
            raise ValidationError
        return day

    def to_url(self, value: date) -> str:
        return value.isoformat()


class MonthConverter(DayConverter):
    """A month in an address: 2026-11, as the date of its first day."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> date:
        return super().to_python(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


class IdConverter(IntegerConverter):
    """The number of a row in an address; one longer than any row's is no address."""

    regex = r"\d{1,9}"


def create_app(config: Config | None = None, *, commands: bool = True) -> Flask:
    """The portal, ready to serve. Raises config.ConfigError if a setting cannot be used.

    A server does without `commands`: migrations and the sample school take 10 MB of memory.
    """
    config = config or Config()
    app = _bare(config)
    logs.init_app(app)
    db.init_app(app)
    app.before_request(door.enter)
    login_manager.init_app(app)
    attempts.init_app(app)
    oidc.init_app(app)
    app.before_request(access.check_mark)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose_language, timezone_selector=lambda: str(app.config["TIMEZONE"]))
    filters.init_app(app)
    errors.init_app(app)
    for blueprint in (*STAFF, operations, board, class_links, guides):
        app.register_blueprint(blueprint)
    app.extensions["headers"] = headers_of(config)
    app.after_request(finish)
    app.wsgi_app = Again(app)
    app.wsgi_app = BoardFront(app)
    app.door = metrics.counted(app, door.door_of(app))
    if commands:
        from portal import cli

        cli.init_app(app)
    return app


def _bare(config: Config) -> Flask:
    """Flask with our settings, folders and kinds of addresses."""
    app = Portal(
        "portal",
        root_path=str(ROOT / "portal"),
        instance_path=str(config.INSTANCE_PATH),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_object(config)
    app.url_map.converters |= {"day": DayConverter, "month": MonthConverter, "int": IdConverter}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def choose_language() -> Locale:
    """The switch (`?lang=`, remembered in a cookie) wins over the browser's languages; Chinese comes first."""
    told = request.environ
    switches = [request.args.get("lang")] if told.get("QUERY_STRING") else []
    switches += [request.cookies.get("lang")] if "HTTP_COOKIE" in told else []
    return LOCALES[languages.chosen(*switches, accept=told.get("HTTP_ACCEPT_LANGUAGE"))]


def finish(response: Response) -> Response:
    """Headers of every answer, and the language cookie where the switch was used."""
    for name, value in (*current_app.extensions["headers"].items(), ("Content-Language", filters.html_language())):
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.cache_control.no_cache = None  # its address changes with its content
        response.cache_control.public = True
        response.cache_control.max_age = cookies.A_YEAR
    elif not response.cache_control.public:
        response.headers.setdefault("Cache-Control", "no-store")
    if request.args.get("lang") in languages.LANGUAGES:
        cookies.keep(response, "lang", request.args["lang"])
    return compress(response)
