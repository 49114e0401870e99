"""One turn of a conversation: who is spoken to, in which language, and by which token. Everything that a handler says
goes through `Turn.say`, at most once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import dialogue
from bot.context import BotContext
from bot.delivery import Address, send
from bot.i18n import Translate, translator
from factcheck import ids
from factcheck.models import Dialogue, Match, User
from factcheck.services import jobs

KEPT_WHEN_CLOSED = ("last_choice", "article_ids")
"""What tells a repeated press from an unknown button."""


@dataclass
class Turn:
    """Lives within one transaction."""

    context: BotContext
    session: Session
    user: User
    address: Address
    now: datetime
    priority: int = jobs.PEOPLE_WAIT

    @property
    def locale(self) -> str:
        return self.user.locale or self.context.default_locale

    @property
    def t(self) -> Translate:
        return translator(self.locale)

    def say(self, messages: Sequence[dict[str, Any]]) -> int:
        """Returns the delivery's id."""
        return send(self.session, self.address, messages, now=self.now, priority=self.priority).id

    def ask(self, state: dialogue.State, data: dict[str, Any]) -> str:
        """Open a question; returns the id for its buttons."""
        row = Dialogue(
            id=ids.random_id(dialogue.ID_LENGTH),
            user_id=self.user.id,
            state=state,
            data=data,
            created_at=self.now,
            expires_at=self.now + dialogue.LIFE,
        )
        self.session.add(row)
        return row.id

    def question(self, dialogue_id: str) -> Dialogue | None:
        """This person's question, locked so that two presses of its buttons are handled one after the other."""
        row = self.session.get(Dialogue, dialogue_id, with_for_update=True)
        return row if row is not None and row.user_id == self.user.id else None

    def forget_message(self, data: dict[str, Any]) -> None:
        """Close this person's other questions about the same message and empty them: it is published now, or gone."""
        open_ones = select(Dialogue).where(Dialogue.user_id == self.user.id, Dialogue.closed_at.is_(None))
        for row in self.session.scalars(open_ones):
            if "text" in row.data and row.data.get("match_id") == data.get("match_id"):
                row.data = {key: row.data[key] for key in KEPT_WHEN_CLOSED if key in row.data}
                row.closed_at = self.now

    def match_of(self, data: dict[str, Any]) -> Match | None:
        match_id = data.get("match_id")
        return self.session.get(Match, match_id) if match_id else None
