"""What an ID token must be to be believed."""

import base64
import hmac
import json
from typing import Any

import pytest
from joserfc.jwk import KeySet, OctKey

from editor_ui.log_in.errors import LoginRefusedError
from editor_ui.log_in.openid import proved_address
from editor_ui.log_in.tokens import Expected, UnknownKeyError, claims_of
from factcheck.login_providers import LoginProvider
from tests.conftest import MovableClock
from tests.fakes.provider import KEY, OTHER, SECRET, signed

EXPECTED = Expected("RS256", "https://provider.example", "us", "n-1")
KEYS = KeySet.import_key_set({"keys": [KEY.as_dict(private=False)]})


@pytest.fixture
def good(clock: MovableClock) -> dict[str, Any]:
    now = int(clock().timestamp())
    return {"iss": EXPECTED.issuer, "aud": "us", "nonce": "n-1", "sub": "42", "iat": now, "exp": now + 300}


def test_a_good_token_is_read(good: dict[str, Any], clock: MovableClock) -> None:
    assert claims_of(signed(good), KEYS, EXPECTED, now=clock())["sub"] == "42"
    several = {**good, "aud": ["us", "others"], "azp": "us"}
    assert claims_of(signed(several), KEYS, EXPECTED, now=clock())["sub"] == "42"


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "n-2"},
        {"nonce": None},
        {"iss": "https://provider.example.evil"},
        {"iss": ["https://provider.example"]},
        {"aud": "others"},
        {"aud": ["us", "others"]},
        {"aud": ["us", "others"], "azp": "others"},
        {"azp": "others"},
        {"exp": -61},
        {"exp": "soon"},
        {"exp": None},
        {"iat": 3600},
        {"sub": None},
        {"sub": 42},
    ],
    ids=repr,
)
def test_a_wrong_claim_is_refused(good: dict[str, Any], change: dict[str, Any], clock: MovableClock) -> None:
    """Moments are seconds from now."""
    now = int(clock().timestamp())
    moved = {key: now + value if isinstance(value, int) and key != "sub" else value for key, value in change.items()}
    claims = {key: value for key, value in {**good, **moved}.items() if value is not None}
    with pytest.raises(LoginRefusedError):
        claims_of(signed(claims), KEYS, EXPECTED, now=clock())


def test_a_wrong_signature_is_refused(good: dict[str, Any], clock: MovableClock) -> None:
    """Also one that takes our public key for the secret of another algorithm, or has none."""
    head, body, _ = signed(good).split(".")
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    forged = signed({**good, "sub": "1"}).split(".")[1]
    for token in (
        f"{unsigned}.{body}.",
        f"{head}.{forged}.{signed(good).split('.')[2]}",
        by_public_key(body),
        *("", "a.b", "a.b.c", "a" * 30_000, None, 7, {"alg": "RS256"}),
    ):
        with pytest.raises(LoginRefusedError):
            claims_of(token, KEYS, EXPECTED, now=clock())
    with pytest.raises(UnknownKeyError):
        claims_of(signed(good, OTHER), KEYS, EXPECTED, now=clock())


def test_the_secret_of_a_channel_signs(good: dict[str, Any], clock: MovableClock) -> None:
    """LINE Login: what somebody signs with another key, or RS256, is refused."""
    expected = Expected("HS256", EXPECTED.issuer, "us", "n-1")
    ours = OctKey.import_key(SECRET)
    assert claims_of(signed(good, ours, "HS256"), ours, expected, now=clock())["sub"] == "42"
    for token in (signed(good, OctKey.import_key("t" * 40), "HS256"), signed(good)):
        with pytest.raises(LoginRefusedError):
            claims_of(token, ours, expected, now=clock())


def by_public_key(body: str) -> str:
    """Signed with HS256, for which our library takes no such key."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "ours"}).encode()).decode().rstrip("=")
    digest = hmac.digest(KEY.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


@pytest.mark.parametrize(
    ("claims", "kind", "believed", "address"),
    [
        ({"email": "a@example.org", "email_verified": True}, "openid", True, "a@example.org"),
        ({"email": "a@example.org", "email_verified": True}, "openid", False, ""),
        ({"email": "a@example.org", "email_verified": True}, "line", True, ""),
        ({"email": "a@example.org", "email_verified": False}, "openid", True, ""),
        ({"email": "a@example.org", "email_verified": "true"}, "openid", True, ""),
        ({"email": "a@example.org"}, "openid", True, ""),
        ({"email": ["a@example.org"], "email_verified": True}, "openid", True, ""),
        ({}, "openid", True, ""),
    ],
)
def test_only_a_proved_address_counts(claims: dict[str, Any], kind: Any, believed: bool, address: str) -> None:
    declared = LoginProvider(
        name="x", kind=kind, issuer="https://x.example", client_id="us", client_secret="s", proves_addresses=believed
    )
    assert proved_address(claims, declared) == address
