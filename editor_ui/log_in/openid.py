"""OpenID Connect with discovery, the code flow, PKCE, and a nonce."""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from editor_ui.log_in.errors import LoginRefusedError, ProviderAwayError
from editor_ui.log_in.talking import Json, get_json, redeem
from editor_ui.log_in.tokens import Claims, Expected, Key, UnknownKeyError, claims_of
from factcheck.clock import Clock
from factcheck.login_providers import LoginProvider
from factcheck.services.identities import Proved

KEPT_FOR = timedelta(hours=1)
"""How long what a provider says of itself holds."""
KEYS_RENEWED = timedelta(minutes=1)
"""So often at most an unknown key has us ask for new ones."""


@dataclass(frozen=True)
class Begun:
    """A log-in under way, kept in the browser's signed cookie until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider(Protocol):
    @property
    def declared(self) -> LoginProvider: ...

    def begin(self, back: str, language: str) -> Begun:
        """Says where to send somebody, who comes to `back` then. Raises ProviderAwayError."""

    def finish(self, back: str, begun: Begun, code: str) -> Proved:
        """Finds who came back. Raises LoginRefusedError, ProviderAwayError."""


@dataclass(frozen=True)
class Known:
    """What a provider says of itself."""

    metadata: Json
    keys: Key
    at: datetime


class OpenIdProvider:
    def __init__(self, declared: LoginProvider, clock: Clock) -> None:
        self.declared = declared
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Known | None = None
        self._algorithm = "HS256" if declared.kind == "line" else "RS256"

    def begin(self, back: str, language: str) -> Begun:
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        url, state = self._session(back).create_authorization_url(
            self._endpoint("authorization_endpoint"), nonce=nonce, code_verifier=verifier, ui_locales=language
        )
        return Begun(url, state, nonce, verifier)

    def finish(self, back: str, begun: Begun, code: str) -> Proved:
        tokens = redeem(self._session(back), self._endpoint("token_endpoint"), code, begun.verifier)
        claims = self._claims(tokens.get("id_token"), begun.nonce)
        return Proved(self.declared.issuer, claims["sub"], proved_address(claims, self.declared))

    def _claims(self, token: object, nonce: str) -> Claims:
        expected = Expected(self._algorithm, self.declared.issuer, self.declared.client_id, nonce)
        known = self._provider()
        try:
            return claims_of(token, known.keys, expected, now=self._clock())
        except UnknownKeyError:
            if self._clock() - known.at < KEYS_RENEWED:
                raise
            return claims_of(token, self._provider(fresh=True).keys, expected, now=self._clock())

    def _session(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self.declared.client_id,
            self.declared.client_secret,
            scope="openid email",
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method=self._authentication(),
        )

    def _authentication(self) -> str:
        offered = self._provider().metadata.get("token_endpoint_auth_methods_supported")
        is_posted = self.declared.kind == "line" or (isinstance(offered, list) and "client_secret_basic" not in offered)
        return "client_secret_post" if is_posted else "client_secret_basic"

    def _endpoint(self, name: str) -> str:
        url = self._provider().metadata.get(name)
        if not isinstance(url, str) or not _is_as_safe(url, self.declared.issuer):
            raise ProviderAwayError(f"the provider names no {name}")
        return url

    def _provider(self, *, fresh: bool = False) -> Known:
        now = self._clock()
        with self._lock:
            known = self._known
        if known is not None and not fresh and timedelta(0) <= now - known.at < KEPT_FOR:
            return known
        metadata = get_json(f"{self.declared.issuer.rstrip('/')}/.well-known/openid-configuration")
        if not isinstance(metadata, dict) or metadata.get("issuer") != self.declared.issuer:
            raise ProviderAwayError("the provider calls itself by another name than the settings")
        found = Known(metadata, self._keys(metadata), now)
        with self._lock:
            self._known = found
        return found

    def _keys(self, metadata: Mapping[str, Any]) -> Key:
        if self._algorithm == "HS256":
            return OctKey.import_key(self.declared.client_secret)
        url = metadata.get("jwks_uri")
        if not isinstance(url, str) or not _is_as_safe(url, self.declared.issuer):
            raise ProviderAwayError("the provider names no keys")
        try:
            return KeySet.import_key_set(get_json(url))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ProviderAwayError(f"the provider's keys are not good: {type(error).__name__}") from error


def proved_address(claims: Claims, declared: LoginProvider) -> str:
    """Gives the address if the provider says that it is theirs, and is believed. Words such as "true" do not count."""
    address = claims.get("email")
    is_proved = claims.get("email_verified") is True and declared.believes_addresses
    return address if is_proved and isinstance(address, str) else ""


def _is_as_safe(url: str, issuer: str) -> bool:
    return url.startswith("https://") or (issuer.startswith("http://") and url.startswith("http://"))


def require_code(code: str) -> str:
    """Raises LoginRefusedError for none, or one that is longer than any provider's."""
    if not 0 < len(code) <= 2_000:
        raise LoginRefusedError("no code came back")
    return code
