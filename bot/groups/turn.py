"""One event of a group or room, answered by reply only, at most once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.i18n import Translate, translator
from bot.inbound.events import Event
from bot.inbound.inbox import Received
from bot.outbound.outbox import Address, send
from factcheck.jobs import queue
from factcheck.models import LINE_BOT, Channel, User
from factcheck.services.usage import SHOWN, Usage, note
from factcheck.services.visits import Visit, documents, note_visits

LATE = timedelta(seconds=30)
"""An answer would stand under other messages by then. (Cofacts' limit.)"""


def is_late(received: Received, now: datetime) -> bool:
    return now - (received.event.at or received.received_at) > LATE


@dataclass
class GroupTurn:
    """One event within one transaction. Nobody in the group is made a user of ours."""

    context: BotContext
    session: Session
    received: Received
    now: datetime

    @property
    def event(self) -> Event:
        return self.received.event

    @property
    def at(self) -> datetime:
        return self.event.at or self.received.received_at

    @cached_property
    def locale(self) -> str:
        """The speaker's language, if we know it from their own chat."""
        query = select(User.locale).where(User.app_id == LINE_BOT, User.app_user_id == self.event.user_id)
        known = self.session.scalar(query) if self.event.user_id else None
        return known or self.context.default_locale

    @property
    def t(self) -> Translate:
        return translator(self.locale)

    def say(self, messages: Sequence[dict[str, Any]], *, about: str | None = None) -> bool:
        """Reply under the event's message. `about`: an article. Returns False when it is too late."""
        if self.received.reply_token is None or is_late(self.received, self.now):
            return False
        first, *rest = messages
        if self.event.quote_token and first["type"] == "text":
            first = {**first, "quoteToken": self.event.quote_token}
        address = Address(
            self.event.chat_id,
            self.received.reply_token,
            self.received.received_at,
            self.event.message_id,
            reply_only=True,
        )
        send(self.session, address, [first, *rest], now=self.now, priority=queue.PEOPLE_WAIT, about=about)
        return True

    def note(
        self, kind: Usage, *, article_id: str | None = None, reply_id: str | None = None, detail: str = ""
    ) -> None:
        note(
            self.session,
            kind,
            now=self.now,
            chat_kind=self.event.source_type,
            article_id=article_id,
            reply_id=reply_id,
            detail=detail,
        )
        if kind in SHOWN and article_id:  # by nobody in particular
            seen = [Visit(Channel.LINE, *document) for document in documents(article_id, reply_id or "")]
            note_visits(self.session, seen, now=self.now)
