"""Signing in at the school's own provider (OpenID Connect): the way there, who comes back, and the way out.

Authlib does the protocol: code flow with PKCE, state and nonce. What is asked of a provider beyond it stands here: it
is who the setting names, all its addresses are as safe as its own, and an ID token is for us, signed with a public key.
"""

import logging
import re
from base64 import b64encode
from time import time
from urllib.parse import quote_plus, urlsplit

from flask import Flask, session

NAME = "provider"  # in the session: _state_provider_…
STATES = f"_state_{NAME}_"
MOST_STATES = 3  # ways that were begun and not ended, in one browser; all of them are in its cookie
SECONDS = 5  # how long the provider may take for an answer; somebody waits for it
PAUSE = 10  # seconds; how long it is left alone after it did not answer
AN_HOUR = 3600  # seconds; how old may be what is known of its addresses and keys
SCOPES = {"sub": "openid", "email": "openid email"}  # what is asked for, by the claim; else the profile
BASIC = ("client_secret_basic",)  # where it does not say what it takes
SHARED = ("HS", "none")  # signatures that prove nothing, or need the secret
NAMELESS = "no name"  # the claim is not there
A_WORD = re.compile(r"[A-Za-z_]{1,40}")


class ProviderAway(Exception):
    """It does not answer, or not as a provider does."""


class NotSignedIn(Exception):
    """Who comes back has not signed in, or not so that it can be believed. `why`: a word of ours or the protocol's."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Unlike(ValueError):
    """What it says of itself is not what the setting says, or not safe; the words are for the log."""


class Provider:
    """The school's provider. What it says of itself is asked for when somebody first needs it, and once an hour."""

    def __init__(self, app: Flask) -> None:
        from authlib.integrations.base_client import OAuthError
        from authlib.integrations.flask_client import OAuth
        from joserfc.errors import JoseError
        from requests import RequestException

        self._app, self._authlib = app, OAuth
        self._unreachable, self._unbelievable = RequestException, (OAuthError, JoseError, ValueError)
        self._known, self._alone_until = None, 0.0

    def way_in(self, back: str, *, again: bool, **kept: object) -> str:
        """The address where somebody signs in, to be sent `back` from there. `kept` stays in their session until then;
        `again`: they are asked who they are although the provider may know. Raises ProviderAway.
        """
        client = self._client()
        begun = client.create_authorization_url(back, **({"prompt": "login"} if again else {}))
        _forget_older_ways()
        needed = {name: begun[name] for name in ("state", "nonce", "code_verifier")}
        client.save_authorize_data(redirect_uri=back, kept=kept, **needed)
        return begun["url"]

    def kept(self, state: str) -> dict | None:
        """What was kept of the way that was begun in this browser with `state`; None: of no such way."""
        begun = session.get(STATES + state)
        return begun["data"]["kept"] if begun and begun["exp"] > time() else None

    def who_is_back(self) -> str:
        """The account name of whoever has signed in, read from the address of this request and what was kept. Raises
        ProviderAway, NotSignedIn.
        """
        client = self._client()
        try:
            return self._login(client, client.authorize_access_token(claims_options=_wanted(client)))
        except self._unreachable as fault:
            raise self._away(fault) from None
        except self._unbelievable as fault:
            raise NotSignedIn(_kind(fault)) from None

    def way_out(self, back: str) -> str | None:
        """The address where the session at the provider ends; None: there is none, or the provider does not answer."""
        try:
            client = self._client()
        except ProviderAway:
            return None
        if not client.server_metadata.get("end_session_endpoint"):
            return None
        return client.create_logout_url(back, client_id=client.client_id)["url"]

    def _client(self):
        """Authlib's client, which knows the provider's addresses and keys."""
        if self._known and time() < self._known.server_metadata["_loaded_at"] + AN_HOUR:
            return self._known
        if time() < self._alone_until:
            raise ProviderAway
        config = self._app.config
        client = self._authlib(self._app).register(
            NAME,
            client_id=config["OIDC_CLIENT_ID"],
            client_secret=config["OIDC_CLIENT_SECRET"],
            server_metadata_url=config["OIDC_ISSUER"].rstrip("/") + "/.well-known/openid-configuration",
            client_auth_methods=[("client_secret_basic", _basic)],
            client_kwargs={
                "scope": SCOPES.get(config["OIDC_LOGIN_CLAIM"], "openid profile"),
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )
        try:
            _check(client.load_server_metadata(), config["OIDC_ISSUER"])
        except (self._unreachable, ValueError, TypeError, AttributeError) as fault:
            raise self._away(fault) from None
        if "client_secret_basic" not in client.server_metadata.get("token_endpoint_auth_methods_supported", BASIC):
            client.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"
        self._known = client
        return client

    def _away(self, fault: Exception) -> ProviderAway:
        """Say so in the log, and leave it alone for a while."""
        self._alone_until = time() + PAUSE
        said = str(fault) if isinstance(fault, Unlike) else type(fault).__name__
        logging.getLogger(__name__).error("The OIDC provider does not answer as it should: %s", said)
        return ProviderAway()

    def _login(self, client, token: dict) -> str:
        """What the claim says that the setting names: in the ID token, or else at the provider's userinfo."""
        claim, said = self._app.config["OIDC_LOGIN_CLAIM"], token.get("userinfo")
        if not said:
            raise NotSignedIn("id_token")
        if claim not in said and "userinfo_endpoint" in client.server_metadata:
            more = client.userinfo(token=token)
            if more.get("sub") != said["sub"]:
                raise NotSignedIn("sub")
            said = more
        login = said.get(claim)
        name = str(login).strip() if isinstance(login, str | int) and not isinstance(login, bool) else ""
        if not name or not name.isprintable():
            raise NotSignedIn(NAMELESS)
        if claim == "email" and said.get("email_verified") is False:
            raise NotSignedIn("email_verified")
        return name


def _basic(client, method: str, uri: str, headers: dict, body: str) -> tuple[str, dict, str]:
    """RFC 6749, 2.3.1: each part is encoded as in a form. Authlib leaves that out."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return uri, headers, body


def _check(metadata: dict, issuer: str) -> None:
    """Raises Unlike where the provider is not `issuer`, or names an address less safe than its own. Strikes signatures
    from its list that need no key of its own.
    """
    if metadata["issuer"].rstrip("/") != issuer.rstrip("/"):
        raise Unlike(f"PORTAL_OIDC_ISSUER is {issuer}, and it calls itself {metadata['issuer']}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(metadata.get(name)).scheme not in {"https", urlsplit(issuer).scheme}:
            raise Unlike(f"its {name} is not safe, or missing")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [each for each in offered if not each.startswith(SHARED)]


def _wanted(client) -> dict[str, dict]:
    """Whose ID token it must be, and for whom."""
    issuer, own = client.server_metadata["issuer"], client.client_id
    return {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": own}}


def _kind(fault: Exception) -> str:
    """A word that quotes nobody: the protocol's for an error, else ours."""
    word = getattr(fault, "error", None) or ""
    return word if A_WORD.fullmatch(word) else type(fault).__name__


def _forget_older_ways() -> None:
    """Ways that were begun and never ended must not fill the cookie."""
    begun = sorted((key for key in session if key.startswith(STATES)), key=lambda key: session[key]["exp"])
    for key in begun[: max(0, len(begun) - MOST_STATES + 1)]:
        session.pop(key)


def init_app(app: Flask) -> None:
    """Authlib and its HTTP client take 17 MB: they are loaded where the setting is on, before workers are forked."""
    app.extensions["provider"] = Provider(app) if app.config["OIDC_ISSUER"] else None
