"""The handling of one event of one person. All that is said goes through `Turn.say`, at most once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.buttons import rows
from bot.buttons.question import ID_LENGTH, LIFE
from bot.buttons.state import Question, SentMessage, state_of, without
from bot.context import BotContext
from bot.i18n import Translate, translator
from bot.messages.limits import MAX_MESSAGES
from bot.outbound.outbox import Address, send
from factcheck import ids
from factcheck.jobs import queue
from factcheck.models import Dialogue, Match, User
from factcheck.services import usage
from factcheck.services.usage import Usage


@dataclass
class Turn:
    """A turn lives within one transaction."""

    context: BotContext
    session: Session
    user: User
    address: Address
    now: datetime
    priority: int = queue.PEOPLE_WAIT
    remarks: Sequence[dict[str, Any]] = ()
    """Said before anything else."""

    @property
    def locale(self) -> str:
        return self.user.locale or self.context.default_locale

    @property
    def t(self) -> Translate:
        return translator(self.locale)

    def say(self, messages: Sequence[dict[str, Any]], *, about: str | None = None) -> int:
        """Return the delivery's id. `about`: an article."""
        said = [*self.remarks, *messages][:MAX_MESSAGES]
        return send(self.session, self.address, said, now=self.now, priority=self.priority, about=about).id

    def note(
        self, kind: Usage, *, article_id: str | None = None, reply_id: str | None = None, detail: str = ""
    ) -> None:
        usage.note(self.session, kind, now=self.now, article_id=article_id, reply_id=reply_id, detail=detail)

    def ask(self, question: Question, *, life: timedelta = LIFE) -> str:
        """Return the id for the question's buttons, which work during its `life`."""
        row = Dialogue(
            id=ids.random_id(ID_LENGTH),
            user_id=self.user.id,
            state=state_of(question),
            data=rows.write(question),
            created_at=self.now,
            expires_at=self.now + life,
        )
        self.session.add(row)
        return row.id

    def question_row(self, dialogue_id: str) -> Dialogue | None:
        """Lock this person's question, so that two presses of its buttons are handled in turn."""
        row = self.session.get(Dialogue, dialogue_id, with_for_update=True)
        return row if row is not None and row.user_id == self.user.id else None

    def forget_message(self, message: SentMessage) -> None:
        self.close_questions_about(lambda one: one.match_id == message.match_id)

    def close_questions_about(self, is_gone: Callable[[SentMessage], bool]) -> list[Dialogue]:
        """Take messages out of this person's open questions; close and return those about nothing else."""
        closed = []
        open_rows = select(Dialogue).where(Dialogue.user_id == self.user.id, Dialogue.closed_at.is_(None))
        for row in self.session.scalars(open_rows.with_for_update()):
            stored = rows.read(row.state, row.data)
            if stored.question is None:
                continue
            left = without(stored.question, is_gone)
            if left is None:
                row.data = rows.write_closed(stored.question, stored.last_choice)
                row.closed_at = self.now
                closed.append(row)
            elif left is not stored.question:
                row.data = rows.write(left, stored.last_choice)
        return closed

    def match_of(self, message: SentMessage | None) -> Match | None:
        """Return None if the sender had the match deleted, or there is no message."""
        return self.session.get(Match, message.match_id) if message is not None else None


Speak = Callable[[Turn], bool | None]
"""False: the message waits for the rest of its burst (`bot.private.burst_hold`)."""
