"""Asking a provider: within seconds, few at once, and only what is not too long."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from editor_ui.log_in.errors import LoginRefusedError, ProviderAwayError

TIMEOUT = (3.0, 5.0)
"""Seconds to connect, and between two parts of an answer."""
MAX_ANSWER_BYTES = 500_000
AT_ONCE = 2
"""Threads of a process that may wait for providers; the others make pages."""

_ROOM = threading.BoundedSemaphore(AT_ONCE)
Json = Mapping[str, Any]
Answer = TypeVar("Answer")


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _ROOM.acquire(timeout=TIMEOUT[0]):
        raise ProviderAwayError("too many are logging in at this moment")
    try:
        yield
    finally:
        _ROOM.release()


def get_json(url: str, *, token: str = "") -> Any:
    """Fetches JSON, led nowhere else. Raises ProviderAwayError."""
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        with (
            _in_turn(),
            requests.get(url, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer,
        ):
            if answer.status_code != 200:
                raise ProviderAwayError(f"the provider answered {answer.status_code}")
            body = answer.raw.read(MAX_ANSWER_BYTES + 1, decode_content=True)
            if len(body) > MAX_ANSWER_BYTES:
                raise ProviderAwayError("the provider's answer is too long")
            return json.loads(body)
    except (requests.RequestException, OSError, ValueError) as error:
        raise ProviderAwayError(f"the provider cannot be understood: {type(error).__name__}") from error


def redeem(session: OAuth2Session, url: str, code: str, verifier: str) -> Json:
    """Trades a code for tokens. Raises LoginRefusedError when the provider refuses it, ProviderAwayError."""

    def ask() -> Json:
        found: Json = session.fetch_token(
            url, code=code, code_verifier=verifier, timeout=TIMEOUT, headers={"Accept": "application/json"}
        )
        return found

    return _asked(ask)


def _asked(ask: Callable[[], Answer]) -> Answer:
    try:
        with _in_turn():
            return ask()
    except AuthlibBaseError as error:
        raise LoginRefusedError(f"the provider refused: {error.error}") from error
    except (requests.RequestException, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProviderAwayError(f"the provider cannot be understood: {type(error).__name__}") from error
