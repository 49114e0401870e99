"""What LINE's refusals mean for a message that is being sent, as pure functions."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from bot.line.client import LineError, LineUnreachableError
from bot.messages.limits import MAX_MESSAGES

LINE_TIME = timezone(timedelta(hours=9))
MAX_PAUSE = timedelta(minutes=5)
"""With a longer pause one faulty header could silence the bot."""

OF_RECIPIENTS = re.compile(r"(^|; )to\b|'to'")


class Way(StrEnum):
    REPLY = "reply"
    PUSH = "push"
    MULTICAST = "multicast"


class Verdict(StrEnum):
    SENT_BEFORE = "sent_before"
    REPLY_IMPOSSIBLE = "reply_impossible"
    """The token is used up or too old: push instead."""
    REFUSED = "refused"
    """Say it as plain text."""
    UNKNOWN_RECIPIENT = "unknown_recipient"
    """LINE knows no such chat, or one of several."""
    TRY_LATER = "try_later"
    """In a while, by the same retry key."""
    LOCKED_OUT = "locked_out"
    """Our access token is not valid: nothing can be sent until somebody sees to it."""
    QUOTA = "quota"
    """No more pushes this month; replies are not counted."""
    GIVE_UP = "give_up"
    """Never again, and somebody should look at it."""


Failure = LineError | LineUnreachableError


def judge(error: Failure, way: Way, *, tried_before: bool, plain: bool) -> Verdict:
    """`tried_before` means that an earlier call of this delivery may have worked; `plain`, that it was plain text."""
    if isinstance(error, LineUnreachableError):
        return Verdict.TRY_LATER
    if error.status == 400:
        return _judge_400(error, way, tried_before, plain)
    if error.status == 429:
        return Verdict.QUOTA if way != Way.REPLY and "monthly" in error.message.lower() else Verdict.TRY_LATER
    verdicts = {
        401: Verdict.LOCKED_OUT,
        408: Verdict.TRY_LATER,
        409: Verdict.SENT_BEFORE,
        413: Verdict.GIVE_UP if plain else Verdict.REFUSED,
    }
    return verdicts.get(error.status, Verdict.GIVE_UP)


def _judge_400(error: LineError, way: Way, tried_before: bool, plain: bool) -> Verdict:
    text = error.message.lower()
    if way == Way.REPLY and "reply token" in text:
        return Verdict.SENT_BEFORE if tried_before else Verdict.REPLY_IMPOSSIBLE
    if "failed to send" in text or OF_RECIPIENTS.search(error.details) or OF_RECIPIENTS.search(error.message):
        return Verdict.UNKNOWN_RECIPIENT
    return Verdict.GIVE_UP if plain else Verdict.REFUSED


def surely_not_sent(error: Failure) -> bool:
    """Tell whether LINE refused or was never reached; otherwise a reply must not be replaced by a push."""
    return isinstance(error, LineError) or not error.maybe_sent


def asked_pause(error: Failure) -> timedelta:
    return min(timedelta(seconds=error.retry_after or 0), MAX_PAUSE)


def next_month(now: datetime) -> datetime:
    """Return when LINE counts anew: midnight of the first in Japan, and a little later."""
    first = (now.astimezone(LINE_TIME).replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(hour=0, minute=10, second=0, microsecond=0).astimezone(UTC)


def plain_text(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what can be read of the messages, to which LINE cannot object."""
    texts = [message.get("text") or message.get("altText") for message in messages]
    return [{"type": "text", "text": text} for text in texts if text][:MAX_MESSAGES]
