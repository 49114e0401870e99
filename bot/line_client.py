"""The only user of the LINE SDK: sends messages, asks for profiles, and turns every failure into one of two errors.

What the SDK does by itself and what is done about it here: no timeout (one is given to each call), retries that may
sleep on `Retry-After` (switched off; jobs retry), raw urllib3 errors (caught), and a validation error for an odd
answer after the message was already sent (taken as sent).
"""

import json
from collections.abc import Sequence
from typing import Any, Protocol

import urllib3
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    PushMessageRequest,
    ReplyMessageRequest,
)

from factcheck.errors import FactlineError

TIMEOUT_SECONDS = (3.0, 10.0)
"""To connect, to read."""


class LineError(FactlineError):
    """LINE refused a call."""

    def __init__(self, status: int, message: str, request_id: str | None = None, details: str = "") -> None:
        super().__init__(f"LINE answered {status}: {message} {details}".strip())
        self.status = status
        self.message = message
        self.request_id = request_id


class LineUnreachableError(FactlineError):
    """No answer, or none that says what happened. `maybe_sent`: the call may have been carried out all the same; False
    when there was not even a connection."""

    def __init__(self, reason: str, *, maybe_sent: bool = True) -> None:
        super().__init__(reason)
        self.maybe_sent = maybe_sent


class Line(Protocol):
    """What the bot needs from LINE. Raises LineError and LineUnreachableError."""

    def reply(self, reply_token: str, messages: Sequence[dict[str, Any]]) -> str | None:
        """Returns LINE's request id."""

    def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> str | None:
        """Returns LINE's request id. The same retry key again is sent once."""

    def language(self, user_id: str) -> str | None:
        """The language of a person's LINE app, for example 'zh-TW'; None when LINE does not say."""


class LineClient:
    def __init__(self, host: str, access_token: str) -> None:
        configuration = Configuration(host=host, access_token=access_token)
        configuration.retries = False
        self._api = MessagingApi(ApiClient(configuration))

    def reply(self, reply_token: str, messages: Sequence[dict[str, Any]]) -> str | None:
        body = ReplyMessageRequest.from_dict({"replyToken": reply_token, "messages": list(messages)})
        return self._call(self._api.reply_message_with_http_info, body)

    def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> str | None:
        body = PushMessageRequest.from_dict({"to": to, "messages": list(messages)})
        try:
            return self._call(self._api.push_message_with_http_info, body, x_line_retry_key=retry_key)
        except LineError as error:
            if error.status == 409:  # accepted before, under this retry key
                return error.request_id
            raise

    def language(self, user_id: str) -> str | None:
        try:
            profile = self._api.get_profile(user_id, _request_timeout=TIMEOUT_SECONDS)
        except ApiException as error:
            raise _line_error(error) from None
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise LineUnreachableError(type(error).__name__) from None
        return profile.language or None

    def _call(self, method: Any, body: Any, **options: Any) -> str | None:
        try:
            answer = method(body, _request_timeout=TIMEOUT_SECONDS, **options)
        except ApiException as error:
            raise _line_error(error) from None
        except urllib3.exceptions.HTTPError as error:
            raise _unreachable(error) from None
        except ValueError:  # a 2xx whose body the SDK does not understand: LINE has accepted the message
            return None
        return _header(answer.headers, "x-line-request-id")


def _unreachable(error: urllib3.exceptions.HTTPError) -> LineUnreachableError:
    """Name resolution counts as connecting: its error is a kind of NewConnectionError."""
    not_connected = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return LineUnreachableError(type(error).__name__, maybe_sent=not isinstance(error, not_connected))


def _line_error(error: ApiException) -> LineError:
    status = int(error.status or 0)
    request_id = _header(error.headers, "x-line-accepted-request-id") or _header(error.headers, "x-line-request-id")
    try:
        body = json.loads(error.body)
        message = str(body.get("message", ""))
        details = "; ".join(f"{d.get('property')}: {d.get('message')}" for d in body.get("details") or [])
    except (TypeError, ValueError, AttributeError):
        message, details = "(no readable error body)", ""
    if status >= 500 or status == 0:
        raise LineUnreachableError(f"{status} {message}") from None
    return LineError(status, message, request_id, details)


def _header(headers: Any, name: str) -> str | None:
    value = headers.get(name) if headers else None
    return str(value) if value else None
