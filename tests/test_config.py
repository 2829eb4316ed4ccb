"""Settings: a bad one stops the start with a sentence that names the variable; no secret has a default."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import make_url

from config import ROOT, Config, ConfigError
from portal.app import create_app

SECRET = "sixteen characters"


def config(**environ: str) -> Config:
    return Config({"PORTAL_SECRET_KEY": SECRET, **environ})


@pytest.mark.parametrize("secret", [None, "", "fifteen letters"])
def test_without_a_real_secret_nothing_starts(secret: str | None) -> None:
    with pytest.raises(ConfigError, match=r"^PORTAL_SECRET_KEY must be set to a secret of at least 16 characters"):
        Config({} if secret is None else {"PORTAL_SECRET_KEY": secret})


def test_the_application_itself_does_not_start_without_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_SECRET_KEY", raising=False)
    with pytest.raises(ConfigError, match="PORTAL_SECRET_KEY"):
        create_app()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "PORTAL_TIMEZONE",
            "Asia/Qinghe",
            "PORTAL_TIMEZONE is 'Asia/Qinghe', which is no time zone; try Asia/Shanghai.",
        ),
        ("PORTAL_TIMEZONE", "../etc", "PORTAL_TIMEZONE is '../etc', which is no time zone; try Asia/Shanghai."),
        ("PORTAL_HTTPS_ONLY", "maybe", "PORTAL_HTTPS_ONLY is 'maybe'; set it to yes or no."),
        ("PORTAL_BOARD_CACHE", "2", "PORTAL_BOARD_CACHE is '2'; set it to yes or no."),
        *(
            (
                "PORTAL_METRICS_TOKEN",
                token,
                "PORTAL_METRICS_TOKEN must be at least 16 letters, digits or . _ ~ + / = -, for example the output of "
                "`python3 -c 'import secrets; print(secrets.token_hex(32))'`; or leave it out: then nothing is "
                "counted.",
            )
            for token in ("yes", "fifteen-letters", "sixteen letters and more")
        ),
        (
            "PORTAL_DATABASE_URL",
            "mysql://x/y",
            "PORTAL_DATABASE_URL starts with 'mysql'; the portal works with sqlite:///file or "
            "postgresql+psycopg://user:password@host/database.",
        ),
        *(
            (
                "PORTAL_ADDRESS",
                address,
                f"PORTAL_ADDRESS is {address!r}; write how families reach the portal, such as "
                "https://homework.school.cn, with nothing behind the name.",
            )
            for address in (
                "homework.school.cn",
                "ftp://homework.school.cn",
                "https://",
                "https://homework.school.cn/board",
                "https://homework.school.cn?a=b",
                "https://somebody@homework.school.cn",
                "https://[homework",
            )
        ),
        *(
            (
                "PORTAL_JSON_ORIGINS",
                f"https://www.school.cn {origin}",
                f"PORTAL_JSON_ORIGINS holds {origin!r}; write the sites whose pages may read the JSON, such as "
                "https://www.school.cn, with spaces between them.",
            )
            for origin in ("*", "www.school.cn", "https://www.school.cn/page", "null")
        ),
        *(
            (
                "PORTAL_HOSTS",
                f"homework.school.cn {host}",
                f"PORTAL_HOSTS holds {host!r}; write names as they stand in addresses, such as homework.school.cn, "
                "without https:// and port, with spaces between them.",
            )
            for host in ("https://homework.school.cn", "homework.school.cn:8000", "*", "a,b")
        ),
        ("PORTAL_PROXIES", "yes", "PORTAL_PROXIES is 'yes'; set it to a number from 0 to 9."),
        ("PORTAL_PROXIES", "-1", "PORTAL_PROXIES is '-1'; set it to a number from 0 to 9."),
        ("PORTAL_PROXIES", "10", "PORTAL_PROXIES is '10'; set it to a number from 0 to 9."),
        ("PORTAL_ONE_TIME_DAYS", "0", "PORTAL_ONE_TIME_DAYS is '0'; set it to a number from 1 to 180."),
        ("PORTAL_LOG", "loud", "PORTAL_LOG is 'loud'; set it to one of errors, text, json."),
        ("PORTAL_HTMX", "npm", "PORTAL_HTMX is 'npm'; set it to one of auto, cdn, self."),
    ],
)
def test_a_value_that_cannot_be_right_is_named_with_the_way_out(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(**{name: value})
    assert str(caught.value) == sentence


OIDC = {
    "PORTAL_OIDC_ISSUER": "https://login.school.cn/realms/school",
    "PORTAL_OIDC_CLIENT_ID": "portal",
    "PORTAL_OIDC_CLIENT_SECRET": "a secret",
}


def test_a_provider_is_named_with_what_it_gave_out() -> None:
    settings = config(**OIDC)
    told = (settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)
    assert told == tuple(OIDC.values())
    assert (settings.OIDC_LOGIN_CLAIM, settings.OIDC_NAME) == ("preferred_username", "")
    settings = config(**OIDC, PORTAL_OIDC_LOGIN_CLAIM="staff_number", PORTAL_OIDC_NAME="青禾通行证")
    assert (settings.OIDC_LOGIN_CLAIM, settings.OIDC_NAME) == ("staff_number", "青禾通行证")
    for issuer in ("http://10.0.0.7:8080", "https://login.school.cn/"):
        assert issuer == config(**OIDC | {"PORTAL_OIDC_ISSUER": issuer}).OIDC_ISSUER


@pytest.mark.parametrize(
    "issuer",
    [
        "login.school.cn",
        "ftp://login.school.cn",
        "https://",
        "https://login.school.cn/.well-known/openid-configuration",
        "https://login.school.cn?realm=school",
        "https://somebody@login.school.cn",
        "https://login.school.cn/a realm",
        "https://[login",
    ],
)
def test_a_provider_has_an_address_without_anything_behind_it(issuer: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(**OIDC | {"PORTAL_OIDC_ISSUER": issuer})
    assert str(caught.value) == (
        f"PORTAL_OIDC_ISSUER is {issuer!r}; write what the provider calls itself, such as "
        "https://login.school.cn/realms/school: what stands before /.well-known/openid-configuration."
    )


@pytest.mark.parametrize("name", ["PORTAL_OIDC_CLIENT_ID", "PORTAL_OIDC_CLIENT_SECRET"])
def test_a_provider_without_what_it_gave_out_stops_the_start(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(**OIDC | {name: ""})
    assert str(caught.value) == (
        f"PORTAL_OIDC_ISSUER is set and {name} is not; the provider gives it out when the portal is registered there."
    )


@pytest.mark.parametrize("name", ["CLIENT_ID", "CLIENT_SECRET", "LOGIN_CLAIM", "NAME"])
def test_what_is_set_for_no_provider_stops_the_start(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(**{f"PORTAL_OIDC_{name}": "x"})
    assert str(caught.value) == (
        f"PORTAL_OIDC_{name} is set and PORTAL_OIDC_ISSUER is not; name the provider, or leave PORTAL_OIDC_{name} away."
    )


def test_everything_but_the_secret_has_a_default() -> None:
    settings = config()
    assert settings.SECRET_KEY == SECRET
    assert ZoneInfo("Asia/Shanghai") == settings.TIMEZONE
    assert make_url(settings.SQLALCHEMY_DATABASE_URI).database == str(ROOT / "instance" / "portal.db")
    assert (settings.SESSION_COOKIE_SECURE, settings.BOARD_CACHE, settings.HTMX) == (False, True, "auto")
    assert settings.KEEPER
    assert settings.ADDRESS == ""
    assert not settings.JSON_ORIGINS
    assert (settings.HOSTS, settings.PROXIES, settings.LOG) == ((), 0, "errors")


@pytest.mark.parametrize(("word", "meaning"), [("yes", True), ("YES", True), ("1", True), ("no", False), ("0", False)])
def test_yes_and_no_are_said_in_several_ways(word: str, meaning: bool) -> None:
    settings = config(PORTAL_HTTPS_ONLY=word, PORTAL_BOARD_CACHE=word)
    read = {settings.SESSION_COOKIE_SECURE, settings.BOARD_CACHE}
    assert read == {meaning}


def test_an_empty_variable_is_as_good_as_none() -> None:
    names = (
        "PORTAL_TIMEZONE",
        "PORTAL_DATABASE_URL",
        "PORTAL_INSTANCE",
        "PORTAL_HTTPS_ONLY",
        "PORTAL_HTMX",
        "PORTAL_ADDRESS",
        "PORTAL_JSON_ORIGINS",
        "PORTAL_HOSTS",
        "PORTAL_PROXIES",
        "PORTAL_LOG",
        *OIDC,
        "PORTAL_OIDC_LOGIN_CLAIM",
        "PORTAL_OIDC_NAME",
    )
    assert vars(config(**dict.fromkeys(names, ""))) == vars(config())


@pytest.mark.parametrize("address", ["https://homework.school.cn", "http://10.0.0.5:8000"])
def test_the_public_address_is_kept_without_a_slash_at_its_end(address: str) -> None:
    assert [config(PORTAL_ADDRESS=written).ADDRESS for written in (address, f"{address}/")] == [address] * 2


def test_the_sites_that_may_read_json_are_kept_as_browsers_name_them() -> None:
    settings = config(PORTAL_JSON_ORIGINS=" https://www.School.cn/  http://10.0.0.5:8000 ")
    assert sorted(settings.JSON_ORIGINS) == ["http://10.0.0.5:8000", "https://www.school.cn"]


def test_the_names_the_portal_answers_to_must_hold_that_of_its_address() -> None:
    address = {"PORTAL_ADDRESS": "https://Homework.school.cn:8443"}
    settings = config(PORTAL_HOSTS=" 10.0.0.5  HOMEWORK.school.cn [::1]", PORTAL_PROXIES="2", **address)
    assert (settings.HOSTS, settings.PROXIES) == (("10.0.0.5", "homework.school.cn", "[::1]"), 2)
    with pytest.raises(ConfigError) as caught:
        config(PORTAL_HOSTS="10.0.0.5", **address)
    assert str(caught.value) == (
        "PORTAL_HOSTS leaves out homework.school.cn, which is the host of PORTAL_ADDRESS; add it."
    )


def test_database_instance_and_zone_are_taken_from_the_environment(tmp_path: Path) -> None:
    settings = config(PORTAL_DATABASE_URL="postgresql+psycopg://db.example/portal", PORTAL_TIMEZONE="Asia/Urumqi")
    assert settings.SQLALCHEMY_DATABASE_URI == "postgresql+psycopg://db.example/portal"
    assert ZoneInfo("Asia/Urumqi") == settings.TIMEZONE
    settings = config(PORTAL_INSTANCE=str(tmp_path))
    assert make_url(settings.SQLALCHEMY_DATABASE_URI).database == str(tmp_path / "portal.db")
    assert create_app(settings).instance_path == str(tmp_path)


def test_sessions_end_with_the_working_day_and_scripts_never_see_their_cookie() -> None:
    settings = config()
    assert timedelta(hours=12) == settings.PERMANENT_SESSION_LIFETIME
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE) == (True, "Lax")
