"""One turn of a conversation: who is spoken to, in which language, and by which token. Everything that a handler says
goes through `Turn.say`, at most once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.buttons.question import ID_LENGTH, LIFE, State, holds_a_message, without
from bot.context import BotContext
from bot.i18n import Translate, translator
from bot.outbound.outbox import Address, send
from factcheck import ids
from factcheck.jobs import queue
from factcheck.models import Dialogue, Match, User
from factcheck.services import usage
from factcheck.services.usage import Usage


@dataclass
class Turn:
    """Lives within one transaction."""

    context: BotContext
    session: Session
    user: User
    address: Address
    now: datetime
    priority: int = queue.PEOPLE_WAIT

    @property
    def locale(self) -> str:
        return self.user.locale or self.context.default_locale

    @property
    def t(self) -> Translate:
        return translator(self.locale)

    def say(self, messages: Sequence[dict[str, Any]]) -> int:
        """Returns the delivery's id."""
        return send(self.session, self.address, messages, now=self.now, priority=self.priority).id

    def note(
        self, kind: Usage, *, article_id: str | None = None, reply_id: str | None = None, detail: str = ""
    ) -> None:
        """Count that it happened."""
        usage.note(self.session, kind, now=self.now, article_id=article_id, reply_id=reply_id, detail=detail)

    def ask(self, state: State, data: dict[str, Any], *, life: timedelta = LIFE) -> str:
        """Open a question; returns the id for its buttons, which work for as long as its `life`."""
        row = Dialogue(
            id=ids.random_id(ID_LENGTH),
            user_id=self.user.id,
            state=state,
            data=data,
            created_at=self.now,
            expires_at=self.now + life,
        )
        self.session.add(row)
        return row.id

    def question(self, dialogue_id: str) -> Dialogue | None:
        """This person's question, locked so that two presses of its buttons are handled one after the other."""
        row = self.session.get(Dialogue, dialogue_id, with_for_update=True)
        return row if row is not None and row.user_id == self.user.id else None

    def forget_message(self, data: dict[str, Any]) -> None:
        """Take a message out of this person's other questions: it is published now, or gone. Questions that were about
        nothing else are closed."""
        open_ones = select(Dialogue).where(Dialogue.user_id == self.user.id, Dialogue.closed_at.is_(None))
        for row in self.session.scalars(open_ones):
            left = without(row.data, "match_id", data.get("match_id"))
            if left != row.data:
                row.data = left
                row.closed_at = None if holds_a_message(left) else self.now

    def match_of(self, data: dict[str, Any]) -> Match | None:
        match_id = data.get("match_id")
        return self.session.get(Match, match_id) if match_id else None
