"""A LINE that records what it was asked to send and fails on demand; for tests of what the bot decides. It keeps the
contract of the real client (`tests/bot/test_line_contract.py`); which messages LINE accepts is tested against the fake
server in `bot.simulator`."""

from collections.abc import Sequence
from typing import Any

from bot.line.client import BotAccount, LineError, Receipt, ToldQuota
from bot.messages.limits import MAX_MESSAGES
from bot.outbound.outbox import MAX_RECIPIENTS


class RecordingLine:
    def __init__(self) -> None:
        self.sent: list[tuple[str, str, list[dict[str, Any]]]] = []
        """(way, token or user, messages)"""
        self.retry_keys: list[str] = []
        self.failures: list[Exception] = []
        """Raised by the next calls, one each."""
        self.fail_after_sending: list[Exception] = []
        """Raised by the next calls after the message was taken."""
        self.languages: dict[str, str] = {}
        self.multicasts: list[list[str]] = []
        """The recipients of each."""
        self.unknown: set[str] = set()
        """People whom LINE does not know: what is sent to one of them is refused, a multicast as a whole."""
        self.quota_now = ToldQuota(None, 0)
        self.quota_questions = 0
        self.loading: list[str] = []
        """User ids."""
        self.left: list[tuple[str, str]] = []
        """(kind, chat id)"""
        self.menus: dict[str, str] = {}
        self._used_tokens: set[str] = set()
        self._accepted: set[str] = set()

    def reply(self, reply_token: str, messages: Sequence[dict[str, Any]]) -> Receipt:
        self._fail(self.failures)
        self._check(messages)
        if reply_token in self._used_tokens:
            raise LineError(400, "Invalid reply token")
        self._used_tokens.add(reply_token)
        self.sent.append(("reply", reply_token, list(messages)))
        self._fail(self.fail_after_sending)
        return Receipt("request-1", self._named(messages))

    def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> Receipt:
        self.retry_keys.append(retry_key)
        self._fail(self.failures)
        self._check(messages, to)
        if retry_key not in self._accepted:
            self._accepted.add(retry_key)
            self.sent.append(("push", to, list(messages)))
        self._fail(self.fail_after_sending)
        return Receipt("request-2", self._named(messages))

    def multicast(self, to: Sequence[str], messages: Sequence[dict[str, Any]], retry_key: str) -> Receipt:
        self.retry_keys.append(retry_key)
        self._fail(self.failures)
        if not 1 <= len(to) <= MAX_RECIPIENTS:
            raise LineError(400, "The request body has 1 error(s)")
        self._check(messages, *to)
        if retry_key not in self._accepted:
            self._accepted.add(retry_key)
            self.sent.extend(("multicast", user, list(messages)) for user in to)
            self.multicasts.append(list(to))
        self._fail(self.fail_after_sending)
        return Receipt("request-3")

    def _named(self, messages: Sequence[dict[str, Any]]) -> tuple[str, ...]:
        """Ids as `sent` has the messages: said-1-0 is the first of the first call."""
        return tuple(f"said-{len(self.sent)}-{place}" for place in range(len(messages)))

    def quota(self) -> ToldQuota:
        self.quota_questions += 1
        self._fail(self.failures)
        return self.quota_now

    def account(self) -> BotAccount:
        return BotAccount("Ubot", "@factline")

    def language(self, user_id: str) -> str | None:
        if user_id in self.unknown:
            raise LineError(404, "Not found")
        return self.languages.get(user_id)

    def show_loading(self, user_id: str, seconds: int) -> None:
        self.loading.append(user_id)

    def leave(self, kind: str, chat_id: str) -> None:
        self._fail(self.failures)
        if (kind, chat_id) in self.left:
            raise LineError(404, "Not found")
        self.left.append((kind, chat_id))

    def link_menu(self, user_id: str, menu_id: str) -> None:
        self._fail(self.failures)
        self.menus[user_id] = menu_id

    def _check(self, messages: Sequence[dict[str, Any]], *people: str) -> None:
        if not 1 <= len(messages) <= MAX_MESSAGES:
            raise LineError(400, "The request body has 1 error(s)")
        if self.unknown.intersection(people):
            raise LineError(400, "Failed to send messages")

    @staticmethod
    def _fail(failures: list[Exception]) -> None:
        if failures:
            raise failures.pop(0)
