"""The only user of the LINE SDK. It turns every failure into one of two errors.

The SDK has no timeout (each call gets one), retries and may sleep on `Retry-After` (switched off; jobs retry), lets
urllib3 errors through (caught), raises a UnicodeDecodeError in place of the error it was about to raise (looked
behind), a validation error for a request that it cannot make (taken as LINE's refusal) and one for an odd answer after
the message was sent (taken as sent).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import urllib3
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    MulticastRequest,
    PushMessageRequest,
    ReplyMessageRequest,
    ShowLoadingAnimationRequest,
)

from factcheck.errors import FactlineError
from factcheck.version import USER_AGENT

TIMEOUT_SECONDS = (3.0, 10.0)
"""To connect, to read."""


class LineError(FactlineError):
    def __init__(
        self,
        status: int,
        message: str,
        request_id: str | None = None,
        details: str = "",
        retry_after: float | None = None,
    ) -> None:
        """Hold `details` ("property: what is wrong; …") and `retry_after` in seconds."""
        super().__init__(f"LINE answered {status}: {message} {details}".strip())
        self.status = status
        self.message = message
        self.request_id = request_id
        self.details = details
        self.retry_after = retry_after


class LineUnreachableError(FactlineError):
    """LINE gave no answer, or none that says what happened. `maybe_sent`: False when there was not even a connection.
    `retry_after`: seconds."""

    def __init__(self, reason: str, *, maybe_sent: bool = True, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.maybe_sent = maybe_sent
        self.retry_after = retry_after


@dataclass(frozen=True)
class ToldQuota:
    """Pushes of this month; replies are not counted."""

    limit: int | None
    """None: no limit."""
    used: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


@dataclass(frozen=True)
class BotAccount:
    user_id: str
    """The destination in webhooks."""
    basic_id: str
    """With the @, for links."""


class Receipt(NamedTuple):
    request_id: str | None
    message_ids: tuple[str, ...] = ()
    """Of the messages, in their order, where LINE names them: not those of a multicast."""


class Line(Protocol):
    """What the bot needs from LINE. Raises LineError and LineUnreachableError."""

    def reply(self, reply_token: str, messages: Sequence[dict[str, Any]]) -> Receipt: ...

    def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> Receipt:
        """Sends once; the same retry key again sends nothing."""

    def multicast(self, to: Sequence[str], messages: Sequence[dict[str, Any]], retry_key: str) -> Receipt:
        """Sends to at most 500 people; else like `push`."""

    def quota(self) -> ToldQuota: ...

    def account(self) -> BotAccount: ...

    def language(self, user_id: str) -> str | None:
        """Returns the language of a person's LINE app ('zh-TW'); None when LINE does not say."""

    def show_loading(self, user_id: str, seconds: int) -> None:
        """Shows dots until a message comes. `seconds`: 5 to 60, in steps of five."""

    def leave(self, kind: str, chat_id: str) -> None:
        """Leaves a group, or a room (kind 'room')."""

    def link_menu(self, user_id: str, menu_id: str) -> None:
        """Gives a person another rich menu than the default."""


