"""The only user of the LINE SDK: sends messages, asks for profiles, and turns every failure into one of two errors.

What the SDK does by itself and what is done about it here: no timeout (one is given to each call), retries that may
sleep on `Retry-After` (switched off; jobs retry), raw urllib3 errors (caught), and a validation error for an odd
answer after the message was already sent (taken as sent).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

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


@dataclass(frozen=True)
class Quota:
    """Of messages that may be pushed this month; replies are not counted."""

    limit: int | None
    """None: no limit."""
    used: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


@dataclass(frozen=True)
class Account:
    """Who we are in LINE."""

    user_id: str
    """What webhooks name as their destination."""
    basic_id: str
    """With the @, for links."""


class Line(Protocol):
    """What the bot needs from LINE. Raises LineError and LineUnreachableError."""

    def reply(self, reply_token: str, messages: Sequence[dict[str, Any]]) -> str | None:
        """Returns LINE's request id."""

    def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> str | None:
        """Returns LINE's request id. The same retry key again is sent once."""

    def multicast(self, to: Sequence[str], messages: Sequence[dict[str, Any]], retry_key: str) -> str | None:
        """The same to at most 500 people. Returns LINE's request id. The same retry key again is sent once."""

    def quota(self) -> Quota: ...

    def account(self) -> Account: ...

    def language(self, user_id: str) -> str | None:
        """The language of a person's LINE app, for example 'zh-TW'; None when LINE does not say."""

    def show_loading(self, user_id: str, seconds: int) -> None:
        """Dots in a private chat until a message comes; `seconds`: 5 to 60, in steps of five."""

    def leave(self, kind: str, chat_id: str) -> None:
        """Leave a group or (kind 'room') a room."""

    def member_count(self, kind: str, chat_id: str) -> int: ...

    def link_menu(self, user_id: str, menu_id: str) -> None:
        """Give one person another rich menu than the default one."""


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
        return self._once(self._api.push_message_with_http_info, body, retry_key)

    def multicast(self, to: Sequence[str], messages: Sequence[dict[str, Any]], retry_key: str) -> str | None:
        body = MulticastRequest.from_dict({"to": list(to), "messages": list(messages)})
        return self._once(self._api.multicast_with_http_info, body, retry_key)

    def quota(self) -> Quota:
        quota = self._ask(self._api.get_message_quota)
        limited = getattr(quota.type, "value", quota.type) == "limited"
        limit = int(quota.value) if limited and quota.value is not None else None
        return Quota(limit, int(self._ask(self._api.get_message_quota_consumption).total_usage))

    def account(self) -> Account:
        info = self._ask(self._api.get_bot_info)
        return Account(info.user_id, info.basic_id)

    def language(self, user_id: str) -> str | None:
        return self._ask(self._api.get_profile, user_id).language or None

    def show_loading(self, user_id: str, seconds: int) -> None:
        body = ShowLoadingAnimationRequest.from_dict({"chatId": user_id, "loadingSeconds": seconds})
        self._call(self._api.show_loading_animation_with_http_info, body)

    def leave(self, kind: str, chat_id: str) -> None:
        leave = self._api.leave_room_with_http_info if kind == "room" else self._api.leave_group_with_http_info
        self._call(leave, chat_id)

    def member_count(self, kind: str, chat_id: str) -> int:
        count = self._api.get_room_member_count if kind == "room" else self._api.get_group_member_count
        return int(self._ask(count, chat_id).count)

    def link_menu(self, user_id: str, menu_id: str) -> None:
        try:
            self._api.link_rich_menu_id_to_user(user_id, menu_id, _request_timeout=TIMEOUT_SECONDS)
        except ApiException as error:
            raise _line_error(error) from None
        except urllib3.exceptions.HTTPError as error:
            raise _unreachable(error) from None

    def _ask(self, method: Any, *arguments: Any) -> Any:
        """A call that reads. An answer that the SDK does not understand is no answer."""
        try:
            return method(*arguments, _request_timeout=TIMEOUT_SECONDS)
        except ApiException as error:
            raise _line_error(error) from None
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise LineUnreachableError(type(error).__name__) from None

    def _once(self, method: Any, body: Any, retry_key: str) -> str | None:
        try:
            return self._call(method, body, x_line_retry_key=retry_key)
        except LineError as error:
            if error.status == 409:  # accepted before, under this retry key
                return error.request_id
            raise

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
