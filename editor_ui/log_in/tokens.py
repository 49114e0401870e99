"""Reading ID tokens. Pure: a token is believed only if everything in it is as we expect it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, OctKey

from editor_ui.log_in.errors import LoginRefusedError

LEEWAY_SECONDS = 60
"""By which our clock and the provider's may differ."""
MAX_TOKEN_LENGTH = 20_000

Key = KeySet | OctKey
Claims = Mapping[str, Any]


class UnknownKeyError(LoginRefusedError):
    """The token was signed with a key that we do not have; the provider may have a new one."""


@dataclass(frozen=True)
class Expected:
    """What a token must be: `algorithm` is the only one taken, so that none can be chosen by who made the token."""

    algorithm: str
    issuer: str
    audience: str
    nonce: str


def claims_of(token: object, key: Key, expected: Expected, *, now: datetime) -> Claims:
    """Gives the claims of an ID token. Raises LoginRefusedError for one that is not for us, now and for this log-in;
    UnknownKeyError, which is one, if its key is not among ours."""
    if not isinstance(token, str) or len(token) > MAX_TOKEN_LENGTH:
        raise LoginRefusedError("no ID token came")
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.audience},
        nonce={"essential": True, "value": expected.nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        decoded = jwt.decode(token, key, algorithms=[expected.algorithm])
        registry.validate(decoded.claims)
    except InvalidKeyIdError as error:
        raise UnknownKeyError(type(error).__name__) from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise LoginRefusedError(f"the ID token is not good: {type(error).__name__}") from error
    _require_party(decoded.claims, expected.audience)
    return dict(decoded.claims)


def _require_party(claims: Claims, audience: str) -> None:
    """A token for several must say that it was made for us (OpenID Connect Core 1.0, 3.1.3.7)."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    party = claims.get("azp")
    if party not in (None, audience) or (several and party is None):
        raise LoginRefusedError("the ID token was made for another")
    if not isinstance(claims["sub"], str):
        raise LoginRefusedError("the ID token names nobody")