class LineClient:
    def __init__(self, host: str, access_token: str | Callable[[], str]) -> None:
        """Connect to nothing yet. `access_token`: the token, or what returns it before each call."""
        self._token: Callable[[], str] = access_token if callable(access_token) else lambda: access_token
        self._configuration = Configuration(host=host, access_token=self._token())
        self._configuration.retries = False
        self._api = MessagingApi(named_client(self._configuration))

    def reply(self, reply_token: str, messages: Sequence[dict[str, Any]]) -> Receipt:
        body = _request(ReplyMessageRequest, {"replyToken": reply_token, "messages": list(messages)})
        return self._call(self._api.reply_message_with_http_info, body)

    def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> Receipt:
        body = _request(PushMessageRequest, {"to": to, "messages": list(messages)})
        return self._once(self._api.push_message_with_http_info, body, retry_key)

    def multicast(self, to: Sequence[str], messages: Sequence[dict[str, Any]], retry_key: str) -> Receipt:
        body = _request(MulticastRequest, {"to": list(to), "messages": list(messages)})
        return self._once(self._api.multicast_with_http_info, body, retry_key)

    def quota(self) -> ToldQuota:
        quota = self._ask(self._api.get_message_quota)
        limited = getattr(quota.type, "value", quota.type) == "limited"
        limit = int(quota.value) if limited and quota.value is not None else None
        return ToldQuota(limit, int(self._ask(self._api.get_message_quota_consumption).total_usage))

    def account(self) -> BotAccount:
        info = self._ask(self._api.get_bot_info)
        return BotAccount(info.user_id, info.basic_id)

    def language(self, user_id: str) -> str | None:
        return self._ask(self._api.get_profile, user_id).language or None

    def show_loading(self, user_id: str, seconds: int) -> None:
        body = _request(ShowLoadingAnimationRequest, {"chatId": user_id, "loadingSeconds": seconds})
        self._call(self._api.show_loading_animation_with_http_info, body)

    def leave(self, kind: str, chat_id: str) -> None:
        leave = self._api.leave_room_with_http_info if kind == "room" else self._api.leave_group_with_http_info
        self._call(leave, chat_id)

    def link_menu(self, user_id: str, menu_id: str) -> None:
        self._call(self._api.link_rich_menu_id_to_user_with_http_info, user_id, menu_id)

    def _once(self, method: Any, body: Any, retry_key: str) -> Receipt:
        try:
            return self._call(method, body, x_line_retry_key=retry_key)
        except LineError as error:
            if error.status == 409:  # accepted before, under this retry key
                return Receipt(error.request_id)
            raise

    def _call(self, method: Any, *arguments: Any, **options: Any) -> Receipt:
        try:
            answer = self._raw(method, *arguments, **options)
        except ValueError:  # a 2xx whose body the SDK does not understand: LINE has done it
            return Receipt(None)
        sent = getattr(answer.data, "sent_messages", None) or ()
        return Receipt(_header(answer.headers, "x-line-request-id"), tuple(str(one.id) for one in sent))

    def _ask(self, method: Any, *arguments: Any) -> Any:
        """Raises LineUnreachableError for an answer that the SDK does not understand."""
        try:
            return self._raw(method, *arguments)
        except (ValueError, TypeError, AttributeError) as error:
            raise LineUnreachableError(type(error).__name__) from None

    def _raw(self, method: Any, *arguments: Any, **options: Any) -> Any:
        """Raises ValueError for a success that cannot be read."""
        self._configuration.access_token = self._token()
        try:
            return method(*arguments, _request_timeout=TIMEOUT_SECONDS, **options)
        except ApiException as error:
            raise _line_error(error) from None
        except UnicodeDecodeError as error:  # the text of an error, or of an answer
            if isinstance(error.__context__, ApiException):
                raise _line_error(error.__context__) from None
            raise
        except UnicodeEncodeError:  # a token or an id that no header or path can hold: nothing was sent
            raise LineError(NOT_A_REQUEST, "not a valid request") from None
        except urllib3.exceptions.HTTPError as error:
            raise _unreachable(error) from None


NOT_A_REQUEST = 400
"""The status for what the SDK refuses to send."""


def named_client(configuration: Configuration) -> ApiClient:
    """Put this service and its release before the SDK's own name."""
    client = ApiClient(configuration)
    client.user_agent = f"{USER_AGENT} {client.user_agent}"
    return client


def _request(model: Any, values: dict[str, Any]) -> Any:
    """Drops the SDK's error, which quotes the message. What is valid is sent as it was given: the SDK would write each
    level of a message anew for every level above it, 4 ms for a few cards."""
    try:
        request = model.from_dict(values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LineError(NOT_A_REQUEST, f"not a valid request ({type(error).__name__})") from None
    object.__setattr__(request, "to_dict", lambda: values)
    return request


def _unreachable(error: urllib3.exceptions.HTTPError) -> LineUnreachableError:
    """A failed name resolution counts as not connected: its error is a NewConnectionError."""
    not_connected = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return LineUnreachableError(type(error).__name__, maybe_sent=not isinstance(error, not_connected))


def _line_error(error: ApiException) -> FactlineError:
    status = int(error.status or 0)
    if status == 0:  # TLS failed; usually at the handshake, but only one case is sure
        return LineUnreachableError("SSLError", maybe_sent="CERTIFICATE_VERIFY_FAILED" not in str(error.reason))
    retry_after = _seconds(_header(error.headers, "retry-after"))
    message, details = _told(error.body)
    if status >= 500:
        return LineUnreachableError(f"{status} {message}", retry_after=retry_after)
    request_id = _header(error.headers, "x-line-accepted-request-id") or _header(error.headers, "x-line-request-id")
    return LineError(status, message, request_id, details, retry_after)


def _told(body: Any) -> tuple[str, str]:
    try:
        told = json.loads(body)
        details = "; ".join(f"{d.get('property')}: {d.get('message')}" for d in told.get("details") or [])
        return str(told.get("message", "")), details
    except (TypeError, ValueError, AttributeError, RecursionError):
        return "(no readable error body)", ""


def _seconds(value: str | None) -> float | None:
    """LINE sends whole seconds; a date is taken as unknown."""
    return float(value) if value is not None and value.isascii() and value.isdigit() else None


def _header(headers: Any, name: str) -> str | None:
    value = headers.get(name) if headers else None
    return str(value) if value else None
